"""The pledge board and the readiness board; vouching, and answers given by phone."""

from collections import Counter
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.campaigns.states import ListPage
from coalition.members.queries import numbers_of
from coalition.pledges import actions
from coalition.pledges.board import Stance, board, pledge_in, pledges_of, rows_of
from coalition.publishing.actions import prepare_posts
from coalition.publishing.checked import checking_now, findings_of, last_checkup
from coalition.publishing.occasions import ask_check
from coalition.publishing.readiness import Verdict, outlooks, readiness
from coalition.refusals import Refusal
from coalition.web.dashboard.answer import AnswerForm, as_it_stands
from coalition.web.dashboard.blocking import blocking, drawings
from coalition.web.dashboard.door import (
    attempt,
    coordinators_only,
    page,
    the_campaign,
    the_organisation,
    who,
)
from coalition.web.dashboard.lists import listed
from coalition.web.dashboard.tabs import Sift

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.members.models import Organisation


BLOCKS: Final = "blocks"
UNDATED: Final = "undated"
MOST_TO_VOUCH_FOR: Final = 20


@coordinators_only
@require_safe
def pledges(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody's answer, narrowed by the address."""
    here, sift = the_campaign(slug), Sift.of(request.GET)
    found = board(here)
    blocks = {pk for pk in found.blocked if pk in found.names}
    undated = {one.pk for one in found.everyone if found.leave(one) and not one.date_confirmed}
    among = {BLOCKS: blocks, UNDATED: undated if here.exit_at else set()}
    named = numbers_of(sift.search) if sift.search else None
    shown = [
        one.pk
        for one in found.everyone
        if (
            not sift.show
            or found.stances[one.pk] == sift.show
            or one.pk in among.get(sift.show, ())
        )
        and (named is None or one.pk in named)
    ]
    part, context = listed(
        sift,
        shown,
        [(stance.value, stance.label, found.counts[stance]) for stance in Stance],
        also=[
            (BLOCKS, _("hold others back"), len(among[BLOCKS])),
            (UNDATED, _("date not confirmed"), len(among[UNDATED])),
        ],
        page=ListPage.BOARD,
        campaign=here,
    )
    strangers = [pk for pk, stance in found.stances.items() if stance is Stance.UNCONFIRMED]
    vouch = strangers[:MOST_TO_VOUCH_FOR]
    rows = rows_of(here, found, {*part.rows, *vouch}, now=timezone.now())
    picture = blocking(found) if not sift.narrowed and part.page == 1 else None
    context |= {
        "board": found,
        "rows": [row for row in rows if row.organisation.pk in set(part.rows)],
        "unconfirmed": [row for row in rows if row.organisation.pk in set(vouch)],
        "strangers": len(strangers),
        "blocking": picture,
        "drawings": drawings(picture) if picture else (),
    }
    return page(request, "board.html", context, campaign=here)


@coordinators_only
@require_safe
def ready(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would fail if the hour were now."""
    here, sift = the_campaign(slug), Sift.of(request.GET)
    found = outlooks(here)
    verdicts = Counter(one.verdict for one in found)
    counts = [(verdict.value, verdict.label, verdicts[verdict]) for verdict in Verdict]
    part, context = listed(
        sift,
        [one.pledge for one in found if not sift.show or one.verdict == sift.show],
        counts,
        page=ListPage.READINESS,
        campaign=here,
    )
    checkup = last_checkup(here)
    context |= {
        "rows": readiness(here, part.rows),
        "counts": counts,
        "checkup": checkup,
        "findings": findings_of(checkup) if checkup else [],
        "checking": checking_now(here),
    }
    return page(request, "readiness.html", context, campaign=here)


@coordinators_only
@require_POST
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in everywhere now, as the hour would; a worker does it."""
    here = the_campaign(slug)
    attempt(
        request,
        lambda: ask_check(here, actor=who(request), now=timezone.now()),
        _("It begins within a few seconds; its result comes here."),
    )
    return redirect("dashboard:readiness", slug)


@coordinators_only
@require_POST
def confirm(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A coordinator vouches for a stranger's pledge: from now on it counts."""
    pledge = pledge_in(the_campaign(slug), pk)
    if pledge is None:
        raise Http404
    attempt(
        request,
        lambda: actions.confirm(pledge, actor=who(request), now=timezone.now()),
        _("%(name)s is confirmed, and counts.") % {"name": pledge.organisation},
    )
    return redirect("dashboard:board", slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str, organisation: str) -> HttpResponse:
    """An answer given by phone, marked as such."""
    here, asked = the_campaign(slug), the_organisation(organisation)
    if asked.left_coalition_at:
        raise Http404
    if request.method == "POST":
        form = AnswerForm(request.POST, organisation=asked)
        if form.is_valid() and _record(request, here, asked, form):
            return redirect("dashboard:member", asked.slug)
    else:
        said = next((one for one in pledges_of(asked) if one.campaign_id == here.pk), None)
        form = AnswerForm(initial=as_it_stands(said), organisation=asked)
    status = 422 if form.errors else 200
    return page(
        request, "answer.html", {"form": form, "asked": asked}, campaign=here, status=status
    )


def _record(
    request: HttpRequest, here: "Campaign", asked: "Organisation", form: AnswerForm
) -> bool:
    now = timezone.now()
    try:
        pledge = actions.make_pledge(
            here, asked, form.word(), actor=who(request), by_phone=True, now=now
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    prepare_posts(pledge, now=now)
    messages.success(request, _("The answer of %(name)s is recorded.") % {"name": asked})
    return True
