"""The whole story: eight organisations leave X at one hour and arrive on Bluesky together.

Everything is real but X: PostgreSQL, Valkey, two Celery workers and a beat, a Bluesky PDS. On
each network an answer is lost, one account is refused, one organisation takes its word back, and a
worker is killed in the middle. What happened is asked of the networks, not of our own tables.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from coalition.campaigns.actions import set_exit_at
from coalition.campaigns.deciding import decide
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.states import ConditionKind
from coalition.publishing.actions import prove_by_hand
from tests import environment, factories
from tests.fakex.server import FakeX
from tests.scene import Scene, database_url, until, who_is_sending
from tests.testnet.faultproxy import Fault, FaultProxy
from tests.testnet.hands import Beat, Worker
from tests.testnet.pds import Pds
from tests.testnet.servers import Valkey

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(environment.on_sqlite(), reason="workers of their own share a PostgreSQL"),
]


def test_the_exit(pds: Pds, fake_x: FakeX, valkey: Valkey, client: Client) -> None:
    campaign = factories.campaign(
        slug="samen-weg", opened_at=datetime.now(UTC), decide_before_minutes=0
    )
    scene = Scene(campaign, pds, fake_x)
    scene.friend = scene.arrives(factories.organisation("Koepel Voorbeeld")).handle

    with FaultProxy(pds.port, host="localhost") as faulty_line:
        # They pledge. Zaad and Jardins each wait for others, and nobody has to go first.
        scene.joins("Waterput")
        scene.joins("Zaad", Wait(ConditionKind.AT_LEAST, 4))
        zaad = scene.pledges["Zaad"].organisation
        scene.joins("Jardins", Wait(ConditionKind.NAMED, organisations=[zaad]))
        scene.joins("Nachtbus")
        scene.joins("Atelier", line=faulty_line.url)
        scene.joins("Moestuin")
        scene.joins("Rode Draad")
        scene.joins("Lampadaire", posts_on_x_by_hand=True)

        # The hour is chosen, the words are written and approved, two coordinators say go.
        exit_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=40)
        set_exit_at(campaign, exit_at, actor=factories.coordinator(), now=datetime.now(UTC))
        scene.writes_and_approves()
        for _ in range(2):
            decide(campaign, go=True, actor=factories.coordinator(), now=datetime.now(UTC))
        withdraw(
            scene.pledges["Rode Draad"],
            actor=scene.writers["Rode Draad"],
            now=datetime.now(UTC),
        )

        # What goes wrong: two lost answers, one suspension in a later wave, and a dead worker.
        scene.goes_later("Moestuin", seconds=15)
        fake_x.set_latency(400)
        fake_x.suspend(scene.users["Moestuin"])
        fake_x.arm("commit-then-hang", user=scene.users["Nachtbus"], seconds=60)
        faulty_line.arm(Fault("drop", match="putRecord"))
        before = page(client)  # now: a busy machine may start its workers after T
        with (
            Worker(database_url(), valkey.url, **scene.live()) as worker,
            Worker(database_url(), valkey.url, **scene.live()) as other,
            Beat(database_url(), valkey.url, **scene.live()),
        ):
            until(lambda: bool(fake_x.effects()), seconds=120, what="the first farewell")
            sending = who_is_sending([worker, other])
            sending.kill()
            sending.start()
            until(lambda: not scene.unsettled(), seconds=300, what="everything settled")

        # On Bluesky each stands once in its own repository, whole, at T and not before.
        leaving = set(scene.pledges) - {"Rode Draad"}
        for name in leaving:
            (record,) = scene.announcements(name)
            assert record["value"]["text"] == scene.post(name, "bluesky").text
            assert marked(record["value"]) == {
                "link": "https://exit.example.org/é",
                "tag": "#samenweg",
                "mention": f"@{scene.friend}",
            }
            assert scene.arrived_at(name) >= exit_at
            assert scene.post(name, "bluesky").state == "published"
        assert scene.announcements("Rode Draad") == []

        # On X each stands once; a suspension is a refusal, said; who posts by hand still can.
        for name in leaving - {"Moestuin", "Lampadaire"}:
            assert scene.farewells(name) == [scene.post(name, "x").text]
            assert scene.post(name, "x").state == "published"
        assert (scene.post("Moestuin", "x").state, scene.farewells("Moestuin")) == ("refused", [])
        assert scene.farewells("Rode Draad") == []
        assert min(effect.received_at for effect in fake_x.effects()) >= exit_at.timestamp()
        prove_by_hand(
            scene.post("Lampadaire", "x"),
            scene.posts_itself("Lampadaire"),
            actor=scene.writers["Lampadaire"],
            now=datetime.now(UTC),
        )

        # And the public page says all of it: nine members, seven promises, seven gone. Moestuin,
        # whose account X had suspended, has left by its announcement.
        assert "7 van 9 organisaties" in before
        after = page(client)
        assert "7 van 9 organisaties" in after
        assert "Rode Draad" not in after


def page(client: Client) -> str:
    """The public page as a reader has it: one space between words."""
    return " ".join(client.get("/nl/samen-weg/").content.decode().split())


def marked(record: dict[str, object]) -> dict[str, str]:
    """The stretch of text that each facet marks, cut out by its bytes."""
    text = str(record["text"]).encode()
    facets = record["facets"]
    assert isinstance(facets, list)
    return {
        facet["features"][0]["$type"].rpartition("#")[2]: text[
            facet["index"]["byteStart"] : facet["index"]["byteEnd"]
        ].decode()
        for facet in facets
    }
