"""The public page outlives everything behind it: real processes, killed in turn, under load."""

import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import pytest

from tests.composed import (
    Service,
    as_an_administrator_has_it,
    ask,
    configuration,
    found_on_path,
    nginx,
    play,
    python_says,
    settled,
    web,
)
from tests.testnet import servers

HTTPS = {"X_Forwarded_Proto": "https"}
PAGE = "/nl/samen-weg/"
ASKED = (
    *(PAGE, "/nl/", "/fr/samen-weg/", "/de/samen-weg/method/"),
    *(f"{PAGE}now.json", f"{PAGE}data.csv", f"{PAGE}data.json", f"{PAGE}?kind=ngo"),
)
PATIENCE = 3  # a loaded machine may take this many times what we promise


@dataclass
class House:
    """What compose starts, with a campaign in it."""

    values: dict[str, str]
    front: int
    postgres: servers.Postgres
    valkey: servers.Valkey
    web: Service
    writer: Service
    folder: Path
    plan: dict[str, Any]

    def hand(self, name: str) -> Service:
        """The worker, the desk or the clock as compose starts it, in a rehearsal."""
        command = found_on_path(self.plan["services"][name]["command"], self.values)
        values = {**self.values, "NETWORKS": "rehearsal"}
        home = self.folder / name
        return Service(command, values, (home / "log").exists, home=home)

    def page(self) -> str:
        return ask(self.front, PAGE, **HTTPS)[2].decode()

    def as_of(self) -> datetime:
        news = json.loads(ask(self.front, f"{PAGE}now.json", **HTTPS)[2])
        return datetime.fromisoformat(news["as_of"])

    def seconds_until(self, words: str, *, at_most: float, since: float | None = None) -> float:
        began = time.monotonic() if since is None else since
        while not re.search(words, self.page()):
            assert time.monotonic() - began < at_most, f"{words!r} is not on the page"
            time.sleep(0.05)
        return time.monotonic() - began


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    plan = configuration(as_an_administrator_has_it(tmp_path))
    with ExitStack() as stack:
        postgres = stack.enter_context(servers.Postgres())
        valkey = stack.enter_context(servers.Valkey())
        values = settled(plan, tmp_path, database=postgres.create("coalition"), queue=valkey.url)
        python_says("manage.py migrate --noinput", values)
        python_says("manage.py collectstatic --noinput", values)
        play(
            values,
            "made = factories.campaign(slug='samen-weg', opened_at=datetime.now(UTC))\n"
            "factories.pledge(made, factories.organisation('Waterput'))\n",
        )
        written = tmp_path / "data" / "snapshots" / "now" / "www" / PAGE[1:] / "index.html"
        command = found_on_path(plan["services"]["snapshots"]["command"], values)
        writer = Service(command, values, written.exists, home=tmp_path / "writer")
        stack.enter_context(writer)
        behind = stack.enter_context(web(values, tmp_path))
        front = stack.enter_context(nginx(behind.port, values, tmp_path))
        yield House(values, front.port, postgres, valkey, behind, writer, tmp_path, plan)


class Visitors:
    """A few people who keep asking for everything, until the block ends."""

    def __init__(self, port: int, people: int = 4) -> None:
        self._port, self._done = port, threading.Event()
        self.answers: Counter[tuple[str, int]] = Counter()
        self._threads = [threading.Thread(target=self._look) for _ in range(people)]

    def _look(self) -> None:
        while not self._done.is_set():
            for path in ASKED:
                self.answers[path, ask(self._port, path, **HTTPS)[0]] += 1

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()


def test_the_page_stays_up_while_everything_behind_it_is_killed(house: House) -> None:
    assert "data-whole" not in ask(house.front, f"{PAGE}?kind=ngo", **HTTPS)[2].decode()
    with Visitors(house.front) as visitors:
        time.sleep(1)
        for victim in (house.valkey, house.postgres, house.web, house.writer):
            victim.kill()
            time.sleep(2)
            if victim is house.postgres:  # Django answers, and what it says is no page
                assert "data-whole" in ask(house.front, f"{PAGE}?kind=ngo", **HTTPS)[2].decode()
    sys.stdout.write(f"\n{visitors.answers.total()} answers: {dict(visitors.answers)}\n")
    wrong = {asked: times for asked, times in visitors.answers.items() if asked[1] != 200}
    assert wrong == {}
    assert {path for path, _ in visitors.answers} == set(ASKED)
    assert re.search(r'data-as-of="\d{4}-', house.page())
    assert "data-stale=" in house.page()
    assert (datetime.now(UTC) - house.as_of()).total_seconds() > 2
    assert "data-whole" in ask(house.front, f"{PAGE}?kind=ngo", **HTTPS)[2].decode()
    assert ask(house.front, "/", Accept_Language="fr-BE,nl;q=0.5", **HTTPS)[1]["location"] == (
        "/fr/"
    )
    assert ask(house.front, "/nl/sign-in/login/", **HTTPS)[0] == 502


def test_the_writer_goes_on_by_itself_after_its_database_was_away(house: House) -> None:
    house.postgres.kill()
    time.sleep(2)
    (house.postgres.data / "postmaster.pid").unlink(missing_ok=True)
    house.postgres.start()
    play(
        house.values,
        "made = Campaign.objects.get()\n"
        "factories.pledge(made, factories.organisation('Papieren Brug'))\n",
    )
    house.seconds_until("Papieren Brug", at_most=20)
    assert "Traceback" not in house.writer.last_words()


def test_a_change_is_on_the_page_within_three_seconds_of_its_commit(house: House) -> None:
    seconds = []
    for number in range(3):
        committed = play(
            house.values,
            "made = Campaign.objects.get()\n"
            f"factories.pledge(made, factories.organisation('Waterput {number}'))\n"
            "import time; print(time.monotonic())",
        )
        seen = f"Waterput {number}"
        seconds.append(house.seconds_until(seen, at_most=3 * PATIENCE, since=float(committed)))
    sys.stdout.write(f"\non the page after {', '.join(f'{each:.2f}' for each in seconds)} s\n")


def test_at_t_the_page_turns_within_two_seconds_of_the_first_post(house: House) -> None:
    from_now = 25
    play(
        house.values,
        f"T = datetime.now(UTC) + timedelta(seconds={from_now})\n"
        "Campaign.objects.update(exit_at=T, go_at=datetime.now(UTC))\n"
        "made = Campaign.objects.get()\n"
        "for one in range(5):\n"
        "    given = factories.pledge(made, factories.organisation(f'Deur {one}'))\n"
        "    factories.direct(given, 'x')\n",
    )
    with ExitStack() as stack:
        for name in ("worker", "desk", "clock"):
            stack.enter_context(house.hand(name))
        house.seconds_until("weg van X", at_most=from_now + 60)
        seen = time.time()
    first = float(
        play(
            house.values,
            "from coalition.publishing.models import Post\n"
            "out = Post.objects.filter(published_at__isnull=False)\n"
            "print(min(post.published_at for post in out).timestamp())",
        )
    )
    sys.stdout.write(f"\nthe page turned {seen - first:.2f} s after the first post\n")
    assert seen - first < 2 * PATIENCE
