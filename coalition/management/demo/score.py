"""What came of every due post, by the rehearsal's own log and not by our tables alone."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from coalition.campaigns.models import Campaign
from coalition.management.demo.cast import CAST, Case, Word
from coalition.members.states import NetworkChoices, Route
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of


@dataclass(frozen=True, slots=True)
class Lateness:
    """Milliseconds from a post's hour to the network's receiving it."""

    p50: float = 0.0
    p99: float = 0.0
    max: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """The table that the demo ends with."""

    due: int
    published: int
    by_hand: int
    refused: int
    uncertain: int
    missed: int
    lost: int
    doubled: int
    early: int
    lateness_ms: Lateness

    def as_json(self) -> str:
        """For a script."""
        return json.dumps(asdict(self))


def due_at_t(campaign: Campaign) -> list[Post]:
    """Every post that had to leave, by machine or by hand."""
    return list(
        Post.objects.filter(
            campaign=campaign,
            pledge__holds_since__isnull=False,
            approved_for=campaign.exit_at,
            approved_sequence=campaign.date_sequence,
        )
        .exclude(state__in=(State.DRAFT, State.CANCELLED))
        .select_related("account__organisation", "pledge")
    )


def score(campaign: Campaign, effects: Path) -> Score:
    """Hold our rows against the networks' log."""
    posts = due_at_t(campaign)
    received = _received(effects)
    states: Counter[str] = Counter()
    for post in posts:
        states[_column(post, received)] += 1
    exit_at = campaign.exit_at or campaign.created_at
    hours = {str(post.pk): exit_at + delay_of(post, campaign) for post in posts}
    late = sorted(
        (at - hours.get(post, exit_at)) / timedelta(milliseconds=1)
        for post, times in received.items()
        for at in times
    )
    return Score(
        due=len(posts),
        published=states["published"],
        by_hand=states["by hand"],
        refused=states["refused"],
        uncertain=states["uncertain"],
        missed=states["missed"],
        lost=states["lost"],
        doubled=sum(len(times) - 1 for times in received.values()),
        early=sum(one < 0 for one in late),
        lateness_ms=Lateness(_part(late, 0.5), _part(late, 0.99), _part(late, 1.0)),
    )


def _received(effects: Path) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    if effects.exists():
        for line in effects.read_text().splitlines():
            effect = json.loads(line)
            at = datetime.fromisoformat(effect["received_at"])
            found.setdefault(effect["post"], []).append(at)
    return found


def _column(post: Post, received: dict[str, list[datetime]]) -> str:
    match State(post.state):
        case State.PUBLISHED:
            sent = post.route == Route.BY_HAND or str(post.pk) in received
            return "published" if sent else "lost"
        case State.APPROVED if post.route == Route.BY_HAND:
            return "by hand"
        case State.REFUSED | State.UNCERTAIN | State.MISSED:
            return post.state
        case _:
            return "lost"


def _part(values: list[float], part: float) -> float:
    if not values:
        return 0.0
    return round(values[min(len(values) - 1, int(part * len(values)))], 1)


def complaints(campaign: Campaign, effects: Path) -> list[str]:
    """What did not go as the cast demands, one sentence each; empty when all did."""
    received = _received(effects)
    posts: dict[str, list[Post]] = {}
    for post in Post.objects.filter(campaign=campaign).select_related("account__organisation"):
        posts.setdefault(post.account.organisation.name, []).append(post)
    found = []
    for player in CAST:
        own = posts.get(player.name, [])
        out = {post.pk for post in own if str(post.pk) in received}
        if player.word in {Word.WITHDREW, Word.LEFT_COALITION, Word.DECLINED, Word.SILENT} and out:
            found.append(f"{player.name}: nothing should have gone out")
        found += [f"{player.name}: {wrong}" for wrong in _case(player.case, own, out)]
        if player.word in {Word.FIRM, Word.CONDITIONAL}:
            found += [
                f"{player.name}: its {post.kind} did not go out ({post.state})"
                for post in own
                if post.route == Route.DIRECT and post.pk not in out
            ]
    return found


def _case(case: Case | None, own: list[Post], out: set[int]) -> list[str]:
    x = [post for post in own if post.network == NetworkChoices.X]
    bluesky = [post for post in own if post.network == NetworkChoices.BLUESKY]
    match case:
        case Case.BLUESKY_LOST_ANSWER | Case.X_DUPLICATE:
            doubtful = bluesky if case is Case.BLUESKY_LOST_ANSWER else x
            seen = [post for post in doubtful if post.attempts.filter(outcome="unknown").exists()]
            return [] if seen and seen[0].state == State.PUBLISHED else ["was not read back"]
        case Case.REPORTS_LINK:
            return [] if x and x[0].state == State.PUBLISHED else ["its link was not taken"]
        case Case.TOO_ALIKE:
            return [] if x and x[0].route == Route.BY_HAND else ["its text was not blocked"]
        case Case.ONE_STAYS:
            return [] if len(x) == 2 else ["two of its three accounts say farewell"]  # noqa: PLR2004
        case Case.TWO_LANGUAGES:
            return [] if {post.language for post in x} == {"nl", "fr"} else ["two languages"]
        case Case.SUSPENDED:
            return [] if not x and out else ["announces on Bluesky only"]
        case Case.NO_BLUESKY | Case.SQUATTED:
            return [] if not bluesky and x else ["has nowhere to arrive yet"]
        case _:
            return []
