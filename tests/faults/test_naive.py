"""Controls: the same faults and oracle, with one thing done as one would first do it. It cries."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import cast

import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.networks.network import NetworkName
from coalition.networks.x.refresh import Client
from coalition.publishing import release, turn
from coalition.publishing.arming import Hands
from coalition.publishing.release import release_batch
from tests.database import at_once
from tests.fakex.server import FakeX
from tests.faults import naive
from tests.faults.by_hand import live_through
from tests.faults.day import BLUESKY, Case, X
from tests.faults.house import House, Town
from tests.faults.oracle import Wrong
from tests.testnet.faultproxy import Fault
from tests.testnet.pds import Pds

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def town(pds: Pds, fake_x: FakeX, settings: Settings) -> Iterator[Town]:
    town = Town(pds=pds, fake_x=fake_x)
    for name, value in town.settings.items():
        number = value.isdecimal() and name.endswith("SECONDS")
        setattr(settings, name, int(value) if number else value)
    settings.BLUESKY_PRIVATE_HOSTS = ["localhost", "127.0.0.1"]
    fake_x.allow_duplicates()
    with town.open:
        yield town


def a_case(name: str, town: Town) -> Case:
    return Case(name, cast("House", town), [])  # nothing that only a house has is asked for here


def doubled(town: Town, case: Case, hands: Hands) -> bool:
    found = live_through(town, [case], hands)[case.name]
    return Wrong.DOUBLED in {finding.wrong for finding in found}


def farewell(town: Town, fault: str = "") -> Case:
    case = a_case("naive", town)
    member = town.member()
    case.wants(member, networks=[X])
    if fault:
        town.fake_x.arm(fault, user=member.user)
    return case


def test_it_sees_an_unknown_that_is_retried(town: Town) -> None:
    hands = wiring.hands()
    client = Client(town.fake_x.client_id, town.fake_x.client_secret)
    networks = {
        **hands.networks,
        NetworkName.X: lambda: naive.RetriesWhatIsUnknown(client, host=town.fake_x.url),
    }
    hands = dataclasses.replace(hands, networks=networks)
    assert doubled(town, farewell(town, "commit-then-reset"), hands)


def test_it_sees_a_record_without_a_key_of_ours(town: Town) -> None:
    hands = wiring.hands()
    networks = {
        **hands.networks,
        NetworkName.BLUESKY: lambda: naive.ChoosesNoKey(wiring.bluesky_hosts()),
    }
    case = a_case("naive", town)
    member = town.member(line=True)
    assert member.line
    member.line.arm(Fault("drop", "createRecord"))
    case.wants(member, networks=[BLUESKY])
    assert doubled(town, case, dataclasses.replace(hands, networks=networks))


def test_it_sees_a_claim_without_a_lock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "claim", naive.claims_what_it_has_read)

    def twice(ids: Sequence[int], hands: Hands) -> None:
        at_once(*[lambda: release_batch(ids, hands)] * 2)

    case = farewell(town)
    patient = dataclasses.replace(wiring.hands(), lease=timedelta(minutes=5))
    found = live_through(town, [case], patient, release=twice)[case.name]
    assert Wrong.DOUBLED in {finding.wrong for finding in found}


def test_it_sees_a_send_before_the_claim_is_committed(town: Town) -> None:
    way = iter([naive.sends_before_its_commit])

    def first_naively(ids: Sequence[int], hands: Hands) -> None:
        next(way, release_batch)(ids, hands)

    case = farewell(town)
    found = live_through(town, [case], wiring.hands(), release=first_naively)
    assert Wrong.DOUBLED in {finding.wrong for finding in found[case.name]}


def test_it_sees_a_sweep_that_sends_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "sweep_leases", naive.sweeps_back)
    dies = iter([True])

    def die_once(name: str) -> None:
        if name == "after answer" and next(dies, False):
            raise naive.Killed

    monkeypatch.setattr(release, "point", die_once)
    assert doubled(town, farewell(town), wiring.hands())
