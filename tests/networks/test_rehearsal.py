"""A network that sends nothing, and yet answers as the script says."""

import asyncio
import json
import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from coalition.networks import rehearsal
from coalition.networks.bluesky.record import new_record_key
from coalition.networks.network import Draft, Network, NetworkName, Session
from coalition.networks.outcome import (
    Absent,
    Postponed,
    Published,
    Reason,
    Refused,
    Unknown,
    Unseen,
)
from coalition.networks.rehearsal import LostAnswer, Rehearsal, Slow, Step
from coalition.networks.x.identity import parse_post_link, post_time

NOW = datetime(2027, 1, 20, 11, tzinfo=UTC)
X, BLUESKY = NetworkName.X, NetworkName.BLUESKY


def draft(post: str = "1", text: str = "Wij gaan.") -> Draft:
    return Draft(post=post, account_id="77", handle="ngo", text=text)


def keyed(text: str = "Wij gaan.") -> Draft:
    return Draft(
        post="1",
        account_id="did:plc:x",
        handle="ngo.be",
        text=text,
        record_key="3jzfcijpj2z2a",
        record="{}",
    )


def session(of: Draft) -> Session:
    return Session(of.account_id, "https://rehearsal.invalid")


async def _forget(_: object) -> None:
    raise AssertionError("a rehearsal keeps nothing")


def test_it_is_a_network() -> None:
    network: Network = Rehearsal(X)
    assert network.name is X


def test_all_goes_well_without_a_script() -> None:
    async def scene() -> None:
        async with Rehearsal(X, clock=lambda: NOW) as network:
            opened = await network.prepare(draft(), {}, _forget)
            assert isinstance(opened, Session)
            outcome = await network.publish(draft(), opened)
            assert isinstance(outcome, Published)
            assert post_time(outcome.id) == NOW
            assert parse_post_link(outcome.url) == ("ngo", outcome.id)
            assert outcome.at == NOW
            seen = await network.read_back(draft(), opened, NOW)
            assert seen == outcome

    asyncio.run(scene())


def test_a_script_is_followed_and_then_all_goes_well() -> None:
    script: dict[str, list[Step]] = {
        "ngo": [
            rehearsal.refuse(Reason.SUSPENDED),
            rehearsal.postpone(3),
            rehearsal.duplicate(),
            rehearsal.lost_request(),
            LostAnswer(),
            Slow(0.001),
        ]
    }

    async def scene() -> None:
        network = Rehearsal(X, script=script)
        outcomes = [await network.publish(draft(), session(draft())) for _ in range(7)]
        assert [type(outcome) for outcome in outcomes] == [
            *(Refused, Postponed, Unknown, Unknown, Unknown, Published, Published)
        ]
        assert outcomes[2] == Unknown("duplicate")
        assert len(network.effects) == 3  # the lost answer's, and two that went well

    asyncio.run(scene())


def test_a_script_may_be_for_one_post() -> None:
    async def scene() -> None:
        network = Rehearsal(X, script={"2": [rehearsal.refuse()]})
        one = await network.publish(draft("1"), session(draft()))
        two = await network.publish(draft("2"), session(draft()))
        assert (type(one), type(two)) == (Published, Refused)

    asyncio.run(scene())


def test_sign_ins_and_sightings_can_fail_too() -> None:
    async def scene() -> None:
        network = Rehearsal(
            X, sign_ins={"ngo": [Postponed(1, "busy")]}, sightings={"ngo": [Unseen("dark")]}
        )
        assert await network.prepare(draft(), {}, _forget) == Postponed(1, "busy")
        assert isinstance(await network.prepare(draft(), {}, _forget), Session)
        assert await network.read_back(draft(), session(draft()), NOW) == Unseen("dark")
        assert await network.read_back(draft(), session(draft()), NOW) == Absent()

    asyncio.run(scene())


def test_another_account_than_the_pinned_one_is_refused() -> None:
    async def scene() -> None:
        network = Rehearsal(X)
        outcome = await network.publish(draft(), Session("78", ""))
        assert outcome == Refused(Reason.WRONG_ACCOUNT, "78")
        assert network.effects == []

    asyncio.run(scene())


def test_on_x_the_same_post_twice_is_twice_there() -> None:
    async def scene() -> None:
        network = Rehearsal(X)
        for _ in range(2):
            await network.publish(draft(), session(draft()))
        assert [effect.post for effect in network.effects] == ["1", "1"]

    asyncio.run(scene())


def test_on_bluesky_the_same_key_makes_one_post() -> None:
    async def scene() -> None:
        network = Rehearsal(BLUESKY)
        one = await network.publish(keyed(), session(keyed()))
        again = await network.publish(keyed(), session(keyed()))
        assert one == again
        assert isinstance(one, Published)
        assert one.id == "at://did:plc:x/app.bsky.feed.post/3jzfcijpj2z2a"
        assert len(network.effects) == 1
        other = await network.publish(keyed("Anders."), session(keyed()))
        assert isinstance(other, Refused)
        assert other.reason is Reason.CONFLICT

    asyncio.run(scene())


def test_reading_back_is_by_text_account_and_time() -> None:
    async def scene() -> None:
        network = Rehearsal(X, clock=lambda: NOW)
        await network.publish(draft(), session(draft()))
        assert await network.read_back(draft(text="Anders."), session(draft()), NOW) == Absent()
        assert await network.read_back(draft(), Session("78", ""), NOW) == Absent()
        later = NOW + timedelta(seconds=1)
        assert await network.read_back(draft(), session(draft()), later) == Absent()
        assert isinstance(await network.read_back(draft(), session(draft()), NOW), Published)

    asyncio.run(scene())


def test_effects_outlive_the_process(tmp_path: Path) -> None:
    log = tmp_path / "effects.jsonl"

    async def scene() -> None:
        published = await Rehearsal(BLUESKY, effects=log).publish(keyed(), session(keyed()))
        survivor = Rehearsal(BLUESKY, effects=log)
        assert await survivor.read_back(keyed(), session(keyed()), NOW) == published
        assert await survivor.publish(keyed(), session(keyed())) == published

    asyncio.run(scene())
    [line] = log.read_text("utf-8").splitlines()
    effect = json.loads(line)
    assert list(effect) == ["post", "network", "account", "text_sha256", "received_at", "id"]
    assert (effect["post"], effect["network"]) == ("1", "bluesky")


def _hand(path: Path, start: Barrier) -> None:
    start.wait(10)
    network = Rehearsal(BLUESKY, effects=path)
    for number in range(300):
        one = replace(keyed(), record_key=f"3jzfcijpj2{number:03}")
        asyncio.run(network.publish(one, session(one)))


def test_processes_that_race_make_one_post_under_each_key(tmp_path: Path) -> None:
    path = tmp_path / "effects.jsonl"
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(3)
    hands = [fork.Process(target=_hand, args=(path, start)) for _ in range(3)]
    for each in hands:
        each.start()
    for each in hands:
        each.join(30)
    assert [each.exitcode for each in hands] == [0, 0, 0]
    assert len(Rehearsal(BLUESKY, effects=path).effects) == 300


def test_a_bluesky_post_without_a_key_gets_one() -> None:
    async def scene() -> None:
        outcome = await Rehearsal(BLUESKY).publish(draft(), session(draft()))
        assert isinstance(outcome, Published)
        assert len(outcome.id.rpartition("/")[2]) == len(new_record_key(NOW))

    asyncio.run(scene())
