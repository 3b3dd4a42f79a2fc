"""A thousand posts through everything that compose starts, as processes of this machine."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.parts.deployment import Network
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
from tests.fakex.server import FakeX
from tests.testnet import servers

HTTPS = {"X_Forwarded_Proto": "https"}
PAGE = "/nl/samen-weg/"
ORGANISATIONS = 500
AHEAD = 28  # seconds in which two workers sign a thousand accounts in
COUNT = """
from coalition.publishing.models import Attempt, Post
from coalition.publishing.states import State
import json
out = Post.objects.filter(state=State.PUBLISHED)
late = [(post.published_at - post.campaign.exit_at).total_seconds()
        for post in out.select_related("campaign")]
print(json.dumps({
    "published": out.count(),
    "others": Post.objects.exclude(state=State.PUBLISHED).count(),
    "attempts": Attempt.objects.count(),
    "shares": list(Attempt.objects.values_list("worker", flat=True)),
    "first": min(late, default=None), "last": max(late, default=None),
}))
"""


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


@pytest.fixture
def plan(tmp_path: Path) -> dict[str, Any]:
    return configuration(as_an_administrator_has_it(tmp_path))


def commanded(plan: dict[str, Any], name: str, values: dict[str, str], as_: str = "") -> list[str]:
    command = found_on_path(plan["services"][name]["command"], values)
    return [one.replace("worker@%h", f"{as_}@%h") if as_ else one for one in command]


def test_a_thousand_posts_go_out_once_each_and_the_page_says_so(
    plan: dict[str, Any], tmp_path: Path, network: Network, fake_x: FakeX
) -> None:
    with ExitStack() as stack:
        postgres = stack.enter_context(servers.Postgres())
        valkey = stack.enter_context(servers.Valkey(appendonly=True))
        values = settled(plan, tmp_path, database=postgres.create("coalition"), queue=valkey.url)
        values |= {
            "NETWORKS": "live",
            "BLUESKY_PRIVATE_HOSTS": "127.0.0.1",
            "X_API": fake_x.url,
            "X_CLIENT_ID": fake_x.client_id,
            "X_CLIENT_SECRET": fake_x.client_secret,
        }
        python_says("manage.py migrate --noinput", values)
        python_says("manage.py collectstatic --noinput", values)

        def start(name: str, as_: str = "") -> Service:
            home = tmp_path / (as_ or name)
            well = (home / "log").exists
            return stack.enter_context(
                Service(commanded(plan, name, values, as_), values, well, home=home)
            )

        start("snapshots")
        front = stack.enter_context(
            nginx(stack.enter_context(web(values, tmp_path)).port, values, tmp_path)
        )
        workers = [start("worker", "worker-a"), start("worker", "worker-b")]
        hands = [*workers, start("desk"), start("clock")]
        at = loaded(values, network, fake_x)
        said = turned(front.port, at + 45)
        found = settled_rows(values)
        for one in hands:
            assert "Traceback" not in one.last_words()
    sys.stdout.write(f"\nthe page said so {said - at:.1f} s after T; {found}\n")
    assert (found["published"], found["others"]) == (2 * ORGANISATIONS, 0)
    assert found["attempts"] == 2 * ORGANISATIONS
    assert found["first"] >= 0
    received = network.received()
    assert sorted(Counter(uri for uri, _at in received).values()) == [1] * ORGANISATIONS
    assert min(when for _uri, when in received) >= at
    authors = Counter(effect.user for effect in fake_x.effects())
    assert sorted(authors.values()) == [1] * ORGANISATIONS
    assert min(effect.received_at for effect in fake_x.effects()) >= at


def loaded(values: dict[str, str], network: Network, fake_x: FakeX) -> float:
    """The rows; when T is."""
    users = fake_x.add_users([f"organisation{number}" for number in range(ORGANISATIONS)])
    given = fake_x.issue_all(users)
    tokens = [
        (user.id, pair.access_token, pair.refresh_token)
        for user, pair in zip(users, given, strict=True)
    ]
    said = play(
        values,
        "from tests import thousand\n"
        f"thousand.load({network.url!r}, {tokens!r}, slug='samen-weg', seconds_ahead={AHEAD})\n"
        "print(Campaign.objects.get().exit_at.timestamp())",
    )
    return float(said)


def turned(port: int, at_most: float) -> float:
    """When the page that nginx serves says that all have left."""
    everybody = re.compile(rf"(?<!\d){ORGANISATIONS}(?!\d).{{0,200}}weg van X", re.DOTALL)
    while not everybody.search(plain(ask(port, PAGE, **HTTPS)[2].decode())):
        assert time.time() < at_most, "the page does not say it"
        time.sleep(0.2)
    return time.time()


def plain(page: str) -> str:
    """Its words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<body")[2]))


def settled_rows(values: dict[str, str]) -> dict[str, Any]:
    """What our own rows say, once nothing moves any more."""
    found: dict[str, Any] = json.loads(play(values, COUNT))
    for _ in range(10):
        if not found["others"]:
            break
        time.sleep(0.5)
        found = json.loads(play(values, COUNT))
    found["shares"] = sorted(Counter(found["shares"]).values())
    return found
