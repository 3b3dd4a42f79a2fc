from datetime import date, timedelta
from typing import Any

import pytest
from django.core import signing
from django.db import IntegrityError, transaction

from coalition.campaigns.models import Campaign
from coalition.joining import actions
from coalition.joining.actions import FROM_ONE_CONNECTION, LETTERS_A_DAY, VALID_FOR, Wish
from coalition.joining.models import Candidate
from coalition.joining.opening import open_link
from coalition.joining.queries import SALT, by_token, token_of, waiting
from coalition.joining.states import Verdict
from coalition.mail.models import Letter
from coalition.members.models import Organisation
from coalition.members.states import Kind, Membership
from coalition.pledges.invitations import claim
from coalition.pledges.models import Pledge
from coalition.pledges.queries import living_invitation
from coalition.pledges.states import Answer
from coalition.progress.queries import progress
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return factories.campaign(slug="samen-weg")


def wish(domain: str = "omroep.example", **fields: Any) -> Wish:
    return Wish(
        **{
            "name": "Omroep Nergens",
            "kind": Kind.MEDIA,
            "language": "fr",
            "email": f"redactie@{domain}",
            "contact_name": "An",
            "domain": domain,
            **fields,
        }
    )


def person(email: str = "mira@gmail.com", **fields: Any) -> Wish:
    role = {"public_role": "gemeenteraad", "proof_url": "https://fictegem.example/raad"}
    return wish("", name="Mira", kind=Kind.PERSON, email=email, **{**role, **fields})


def ask(campaign: Campaign, what: Wish | None = None, sender: str = "192.0.2.1") -> Candidate:
    actions.ask(campaign, what or wish(), sender=sender, now=NOW)
    return Candidate.objects.latest("pk")


def confirmed(campaign: Campaign, what: Wish | None = None) -> Candidate:
    candidate = ask(campaign, what)
    actions.confirm(candidate, now=NOW)
    return candidate


def test_asking_shows_nothing_and_writes_one_letter(campaign: Campaign) -> None:
    ask(campaign)
    assert waiting(campaign) == []
    assert progress(campaign, language="nl", now=NOW).rows == ()
    assert not Organisation.objects.exists()
    (letter,) = Letter.objects.all()
    assert (letter.to, letter.language) == ("redactie@omroep.example", "fr")
    assert "Omroep Nergens" in letter.text
    assert "Omroep Nergens" in letter.html


@pytest.mark.parametrize(
    "second",
    [
        wish(),
        wish(email="iemand.anders@omroep.example"),
        wish("jong.omroep.example"),
        wish(name="Iets anders"),
    ],
)
def test_one_target_is_written_to_once(campaign: Campaign, second: Wish) -> None:
    assert actions.ask(campaign, wish(), sender="192.0.2.1", now=NOW)
    assert not actions.ask(campaign, second, sender="198.51.100.2", now=NOW)
    assert Letter.objects.count() == 1


def test_a_persons_mailbox_is_one_however_it_is_spelled(campaign: Campaign) -> None:
    ask(campaign, person("m.ira@gmail.com"))
    ask(campaign, person("Mira+x@googlemail.com"), sender="198.51.100.2")
    ask(campaign, person("somebody.else@gmail.com"), sender="198.51.100.3")
    assert Letter.objects.count() == 2


def test_a_thousand_fakes_show_nothing_and_write_to_nobody_twice(campaign: Campaign) -> None:
    refused = 0
    for number in range(1000):
        domain = f"{'abc'[number % 3]}.victim{number % 50}.example"
        fake = wish(domain, email=f"info{number}@{domain}", name=f"Fake {number}")
        try:
            actions.ask(campaign, fake, sender=f"198.51.{number // 5 % 250}.1", now=NOW)
        except Refusal:
            refused += 1
    written = [letter.to.partition("@")[2] for letter in Letter.objects.all()]
    owners = [domain.split(".", 1)[1] for domain in written]
    assert len(owners) == len(set(owners)) == 50
    assert waiting(campaign) == []
    assert progress(campaign, language="nl", now=NOW).dots == ()
    assert not Organisation.objects.exists()


def test_one_connection_asks_so_often_a_day(campaign: Campaign) -> None:
    for number in range(FROM_ONE_CONNECTION):
        ask(campaign, wish(f"o{number}.example"))
    with pytest.raises(Refusal, match="still here"):
        ask(campaign, wish("more.example"))
    ask(campaign, wish("more.example"), sender="192.0.2.2")
    actions.ask(campaign, wish("late.example"), sender="192.0.2.1", now=NOW + timedelta(hours=25))


def test_a_connection_of_ipv6_is_its_network() -> None:
    one, other = (actions.sender_of(f"2001:db8:1:1::{part}", NOW) for part in ("1", "ffff"))
    assert one == other != actions.sender_of("2001:db8:1:2::1", NOW)
    assert one != actions.sender_of("2001:db8:1:1::1", NOW + timedelta(days=1))


def test_everybody_together_asks_so_often_a_day(campaign: Campaign) -> None:
    Candidate.objects.bulk_create(
        Candidate(
            campaign=campaign,
            target=f"o{number}.example",
            asked_at=NOW,
            expires_at=NOW + VALID_FOR,
        )
        for number in range(LETTERS_A_DAY)
    )
    with pytest.raises(Refusal, match="So many"):
        ask(campaign)


def test_the_link_works_once(campaign: Campaign) -> None:
    candidate = ask(campaign)
    link = open_link(f"candidate:{candidate.pk}")
    way, _, token = link.rstrip("/").rpartition("/")
    assert way == "http://testserver/fr/samen-weg/join"
    assert by_token(token, campaign=campaign, now=NOW) == candidate
    actions.confirm(candidate, now=NOW)
    assert by_token(token, campaign=campaign, now=NOW) is None
    with pytest.raises(Refusal):
        actions.disown(candidate, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "W10:x:y", "a" * 500, "é"])
def test_a_guessed_link_opens_nothing(campaign: Campaign, token: str) -> None:
    candidate = ask(campaign)
    assert by_token(token, campaign=campaign, now=NOW) is None
    known = [candidate.pk, candidate.email]  # all but our secret
    forged = signing.dumps(known, key="another secret", salt=SALT)
    assert by_token(forged, campaign=campaign, now=NOW) is None
    of_another_kind = signing.dumps(known, salt="coalition.invitation")
    assert by_token(of_another_kind, campaign=campaign, now=NOW) is None


def test_a_link_runs_out_and_is_of_one_campaign(campaign: Campaign) -> None:
    token = token_of(ask(campaign))
    assert by_token(token, campaign=campaign, now=NOW + VALID_FOR) is None
    assert by_token(token, campaign=factories.campaign(), now=NOW) is None


def test_what_nobody_confirmed_is_erased_with_its_letter(campaign: Campaign) -> None:
    asked, kept = ask(campaign), confirmed(campaign, wish("other.example"))
    actions.forget(now=NOW + VALID_FOR - timedelta(seconds=1))
    assert Candidate.objects.filter(pk=asked.pk).exists()
    actions.forget(now=NOW + VALID_FOR)
    assert list(Candidate.objects.all()) == [kept]
    assert [letter.to for letter in Letter.objects.all()] == ["redactie@other.example"]


def test_who_never_confirmed_may_ask_again_once_the_link_ran_out(campaign: Campaign) -> None:
    first = ask(campaign)
    assert actions.ask(campaign, wish(), sender="192.0.2.9", now=NOW + VALID_FOR)
    assert not Candidate.objects.filter(pk=first.pk).exists()


def test_after_not_us_nothing_is_kept_but_the_stop(campaign: Campaign) -> None:
    candidate = ask(campaign)
    actions.disown(candidate, now=NOW)
    kept = Candidate.objects.values().get()
    assert "Omroep" not in str(kept)
    assert "redactie" not in str(kept)
    late = NOW + timedelta(days=400)
    assert not actions.ask(campaign, wish(), sender="192.0.2.9", now=late)
    assert not Letter.objects.exists()


def test_what_is_accepted_stands_on_the_list_and_has_its_page(campaign: Campaign) -> None:
    boss = factories.coordinator()
    candidate = confirmed(campaign)
    organisation = actions.accept(candidate, actor=boss, now=NOW)
    assert (organisation.membership, organisation.kind) == (Membership.INDEPENDENT, Kind.MEDIA)
    (row,) = progress(campaign, language="nl", now=NOW).rows
    assert (row.name, row.member) == ("Omroep Nergens", False)
    invitation = living_invitation(campaign, organisation)
    assert invitation
    assert invitation.email == "redactie@omroep.example"
    user = claim(invitation, name="An", email=invitation.email, signed_in=None, now=NOW)
    assert user.representations.get().organisation == organisation


def test_who_had_left_already_is_shown_so(campaign: Campaign) -> None:
    candidate = confirmed(campaign, wish(left_on=date(2023, 3, 14)))
    organisation = actions.accept(candidate, actor=factories.coordinator(), now=NOW)
    pledge = Pledge.objects.get(organisation=organisation)
    assert (pledge.answer, pledge.left_on) == (Answer.ALREADY_LEFT, date(2023, 3, 14))


def test_a_person_shows_because_they_opted_in(campaign: Campaign) -> None:
    candidate = confirmed(campaign, person())
    organisation = actions.accept(candidate, actor=factories.coordinator(), now=NOW)
    assert organisation.opted_in_at == candidate.confirmed_at
    assert [row.name for row in progress(campaign, language="nl", now=NOW).rows] == ["Mira"]


def test_a_second_one_of_a_domain_is_put_together_instead(campaign: Campaign) -> None:
    factories.organisation("Omroep", domain="omroep.example")
    candidate = confirmed(campaign)
    with pytest.raises(Refusal, match="on the list already"):
        actions.accept(candidate, actor=factories.coordinator(), now=NOW)
    candidate.refresh_from_db()
    assert candidate.decided_at is None


def test_putting_together_keeps_the_contact_on_file(campaign: Campaign) -> None:
    listed = factories.organisation("Omroep", contact_email="chef@omroep.example")
    candidate = confirmed(campaign)
    actions.merge(candidate, listed, actor=factories.coordinator(), now=NOW)
    listed.refresh_from_db()
    assert listed.contact_email == "chef@omroep.example"
    sent = {(letter.kind, letter.to) for letter in Letter.objects.all()}
    assert ("invitation", "chef@omroep.example") in sent
    assert ("candidate-merged", "redactie@omroep.example") in sent
    assert not Pledge.objects.exists()


def test_a_refusal_is_mailed_with_its_sentence(campaign: Campaign) -> None:
    candidate = confirmed(campaign)
    with pytest.raises(Refusal, match="Say why"):
        actions.refuse(candidate, "  ", actor=factories.coordinator(), now=NOW)
    actions.refuse(candidate, "Wij kennen u niet.", actor=factories.coordinator(), now=NOW)
    letter = Letter.objects.get(kind="candidate-refused")
    assert "Wij kennen u niet." in letter.text
    assert not Organisation.objects.exists()


def test_of_two_coordinators_the_second_is_told(campaign: Campaign) -> None:
    one, other = factories.coordinator(), factories.coordinator()
    candidate = confirmed(campaign)
    actions.accept(candidate, actor=one, now=NOW)
    with pytest.raises(Refusal, match="just before you"):
        actions.refuse(candidate, "Nee.", actor=other, now=NOW)
    candidate.refresh_from_db()
    assert (candidate.verdict, candidate.decided_by) == (Verdict.ACCEPTED, one)
    assert Organisation.objects.count() == 1


def test_nobody_decides_about_what_is_not_confirmed(campaign: Campaign) -> None:
    candidate = ask(campaign)
    with pytest.raises(Refusal):
        actions.accept(candidate, actor=factories.coordinator(), now=NOW)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"decided_at": NOW, "verdict": "accepted"},
        {"confirmed_at": NOW, "disowned_at": NOW},
        {"confirmed_at": NOW, "decided_at": NOW, "verdict": "refused"},
    ],
)
def test_the_database_refuses_what_cannot_be(campaign: Campaign, columns: dict[str, Any]) -> None:
    candidate = ask(campaign)
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=candidate.pk).update(**columns)
