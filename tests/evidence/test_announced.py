"""Announcements read back by machine, on a real PDS: seen once a round, and nobody's silence."""

from datetime import timedelta

import pytest

from coalition.evidence.announced import ASKED_FOR, read_announcements
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.journal.actions import MACHINE
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.hosts import Hosts
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind, State
from tests import factories
from tests.evidence.after import DAY, NEXT_DAY, Gone, gone
from tests.factories import T
from tests.testnet.pds import Pds

pytestmark = pytest.mark.django_db
MONTH = T + timedelta(days=30, hours=1)


def hosts(pds: Pds) -> Hosts:
    return Hosts(plc=pds.plc.url, api=pds.url, private=frozenset({"localhost", "127.0.0.1"}))


def announces(pds: Pds, *, where: str = "") -> tuple[Gone, str]:
    """It left, and its announcement stands on a real server; `where`: only we think so."""
    left, person = gone(), pds.person()
    session = pds.call(
        "com.atproto.server.createSession", identifier=person.did, password=person.password
    )
    made = pds.call(
        "com.atproto.repo.createRecord",
        token=session["accessJwt"],
        repo=person.did,
        collection="app.bsky.feed.post",
        record={
            "$type": "app.bsky.feed.post",
            "text": "Hier zijn we.",
            "createdAt": "2027-01-20T11:00:01Z",
        },
    )
    home = factories.account(left.pledge.organisation, NetworkChoices.BLUESKY, handle=person.handle)
    factories.post(
        left.pledge,
        home,
        kind=PostKind.ANNOUNCEMENT,
        state=State.PUBLISHED,
        network_post_id=where.format(did=person.did) or made["uri"],
        published_at=T + timedelta(seconds=1),
    )
    return left, session["accessJwt"]


def test_what_can_be_read_is_seen_once_a_round(pds: Pds) -> None:
    left, _token = announces(pds)
    assert read_announcements(hosts(pds), now=T + timedelta(hours=1)) == 0
    assert read_announcements(hosts(pds), now=NEXT_DAY) == 1
    assert read_announcements(hosts(pds), now=NEXT_DAY + timedelta(minutes=1)) == 0
    assert read_announcements(hosts(pds), now=MONTH) == 1
    found = Evidence.objects.order_by("pk")
    assert [one.level for one in found] == [Level.SEEN, Level.RECHECKED]
    assert {one.recorded_by for one in found} == {MACHINE}
    assert {one.organisation for one in found} == {left.pledge.organisation}


def test_what_was_taken_away_is_not_seen(pds: Pds) -> None:
    announces(pds, where="at://{did}/app.bsky.feed.post/3kxxxxxxxxxx2")
    assert read_announcements(hosts(pds), now=NEXT_DAY) == 0
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("uri", ["at://did:plc:nobody/app.bsky.feed.post/3k", "at://elsewhere/x/y"])
def test_whose_host_cannot_be_found_is_asked_again_and_says_nothing(pds: Pds, uri: str) -> None:
    announces(pds, where=uri)
    assert read_announcements(hosts(pds), now=NEXT_DAY) == 0
    Post.objects.filter(kind=PostKind.ANNOUNCEMENT).update(network_post_id=uri)
    assert read_announcements(hosts(pds), now=NEXT_DAY + DAY) == 0
    assert not Evidence.objects.exists()


def test_after_two_days_it_waits_for_the_next_round(pds: Pds) -> None:
    announces(pds)
    assert read_announcements(hosts(pds), now=T + DAY + ASKED_FOR) == 0
    assert read_announcements(hosts(pds), now=MONTH) == 1
