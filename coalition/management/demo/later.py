"""The same exit, days later: everything by the same actions, each at its own hour in the past."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from coalition import wiring
from coalition.campaigns.actions import publish_report
from coalition.evidence.actions import Reason, say_left
from coalition.evidence.asking import reply
from coalition.evidence.looks import answer
from coalition.evidence.models import Look, Question
from coalition.evidence.rounds import open_rounds
from coalition.evidence.states import Level, Reply, Sight
from coalition.management.demo.hands import report_link, script, waiting_for_a_hand
from coalition.management.demo.stage import DAY, Stage
from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.members.states import Route
from coalition.networks.network import NetworkName
from coalition.networks.rehearsal import Rehearsal
from coalition.publishing.clock import database_now, move_clock
from coalition.publishing.erasing import erase_what_was_promised
from coalition.publishing.look import look_batch
from coalition.publishing.models import Post
from coalition.publishing.release import release_batch
from coalition.publishing.turn import turn

MINUTE: Final = timedelta(minutes=1)
SELF_REPORTED: Final = ("Tafel Zonder Hoofd",)
LATE: Final = {"Vuurtoren Fictegem": 1, "Le Pain et la Lune": 3, "Bibliothèque du Vent": 5}
NOT_YET: Final = ("Papieren Brug", "Joost Fictief")
POSTS_AGAIN: Final = "Sterrenwacht Samen"


def noon(days_ago: int, now: datetime) -> datetime:
    """T, so many days ago, at noon in Brussels."""
    zone = ZoneInfo("Europe/Brussels")
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time(12), zone).astimezone(UTC)


def live_on(stage: Stage, until: datetime) -> None:
    """The release at T, who follows by hand, who comes late, who looks again, and the report."""
    exit_at = stage.exit_at
    for account in Account.objects.filter(route=Route.DIRECT):
        keep_secret(account, {}, vault=wiring.vault(), now=stage.now)
    _release(exit_at)
    _post_by_hand(stage)
    for days in range(1, (until - exit_at).days + 1):
        now = exit_at + days * DAY + 30 * MINUTE
        open_rounds(now)
        _look(stage, now)
        erase_what_was_promised(now)
    if until - exit_at > 7 * DAY:
        publish_report(stage.campaign, actor=stage.coordinators[0], now=exit_at + 7.5 * DAY)


def _release(exit_at: datetime) -> None:
    """What is due leaves by machine, on a clock that was moved, as in a rehearsal."""
    settings.REHEARSAL_DIR.mkdir(parents=True, exist_ok=True)
    effects = settings.REHEARSAL_DIR / "effects.jsonl"
    networks = {
        name: Rehearsal(name, script=script(name), effects=effects, clock=database_now)
        for name in NetworkName
    }
    hands = replace(
        wiring.hands(),
        networks={name: lambda name=name: networks[name] for name in NetworkName},  # type: ignore[misc]
    )
    for seconds in (-2, 75):  # the second time for those whose answer was lost
        move_clock(exit_at + timedelta(seconds=seconds))
        due: list[int] = []
        doubtful: list[int] = []
        turn(release=due.extend, look=doubtful.extend, sent=hands.sent, now=database_now())
        release_batch(due, hands)
        look_batch(doubtful, hands)
    move_clock(datetime.now(UTC))


def _post_by_hand(stage: Stage) -> None:
    """Most within the hours after T; one says so and gives no link; some in the days after."""
    for number, post in enumerate(list(waiting_for_a_hand(stage))):
        name = post.account.organisation.name
        at = stage.exit_at + LATE.get(name, 0) * DAY + (3 + number * number // 3) * MINUTE
        if name in SELF_REPORTED:
            _say(stage, post, at)
        elif name not in NOT_YET:
            report_link(stage, post, at)


def _say(stage: Stage, post: Post, at: datetime) -> None:
    writer = stage.writers[post.account.organisation.name]
    say_left(
        stage.campaign,
        [post.account],
        Reason(Level.SELF_REPORTED, at),
        actor=writer.number,
        now=at + MINUTE,
    )


def _look(stage: Stage, now: datetime) -> None:
    """A coordinator looks at who left; who posts again is asked, and says so."""
    sights = {POSTS_AGAIN: Sight.POSTING, **dict.fromkeys(SELF_REPORTED, Sight.UNCLEAR)}
    waiting = Look.objects.filter(looked_at=None)
    for number, look in enumerate(waiting.select_related("account__organisation", "campaign")):
        answer(
            look,
            sights.get(look.account.organisation.name, Sight.SILENT),
            actor=stage.coordinators[number % len(stage.coordinators)],
            now=now,
        )
    asked = Question.objects.filter(replied_at=None)
    for question in asked.select_related("account__organisation"):
        writer = stage.writers[question.account.organisation.name]
        reply(question, Reply.BACK, actor=writer, now=now + 120 * MINUTE)
