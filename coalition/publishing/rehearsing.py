"""The rehearsal itself: the release's own code on copied rows, a moved clock, and no way out.

It runs in a process of its own whose database is a copy, whose environment holds no secret, and
which ends any attempt to connect. What it finds comes back as ids.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from django.conf import settings

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import window_ends_at
from coalition.mail.models import Letter
from coalition.members.models import Account, Representative, User
from coalition.members.states import Route
from coalition.networks.network import NetworkName, Secret
from coalition.networks.outcome import Reason, Refused
from coalition.networks.rehearsal import Rehearsal
from coalition.pledges.queries import standing_promises
from coalition.publishing.arming import Hands
from coalition.publishing.clock import database_now, move_clock
from coalition.publishing.copying import copy_in
from coalition.publishing.fates import Fate, fate_of
from coalition.publishing.models import Post
from coalition.publishing.release import release_batch
from coalition.publishing.states import State
from coalition.publishing.turn import PATIENCE, turn
from coalition.publishing.waves import delay_in, delay_of

LATENCY: Final = 0.05
TRIES: Final = 10
"""So often at most one post signs in."""
ROUNDS: Final = 3
"""What waited for something else is handed out so often once more."""

type Say = Callable[[dict[str, Any]], None]


class WayOutError(RuntimeError):
    """Something in a rehearsal tried to reach the world."""


def shut_every_door() -> None:
    """From here on this process connects to nothing and resolves no name; it can't be undone."""

    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"}:
            raise WayOutError("a rehearsal reaches nothing outside")

    sys.addaudithook(refuse)


def play(copy: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """Release the copied rows; everything that happened, as a report."""
    if settings.NETWORKS != "rehearsal" or Campaign.objects.exists():
        raise WayOutError("this is no empty stage")
    copy_in(copy["tables"])
    campaign = _as_if_going(copy["campaign"])
    hands = _hands({int(pk): (reason, words) for pk, (reason, words) in copy["fails"].items()})
    delays = _delays(campaign)
    total, last = len(delays), max(delays.values(), default=0)
    say({"posts": total, "done": 0})
    handed: set[int] = set()
    for moment in _moments(delays.values()):
        here = [pk for pk, delay in delays.items() if delay == moment]
        if not here and not _left(campaign, delays, moment):
            continue
        lead = 0.2 + len(here) / 150 if here else 0  # time to sign in
        move_clock(_hour_of(campaign, moment) - timedelta(seconds=lead))
        handed.update(_handed_out())
        now = {pk for pk in handed if delays[pk] <= moment}
        handed -= now
        release_batch(sorted(now), hands)
        say({"posts": total, "done": total - len(_left(campaign, delays, last))})
    move_clock(_end(campaign, last))
    turn(release=_nothing, look=_nothing, now=database_now())
    return _report(campaign)


def _as_if_going(pk: int) -> "Campaign":
    """It is rehearsed as if go had been said and STOP not pressed; the report says so."""
    Campaign.objects.filter(pk=pk).update(
        go_at=datetime.fromisoformat("2000-01-01T00:00:00+00:00"), no_go_at=None, stopped_at=None
    )
    Campaign.objects.filter(pk=pk, opened_at=None).update(
        opened_at=datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    )
    Post.objects.filter(campaign=pk).update(armed_until=None, not_before=None)
    return Campaign.objects.get(pk=pk)


def _hour_of(campaign: Campaign, offset: int = 0) -> datetime:
    """T, or a wave's own hour."""
    if campaign.exit_at is None:
        raise WayOutError("there is no hour to rehearse")
    return campaign.exit_at + timedelta(seconds=offset)


def _hands(fails: Mapping[int, tuple[str, str]]) -> Hands:
    """Hands that hold rehearsal networks and nothing else; who can't sign in is turned away."""
    accounts = Post.objects.filter(account__in=fails).values_list("pk", "account_id")
    turned_away = {
        str(post): [Refused(Reason(fails[account][0]), fails[account][1])] * TRIES
        for post, account in accounts
    }
    networks = {
        name: Rehearsal(name, latency=LATENCY, sign_ins=turned_away, clock=database_now)
        for name in NetworkName
    }
    return Hands(
        networks={name: lambda name=name: networks[name] for name in NetworkName},  # type: ignore[misc]
        open_secret=lambda _account: {},
        keep_secret=_keep_nothing,
        worker="rehearsal",
    )


def _keep_nothing(_account: Account, _secret: Secret) -> NoReturn:
    raise WayOutError("a rehearsal keeps no secret")


def _nothing(_ids: object) -> None:
    """What would be handed out now stays."""


def _delays(campaign: Campaign) -> dict[int, int]:
    """How many seconds after T each post leaves that a machine sends."""
    posts = Post.objects.filter(campaign=campaign, route=Route.DIRECT, state=State.APPROVED)
    return dict(posts.annotate(delay=delay_in(campaign)).values_list("pk", "delay"))


def _moments(delays: Iterable[int]) -> list[int]:
    """Each hour, and when what waited for something else then is handed out again.

    A farewell behind its announcement, an answer that said "in a moment": they go between the
    hours of two waves, as on the day, not after the last one.
    """
    again = int(PATIENCE.total_seconds()) + 1
    return sorted({delay + number * again for delay in delays for number in range(ROUNDS + 1)})


def _handed_out() -> list[int]:
    handed: list[int] = []
    turn(release=handed.extend, look=_nothing, now=database_now())
    return handed


def _left(campaign: Campaign, delays: Mapping[int, int], until: int) -> list[int]:
    """Whose second has come by then, and who has not gone."""
    waits = Post.objects.filter(campaign=campaign, route=Route.DIRECT, state=State.APPROVED)
    return [pk for pk in waits.values_list("pk", flat=True) if delays[pk] <= until]


def _end(campaign: Campaign, last: int) -> datetime:
    return window_ends_at(campaign, _hour_of(campaign)) + timedelta(seconds=last + 1)


def _report(campaign: Campaign) -> dict[str, Any]:
    lines = [*_posts(campaign), *_without_posts(campaign)]
    late = sorted(line["late_ms"] for line in lines if line["late_ms"] is not None)
    people = dict(User.objects.values_list("email", "pk"))
    letters = [
        {"kind": one.kind, "user": people.get(one.to), "organisation": one.organisation_id}
        for one in Letter.objects.all()
    ]
    lateness = {
        "p50": late[len(late) // 2] if late else 0,
        "p99": late[min(len(late) - 1, len(late) * 99 // 100)] if late else 0,
        "max": late[-1] if late else 0,
    }
    return {"lines": lines, "letters": letters, "lateness": lateness}


def _posts(campaign: Campaign) -> Iterator[dict[str, Any]]:
    people = set(
        Representative.objects.filter(removed_at=None).values_list("organisation_id", flat=True)
    )
    posts = Post.objects.filter(campaign=campaign).exclude(state=State.CANCELLED)
    for post in posts.select_related("account__organisation", "pledge"):
        if post.pledge.withdrawn_at or post.account.organisation.left_coalition_at:
            continue
        hour = _hour_of(campaign) + delay_of(post, campaign)
        out = post.published_at if post.fence and post.state == State.PUBLISHED else None
        yield {
            "post": post.pk,
            "organisation": post.account.organisation_id,
            "text": hashlib.sha256(post.text.encode()).hexdigest(),
            "hour": hour.isoformat(),
            "by_hand": post.route == Route.BY_HAND,
            "fate": fate_of(
                post,
                hour_stands=post.stands_for(campaign),
                people=post.account.organisation_id in people,
                phone=bool(post.account.organisation.contact_phone),
            ),
            "reason": post.reason,
            "detail": post.detail,
            "out_at": out.isoformat() if out else None,
            "late_ms": round((out - hour).total_seconds() * 1000) if out else None,
        }


def _without_posts(campaign: Campaign) -> Iterator[dict[str, Any]]:
    """Who leaves and has nothing that would go."""
    for pledge in standing_promises(campaign).filter(posts__isnull=True, holds_since__isnull=False):
        yield {
            "post": None,
            "organisation": pledge.organisation_id,
            "text": "",
            "hour": _hour_of(campaign).isoformat(),
            "by_hand": True,
            "fate": Fate.NOTHING,
            "reason": "",
            "detail": "",
            "out_at": None,
            "late_ms": None,
        }


def main(read: Callable[[], str], write: Callable[[str], None]) -> None:
    """One copy in, lines of JSON out; the last one is the report."""
    shut_every_door()
    report = play(json.loads(read()), lambda told: write(json.dumps(told)))
    write(json.dumps({"report": report}))
