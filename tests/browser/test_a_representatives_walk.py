"""What a representative does, step by step, in a browser: from the invitation to the day after."""

from datetime import timedelta

import pytest
import time_machine

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices, Role
from coalition.pledges.invitations import invite, token_of
from coalition.pledges.models import Pledge
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walks
from tests.factories import T

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/member/waterput/"


@pytest.fixture
def exit_(committed: None, clock: time_machine.Traveller) -> Campaign:
    del committed, clock
    return factories.campaign(slug="exit")


@pytest.fixture
def ours(exit_: Campaign) -> Organisation:
    del exit_
    return factories.organisation("Waterput", slug="waterput", domain="waterput.example")


@pytest.fixture
def owner(ours: Organisation) -> User:
    return factories.representative(ours)


def farewell(exit_: Campaign, ours: Organisation, **fields: object) -> Post:
    on = factories.account(ours, handle="waterput")
    return factories.post(factories.pledge(exit_, ours), on, **fields)


def test_1_opens_the_invitation_without_a_password_and_learns_what_it_means(
    walks: Walks, exit_: Campaign, ours: Organisation
) -> None:
    invite(exit_, ours, actor=factories.coordinator(), now=factories.NOW)
    link = f"/en/member/invitation/{token_of(ours.invitations.get())}/"
    with walks() as walk:
        walk.at(link)
        assert walk.heading == "Waterput, do you leave X together with us?"
        for part in ("What a pledge means", "How you withdraw", "What will be public"):
            assert part in walk.says
        assert "forward the mail" in walk.says
        walk.fill(Your_name="An Voorbeeld")
        walk.page.get_by_label("Your e-mail address").fill("an@waterput.example")
        walk.press("Accept the invitation")
        assert walk.heading == "Do you leave X with the others?"
    with walks() as walk:
        assert walk.at(link).heading != "Waterput, do you leave X together with us?"


@pytest.mark.parametrize(
    ("answer", "more", "heading"),
    [
        ("We leave O", {}, "You leave X on 20 January, at 12:00"),
        ("We leave if", {"… at least this many organisations leave": "20"}, "if others do"),
        ("We already left", {"You left on": "2024-03-01"}, "left"),
        ("We decide on a date", {"You decide on": "2027-01-10"}, "decide"),
        ("Not now", {}, ""),
    ],
)
def test_2_answers_in_five_ways_and_says_who_may_see_it(
    walks: Walks, owner: User, answer: str, more: dict[str, str], heading: str
) -> None:
    with walks(owner) as walk:
        walk.at(HERE + "pledge/").choose(answer)
        if answer.startswith("We leave"):
            walk.choose("Counted, not named")
        for label, value in more.items():
            walk.field(label).fill(value)
        walk.fill(Who_signs="An Voorbeeld", In_which_office="director")
        walk.press("Give this answer")
        assert heading in walk.heading
        assert "Signed by An Voorbeeld, director" in walk.says
    if answer.startswith("We leave"):
        assert Pledge.objects.get().visibility == "counted"


def test_3_chooses_what_leaving_means_with_its_consequence_said(walks: Walks, owner: User) -> None:
    with walks(owner) as walk:
        walk.at(HERE + "pledge/").choose("We leave O")
        assert "After 30 days its name is free for anyone" in walk.says
        walk.choose("A pause").fill(Paused_until="2027-06-01", Who_signs="An")
        walk.press("Give this answer")
        assert "1 June 2027" in walk.says


def test_4_adds_its_accounts_and_reads_how_to_prove_them(walks: Walks, owner: User) -> None:
    with walks(owner) as walk:
        for network, name in (("X", "waterput"), ("Bluesky", "waterput.example.org")):
            walk.at("/en/account/waterput/").choose(network)
            walk.fill(Its_name_there=name).press("Add")
            assert walk.heading == f"@{name}"
            assert "claimed" in walk.says
        assert "With @waterput.example as its name" in walk.says
        walk.at("/en/account/waterput/")
        assert walk.page.get_by_role("main").get_by_role("link", name="@waterput").count() == 2
        walk.choose("X").fill(Its_name_there="not a name!").press("Add")
        assert "letters, digits and _ only" in walk.says


def test_5_chooses_who_posts(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    home = factories.account(ours, NetworkChoices.BLUESKY, network_id="did:plc:put")
    post = factories.post(factories.pledge(exit_, ours), home, state=State.DRAFT)
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/")
        walk.page.get_by_text("You post it yourself").click()
        walk.choose("Post it for us").press("Keep this choice")
        assert "We post it for you" in walk.says


def test_6_writes_and_sees_it_as_the_network_will_show_it(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    post = farewell(exit_, ours, state=State.DRAFT, text="")
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/").fill(Your_text="x" * 281).press("Preview")
        assert "281 of 280" in walk.says
        walk.fill(Your_text="We gaan. Volg @waterput.example").press("Preview")
        assert walk.page.locator("mark").count() == 1
        walk.fill(Your_text="Na elf jaar nemen we het gesprek mee.").press("Save")
        assert "Saved. Nothing goes out before somebody approves it." in walk.says
        assert "37 of 280" in walk.says


def test_7_a_second_person_approves_exactly_that_text(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    post = farewell(exit_, ours, state=State.DRAFT, written_by=owner)
    reader = factories.representative(ours, Role.APPROVER)
    where = f"{HERE}posts/{post.pk}/"
    with walks(owner) as walk:
        assert "You wrote it, so somebody else approves" in walk.at(where).says
    with walks(reader) as walk:
        walk.at(where).press("Approve this text")
        assert "Approved, word for word. It waits for the hour." in walk.says
        assert walk.at(HERE).page.get_by_role("link", name="Put it in your calendar").count()
    with walks(owner) as walk:
        walk.at(where).fill(Your_text="Iets anders, helemaal.").press("Save")
        assert "written, not approved" in walk.says


def test_8_on_the_day_posts_from_one_screen_and_pastes_the_link(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    Campaign.objects.filter(pk=exit_.pk).update(go_at=factories.NOW)
    post = farewell(exit_, ours)
    where = f"{HERE}posts/{post.pk}/by-hand/"
    clock.move_to(T - timedelta(seconds=5))
    with walks(owner) as walk:
        assert walk.at(where).heading == "Not yet"
    clock.move_to(T + timedelta(seconds=5))
    with walks(owner) as walk:
        assert walk.at(where).heading == "Now: three steps"
        compose = walk.page.get_by_role("link", name="Open X with this text")
        assert str(compose.get_attribute("href")).startswith("https://x.com/intent/tweet?text=")
        walk.page.get_by_label("Link").first.fill("https://x.com/somebodyelse/status/1")
        walk.press("It is posted")
        assert walk.heading == "Now: three steps"


def test_8_withdraws_until_the_moment_and_is_told_the_truth(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    farewell(exit_, ours)
    with walks(owner) as walk:
        walk.at(HERE).press("Take your word back").press("Take our word back")
        assert walk.at(HERE + "withdraw/").heading == "Your word is taken back"
        assert "Not sent, and it will not be" in walk.says


def test_9_after_it_takes_its_data_along(
    walks: Walks, clock: time_machine.Traveller, exit_: Campaign, ours: Organisation, owner: User
) -> None:
    farewell(exit_, ours, state=State.PUBLISHED, url="https://x.com/waterput/status/1")
    clock.move_to(T + timedelta(hours=3))
    with walks(owner) as walk:
        walk.at(HERE)
        assert walk.heading == "You have left X"
        walk.press("Export or delete our data")
        with walk.page.expect_download() as archive:
            walk.page.get_by_role("button", name="Export").click()
        assert archive.value.suggested_filename.endswith(".zip")
