"""After the hour: accounts to look at, questions that were asked, and why we say who has left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.afterwards.queries import summary
from coalition.evidence import asking, looks
from coalition.evidence.actions import overturn
from coalition.evidence.ladder import rungs
from coalition.evidence.queries import (
    evidence_at,
    leaving_accounts,
    look_at,
    looks_of,
    question_at,
    questions_of,
    standings,
)
from coalition.evidence.rounds import round_of
from coalition.evidence.states import GONE_FROM, Ending, Sight
from coalition.pledges.queries import answers_to
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.evidence.labels import Standing
    from coalition.evidence.ladder import Rung
    from coalition.evidence.models import Look, Question
    from coalition.members.models import Account, Organisation


class LinkForm(forms.Form):
    """What was seen, for those who are asked about it; nothing to type is as good."""

    link = forms.CharField(max_length=400, required=False)

    @property
    def link_given(self) -> str:
        """Only the web's own kind: it stands in a letter and on a page."""
        said: str = self.cleaned_data["link"].strip() if self.is_valid() else ""
        return said if said.startswith("https://") else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation that has left: its label, every reason, its accounts."""

    organisation: "Organisation"
    standing: "Standing"
    rungs: "list[Rung]"
    accounts: "list[Account]"


@coordinators_only
@require_safe
def after(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for a person, then everything that is known."""
    here, now = the_campaign(slug), timezone.now()
    found = looks_of(here)
    context: dict[str, object] = {
        "waiting": _waiting(found),
        "looked": [(one, looks.can_be_taken_back(one, now)) for one in found if one.looked_at],
        "questions": [(one, asking.may_be_shown(one, now)) for one in questions_of(here)],
        "rows": _rows(here),
        "sights": Sight,
        "days": asking.DAYS,
        "round": round_of(here, now),
    }
    return page(request, "after.html", context, campaign=here)


def _waiting(found: "Iterable[Look]") -> "list[Look]":
    """Of each account its newest round alone: what was not looked at before is looked at now."""
    newest: dict[int, Look] = {}
    for one in found:  # the newest round first
        newest.setdefault(one.account_id, one)
    return [one for one in newest.values() if one.looked_at is None]


def _rows(campaign: "Campaign") -> list[Row]:
    pledges = answers_to(campaign)
    labels, why = standings(campaign, pledges), rungs(campaign)
    gone = [
        pledge.organisation
        for pledge in pledges
        if (found := labels.get(pledge.organisation_id)) and found.label in GONE_FROM
    ]
    accounts = _by_organisation(leaving_accounts(one.pk for one in gone))
    return [Row(one, labels[one.pk], why.get(one.pk, []), accounts.get(one.pk, [])) for one in gone]


def _by_organisation(accounts: "Iterable[Account]") -> "dict[int, list[Account]]":
    found: dict[int, list[Account]] = {}
    for account in accounts:
        found.setdefault(account.organisation_id, []).append(account)
    return found


@coordinators_only
@require_POST
def look(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One press: silent, posting again, can't tell; or take a wrong press back."""
    here, now = the_campaign(slug), timezone.now()
    found = look_at(here, pk)
    if found is None:
        raise Http404
    wish = request.POST.get("sight", "")
    if wish == "undo":
        attempt(
            request, lambda: looks.take_back(found, actor=who(request), now=now), _("Open again.")
        )
    elif wish in Sight:
        _look(request, found, Sight(wish), now)
    return redirect("dashboard:after", slug)


def _look(request: HttpRequest, found: "Look", sight: Sight, now: datetime) -> None:
    done = {
        Sight.SILENT: _("Kept: silent."),
        Sight.POSTING: _("Its people are asked now. Nothing shows before they could answer."),
        Sight.UNCLEAR: _("Kept. It comes back in the next round."),
    }[sight]
    link = LinkForm(request.POST).link_given
    attempt(
        request,
        lambda: looks.answer(found, sight, link=link, actor=who(request), now=now),
        done,
    )


@coordinators_only
@require_POST
def noticed(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody saw one of these accounts post, outside any round."""
    here = the_campaign(slug)
    accounts = leaving_accounts(pledge.organisation_id for pledge in answers_to(here))
    account = next((one for one in accounts if one.pk == pk), None)
    if account is None:
        raise Http404
    link = LinkForm(request.POST).link_given
    attempt(
        request,
        lambda: asking.ask(here, account, link=link, actor=who(request), now=timezone.now()),
        _("Its people are asked now. Nothing shows before they could answer."),
    )
    return redirect("dashboard:after", slug)


@coordinators_only
@require_POST
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show it, or close it: silent again, or we were wrong."""
    here = the_campaign(slug)
    found = question_at(here, pk)
    if found is None:
        raise Http404
    act = _act(request, found)
    if act is not None:
        attempt(request, act, _("Done. The public page follows."))
    return redirect("dashboard:after", slug)


def _act(request: HttpRequest, found: "Question") -> Callable[[], object] | None:
    wish, person, now = request.POST.get("do", ""), who(request), timezone.now()
    if wish == "show":
        return lambda: asking.show(found, actor=person, now=now)
    if wish in Ending:
        return lambda: asking.close(found, Ending(wish), actor=person, now=now)
    return None


@coordinators_only
@require_POST
def wrong(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A reason that was none: the public log says so."""
    here = the_campaign(slug)
    found = evidence_at(here, pk)
    if found is None:
        raise Http404
    attempt(
        request,
        lambda: overturn(found, actor=who(request).number, now=timezone.now()),
        _("Taken back. The corrections say so."),
    )
    return redirect("dashboard:after", slug)


@coordinators_only
@require_safe
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """“Did you do it?”: all answers together."""
    here = the_campaign(slug)
    found = summary(here)
    rows = [(chore, list(counts.values())) for chore, counts in found.counts.items()]
    return page(request, "survey.html", {"summary": found, "rows": rows}, campaign=here)
