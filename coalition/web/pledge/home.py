"""The member's home: where you stand, and the one thing to do next."""

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from coalition.afterwards.queries import ticked
from coalition.afterwards.states import Chore
from coalition.directory.queries import homes
from coalition.evidence.queries import open_questions_to, standings
from coalition.evidence.states import GONE_FROM, Label
from coalition.journal.queries import history_of
from coalition.members.access import is_coordinator, organisations_of
from coalition.members.queries import accounts_of, people_of
from coalition.pledges.drafting import draft_of
from coalition.pledges.states import PROMISES, Answer
from coalition.press.queries import quotes_for
from coalition.publishing.queries import by_hand_posts, posts_of
from coalition.web.place import place
from coalition.web.pledge.conditions import waits_of
from coalition.web.pledge.history import told
from coalition.web.pledge.shown import shown_of
from coalition.web.pledge.steps import Home, steps

if TYPE_CHECKING:
    from coalition.evidence.labels import Standing


@login_required
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations of this person; with only one, its page."""
    found = organisations_of(request.user)
    if len(found) == 1:
        return redirect("member:organisation", found[0].slug)
    return render(
        request,
        "member/organisations.html",
        {"organisations": found, "coordinator": is_coordinator(request.user)},
    )


@login_required
@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about one organisation's exit, on one page."""
    here = place(request, slug)
    if here.campaign is None:
        return render(request, "member/not_asked.html", {"here": here})
    posts = list(posts_of(here.organisation, here.campaign)) if here.pledge else []
    pledges = [here.pledge] if here.pledge else []
    label = standings(here.campaign, pledges).get(here.organisation.pk)
    due = by_hand_posts(here.campaign, here.now).filter(account__organisation=here.organisation)
    home = Home(
        here=here,
        accounts=accounts_of(here.organisation),
        posts=posts,
        people=people_of(here.organisation),
        label=label,
        due=frozenset(due.values_list("pk", flat=True)),
        drafted=not here.pledge and draft_of(here.campaign, here.organisation) is not None,
    )
    found = homes([here.organisation.pk]).get(here.organisation.pk)
    quotes = quotes_for(here.organisation, here.campaign)
    waiting = here.pledge and here.pledge.answer == Answer.LEAVE_IF
    return render(
        request,
        "member/organisation.html",
        {
            "here": here,
            "home": home,
            "posts": posts,
            "steps": steps(home),
            "promises": here.pledge is not None and here.pledge.answer in PROMISES,
            "waits": waits_of(here) if waiting else None,
            "shown": shown_of(here, label, found) if here.pledge else None,
            "label": label,
            "quoted": bool(quotes),
            "quotes_wait": sum(one.approved_at is None for one in quotes),
            "chores": len(Chore),
            "chores_done": len(ticked(here.campaign, here.organisation)) if here.pledge else 0,
            "can_say_left": here.owns and not _is_gone(label),
            "questions": open_questions_to(here.organisation.pk, here.campaign),
            "history": told(history_of(here.organisation.pk, limit=20)),
        },
    )


def _is_gone(label: "Standing | None") -> bool:
    """Wholly: of one that left partly, another account may still leave by itself."""
    return label is not None and label.label in GONE_FROM - {Label.PARTLY}
