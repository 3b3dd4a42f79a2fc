"""Pictures on a post's page: added with the words, shown to its own people, and to nobody else."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import NetworkChoices, Role, Route
from coalition.publishing.models import Card, Picture, Pin, Post
from coalition.publishing.states import State
from tests import factories
from tests.web.pledge.people import browser
from tests.web.pledge.test_posts import WORDS, shown, where

ALT = "An open door, light to the left."


@pytest.fixture
def post(exit_: Campaign, ours: Organisation) -> Post:
    account = factories.account(ours, NetworkChoices.BLUESKY, network_id="did:plc:waterput")
    return factories.post(factories.pledge(exit_, ours), account, state=State.DRAFT, text="")


def a_file(colour: str = "teal", name: str = "door.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="text/html")


def of(part: str) -> str:
    """The name of a field of the one picture that there is."""
    return f"{part}_{Picture.objects.get().pk}"


def saved(client: Client, post: Post, **said: object) -> str:
    response = client.post(where(post), {"text": WORDS, **said}, follow=True)
    return str(response.content.decode())


def test_words_and_a_picture_are_saved_together_and_shown_as_they_will_be(
    inside: Client, post: Post
) -> None:
    page = saved(inside, post, picture=a_file(), alt=ALT)
    assert "Saved." in page
    kept = Picture.objects.get()
    assert (kept.alt, kept.content_type, kept.post.text) == (ALT, "image/png", WORDS)
    assert f'src="{where(post, "pictures/1/")}" alt="{ALT}"' in page
    assert "Who can&#x27;t see it hears" in page or "Who can't see it hears" in page


def test_a_picture_is_served_as_one_and_as_nothing_else(inside: Client, post: Post) -> None:
    saved(inside, post, picture=a_file(name='"><script>.svg'), alt=ALT)
    answer = inside.get(where(post, "pictures/1/"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"] == f'inline; filename="waterput-{post.pk}-1.png"'
    assert Image.open(BytesIO(answer.content)).size == (64, 48)
    taken = inside.get(where(post, "pictures/1/") + "?take")
    assert taken["Content-Disposition"].startswith("attachment")


def test_anothers_picture_is_not_there(inside: Client, post: Post, exit_: Campaign) -> None:
    saved(inside, post, picture=a_file(), alt=ALT)
    elsewhere = factories.post(factories.pledge(exit_), state=State.DRAFT)
    factories.picture(elsewhere)
    assert inside.get(where(elsewhere, "pictures/1/")).status_code == 404
    assert inside.get(where(post, "pictures/2/")).status_code == 404
    assert browser(factories.representative()).get(where(post, "pictures/1/")).status_code == 404
    assert browser().get(where(post, "pictures/1/")).status_code == 302
    coordinator = browser(factories.coordinator())
    assert coordinator.get(where(post, "pictures/1/")).status_code == 404
    at_the_dashboard = f"/en/dashboard/exit/day/posts/{post.pk}/pictures/1/"
    assert coordinator.get(at_the_dashboard).status_code == 200
    assert inside.get(at_the_dashboard).status_code == 404


def test_without_words_for_it_no_picture_is_kept_and_no_word_is_lost(
    inside: Client, post: Post
) -> None:
    page = saved(inside, post, picture=a_file())
    assert "Say in words what the picture shows" in page
    assert WORDS in page
    assert 'aria-invalid="true"' in page
    assert not Picture.objects.exists()
    post.refresh_from_db()
    assert post.text == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "read as a picture"),
        (b"", "read as a picture"),
        (b"\xff\xd8\xff" + bytes(10_000_000), "larger than 10 MB"),
    ],
)
def test_what_is_no_picture_is_told_beside_it(
    inside: Client, post: Post, content: bytes, sentence: str
) -> None:
    page = saved(inside, post, picture=SimpleUploadedFile("door.png", content), alt=ALT)
    assert sentence in page
    assert WORDS in page
    assert not Picture.objects.exists()


def test_words_of_a_picture_change_and_it_is_taken_away(inside: Client, post: Post) -> None:
    saved(inside, post, picture=a_file(), alt=ALT)
    saved(inside, post, **{of("alt"): "A door."})
    assert Picture.objects.get().alt == "A door."
    saved(inside, post, **{of("alt"): "A door.", of("away"): "on"})
    assert not Picture.objects.exists()


def test_a_card_is_shown_as_typed_and_kept(inside: Client, post: Post) -> None:
    card = {
        "card_url": "https://www.waterput.org/weg",
        "card_title": "Why we leave",
        "card_description": "<b>And</b> where to.",
    }
    typed = inside.post(where(post, "preview/"), {"text": WORDS, **card}).content.decode()
    assert "Why we leave" in typed
    assert ">waterput.org<" in typed
    assert "<b>And</b>" not in typed
    assert not Card.objects.exists()
    assert "Saved." in saved(inside, post, **card)
    assert Card.objects.get().url == card["card_url"]
    page = saved(inside, post, **{**card, "card_url": "javascript:alert(1)"})
    assert "Give the whole address of a public page" in page


def test_what_is_typed_beside_the_words_is_not_up_for_approval(
    inside: Client, post: Post, ours: Organisation
) -> None:
    saved(inside, post, picture=a_file(), alt=ALT)
    reader = browser(factories.representative(ours))
    same = {"text": WORDS, of("alt"): ALT}
    assert "Approve this text" in reader.post(where(post, "preview/"), same).content.decode()
    for change in ({of("alt"): "Other."}, {of("away"): "on"}, {"card_url": "https://a.org"}):
        page = reader.post(where(post, "preview/"), {**same, **change}).content.decode()
        assert "Approve this text" not in page
        assert "This is not saved yet." in page


def test_a_picture_changed_since_the_page_was_shown_is_not_approved(
    inside: Client, post: Post, ours: Organisation
) -> None:
    saved(inside, post, picture=a_file(), alt=ALT)
    approver = browser(factories.representative(ours, Role.APPROVER))
    seen = shown(approver, post)
    saved(inside, post, **{of("alt"): "Another door."})
    page = approver.post(where(post, "approve/"), {"shown": seen}).content.decode()
    assert "has changed since you opened it" in page
    approver.post(where(post, "approve/"), {"shown": shown(approver, post)})
    post.refresh_from_db()
    assert post.state == State.APPROVED
    saved(inside, post, **{of("alt"): "A third door."})
    post.refresh_from_db()
    assert post.state == State.DRAFT


def test_a_pin_is_asked_for_where_the_account_is_connected(inside: Client, post: Post) -> None:
    page = inside.get(where(post)).content.decode()
    assert "On top of your profile" in page
    saved(inside, post, pinned="on", line="Gone from X.")
    assert Pin.objects.get().line == "Gone from X."
    saved(inside, post)
    assert not Pin.objects.exists()
    post.account.connected_at = None
    post.account.save(update_fields=["connected_at"])
    assert "On top of your profile" not in inside.get(where(post)).content.decode()


def test_pictures_are_many_a_minute_and_not_more(inside: Client, post: Post) -> None:
    for number in range(4):
        saved(inside, post, picture=a_file(f"#{number:06x}"), alt=ALT)
        Picture.objects.all().delete()
    pages = []
    for _ in range(8):
        pages.append(saved(inside, post, picture=a_file("red"), alt=ALT))
        Picture.objects.all().delete()
    assert "a lot of pictures at once" in pages[-1]
    assert "Saved." in saved(inside, post)


def test_who_posts_by_hand_takes_the_picture_along(
    inside: Client, post: Post, exit_: Campaign
) -> None:
    del exit_
    saved(inside, post, picture=a_file(), alt=ALT)
    assert post.route == Route.BY_HAND
    page = inside.get(where(post)).content.decode()
    assert where(post, "pictures/1/") in page


def pressed(client: Client, post: Post, way: str, picture: Picture, **said: str) -> str:
    """What the page says after one press of one button; what else is typed comes along."""
    alts = {f"alt_{one.pk}": one.alt for one in post.pictures.all()}
    answer = client.post(
        where(post), {"text": WORDS, **alts, **said, way: str(picture.pk)}, follow=True
    )
    return str(answer.content.decode())


def three(post: Post) -> list[Picture]:
    return [factories.picture(post, colour) for colour in ("red", "lime", "navy")]


def test_pictures_change_places_and_what_else_was_typed_is_kept(inside: Client, post: Post) -> None:
    red, lime, navy = three(post)
    page = pressed(inside, post, "earlier", navy, **{f"alt_{red.pk}": "Red."})
    assert "Saved." in page
    assert list(post.pictures.values_list("pk", flat=True)) == [red.pk, navy.pk, lime.pk]
    assert Picture.objects.get(pk=red.pk).alt == "Red."
    places = [page.index(where(post, f"pictures/{n}/")) for n in (1, 2, 3)]
    assert places == sorted(places)


def test_the_keys_stay_on_the_button_that_was_pressed_or_go_to_its_neighbour_at_the_end(
    inside: Client, post: Post
) -> None:
    _red, _lime, navy = three(post)
    page = pressed(inside, post, "earlier", navy)
    assert focused(page) == ("earlier", navy.pk)
    assert 'Move earlier<span class="unseen"> picture 2 of 3</span>' in page
    page = pressed(inside, post, "earlier", navy)
    assert focused(page) == ("later", navy.pk)
    assert page.count(" autofocus") == 1
    assert " autofocus" not in inside.get(where(post)).content.decode()


def focused(page: str) -> tuple[str, int]:
    way, pk = re.findall(r'name="(\w+)" value="(\d+)" autofocus', page)[0]
    return way, int(pk)


def test_a_picture_alone_and_the_ends_of_the_row_have_no_way_to_go(
    inside: Client, post: Post
) -> None:
    factories.picture(post, "red")
    assert "Move earlier" not in inside.get(where(post)).content.decode()
    factories.picture(post, "navy")
    page = inside.get(where(post)).content.decode()
    assert (page.count("Move earlier"), page.count("Move later")) == (1, 1)


def test_an_order_changed_since_the_page_was_shown_is_not_approved(
    inside: Client, post: Post, ours: Organisation
) -> None:
    red, *_others = three(post)
    saved(inside, post, **{f"alt_{one.pk}": one.alt for one in post.pictures.all()})
    approver = browser(factories.representative(ours, Role.APPROVER))
    seen = shown(approver, post)
    pressed(inside, post, "later", red)
    page = approver.post(where(post, "approve/"), {"shown": seen}).content.decode()
    assert "has changed since you opened it" in page
    approver.post(where(post, "approve/"), {"shown": shown(approver, post)})
    pressed(inside, post, "later", red)
    post.refresh_from_db()
    assert (post.state, post.approval_sha256) == (State.DRAFT, "")


def test_who_may_not_write_moves_nothing(inside: Client, post: Post, ours: Organisation) -> None:
    del inside
    red, *_others = three(post)
    before = list(post.pictures.values_list("pk", flat=True))
    for somebody in (
        browser(factories.representative(ours, Role.APPROVER)),
        browser(factories.representative()),
        browser(factories.coordinator()),
        browser(),
    ):
        somebody.post(where(post), {"text": WORDS, "later": str(red.pk)})
    assert list(post.pictures.values_list("pk", flat=True)) == before


def test_looking_moves_nothing(inside: Client, post: Post) -> None:
    red, *_others = three(post)
    before = list(post.pictures.values_list("pk", flat=True))
    inside.get(where(post), {"later": str(red.pk)})
    inside.post(where(post, "preview/"), {"text": WORDS, "later": str(red.pk)})
    assert list(post.pictures.values_list("pk", flat=True)) == before
