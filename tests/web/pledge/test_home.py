"""The member's home says where it stands, one thing to do, and what the public sees."""

import re

import pytest
from django.test import Client

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation, Representative, User
from coalition.members.states import NetworkChoices, Role
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, Visibility
from coalition.publishing.states import State
from tests import factories
from tests.web.pledge.people import browser

HOME = "/en/member/waterput/"


def now(page: str) -> str:
    """The one step that is marked, and that it is the only one with a filled button."""
    steps = re.findall(r'<li class="[^"]*" aria-current="step">.*?</li>', page, re.DOTALL)
    assert len(steps) == 1
    found = re.search(r'step-title">([^<]*)', steps[0])
    assert found
    return found[1]


def test_one_step_at_a_time(inside: Client, exit_: Campaign, ours: Organisation) -> None:
    def look() -> str:
        return now(inside.get(HOME).content.decode())

    assert look() == "Give your answer"
    pledge = factories.pledge(exit_, ours)
    assert look().startswith("The date:")
    Pledge.objects.update(date_confirmed_for=factories.T, date_confirmed_sequence=1)
    assert look() == "Your accounts"
    account = factories.account(ours)
    post = factories.post(pledge, account, state=State.DRAFT, text="")
    assert look() == "Your texts"
    post.delete()
    factories.post(pledge, account, state=State.MISSED)
    assert look() == "A post did not go out"


@pytest.mark.parametrize(
    ("visibility", "sentence"),
    [
        (Visibility.NAMED, "No new home: none is proved yet."),
        (Visibility.COUNTED, "a dot without a name"),
        (Visibility.COORDINATORS, "only the coordinators see it"),
    ],
)
def test_it_says_what_the_public_sees(
    inside: Client, exit_: Campaign, ours: Organisation, visibility: Visibility, sentence: str
) -> None:
    factories.pledge(exit_, ours, visibility=visibility)
    assert sentence in inside.get(HOME).content.decode()


@pytest.mark.parametrize("answer", [Answer.NOT_NOW, Answer.BOARD_DATE])
def test_a_no_is_never_public(
    inside: Client, exit_: Campaign, ours: Organisation, answer: Answer
) -> None:
    factories.pledge(exit_, ours, answer=answer, decides_on=factories.T.date())
    assert "This answer is never public" in inside.get(HOME).content.decode()


def test_the_new_home_is_shown_once_proved(
    inside: Client, exit_: Campaign, ours: Organisation
) -> None:
    factories.pledge(exit_, ours)
    factories.account(ours, NetworkChoices.BLUESKY, handle="waterput.be", network_id="did:plc:x")
    page = inside.get(HOME).content.decode()
    assert '<p class="small">@waterput.be</p>' in page


def test_with_one_organisation_its_page_is_home(inside: Client, owner: User) -> None:
    assert inside.get("/en/member/")["Location"] == HOME
    more = factories.organisation("Second one")
    more.representatives.create(user=owner, added_at=factories.NOW)
    assert "Second one" in inside.get("/en/member/").content.decode()
    nobody = browser(factories.person()).get("/en/member/").content.decode()
    assert "speak for an organisation here" in nobody


def test_the_owner_adds_a_colleague(inside: Client, ours: Organisation) -> None:
    colleague = {"name": "Tom Peeters", "email": "Tom@waterput.example", "role": Role.APPROVER}
    inside.post(f"{HOME}colleagues/", colleague)
    found = Representative.objects.get(user__email="tom@waterput.example")
    assert (found.organisation, found.role) == (ours, Role.APPROVER)


def test_an_owner_does_not_demote_themselves(inside: Client, owner: User) -> None:
    mine = {"name": "Me", "email": owner.email.upper(), "role": Role.WRITER}
    page = inside.post(f"{HOME}colleagues/", mine).content.decode()
    assert "Somebody has to keep speaking" in page
    assert Representative.objects.get(user=owner).role == Role.OWNER


def test_markup_in_names_stays_text(owner: User, exit_: Campaign, ours: Organisation) -> None:
    ours.name = "<b>Bold</b> & Co"
    ours.save(update_fields=["name"])
    factories.pledge(exit_, ours)
    page = browser(owner).get(HOME).content.decode()
    assert "<b>Bold</b>" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Co" in page
