"""What an administrator or a monitor wants to know, in a few queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Count, Min

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import is_going
from coalition.health.models import Pulse
from coalition.mail.models import Letter
from coalition.members.models import Account, Coordinator, Credential, GivenBack
from coalition.members.states import NetworkChoices, Route
from coalition.networks.x.length import cost
from coalition.publishing.models import Breaker, Post
from coalition.publishing.queries import direct_posts, due_between
from coalition.publishing.states import State

SOON: Final = 60.0
"""Seconds in which a due post is on its way, if anybody works."""
PULSES: Final = ("tick", "worker", "letters", "backup")
TO_COME: Final = (State.APPROVED, State.SENDING, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look. Ages are in seconds; None where there is nothing of the kind."""

    pulse_ages: dict[str, float | None]
    posts: dict[str, int]
    overdue: float | None
    letters_waiting: int
    oldest_letter: float | None
    letters_failed: int
    breakers: tuple[str, ...]


def vitals(now: datetime) -> Vitals:
    """How it is now."""
    pulses = dict(Pulse.objects.values_list("name", "at"))
    waiting = Letter.objects.filter(sending_at__isnull=True).aggregate(
        count=Count("pk"), oldest=Min("written_at")
    )
    counted = dict(Post.objects.values_list("state").annotate(count=Count("pk")))
    return Vitals(
        pulse_ages={name: _age(pulses.get(name), now) for name in PULSES},
        posts={state.value: counted.get(state.value, 0) for state in State},
        overdue=_overdue(now),
        letters_waiting=waiting["count"],
        oldest_letter=_age(waiting["oldest"], now),
        letters_failed=Letter.objects.filter(failed_at__isnull=False).count(),
        breakers=tuple(
            Breaker.objects.filter(closed_at__isnull=True).values_list("network", flat=True)
        ),
    )


def _age(at: datetime | None, now: datetime) -> float | None:
    return (now - at).total_seconds() if at else None


def _overdue(now: datetime) -> float | None:
    """How long the post that is due for longest has been due, over all campaigns."""
    ages = []
    for campaign in Campaign.objects.filter(opened_at__isnull=False, exit_at__isnull=False):
        if campaign.exit_at is None or not is_going(campaign):
            continue
        window = timedelta(seconds=campaign.window_seconds)
        due = due_between(campaign, direct_posts(campaign), now - window, now)
        first = due.aggregate(first=Min("offset_seconds"))["first"]
        if first is not None:
            ages.append((now - campaign.exit_at).total_seconds() - first)
    return max(ages, default=None)


def is_well(now: datetime) -> bool:
    """Whether what has to be sent is being sent."""
    overdue = _overdue(now)
    return overdue is None or overdue < SOON


def keys_in_use() -> dict[str, int]:
    """Which keys seal how many secrets, also of those that are only kept to be given back."""
    found: Counter[str] = Counter()
    for model in (Credential, GivenBack):
        found.update(dict(model._default_manager.values_list("key_id").annotate(Count("pk"))))  # noqa: SLF001 — public
    return dict(found)


def coordinators_now() -> int:
    """How many people run the exit."""
    return Coordinator.objects.filter(removed_at__isnull=True, user__is_active=True).count()


def account_hosts() -> list[str]:
    """The servers of the accounts that we post for."""
    connected = Account.objects.filter(connected_at__isnull=False).exclude(host="")
    return list(connected.order_by("host").values_list("host", flat=True).distinct())


def x_cost() -> tuple[Decimal, Decimal]:
    """In dollars, what direct posts on X have cost and what those that are approved will cost."""
    direct = Post.objects.filter(network=NetworkChoices.X, route=Route.DIRECT)
    spent = direct.filter(state=State.PUBLISHED).values_list("text", flat=True)
    to_come = direct.filter(state__in=TO_COME).values_list("text", flat=True)
    return sum(map(cost, spent), Decimal(0)), sum(map(cost, to_come), Decimal(0))
