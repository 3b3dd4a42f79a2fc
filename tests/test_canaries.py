"""What opens an account or a door is in nothing that a whole run leaves behind (G12).

A secret of each kind is planted; then people connect, fail, post, leave and look at everything,
with logs at DEBUG; then every row, letter, line, answer and message on the queue is searched.
"""

import io
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import redis
from django.apps import apps
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from coalition import tasks, wiring
from coalition.celery import app
from coalition.joining.opening import open_link
from coalition.journal.actions import chain_new_entries
from coalition.mail.actions import post_letters
from coalition.members.actions import keep_secret, make_sign_in_link
from coalition.members.models import Account, Credential
from coalition.members.states import NetworkChoices
from coalition.members.witnesses import tell_the_head
from coalition.publishing.erasing import erase_what_was_promised
from coalition.publishing.turn import turn
from coalition.web.redaction import NoTokens
from tests import factories
from tests.factories import NOW
from tests.testnet.servers import Valkey
from tests.web.doors import COORDINATOR, DOORS, OWNER
from tests.web.town import Town, ask

pytestmark = pytest.mark.django_db
PASSWORD = "kana-riev-ogel-geel"
SECRETS = {
    "an app password": PASSWORD,
    "a refused password": "kana-rief-outf-ouut",
    "an access token": "canary.access.4f1d",
    "a refresh token": "canary.refresh.77ab",
}


@dataclass
class Left:
    """Everything that was left behind, by where."""

    found: dict[str, str] = field(default_factory=dict)

    def holding(self, secret: str) -> list[str]:
        forms = (secret, b64encode(secret.encode()).decode().rstrip("="), secret.encode().hex())
        return [where for where, text in self.found.items() if any(one in text for one in forms)]


@pytest.fixture
def log(settings: Settings) -> Iterator[io.StringIO]:
    """The house's own handler, at DEBUG, writing where we can read."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    assert "tokens" in settings.LOGGING["handlers"]["stderr"]["filters"]
    handler.addFilter(NoTokens())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def rows() -> dict[str, str]:
    """Every column of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[f"table {table}"] = "\n".join(
                " ".join(as_text(cell) for cell in row) for row in cursor.fetchall()
            )
    return found


def as_text(cell: object) -> str:
    return bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)


def messages(at: Valkey) -> str:
    """What lies on the queue, unwrapped."""
    queue = redis.Redis(port=at.port, db=0)
    lists = [key for key in queue.scan_iter() if queue.type(key) == b"list"]
    lying = [json.loads(one) for key in lists for one in queue.lrange(key, 0, -1)]
    return "\n".join(f"{one['headers']} {b64decode(one['body']).decode()}" for one in lying)


@pytest.fixture
def left(settings: Settings, log: io.StringIO, valkey: Valkey) -> Left:
    settings.NETWORKS = "rehearsal"
    town = Town()
    cache.clear()
    owner, boss = town.browsers[OWNER], town.browsers[COORDINATOR]
    home = town.ours.organisation
    fresh = factories.account(home, NetworkChoices.BLUESKY, handle="waterput.example")
    where = f"/en/account/{home.slug}/{fresh.pk}/"
    answers = [owner.post(where, {"password": PASSWORD})]
    assert Account.objects.get(pk=fresh.pk).connected_at
    settings.NETWORKS = "off"
    answers.append(owner.post(where, {"password": SECRETS["a refused password"]}))
    on_x = factories.account(home, network_id="4711")
    tokens = {
        "access_token": SECRETS["an access token"],
        "refresh_token": SECRETS["a refresh token"],
        "expires_at": NOW.isoformat(),
    }
    keep_secret(on_x, tokens, vault=wiring.vault(), now=NOW)
    invitation = town.tokens["invitation"]
    SECRETS["an invitation"] = invitation
    SECRETS["a sign-in link"] = make_sign_in_link(factories.person(), now=NOW)
    for link in (f"invitation/{invitation}", f"enter/{SECRETS['a sign-in link']}"):
        strict = Client(enforce_csrf_checks=True)
        strict.post(f"/en/member/{link}/")  # refused, and logged with its path
        strict.put(f"/en/member/{link}/")
    pages = [town.address(name, town.ours) for name in DOORS if DOORS[name].at not in town.tokens]
    answers += [ask(browser, "GET", page) for page in pages for browser in (owner, boss)]
    written = [answer.content.decode(errors="replace") for answer in answers if answer.content]
    turn(release=lambda _ids: None, look=lambda _ids: None, now=NOW)
    chain_new_entries()
    tell_the_head(NOW)
    before = rows()
    post_letters(open_link=open_link, now=NOW)
    app.conf.broker_url = django_settings.REDIS_URL
    tasks.release.delay([town.ours.post.pk])
    tasks.look.delay([town.ours.post.pk])
    erase_what_was_promised(NOW)
    letters = "\n".join(
        str(message.body) for message in mail.outbox if "invit" not in str(message.subject).lower()
    )
    return Left(
        {**before, "log": log.getvalue(), "answers": "\n".join(written)}
        | {"letters": letters, "queue": messages(valkey)}
    )


def test_no_secret_is_in_anything_that_a_run_leaves_behind(left: Left) -> None:
    assert Credential.objects.count() >= 2
    assert left.found["log"].count("\n") > 50
    assert "/member/invitation/…" in left.found["log"]
    assert "coalition.release" in left.found["queue"]
    assert {kind: where for kind, text in SECRETS.items() if (where := left.holding(text))} == {}


def test_the_search_reads_every_table() -> None:
    town = Town()
    town.ours.letter.text = f"look: {PASSWORD}"
    town.ours.letter.save()
    Credential.objects.update(sealed=PASSWORD.encode())
    found = Left(rows()).holding(PASSWORD)
    assert found == ["table coalition_credential", "table coalition_letter"]


def test_the_search_reads_the_queue_and_the_log(valkey: Valkey, log: io.StringIO) -> None:
    app.conf.broker_url = django_settings.REDIS_URL
    tasks.release.delay([PASSWORD])
    logging.getLogger("somewhere").debug("signing in with %s", PASSWORD)
    found = Left({"log": log.getvalue(), "queue": messages(valkey)})
    assert found.holding(PASSWORD) == ["log", "queue"]
    redis.Redis(port=valkey.port, db=0).flushdb()
