"""Letters to who posts by hand: before the minute, at its door, and after it until it is done.

Which letter is due is a query, as posts are: what is proved, withdrawn, called off or moved is in
none of them, so nothing has to be cancelled. Moments that were slept through are not made up for.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import is_going, last_wave_at
from coalition.mail.actions import write_letter
from coalition.members.models import Organisation
from coalition.members.queries import people_of_each
from coalition.members.states import Route
from coalition.publishing.models import Post
from coalition.publishing.queries import by_hand_posts, standing_posts
from coalition.publishing.waves import delay_in, delay_of

AT_ONCE: Final = 200
LATER: Final = timedelta(days=1)
"""So much later than its wave a post's own minute may lie that was tried again."""


@dataclass(frozen=True, slots=True)
class Moment:
    """From when until when, seen from a post's own minute, its letter goes."""

    name: str
    begins: timedelta
    ends: timedelta

    @property
    def after(self) -> bool:
        """Whether the minute has passed."""
        return self.begins > timedelta(0)

    @property
    def takes_go(self) -> bool:
        """So near, a letter goes only where go was said."""
        return self.ends >= timedelta(0)


WEEK = Moment("7d", timedelta(days=-7), timedelta(days=-6))
DAY = Moment("24h", timedelta(hours=-24), timedelta(hours=-12))
HOUR = Moment("1h", timedelta(hours=-1), timedelta(minutes=-30))
MINUTES = Moment("5min", timedelta(minutes=-5), timedelta(0))
AFTER = Moment("after", timedelta(minutes=10), timedelta(hours=6))
NEXT_DAY = Moment("next day", timedelta(hours=24), timedelta(hours=48))
MOMENTS: Final = (WEEK, DAY, HOUR, MINUTES, AFTER, NEXT_DAY)


def remind_hands(now: datetime) -> int:
    """Every campaign whose hour is near enough; how many posts somebody was reminded of."""
    near = Campaign.objects.filter(
        opened_at__lte=now,
        called_off_at__isnull=True,
        stopped_at__isnull=True,
        no_go_at__isnull=True,
        exit_at__lte=now - WEEK.begins,
        exit_at__gt=now - timedelta(days=30),
    )
    return sum(
        remind(campaign, moment, now) for campaign in near for moment in _moments(campaign, now)
    )


def _moments(campaign: Campaign, now: datetime) -> list[Moment]:
    """Those that some post of this campaign could be in; mostly none, and then nothing is asked."""
    first = campaign.exit_at
    if first is None:
        return []
    last = last_wave_at(campaign, first) + LATER
    return [one for one in MOMENTS if first + one.begins <= now < last + one.ends]


@transaction.atomic(durable=True)
def remind(campaign: Campaign, moment: Moment, now: datetime) -> int:
    """One letter a person, organisation and minute; each post remembers its last moment."""
    waiting = list(
        _waiting(campaign, moment, now)
        .select_related("account__organisation", "campaign", "pledge")
        .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
    )
    letters: dict[tuple[Organisation, timedelta], list[Post]] = defaultdict(list)
    for post in waiting:
        if not _knows(post, moment):
            letters[post.account.organisation, delay_of(post, campaign)].append(post)
    people = people_of_each([organisation for organisation, _delay in letters])
    for (organisation, delay), posts in letters.items():
        for who in people[organisation.pk]:
            _write(moment, posts, delay, who, now)
    done = {"reminded": _mark(campaign, moment)}
    return Post.objects.filter(pk__in=[post.pk for post in waiting]).update(**done)


def _waiting(campaign: Campaign, moment: Moment, now: datetime) -> QuerySet[Post]:
    """Posts in somebody's hands whose minute is so far off, and not reminded of that yet."""
    exit_at = campaign.exit_at
    if exit_at is None or (moment.takes_go and not is_going(campaign)):
        return Post.objects.none()
    posts = by_hand_posts(campaign, now) if moment.after else standing_posts(campaign)
    return (
        posts.exclude(reminded=_mark(campaign, moment))
        .alias(minute=delay_in(campaign))
        .filter(
            route=Route.BY_HAND,
            minute__lte=math.floor((now - moment.begins - exit_at).total_seconds()),
            minute__gt=math.floor((now - moment.ends - exit_at).total_seconds()),
        )
    )


def _mark(campaign: Campaign, moment: Moment) -> str:
    """A moved T has other marks, so that its reminders count anew."""
    return f"{campaign.date_sequence}/{moment.name}"


def _knows(post: Post, moment: Moment) -> bool:
    """Approved after the moment had come: its people were here just now."""
    exit_at, approved_at = post.campaign.exit_at, post.approved_at
    if exit_at is None or approved_at is None or moment.after:
        return False
    return approved_at >= exit_at + delay_of(post, post.campaign) + moment.begins


def _write(
    moment: Moment,
    posts: Sequence[Post],
    delay: timedelta,
    who: tuple[str, str, str],
    now: datetime,
) -> None:
    """`posts`: of one organisation and one minute."""
    campaign, organisation = posts[0].campaign, posts[0].account.organisation
    name, email, language = who
    assert campaign.exit_at  # noqa: S101 — or no minute would be near
    seconds = int(delay.total_seconds())
    with translation.override(language):
        button = gettext("Your screen for the hour")
    write_letter(
        "by-hand",
        key=f"by-hand:{campaign.pk}:{_mark(campaign, moment)}:{organisation.pk}:{seconds}:{name}",
        to=email,
        language=language,
        context={
            "moment": moment.name,
            "campaign": campaign,
            "organisation": organisation,
            "posts": posts,
            "at": campaign.exit_at + delay,
            "zone": ZoneInfo(campaign.time_zone),
            "button": button,
        },
        organisation=organisation.pk,
        campaign=campaign.pk,
        now=now,
    )
