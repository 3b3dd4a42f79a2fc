"""What goes along with the words: all or nothing, approved with them, and sent with them or not."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from coalition.members.models import User
from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.embed import cid
from coalition.pledges.models import Pledge
from coalition.publishing.actions import approve
from coalition.publishing.attaching import CardWords, Edit, PartRefusal, edit_post
from coalition.publishing.compose import approval_sha256, shown_sha256
from coalition.publishing.models import Card, Picture, Pin, Post
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
WORDS, ALT = "We are here now.", "An open door."
CARD = CardWords("https://waterput.org/weg", "Why we leave", "And where to.")


@pytest.fixture
def pledge() -> Pledge:
    return factories.pledge(factories.going())


@pytest.fixture
def writer() -> User:
    return factories.person()


@pytest.fixture
def second() -> User:
    return factories.person()


def draft(pledge: Pledge, network: NetworkChoices = BLUESKY) -> Post:
    post = factories.direct(pledge, network)
    Post.objects.filter(pk=post.pk).update(state=State.DRAFT, record="", record_key="")
    post.refresh_from_db()
    return post


def file_of(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def edited(post: Post, writer: User, **parts: Any) -> Post:
    return edit_post(post, Edit(**{"text": WORDS, **parts}), actor=writer, now=NOW)


def the_picture() -> int:
    return Picture.objects.order_by("-place").values_list("pk", flat=True)[0]


def with_picture(post: Post, writer: User, colour: str = "teal") -> Post:
    return edited(post, writer, upload=file_of(colour), alt=ALT)


def test_a_picture_goes_along_in_the_record_that_is_frozen_at_approval(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = with_picture(draft(pledge), writer)
    kept = Picture.objects.defer(None).get()
    assert hashlib.sha256(kept.content).hexdigest() == kept.sha256
    post = approve(post, actor=second, shown=shown_sha256(post), now=NOW)
    [image] = json.loads(post.record)["embed"]["images"]
    assert image == {
        "alt": ALT,
        "aspectRatio": {"width": 64, "height": 48},
        "image": {
            "$type": "blob",
            "mimeType": "image/png",
            "ref": {"$link": cid(kept.sha256)},
            "size": len(kept.content),
        },
    }


def test_a_card_goes_along_with_its_picture(pledge: Pledge, writer: User, second: User) -> None:
    post = edited(draft(pledge), writer, upload=file_of("navy"), alt=ALT, card=CARD)
    record = json.loads(approve(post, actor=second, now=NOW).record)
    external = record["embed"]["external"]
    assert (external["uri"], external["title"]) == (CARD.url, CARD.title)
    assert external["thumb"]["ref"]["$link"] == cid(Picture.objects.get().sha256)


@pytest.mark.parametrize("network", [X, BLUESKY])
@pytest.mark.parametrize(
    "change",
    [
        lambda: Picture.objects.update(alt="Other words."),
        lambda: Picture.objects.update(sha256="0" * 64),
        lambda: Picture.objects.all().delete(),
        lambda: factories.picture(Post.objects.get(), "red"),
        lambda: Card.objects.create(post=Post.objects.get(), url="https://b.org", title="B"),
        lambda: Pin.objects.create(post=Post.objects.get(), line="Gone.", again_at=NOW),
    ],
    ids=["alt", "bytes", "away", "one more", "card", "pin"],
)
def test_an_approval_is_bound_to_all_that_goes_along(
    pledge: Pledge,
    writer: User,
    second: User,
    network: NetworkChoices,
    change: Callable[[], object],
) -> None:
    post = approve(with_picture(draft(pledge, network), writer), actor=second, now=NOW)
    shown = shown_sha256(post)
    assert approval_sha256(post, post.account, T) == post.approval_sha256
    change()
    post = Post.objects.select_related("account", "campaign").get(pk=post.pk)
    assert approval_sha256(post, post.account, T) != post.approval_sha256
    assert shown_sha256(post) != shown


@pytest.mark.parametrize(
    "parts",
    [
        {"alts": {1: "Other words."}},
        {"alts": {1: ALT}, "away": frozenset({1})},
        {"alts": {1: ALT}, "card": CARD},
        {"alts": {1: ALT}, "pinned": True, "line": "Gone."},
        {"alts": {1: ALT}, "upload": file_of("red"), "alt": ALT},
    ],
    ids=["alt", "away", "card", "pin", "one more"],
)
def test_each_change_voids_the_approval(
    pledge: Pledge, writer: User, second: User, parts: dict[str, Any]
) -> None:
    post = approve(with_picture(draft(pledge), writer), actor=second, now=NOW)
    post = edited(post, writer, **parts)
    assert (post.state, post.approval_sha256, post.approved_by) == (State.DRAFT, "", None)


def test_the_approval_of_a_post_that_has_only_words_is_what_it_always_was(
    pledge: Pledge, second: User
) -> None:
    post = factories.direct(pledge, X, text="Goodbye.")
    bound = {
        "text": "Goodbye.",
        "language": "nl",
        "kind": "farewell",
        "network": "x",
        "account": post.account.network_id,
        "exit_at": T.timestamp(),
        "record": "",
        "record_key": "",
    }
    del second
    whole = json.dumps(bound, sort_keys=True, ensure_ascii=False).encode()
    assert approval_sha256(post, post.account, T) == hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize("alt", ["", "  \n ", "\u200b", "a\u202eb", "x" * 1001])
def test_without_fitting_words_no_picture_is_kept(pledge: Pledge, writer: User, alt: str) -> None:
    post = draft(pledge)
    with pytest.raises(PartRefusal) as refusal:
        edited(post, writer, upload=file_of("teal"), alt=alt)
    assert refusal.value.part == "alt"
    assert not Picture.objects.exists()


def test_words_can_be_changed_and_not_be_taken_away(pledge: Pledge, writer: User) -> None:
    post = with_picture(draft(pledge), writer)
    edited(post, writer, alts={the_picture(): "A door,\n  wide open."})
    assert Picture.objects.get().alt == "A door, wide open."
    with pytest.raises(PartRefusal) as refusal:
        edited(post, writer, alts={the_picture(): " "})
    assert refusal.value.part == f"alt_{the_picture()}"
    assert Picture.objects.get().alt == "A door, wide open."


@pytest.mark.parametrize(("network", "most"), [(BLUESKY, 4), (X, 1)])
def test_so_many_pictures_go_along_and_no_more(
    pledge: Pledge, writer: User, network: NetworkChoices, most: int
) -> None:
    post = draft(pledge, network)
    for number in range(most):
        with_picture(post, writer, f"#{number:06x}")
    with pytest.raises(PartRefusal, match=r"goes along|go along at most"):
        with_picture(post, writer, "red")
    assert Picture.objects.count() == most
    away = frozenset({the_picture()})
    edited(post, writer, away=away, upload=file_of("red"), alt=ALT)  # in its place
    assert Picture.objects.count() == most


def test_the_same_picture_twice_is_refused(pledge: Pledge, writer: User) -> None:
    post = with_picture(draft(pledge), writer)
    with pytest.raises(PartRefusal, match="on the post already"):
        with_picture(post, writer)


def test_of_an_edit_with_something_wrong_nothing_is_kept(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = approve(with_picture(draft(pledge), writer), actor=second, now=NOW)
    alts = {the_picture(): "Other."}
    with pytest.raises(PartRefusal):
        edited(post, writer, text="Other.", alts=alts, card=CardWords("http://a", "A"))
    post.refresh_from_db()
    assert (post.state, post.text, Picture.objects.get().alt) == (State.APPROVED, WORDS, ALT)
    assert not Card.objects.exists()


@pytest.mark.parametrize("column", ["url", "title", "description", "line"])
def test_an_approval_is_bound_to_the_words_of_a_card_and_a_pin(
    pledge: Pledge, writer: User, second: User, column: str
) -> None:
    post = edited(draft(pledge), writer, card=CARD, pinned=True, line="Gone.")
    post = approve(post, actor=second, now=NOW)
    beside = Pin if column == "line" else Card
    beside._default_manager.update(**{column: "https://elsewhere.org"})
    post = Post.objects.select_related("account", "campaign").get(pk=post.pk)
    assert approval_sha256(post, post.account, T) != post.approval_sha256


@pytest.mark.parametrize(
    "url",
    [
        "http://waterput.org",
        "javascript:alert(1)",
        "https://",
        "https://localhost/a",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://a:b@waterput.org/",
        "https://waterput.org:8443/",
        "https://waterput.org/a b",
        'https://waterput.org/"onerror=',
        "https://waterput.örg/",
        "//waterput.org",
        "https://[broken",
    ],
)
def test_a_card_leads_to_a_public_page(pledge: Pledge, writer: User, url: str) -> None:
    with pytest.raises(PartRefusal) as refusal:
        edited(draft(pledge), writer, card=CardWords(url, "Title"))
    assert refusal.value.part == "card_url"


def test_a_card_needs_a_title_and_shows_one_picture(pledge: Pledge, writer: User) -> None:
    post = draft(pledge)
    with pytest.raises(PartRefusal, match="needs a title"):
        edited(post, writer, card=CardWords(CARD.url, " "))
    for colour in ("red", "navy"):
        with_picture(post, writer, colour)
    with pytest.raises(PartRefusal, match="shows one picture"):
        edited(post, writer, card=CARD)
    edited(post, writer, card=CARD, away=frozenset({the_picture()}))
    with pytest.raises(PartRefusal, match="shows one picture"):
        edited(post, writer, card=CARD, upload=file_of("lime"), alt=ALT)
    edited(post, writer, card=CardWords("", ""))
    assert not Card.objects.exists()


@pytest.mark.parametrize("parts", [{"card": CARD}, {"pinned": True}])
def test_on_x_there_is_no_card_and_no_pin(
    pledge: Pledge, writer: User, parts: dict[str, Any]
) -> None:
    with pytest.raises(PartRefusal):
        edited(draft(pledge, X), writer, **parts)


def test_a_frozen_post_takes_no_picture(pledge: Pledge, writer: User) -> None:
    post, late = draft(pledge), T - timedelta(hours=2)
    with pytest.raises(Refusal, match="Texts are frozen"):
        edit_post(post, Edit(text=WORDS, upload=file_of("teal"), alt=ALT), actor=writer, now=late)
    assert not Picture.objects.exists()


def test_what_was_tried_once_stays_its_record_unless_something_of_it_changes(
    pledge: Pledge, writer: User, second: User
) -> None:
    post = approve(with_picture(draft(pledge), writer), actor=second, now=NOW)
    tried = post.record
    Post.objects.update(fence=1)
    post = approve(edited(post, writer, alts={the_picture(): ALT}), actor=second, now=NOW)
    assert post.record == tried
    post = approve(edited(post, writer, alts={the_picture(): "Other."}), actor=second, now=NOW)
    assert post.record != tried
    assert json.loads(post.record)["embed"]["images"][0]["alt"] == "Other."
