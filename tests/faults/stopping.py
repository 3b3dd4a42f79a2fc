"""STOP pressed at any instant of a release, over and over, in processes of their own.

A sender claims and sends in slices of two; a person presses STOP in the web's own process. When
STOP's transaction committed is the database's word, what left is the network's. A post that came
to X after that commit must have been under way: its organisation is named to who pressed.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO, Any, cast

from django.db import connection

from coalition.campaigns.models import Campaign
from coalition.members.states import NetworkChoices
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.faults.house import Town
from tests.faults.oracle import Effect
from tests.testnet.server import launched

POSTS = 6
PAIRS = 3
ANSWERS_AFTER = 20  # milliseconds: long enough to be under way


@dataclass
class Story:
    """What the interleavings came to."""

    wrong: list[str] = field(default_factory=list)
    ways: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """How often so many were out before STOP, named to who pressed it, and never left."""


class Hand:
    """A process that does one thing each time it is told to."""

    def __init__(self, role: str, *arguments: object, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.faults.stopping_hands", role, *map(str, arguments)]
        self.process = subprocess.Popen(
            launched(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def tell(self, **order: object) -> None:
        """Begin."""
        stdin = cast("IO[str]", self.process.stdin)
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()

    def hear(self) -> dict[str, Any]:
        """What came of it."""
        line = cast("IO[str]", self.process.stdout).readline()
        if not line:
            raise RuntimeError("a process of the race has ended")
        return cast("dict[str, Any]", json.loads(line))

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.communicate()


@dataclass
class Race:
    """One campaign, its sender and its coordinator."""

    town: Town
    environment: dict[str, str]
    chance: random.Random
    story: Story
    usual: float = 0.2  # seconds until the last post of a whole release has left
    began: float = 0.0
    read: int = 0  # of the network's log

    @contextmanager
    def begun(self) -> "Iterator[Race]":
        """Rows, and two processes that are warm."""
        hour = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=2)
        self.campaign = factories.going(exit_at=hour, window_seconds=86_400)
        self.posts: dict[str, Post] = {}
        for number in range(POSTS):
            member = self.town.member()
            pledge = factories.pledge(self.campaign, member.organisation)
            text = f"{number}. Wij gaan. {time.time_ns()}"
            post = factories.direct(pledge, NetworkChoices.X, member.x, text=text)
            self.posts[text] = post
        actor = factories.coordinator()
        ids = [post.pk for post in self.posts.values()]
        with ExitStack() as stack:
            self.sender = Hand("sender", *ids, environment=self.environment)
            stack.callback(self.sender.close)
            self.presser = Hand(
                "presser", actor.pk, self.campaign.slug, environment=self.environment
            )
            stack.callback(self.presser.close)
            for hand in (self.sender, self.presser):
                hand.hear()
            yield self

    def begin(self) -> None:
        """Everything is due again; both start, the person a little later."""
        Campaign.objects.filter(pk=self.campaign.pk).update(stopped_at=None)
        Post.objects.filter(campaign=self.campaign).update(
            state=State.APPROVED,
            lease_until=None,
            armed_until=None,
            not_before=None,
            network_post_id="",
            published_at=None,
            detail="",
        )
        self.began = time.time()
        self.sender.tell()
        self.presser.tell(after=self.chance.uniform(0, 1.1 * self.usual))

    def end(self) -> None:
        """Both are done."""
        self.sender.hear()
        self.judge(self.presser.hear()["named"])

    def judge(self, named: Sequence[str]) -> None:
        """By the network's log and the database's commit."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))"
                " FROM coalition_campaign WHERE id = %s",
                [self.campaign.pk],
            )
            stopped = float(cursor.fetchone()[0])
        out = self.new_effects()
        before = {one.text for one in out if one.at <= stopped}
        after = {one.text for one in out} - before
        under_way = {
            text for text, post in self.posts.items() if post.account.organisation.name in named
        }
        for text in after - under_way:
            self.story.wrong.append(f"{self.posts[text]} left after STOP, and nobody was told")
        if len(out) > len(before | after):
            self.story.wrong.append("a post left twice")
        states = {post.text: post.state for post in Post.objects.filter(campaign=self.campaign)}
        for text, state in states.items():
            if (state == State.PUBLISHED) != (text in before | after):
                self.story.wrong.append(f"{self.posts[text]} is {state}")
        if len(before) == POSTS:  # too late to race with anything
            last = max(one.at for one in out) - self.began
            self.usual += (last - self.usual) / 4
        never = POSTS - len(before | after)
        self.story.ways[len(before), len(under_way), never] += 1

    def new_effects(self) -> list[Effect]:
        """What the network has logged since the last look."""
        with self.town.fake_x.effects_path.open(encoding="utf-8") as file:
            file.seek(self.read)
            lines = [json.loads(line) for line in file.readlines()]
            self.read = file.tell()
        return [
            Effect(line["id"], line["user"], line["text"], line["received_at"])
            for line in lines
            if line["text"] in self.posts
        ]


def race(town: Town, environment: dict[str, str], *, times: int, seed: int) -> Story:
    """So many interleavings, a few campaigns side by side."""
    story = Story()
    town.fake_x.allow_duplicates()  # each release says the same words again
    town.fake_x.set_latency(ANSWERS_AFTER)
    races = [Race(town, environment, random.Random(f"{seed}.{n}"), story) for n in range(PAIRS)]
    with ExitStack() as stack:
        for one in races:
            stack.enter_context(one.begun())
        for _ in range(-(-times // PAIRS)):
            for one in races:
                one.begin()
            for one in races:
                one.end()
    return story
