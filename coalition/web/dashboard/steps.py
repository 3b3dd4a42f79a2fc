"""The way of a campaign, step by step; the first one that isn't done is the one to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.phases import Phase, phase
from coalition.pledges.board import Board, Stance
from coalition.publishing.readiness import Outlook, Verdict

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how it stands, and where it is done."""

    name: Words
    stands: Words
    url: str
    action: Words
    done: bool = False
    current: bool = False


def steps(
    campaign: "Campaign", board: Board, ready: Sequence[Outlook], unasked: int, *, now: datetime
) -> list[Step]:
    """All of them, in order, with the current one marked."""
    found = [
        _list(board),
        _opened(campaign),
        _asked(campaign, board, unasked),
        _gathered(campaign, board),
        _dated(campaign, board),
        _prepared(campaign, ready),
        _decided(campaign),
        _left(campaign, now),
    ]
    if campaign.called_off_at:
        return found
    at = next((at for at, step in enumerate(found) if not step.done), len(found) - 1)
    found[at] = replace(found[at], current=True)
    return found


def _list(board: Board) -> Step:
    count = len(board.everyone)
    stands = ngettext("%(count)d organisation", "%(count)d organisations", count)
    return Step(
        _("Import the member list"),
        stands % {"count": count} if count else _("Nobody is on the list yet."),
        reverse("dashboard:import"),
        _("Import a list"),
        done=count > 0,
    )


def _opened(campaign: "Campaign") -> Step:
    return Step(
        _("Open the campaign"),
        _("Its page is public.") if campaign.opened_at else _("A draft: nothing is public."),
        reverse("progress" if campaign.opened_at else "dashboard:open", args=[campaign.slug]),
        _("Look at the public page") if campaign.opened_at else _("Open the campaign"),
        done=bool(campaign.opened_at),
    )


def _asked(campaign: "Campaign", board: Board, missing: int) -> Step:
    stands = ngettext("%(count)d isn't invited yet", "%(count)d aren't invited yet", missing)
    said: Words = stands % {"count": missing} if missing else _("Everybody is invited.")
    return Step(
        _("Invite"),
        said if board.everyone else _("Nobody is on the list yet."),
        reverse("dashboard:invitations", args=[campaign.slug]),
        _("Invite organisations"),
        done=(bool(board.everyone) and not missing) or campaign.exit_at is not None,
    )


def _gathered(campaign: "Campaign", board: Board) -> Step:
    silent = board.counts[Stance.SILENT]
    stands = gettext(
        "%(leaving)d leave, %(waiting)d wait for others, %(silent)d haven't answered"
    ) % {
        "leaving": board.leaving,
        "waiting": board.waiting,
        "silent": silent,
    }
    return Step(
        _("Gather pledges"),
        stands,
        reverse("dashboard:board", args=[campaign.slug]),
        _("See the pledge board"),
        done=bool(campaign.threshold_met_at or campaign.exit_at)
        or (campaign.threshold == 0 and board.leaving > 0),
    )


def _dated(campaign: "Campaign", board: Board) -> Step:
    confirmed = sum(board.leave(one) and one.date_confirmed for one in board.everyone)
    stands: Words = _("No date yet.")
    if campaign.exit_at:
        stands = gettext("%(confirmed)d of %(leaving)d confirmed it") % {
            "confirmed": confirmed,
            "leaving": board.leaving,
        }
    return Step(
        _("Set the date"),
        stands,
        reverse("dashboard:date", args=[campaign.slug]),
        _("Move the date") if campaign.exit_at else _("Set the date"),
        done=campaign.exit_at is not None,
    )


def _prepared(campaign: "Campaign", ready: Sequence[Outlook]) -> Step:
    fails = sum(one.verdict is Verdict.FAILS for one in ready)
    stands = ngettext("%(count)d would fail now", "%(count)d would fail now", fails)
    return Step(
        _("Get ready"),
        stands % {"count": fails}
        if fails
        else _("Nobody would fail.")
        if ready
        else _("Nobody leaves yet."),
        reverse("dashboard:readiness", args=[campaign.slug]),
        _("See who isn't ready"),
        done=(bool(ready) and not fails) or bool(campaign.go_at),
    )


def _decided(campaign: "Campaign") -> Step:
    stands = _("No decision yet.")
    if campaign.go_at:
        stands = _("It is go.")
    elif campaign.no_go_at:
        stands = _("It is no-go.")
    return Step(
        _("Decide: go or no-go"),
        stands,
        reverse("dashboard:decide", args=[campaign.slug]),
        _("Decide"),
        done=bool(campaign.go_at),
    )


def _left(campaign: "Campaign", now: datetime) -> Step:
    over = phase(campaign, now) is Phase.OVER
    return Step(
        _("Leave"),
        _("The hour has passed.") if over else _("The launch wall shows every post as it goes."),
        reverse("dashboard:day", args=[campaign.slug]),
        _("Open the launch wall"),
    )
