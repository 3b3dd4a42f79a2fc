"""How sure we are of each organisation, since when, and who looked: the highest rung of all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.journal.actions import MACHINE
from coalition.members.queries import names_of
from coalition.members.states import Route
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind, State

RANK: Final = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Rung:
    """One reason: how good it is, of when, and who looked. `pk` where a person may overturn it."""

    organisation: int
    level: Level
    at: datetime
    by: str
    url: str = ""
    pk: int | None = None
    account: str = ""


def rungs(campaign: Campaign) -> dict[int, list[Rung]]:
    """Every reason of every organisation, the best and then the newest first; two queries."""
    found: dict[int, list[Rung]] = {}
    for rung in (*_posts(campaign), *_recorded(campaign)):
        found.setdefault(rung.organisation, []).append(rung)
    for mine in found.values():
        mine.sort(key=lambda rung: (RANK[rung.level], rung.at), reverse=True)
    return found


def ladder(campaign: Campaign) -> dict[int, Rung]:
    """The highest rung of each organisation, by its id."""
    return {organisation: mine[0] for organisation, mine in rungs(campaign).items()}


def _posts(campaign: Campaign) -> Iterator[Rung]:
    """What we sent, or X itself has shown, is seen; else the link alone was proved."""
    out = Post.objects.filter(campaign=campaign, kind=PostKind.FAREWELL, state=State.PUBLISHED)
    for post in out.select_related("account"):
        if post.published_at:
            level = Level.SEEN if post.route == Route.DIRECT or post.seen_at else Level.LINK
            yield Rung(
                *(post.account.organisation_id, level, post.published_at, MACHINE, post.url),
                account=str(post.account),
            )


def _recorded(campaign: Campaign) -> Iterator[Rung]:
    found = Evidence.objects.filter(campaign=campaign, overturned_at__isnull=True)
    rows = list(found.select_related("account"))
    names = names_of(one.recorded_by for one in rows)
    for one in rows:
        by = names.get(one.recorded_by, one.recorded_by)
        yield Rung(
            *(one.organisation_id, Level(one.level), one.recorded_at, by, one.url),
            pk=one.pk,
            account=str(one.account or ""),
        )
