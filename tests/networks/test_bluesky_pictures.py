"""Pictures, cards and pins against a real PDS: what the world can see, and what is never there."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from coalition.networks.bluesky.embed import blob, cid, embed
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.bluesky.record import freeze, new_record_key
from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Postponed, Published, Reason, Refused
from coalition.networks.pictures import Card, Fetch, Picture
from tests.networks.test_bluesky_pds import QUICK, _keep, hosts
from tests.testnet.faultproxy import Fault, FaultProxy, Mode
from tests.testnet.pds import Pds, Person

UPLOAD = "com.atproto.repo.uploadBlob"
PUT = "com.atproto.repo.putRecord"
ALT = "Een open deur 🚪, links het licht."

type Scene = Callable[[Bluesky, Session], Awaitable[None]]


@pytest.fixture(scope="module")
def person(pds: Pds) -> Person:
    return pds.person()


@pytest.fixture
def proxy(pds: Pds) -> Iterator[FaultProxy]:
    with FaultProxy(pds.port, host="localhost") as proxy:
        yield proxy


def drawn(colour: str, kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, kind)
    return out.getvalue()


def picture(content: bytes, content_type: str = "image/png", alt: str = ALT) -> Picture:
    digest = hashlib.sha256(content).hexdigest()
    return Picture(digest, content_type, len(content), 64, 48, alt)


def reading(*contents: bytes) -> Fetch:
    held = {hashlib.sha256(content).hexdigest(): content for content in contents}

    async def fetch(wanted: Picture) -> bytes:
        return held[wanted.sha256]

    return fetch


def draft(person: Person, text: str, *pictures: Picture, card: Card | None = None) -> Draft:
    now = datetime.now(UTC)
    return Draft(
        post="1",
        account_id=person.did,
        handle=person.handle,
        text=text,
        record_key=new_record_key(now),
        record=freeze(text, ["nl"], {}, now, embed=embed(pictures, card)),
        pictures=pictures,
    )


def play(pds: Pds, person: Person, host: str, post: Draft, scene: Scene) -> None:
    async def scenes() -> None:
        async with Bluesky(hosts(pds), QUICK) as network:
            secret = {"password": person.app_password, "host": host}
            opened = await network.prepare(post, secret, _keep)
            assert isinstance(opened, Session)
            await scene(network, opened)

    asyncio.run(scenes())


def standing(pds: Pds, post: Draft) -> list[Any]:
    return [
        one["value"] for one in pds.records(post.account_id) if one["value"]["text"] == post.text
    ]


def served(pds: Pds, person: Person, one: Picture) -> httpx.Response:
    where = {"did": person.did, "cid": cid(one.sha256)}
    return httpx.get(f"{pds.url}/xrpc/com.atproto.sync.getBlob", params=where)


def test_four_pictures_stand_as_they_were_approved(pds: Pds, person: Person) -> None:
    contents = [drawn(colour) for colour in ("red", "green", "blue")] + [drawn("gold", "JPEG")]
    kinds = ["image/png"] * 3 + ["image/jpeg"]
    shown = [picture(one, kind) for one, kind in zip(contents, kinds, strict=True)]
    post = draft(person, "Vier beelden.", *shown)

    async def scene(network: Bluesky, session: Session) -> None:
        brought = await network.bring(post, session, reading(*contents))
        assert brought == session
        assert standing(pds, post) == []
        before = datetime.now(UTC)
        assert isinstance(await network.publish(post, session), Published)
        assert isinstance(await network.read_back(post, session, before), Published)
        assert isinstance(await network.publish(post, session), Published)  # the same again

    play(pds, person, pds.url, post, scene)
    assert standing(pds, post) == [json.loads(post.record)]
    images = standing(pds, post)[0]["embed"]["images"]
    assert [one["alt"] for one in images] == [ALT] * 4
    assert images[0]["aspectRatio"] == {"width": 64, "height": 48}
    for one, content in zip(shown, contents, strict=True):
        assert served(pds, person, one).content == content


def test_a_card_stands_with_its_own_words_and_picture(pds: Pds, person: Person) -> None:
    content = drawn("navy")
    thumb = picture(content)
    card = Card("https://waterput.example.org/weg", "Wij gaan", "Waarom, en waarheen.")
    post = draft(person, "Met een kaart.", thumb, card=card)

    async def scene(network: Bluesky, session: Session) -> None:
        assert await network.bring(post, session, reading(content)) == session
        assert isinstance(await network.publish(post, session), Published)

    play(pds, person, pds.url, post, scene)
    assert standing(pds, post)[0]["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {
            "uri": card.url,
            "title": card.title,
            "description": card.description,
            "thumb": blob(thumb),
        },
    }
    assert served(pds, person, thumb).content == content


def test_a_lost_picture_refuses_the_post_and_brought_again_it_goes(
    pds: Pds, person: Person
) -> None:
    content = drawn("teal")
    post = draft(person, "Nooit zonder beeld.", picture(content))

    async def scene(network: Bluesky, session: Session) -> None:
        outcome = await network.publish(post, session)  # never brought, or swept away since
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.PICTURE
        assert standing(pds, post) == []
        assert await network.bring(post, session, reading(content)) == session
        assert isinstance(await network.publish(post, session), Published)

    play(pds, person, pds.url, post, scene)
    assert len(standing(pds, post)) == 1


@pytest.mark.parametrize("mode", ["drop", "reset", "hang", "cut"])
def test_a_lost_upload_is_brought_again(
    pds: Pds, person: Person, proxy: FaultProxy, mode: Mode
) -> None:
    content = drawn("#%06x" % (1 + ["drop", "reset", "hang", "cut"].index(mode)))
    post = draft(person, f"Beeld kwijt: {mode}", picture(content))

    async def scene(network: Bluesky, session: Session) -> None:
        proxy.arm(Fault(mode, match=UPLOAD, seconds=3))
        assert isinstance(await network.bring(post, session, reading(content)), Postponed)
        assert await network.bring(post, session, reading(content)) == session
        assert isinstance(await network.publish(post, session), Published)

    play(pds, person, proxy.url, post, scene)
    assert len(standing(pds, post)) == 1


def test_a_rate_limit_on_pictures_is_waited_for(
    pds: Pds, person: Person, proxy: FaultProxy
) -> None:
    content = drawn("olive")
    post = draft(person, "Te veel beelden.", picture(content))

    async def scene(network: Bluesky, session: Session) -> None:
        proxy.arm(Fault("status", match=UPLOAD, status=429, headers={"Retry-After": "9"}))
        told = await network.bring(post, session, reading(content))
        assert isinstance(told, Postponed)
        assert told.seconds >= 9
        assert told.limited

    play(pds, person, proxy.url, post, scene)


@pytest.mark.parametrize(
    ("status", "kind"), [(413, Refused), (400, Refused), (502, Postponed), (503, Postponed)]
)
def test_what_a_host_says_of_a_picture_is_understood(
    pds: Pds, person: Person, proxy: FaultProxy, status: int, kind: type
) -> None:
    content = drawn("plum")
    post = draft(person, "Beeld geweigerd.", picture(content))

    async def scene(network: Bluesky, session: Session) -> None:
        proxy.arm(Fault("status", match=UPLOAD, status=status))
        assert isinstance(await network.bring(post, session, reading(content)), kind)

    play(pds, person, proxy.url, post, scene)


def test_bytes_that_nobody_approved_are_not_brought(pds: Pds, person: Person) -> None:
    approved, other = drawn("white"), drawn("black")
    post = draft(person, "Een ander beeld.", picture(approved))

    async def swapped(_wanted: Picture) -> bytes:
        return other

    async def scene(network: Bluesky, session: Session) -> None:
        told = await network.bring(post, session, swapped)
        assert told == Refused(Reason.OTHER, "this is not the picture that was approved")

    play(pds, person, pds.url, post, scene)
    assert served(pds, person, picture(other)).status_code == 400


def test_a_picture_that_its_host_types_otherwise_is_refused_before_the_hour(
    pds: Pds, person: Person
) -> None:
    content = drawn("pink", "JPEG")
    post = draft(person, "Geen PNG.", picture(content, "image/png"))

    async def scene(network: Bluesky, session: Session) -> None:
        told = await network.bring(post, session, reading(content))
        assert isinstance(told, Refused)
        assert told.reason is Reason.PICTURE

    play(pds, person, pds.url, post, scene)


def test_a_server_killed_between_picture_and_post_still_has_the_picture() -> None:
    content = drawn("maroon")
    with Pds() as pds:
        person = pds.person()
        post = draft(person, "Ertussen.", picture(content))

        async def scene(network: Bluesky, session: Session) -> None:
            assert await network.bring(post, session, reading(content)) == session
            pds.kill()
            pds.start()  # here: it would die with the thread that started it
            outcome = await network.publish(post, session)
            while not isinstance(outcome, Published):  # its connection was cut: perhaps unknown
                outcome = await network.publish(post, session)

        play(pds, person, pds.url, post, scene)
        assert standing(pds, post) == [json.loads(post.record)]
        assert served(pds, person, picture(content)).content == content


def test_a_picture_that_is_brought_before_its_hour_is_seen_by_nobody(
    pds: Pds, person: Person
) -> None:
    content = drawn("indigo")
    one = picture(content)
    post = draft(person, "Nog niet.", one)

    async def scene(network: Bluesky, session: Session) -> None:
        assert await network.bring(post, session, reading(content)) == session
        assert served(pds, person, one).status_code == 400
        assert isinstance(await network.publish(post, session), Published)
        assert served(pds, person, one).content == content

    play(pds, person, pds.url, post, scene)


def test_cids_are_those_that_servers_compute() -> None:
    empty = hashlib.sha256(b"").hexdigest()
    assert cid(empty) == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def test_five_pictures_or_two_on_a_card_are_no_post() -> None:
    many = [picture(drawn(colour)) for colour in ("red", "green", "blue", "gold", "navy")]
    with pytest.raises(ValueError, match="at most 4"):
        embed(many)
    with pytest.raises(ValueError, match="one picture"):
        embed(many[:2], Card("https://a.example.org", "A", ""))


def test_a_draft_for_looking_brings_nothing(person: Person) -> None:
    post = draft(person, "Kijken.", picture(drawn("red")))
    assert replace(post, pictures=()).record == post.record
