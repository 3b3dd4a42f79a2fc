"""Pictures on X against the fake X: brought before the hour, with their words, or no post."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Postponed, Published, Reason, Refused
from coalition.networks.pictures import Picture
from coalition.networks.x.network import X
from tests.fakex.faults import Kind
from tests.fakex.server import FakeUser, FakeX
from tests.networks.test_x_fake import Vault, network

CONTENT = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
ALT = "Een open deur 🚪, “links” het licht."

type Scene = Callable[[X, Draft, Session], Awaitable[None]]


@pytest.fixture
def user(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("ngo_be")


def picture(content: bytes = CONTENT, alt: str = ALT) -> Picture:
    digest = hashlib.sha256(content).hexdigest()
    return Picture(digest, "image/png", len(content), 64, 48, alt)


async def fetch(_wanted: Picture) -> bytes:
    return CONTENT


def play(fake_x: FakeX, user: FakeUser, scene: Scene, *pictures: Picture) -> None:
    post = Draft(
        post="1",
        account_id=user.id,
        handle=user.username,
        text="Wij gaan.",
        pictures=pictures or (picture(),),
    )

    async def scenes() -> None:
        vault = Vault(fake_x, user)
        async with network(fake_x) as x:
            opened = await x.prepare(post, vault.secret, vault.keep)
            assert isinstance(opened, Session)
            await scene(x, post, opened)

    asyncio.run(scenes())


async def brought(x: X, post: Draft, session: Session) -> Session:
    found = await x.bring(post, session, fetch)
    assert isinstance(found, Session), found
    return found


def test_a_post_carries_its_picture_and_the_words_for_it(fake_x: FakeX, user: FakeUser) -> None:
    began = datetime.now(UTC)

    async def scene(x: X, post: Draft, session: Session) -> None:
        session = await brought(x, post, session)
        assert fake_x.effects() == []
        outcome = await x.publish(post, session)
        assert isinstance(outcome, Published)
        assert await x.read_back(post, session, began) == outcome

    play(fake_x, user, scene)
    [effect] = fake_x.effects()
    [media] = effect.media
    assert media["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert media["alt_text"] == ALT


def test_without_its_picture_a_post_does_not_go(fake_x: FakeX, user: FakeUser) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        told = await x.publish(post, session)
        assert told == Refused(Reason.PICTURE, "its picture was not brought to X")

    play(fake_x, user, scene)
    assert fake_x.effects() == []


def test_a_picture_that_x_forgot_refuses_the_post_and_brought_again_it_goes(
    fake_x: FakeX, user: FakeUser
) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        told = await x.publish(post, replace(session, media=("1",)))
        assert isinstance(told, Refused)
        assert told.reason is Reason.PICTURE
        assert isinstance(await x.publish(post, await brought(x, post, session)), Published)

    play(fake_x, user, scene)
    assert len(fake_x.effects()) == 1


def test_anothers_picture_is_not_ours_to_post(fake_x: FakeX, user: FakeUser) -> None:
    other = fake_x.add_user("other_be")
    theirs: list[str] = []

    async def take(x: X, post: Draft, session: Session) -> None:
        theirs.extend((await brought(x, post, session)).media)

    async def scene(x: X, post: Draft, session: Session) -> None:
        told = await x.publish(post, replace(session, media=tuple(theirs)))
        assert isinstance(told, Refused)
        assert told.reason is Reason.PICTURE

    play(fake_x, other, take)
    play(fake_x, user, scene)
    assert fake_x.effects() == []


@pytest.mark.parametrize("on", ["media", "metadata"])
@pytest.mark.parametrize(
    "kind", [Kind.HANG, Kind.RESET, Kind.STATUS, Kind.COMMIT_THEN_RESET, Kind.COMMIT_THEN_CUT]
)
def test_what_is_lost_on_the_way_is_brought_again(
    fake_x: FakeX, user: FakeUser, on: str, kind: Kind
) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        fake_x.arm(kind, on=on)
        assert isinstance(await x.bring(post, session, fetch), Postponed)
        assert isinstance(await x.publish(post, await brought(x, post, session)), Published)

    play(fake_x, user, scene)
    [effect] = fake_x.effects()
    assert [one["alt_text"] for one in effect.media] == [ALT]


@pytest.mark.parametrize("on", ["media", "metadata"])
@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        ("credits", Reason.APP),
        ("client-forbidden", Reason.APP),
        ("user-suspended", Reason.SUSPENDED),
        ("invalid-request", Reason.PICTURE),
        ("forbidden", Reason.PICTURE),  # a consent from before pictures were asked for
    ],
)
def test_refusals_of_a_picture_have_their_reason(
    fake_x: FakeX, user: FakeUser, on: str, problem: str, reason: Reason
) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        fake_x.arm(Kind.STATUS, on=on, problem=problem)
        told = await x.bring(post, session, fetch)
        assert isinstance(told, Refused)
        assert told.reason is reason

    play(fake_x, user, scene)


def test_a_rate_limit_on_pictures_is_waited_for(fake_x: FakeX, user: FakeUser) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        fake_x.arm(Kind.STATUS, on="media", problem="too-many-requests", seconds=90)
        told = await x.bring(post, session, fetch)
        assert isinstance(told, Postponed)
        assert told.limited
        assert told.seconds > 60

    play(fake_x, user, scene)


def test_bytes_that_nobody_approved_are_not_brought(fake_x: FakeX, user: FakeUser) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        told = await x.bring(post, session, fetch)
        assert told == Refused(Reason.OTHER, "this is not the picture that was approved")

    play(fake_x, user, scene, picture(b"other bytes"))


def test_words_that_x_does_not_take_keep_the_picture_back(fake_x: FakeX, user: FakeUser) -> None:
    async def scene(x: X, post: Draft, session: Session) -> None:
        told = await x.bring(post, session, fetch)
        assert isinstance(told, Refused)
        assert told.reason is Reason.PICTURE

    play(fake_x, user, scene, picture(alt="x" * 1001))
