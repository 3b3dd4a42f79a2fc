"""What a representative does, from the invitation to who posts: by role, label and word."""

import pytest
from pytest_django import Settings

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices
from coalition.pledges.invitations import invite, token_of
from coalition.pledges.models import Pledge
from coalition.publishing.states import State
from tests import factories
from tests.browser.walking import Walk, Walks
from tests.directory.test_recheck import DID, directory
from tests.factories import NOW
from tests.testnet.names import NameServer

pytestmark = pytest.mark.usefixtures("clock")
HERE = "/en/member/waterput/"
ACCOUNTS = "/en/account/waterput/"


def test_1_opens_the_invitation_without_a_password_and_learns_what_it_means(
    walks: Walks, exit_: Campaign, ours: Organisation
) -> None:
    exit_.words.update(why="Because.")
    invite(exit_, ours, actor=factories.coordinator(), now=NOW)
    link = f"/en/member/invitation/{token_of(ours.invitations.get())}/"
    with walks() as walk:
        walk.at(link).headed("Waterput, do you leave X together with us?")
        walk.reads("Koepel Voorbeeld asks", "We leave together.", "Because.")
        walk.reads("What a pledge means", "How you withdraw", "What will be public")
        walk.reads("to let a colleague answer, forward the mail instead")
        assert walk.page.locator("input[type=password]").count() == 0
        walk.fill(Your_name="An Voorbeeld", Your_e__mail_address="an@waterput.example")
        walk.press("Accept the invitation").headed("Do you leave X with the others?")
        walk.choose("We leave if").fill(In_which_office="director")
        walk.field("… at least this many organisations leave").fill("20")
        walk.press("Keep as a draft").reads("The draft is kept. It is no answer yet")
        assert not Pledge.objects.exists()
    with walks(factories.representative(ours)) as colleague:
        colleague.at(HERE).press("Answer").reads("A draft by An Voorbeeld, of 4 January.")
        assert colleague.field("In which office").input_value() == "director"
        colleague.reads("… at least this many organisations leave")
        colleague.fill(Who_signs="Bea").press("Give this answer").headed("You leave X if others do")
        colleague.at(HERE + "pledge/").reads_no("A draft by")
    with walks() as walk:
        walk.at(link).headed("This link opens nothing now").reads("An invitation works once")


def test_2_answers_in_five_ways_and_signs_with_name_and_office(walks: Walks, owner: User) -> None:
    ways: tuple[tuple[str, dict[str, str], str, str], ...] = (
        ("Not now", {}, "You don't leave X now", "This answer is never public."),
        ("We decide on a date", {"You decide on": "2027-01-10"}, "You decide on 10 January", ""),
        (
            "We already left",
            {"You left on": "2024-03-01"},
            "You had already left X",
            "1 March 2024",
        ),
        ("We leave if", {"… at least this many organisations leave": "20"}, "You leave X if", ""),
        ("We leave O", {}, "You leave X on 20 January, at 12:00", "Leaving"),
    )
    with walks(owner) as walk:
        for answer, more, heading, public in ways:
            walk.at(HERE + "pledge/").choose(answer)
            for label, value in more.items():
                walk.field(label).fill(value)
            walk.fill(Who_signs="An Voorbeeld", In_which_office="director")
            walk.press("Give this answer").reads("Your answer is kept.", heading, public)
            walk.reads("Signed by", "An Voorbeeld, director")


def test_2_a_condition_shows_at_once_what_it_would_take(
    walks: Walks, exit_: Campaign, owner: User
) -> None:
    factories.pledge(exit_, factories.organisation("Brug"))
    factories.organisation("Omroep")
    with walks(owner) as walk:
        walk.at(HERE + "pledge/").choose("We leave if")
        walk.field("… at least this many organisations leave").fill("3")
        if not walk.scripts:
            walk.press("What would that take?")
        walk.reads("1 other leaves now. Besides you, 1 more is needed.")
        walk.choose("Omroep")
        if walk.scripts:
            walk.page.get_by_label("Find an organisation").fill("brug")
            assert walk.page.get_by_role("checkbox", name="Brug").is_visible()
        else:
            walk.press("What would that take?")
        walk.reads("Not said in public yet: Omroep.")


def test_2_chooses_who_may_see_it(walks: Walks, owner: User) -> None:
    with walks(owner) as walk, walks() as anyone:
        for choice, ours, theirs in (
            ("Coordinators only", "You chose that only the coordinators see it.", 0),
            ("Counted, not named", "One more in the number and a dot without a name.", 0),
            ("Named", "Leaving · 20 January 2027", 1),
        ):
            walk.at(HERE + "pledge/").choose("We leave O").choose(choice)
            walk.fill(Who_signs="An").press("Give this answer").reads(ours)
            anyone.at("/en/exit/").reads("Where to find them")
            assert anyone.page.locator("#o-waterput").count() == theirs


def test_3_chooses_what_leaving_means_with_each_consequence_said(walks: Walks, owner: User) -> None:
    with walks(owner) as walk:
        for choice, said, kept in (
            ("Dormant (we advise this)", "locked, silent. Nobody can take your name.", "dormant"),
            ("A pause", "You are silent until a date that you give.", "paused until a date (1 Ju"),
            ("Deactivate", "After 30 days its name is free for anyone", "deactivated"),
        ):
            walk.at(HERE + "pledge/").choose("We leave O").reads(said).choose(choice)
            if choice == "A pause":
                walk.fill(Paused_until="2027-06-01")
            walk.fill(Who_signs="An").press("Give this answer").reads(kept)
    assert Pledge.objects.get().paused_until is None, "a day of another choice is not kept"


def added(walk: Walk, network: str, name: str) -> Walk:
    walk.at(ACCOUNTS).choose(network)
    return walk.fill(Its_name_there=name).press("Add")


def test_4_adds_several_accounts_on_both_networks(walks: Walks, owner: User) -> None:
    with walks(owner) as walk:
        walk.at(ACCOUNTS).reads("None yet. Start with the one that you leave.")
        for network, name in (
            ("X", "waterput"),
            ("X", "waterput_fr"),
            ("Bluesky", "waterput.example.org"),
            ("Bluesky", "waterput.bsky.social"),
        ):
            added(walk, network, name).headed(f"@{name}").reads("claimed")
            walk.at(ACCOUNTS).reads(f"@{name}")
        walk.choose("X").choose("This X account stays").fill(Its_name_there="waterput_job")
        walk.press("Add").headed("@waterput_job")
        assert "stays" in walk.at(ACCOUNTS).says
        added(walk, "X", "not a name!").reads("letters, digits and _ only")
        added(walk, "Bluesky", "wаterput.org").reads("Exactly written it is xn--wterput-2fg.org")


def test_4_hands_the_exact_lines_for_its_domain_to_its_it_person(
    walks: Walks, ours: Organisation, owner: User
) -> None:
    home = factories.account(
        ours, NetworkChoices.BLUESKY, handle="waterput.bsky.social", network_id="did:plc:put"
    )
    with walks(owner) as walk:
        walk.at(f"{ACCOUNTS}{home.pk}/").reads("Your own domain as your name")
        line = "_atproto.waterput.example  TXT  did=did:plc:put"
        assert walk.page.locator("#txt").inner_text() == line
        walk.reads("https://waterput.example/.well-known/atproto-did")
        assert walk.page.locator("#did").inner_text() == "did:plc:put"
        copies = walk.page.get_by_role("button", name="Copy")
        assert copies.count() == (2 if walk.scripts else 0), "a dead button is not shown"
        if walk.scripts:
            walk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            copies.first.click()
            walk.reads("Copied")
            assert walk.page.evaluate("navigator.clipboard.readText()") == line


def test_4_has_its_domain_checked_while_it_looks(
    walks: Walks, ours: Organisation, owner: User, settings: Settings
) -> None:
    settings.NETWORKS, settings.BLUESKY_PRIVATE_HOSTS = "live", ["127.0.0.1"]
    Organisation.objects.filter(pk=ours.pk).update(domain="waterput.be")
    account = factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.be")
    record = "_atproto.waterput.be"
    with walks(owner) as walk, directory() as settings.BLUESKY_PLC:
        walk.at(f"{ACCOUNTS}{account.pk}/").reads("claimed")
        with NameServer({record: ["did=waterput"]}) as names:
            settings.DNS_SERVER = names.address
            walk.press("Check now").reads(f"TXT {record}: what stands there is no account.")
        with NameServer({record: [f"did={DID}"]}) as names:
            settings.DNS_SERVER = names.address
            walk.press("Check now").reads("Proved: @waterput.be is your domain.")
        walk.reads("domain proved", "Looked at on 4 January 2027")


def test_5_chooses_for_each_account_who_posts(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User, settings: Settings
) -> None:
    settings.NETWORKS = "rehearsal"
    word = factories.pledge(exit_, ours)
    home = factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.example")
    there, here = (
        factories.post(word, home, state=State.DRAFT),
        factories.post(word, factories.account(ours, handle="waterput"), state=State.DRAFT),
    )
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{there.pk}/")
        walk.page.get_by_text("You post it yourself").click()
        walk.press("Connect it").headed("@waterput.example").reads("Shall we post for you?")
        walk.page.get_by_label("App password").fill("abcd-efgh-ijkl-mnop")
        walk.press("Connect").reads("Connected. What is a draft now goes out for you")
        walk.at(f"{HERE}posts/{there.pk}/")
        walk.page.get_by_text("We post it for you").click()
        walk.choose("We post it ourselves").press("Keep this choice")
        walk.reads("You post it yourself")
        walk.at(f"{HERE}posts/{here.pk}/").reads("You post it yourself")


def test_5_on_x_everybody_posts_by_hand_unless_this_site_has_keys(
    walks: Walks, exit_: Campaign, ours: Organisation, owner: User, settings: Settings
) -> None:
    on = factories.account(ours, handle="waterput", network_id="7")
    post = factories.post(factories.pledge(exit_, ours), on, state=State.DRAFT)
    with walks(owner) as walk:
        walk.at(f"{HERE}posts/{post.pk}/").page.get_by_text("You post it yourself").click()
        walk.reads("On X everybody posts by hand here.")
        settings.X_CLIENT_ID = "keys"
        walk.at(f"{HERE}posts/{post.pk}/").page.get_by_text("You post it yourself").click()
        walk.reads("The risk: X forbids alike texts sent by one program")
        walk.choose("Post it for us").press("Keep this choice").reads("We post it for you")
