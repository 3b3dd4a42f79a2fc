from datetime import timedelta

import pytest
from django.db import connection

from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.states import Role
from coalition.pledges.actions import withdraw
from coalition.press.actions import Contact, Words, hand_out, keep_kit, revoke
from coalition.press.approval import Wording
from coalition.press.models import Quote
from coalition.press.queries import link_of, newest, room_of, sha256_of, token_of
from coalition.press.quoting import approve_quote, take_quote_back, write_quote
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def kept(words: dict[str, Words], kit_of: object = None) -> dict[str, int]:
    """Language → version, after keeping these words."""
    del kit_of
    from coalition.campaigns.models import Campaign

    campaign = Campaign.objects.get()
    kit = keep_kit(
        campaign,
        words=words,
        public_at=None,
        contact=Contact(),
        actor=factories.person(),
        now=LATER,
    )
    return {code: said.version for code, said in newest(kit).items()}


def test_only_what_changed_becomes_a_version_and_the_journal_has_its_hash() -> None:
    campaign = factories.campaign()
    factories.press_kit(campaign, {"en": Words("A", "a"), "nl": Words("B", "b")})
    assert kept({"en": Words("A", "a", 1), "nl": Words("B", "other", 1)}) == {"en": 1, "nl": 2}
    entries = Entry.objects.filter(verb="statement kept").order_by("pk")
    assert [(e.facts["language"], e.facts["version"]) for e in entries] == [
        ("en", 1),
        ("nl", 1),
        ("nl", 2),
    ]
    assert {len(e.facts["sha256"]) for e in entries} == {64}
    assert "other" not in str([e.facts for e in entries])


def test_who_wrote_over_somebody_is_told_and_nothing_is_lost() -> None:
    factories.press_kit(factories.campaign(), {"en": Words("A", "a")})
    kept({"en": Words("A", "by one", 1)})
    with pytest.raises(Refusal, match="Somebody kept another statement"):
        kept({"en": Words("A", "by another", 1)})


def test_an_emptied_language_is_not_said_and_the_last_one_stays() -> None:
    campaign = factories.campaign()
    factories.press_kit(campaign, {"en": Words("A", "a"), "nl": Words("B", "b")})
    assert kept({"nl": Words("", "", 1)}) == {"en": 1}
    with pytest.raises(Refusal, match="at least one language"):
        kept({"en": Words("", "", 1)})


def quote_and_words() -> Quote:
    return factories.quote(factories.press_kit(factories.campaign()), approved=False)


def heard(quote: Quote) -> list[str]:
    from coalition.campaigns.models import Campaign

    room = room_of(Campaign.objects.get(pk=quote.kit.campaign_id))
    assert room
    return [one.words for one in room.heard("en")]


def test_a_quote_shows_once_approved_and_any_edit_voids_that() -> None:
    quote = quote_and_words()
    assert heard(quote) == []
    approve_quote(quote, shown=sha256_of(quote), actor=factories.person(), now=NOW)
    assert heard(quote) == ["We owe it to those who read us."]
    said = {"en": Wording("director", "We owe it to those who read us!")}
    changed = write_quote(
        quote.kit,
        quote,
        organisation=quote.organisation,
        speaker=quote.speaker,
        words=said,
        actor=factories.person(),
        now=LATER,
    )
    assert (changed.approved_at, heard(quote)) == (None, [])


def test_keeping_the_same_words_keeps_the_approval() -> None:
    quote = factories.quote(factories.press_kit(factories.campaign()))
    said = {one.language: Wording(one.function, one.words) for one in quote.words.all()}
    again = write_quote(
        quote.kit,
        quote,
        organisation=quote.organisation,
        speaker=quote.speaker,
        words=said,
        actor=factories.person(),
        now=LATER,
    )
    assert again.approved_at == NOW


def test_words_that_changed_behind_the_page_are_not_approved() -> None:
    quote = quote_and_words()
    before = sha256_of(quote)
    quote.words.update(words="Something else.")
    with pytest.raises(Refusal, match="have changed"):
        approve_quote(quote, shown=before, actor=factories.person(), now=NOW)


def test_an_edit_past_the_actions_shows_nothing_either() -> None:
    quote = factories.quote(factories.press_kit(factories.campaign()))
    quote.words.update(words="Something else.")
    assert heard(quote) == []


def test_who_takes_the_yes_or_the_word_back_is_not_quoted() -> None:
    campaign = factories.campaign()
    kit = factories.press_kit(campaign)
    one, other = factories.quote(kit), factories.quote(kit)
    pledge = factories.pledge(campaign, other.organisation)
    assert len(heard(one)) == 2
    withdraw(pledge, actor=factories.person(), now=NOW)
    assert len(heard(one)) == 1
    take_quote_back(one, actor=factories.person(), now=NOW)
    assert heard(one) == []


def test_those_who_may_approve_get_one_letter_a_wording() -> None:
    organisation = factories.organisation()
    for role in Role:
        factories.representative(organisation, role)
    factories.quote(factories.press_kit(factories.campaign()), organisation, approved=False)
    letters = Letter.objects.filter(kind="quote")
    assert letters.count() == 2  # the owner and the approver
    assert "We owe it" not in "".join(letters.values_list("text", flat=True))


def test_a_link_opens_its_own_campaign_until_it_is_taken_back() -> None:
    campaign, other = factories.campaign(), factories.campaign(exit_at=T)
    kit = factories.press_kit(campaign)
    link = hand_out(kit, given_to="A newsroom", actor=factories.person(), now=NOW)
    token = token_of(link)
    assert len(token) > 60
    assert link_of(token, campaign) == link
    assert link_of(token, other) is None
    assert link_of(token[:-1] + "x", campaign) is None
    assert link_of("", campaign) is None
    revoke(link, actor=factories.person(), now=NOW)
    assert link_of(token, campaign) is None


def test_the_secret_of_a_link_is_in_no_table() -> None:
    kit = factories.press_kit(factories.campaign())
    link = hand_out(kit, given_to="A newsroom", actor=factories.person(), now=NOW)
    secret = token_of(link).rpartition(":")[2]
    with connection.cursor() as cursor:
        for table in ("coalition_presslink", "coalition_entry"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            assert secret not in str(cursor.fetchall())
    facts = Entry.objects.get(verb="embargo link handed out").facts
    assert facts == {"link": link.pk, "given to": "A newsroom"}
