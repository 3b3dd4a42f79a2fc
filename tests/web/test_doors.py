"""Every address × every role × every method, from the resolver itself. The table: doors.py."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.web import doors
from tests.web.doors import (
    COORDINATOR,
    DOORS,
    METHODS,
    NOBODY,
    OFF,
    OTHERS,
    OWNER,
    ROLES,
    TEAM,
    Door,
    Shared,
    Theirs,
)
from tests.web.town import CANARY, Town, ask

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    del db
    with time_machine.travel(factories.NOW, tick=False):
        yield Town()


def test_the_table_has_a_line_for_every_address() -> None:
    there = set(doors.names())
    missing = sorted(there - DOORS.keys())
    assert not missing, (
        f"No line for {', '.join(missing)}: say in DOORS of tests/web/doors.py who may look (get=) "
        "and who may act (post=) there."
    )
    gone = sorted(DOORS.keys() - there)
    assert not gone, f"{', '.join(gone)}: no such address any more; take it out of DOORS."


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_the_table_says(town: Town, role: str) -> None:
    wrong = []
    for name, door in DOORS.items():
        address = town.address(name, town.ours)
        for method in METHODS:
            cache.clear()  # throttles are another test's
            with CaptureQueriesContext(connection) as queries:
                response = ask(town.browsers[role], method, address)
            expected = door.expected(role, method)
            if response.status_code not in expected:
                wrong.append(f"{method} {name}: {response.status_code}, not {expected}")
            if isinstance(door, Door) and door.sends_to_the_sign_in(role):
                where = f"{reverse('account_login')}?next={address}"
                if response["Location"] != where:
                    wrong.append(f"{method} {name}: to {response['Location']}, not to {where}")
            if role not in {OTHERS, COORDINATOR} and CANARY in everything(response):
                wrong.append(f"{method} {name}: tells what another organisation alone may know")
            if method in {"GET", "HEAD"}:
                wrong += [f"{method} {name}: {sql}" for sql in written(queries, door.remembers)]
    assert not wrong, "\n".join(wrong)


def everything(response: HttpResponseBase) -> str:
    """The whole answer, headers too."""
    body = getattr(response, "content", b"")
    return f"{response.headers} {response.cookies} {body.decode(errors='replace')}".lower()


def written(queries: CaptureQueriesContext, may_remember: bool) -> list[str]:  # noqa: FBT001
    """Rows that looking changed; a session of one's own may be kept up where the table says so."""
    found = [each["sql"] for each in queries if each["sql"].startswith(WRITES)]
    return [sql for sql in found if not (may_remember and "django_session" in sql)]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {NOBODY, OFF}))
def test_what_is_not_yours_answers_exactly_as_what_is_not_there(town: Town, role: str) -> None:
    wrong = []
    for name, door in DOORS.items():
        if (
            isinstance(door, Theirs | Shared)
            or NOBODY in door.get
            or {role} == door.get | door.post
        ):
            continue  # a coordinator sees every organisation
        for yours, none in town.elsewhere(name, ours=role in TEAM):
            for method in METHODS:
                found, nothing = (seen(town.browsers[role], method, one) for one in (yours, none))
                if found != nothing:
                    wrong.append(f"{method} {yours} {found[:3]}, {none} {nothing[:3]}")
    assert not wrong, "\n".join(wrong)


def seen(client: Client, method: str, address: str) -> tuple[int, str, int, str]:
    """What an answer gives away: its status, where to, how many queries, and its words."""
    cache.clear()
    connection.queries_log.clear()  # it holds 9,000, and there are many doors
    with CaptureQueriesContext(connection) as queries:
        response = ask(client, method, address)
    words = response.content.decode(errors="replace").replace(address.removeprefix("/en"), "…")
    return response.status_code, response.get("Location", ""), len(queries), words


@pytest.mark.parametrize("role", [NOBODY, OWNER, COORDINATOR])
def test_every_change_insists_on_its_token(town: Town, role: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = town.browsers[role].cookies
    for name, door in DOORS.items():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            response = ask(client, method, town.address(name, town.ours))
            if isinstance(door, Door) and door.tokenless:
                assert not response.cookies, name
                continue
            shared = isinstance(door, Shared)  # nothing there can change at all
            refused = door.expected(role, method) if shared else {403}
            assert response.status_code in refused, f"{method} {name}"
