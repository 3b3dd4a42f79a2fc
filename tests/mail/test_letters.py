"""The letters: in the reader's language, plain, and safe with whatever a name holds."""

import pytest

from coalition.mail.actions import LINK
from coalition.mail.models import Letter
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.dates import announce_date
from coalition.pledges.invitations import invite
from coalition.publishing.breaker import open_breaker
from coalition.publishing.states import State
from coalition.publishing.sweep import tell_people
from tests import factories
from tests.factories import NOW, Columns, T, coordinator

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<b>Zaad</b> & “Schaduw” http://evil.example"


def one_of_each(name: str, language: str, **campaign: Columns) -> list[Letter]:
    """Every kind of letter, written by whoever writes it."""
    words = {language: {"name": name[:120], "call": f"We leave. {name[:200]}"}}
    exit_ = factories.campaign(
        words=words, exit_at=None, contact_email="exit@koepel.example", **campaign
    )
    one = factories.organisation(name[:160], language=language)
    factories.representative(one)
    invite(exit_, one, actor=coordinator(), now=NOW)
    pledge = factories.pledge(exit_, one)
    for hour in (T, T.replace(day=21)):
        announce_date(exit_, hour, actor=coordinator(), now=NOW)
        pledge.campaign.refresh_from_db()
    long = "x" * 240 + ".example"
    for number, state in enumerate((State.UNCERTAIN, State.REFUSED, State.MISSED)):
        home = factories.account(one, NetworkChoices.BLUESKY, handle=f"{number}{long}")
        factories.post(pledge, home, state=state, needs_person=True, detail=name[:300])
    tell_people(exit_, NOW)
    factories.post(
        pledge, factories.account(one, network_id="1"), route=Route.DIRECT, state=State.APPROVED
    )
    open_breaker("x", "credits", now=NOW)
    return list(Letter.objects.all())


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_every_letter_is_written_for_the_longest_names(language: str) -> None:
    found = one_of_each("W" * 300, language, coalition_name="C" * 120)
    assert {letter.kind for letter in found} == {
        "invitation",
        "date-set",
        "date-moved",
        "needs-you",
        "post-by-hand",
    }
    for letter in found:
        assert 0 < len(letter.subject) <= 200
        assert "\n" not in letter.subject


def test_a_name_is_written_as_it_is_and_is_never_markup() -> None:
    for letter in one_of_each(HOSTILE, "en"):
        assert "&amp;" not in letter.text + letter.subject
        assert "<b>" not in letter.html
        assert 'href="http://evil' not in letter.html


def test_the_secret_link_is_a_button_and_is_filled_in_only_when_it_goes() -> None:
    [letter] = [one for one in one_of_each("Waterput", "en") if one.kind == "invitation"]
    assert letter.text.count(LINK) == 1
    assert f'<a href="{LINK}"' in letter.html


def test_a_letter_leads_to_the_page_of_its_organisation() -> None:
    for letter in one_of_each("Waterput", "fr"):
        if letter.kind != "invitation":
            assert f"\nhttp://testserver/{letter.language}/member/organisation-" in letter.text
            assert f'<a href="http://testserver/{letter.language}/member/' in letter.html


def test_the_hour_is_that_of_the_campaigns_own_clocks() -> None:
    [letter] = [one for one in one_of_each("Waterput", "en") if one.kind == "date-set"]
    assert letter.subject == "We leave X on 20 January, at 12:00"
