"""One campaign in which everything public has happened; and what the public may not know of it."""

from datetime import date, timedelta

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.members.models import Organisation
from coalition.members.states import Kind, Membership, NetworkChoices, Proof
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, Columns, T

SLUG = "samen-weg"
WORDS = {
    "en": {"name": "Away from X", "call": "We leave together."},
    "nl": {"name": "Samen weg", "call": "Wij gaan samen."},
}
AFTER = T + timedelta(hours=2)


def campaign(**columns: Columns) -> Campaign:
    return factories.campaign(slug=SLUG, words=WORDS, **columns)


def joins(to: Campaign, name: str, **word: Columns) -> Pledge:
    return factories.pledge(to, factories.organisation(name, slug=name.lower()), **word)


def public(to: Campaign) -> None:
    """Waterput has left with a new home, Brug had already, Omroep is to come, Dak took it back."""
    left = joins(to, "Waterput")
    old = factories.account(left.organisation, handle="waterput")
    factories.post(left, old, state=State.PUBLISHED, url="https://x.com/waterput/status/1")
    factories.account(
        left.organisation,
        NetworkChoices.BLUESKY,
        handle="waterput.example",
        network_id="did:plc:put",
        proof=Proof.DOMAIN,
    )
    joins(to, "Brug", answer=Answer.ALREADY_LEFT, left_on=date(2023, 3, 14))
    Organisation.objects.create(
        name="Omroep",
        slug="omroep",
        kind=Kind.MEDIA,
        membership=Membership.INDEPENDENT,
        created_at=NOW,
    )
    factories.pledge(to, Organisation.objects.get(slug="omroep"))
    withdraw(joins(to, "Dak"), actor=factories.person(), now=NOW + timedelta(hours=1))
    overturned(to, left.organisation)


def overturned(of: Campaign, organisation: Organisation) -> None:
    Evidence.objects.create(
        campaign=of,
        organisation=organisation,
        level=Level.SELF_REPORTED,
        left_at=NOW,
        recorded_at=NOW,
        recorded_by="somebody",
        overturned_at=NOW + timedelta(hours=2),
    )


HIDDEN = ("geheim-a", "geheim-b", "geheim-c", "geheim-d", "geheim-e")


def members_of_whom_nothing_is_known() -> None:
    """They are members whatever they answer: the whole counts them."""
    for slug in HIDDEN:
        factories.organisation(f"Org {slug}", slug=slug, domain=f"{slug}.example")


def embargoed(to: Campaign) -> None:
    """Everything about them that no visitor may learn, at once."""
    person = factories.organisation(
        "Geheim P", slug="geheim-p", kind=Kind.PERSON, membership=Membership.INDEPENDENT
    )
    factories.pledge(to, person)
    answers: list[Columns] = [
        {"visibility": Visibility.COORDINATORS},
        {"confirmed": False},
        {"answer": Answer.NOT_NOW},
        {"answer": Answer.BOARD_DATE, "decides_on": T.date()},
        {"answer": Answer.LEAVE_IF, "waits": [Wait(ConditionKind.AT_LEAST, 900)]},
    ]
    for slug, word in zip(HIDDEN, answers, strict=True):
        of = Organisation.objects.get(slug=slug)
        factories.account(of, NetworkChoices.BLUESKY, handle=f"{slug}.example", proof=Proof.DOMAIN)
        given = factories.pledge(to, of, **word)
        factories.post(given, factories.account(of, handle=f"x{slug[-1]}geheim"))
        overturned(to, of)
    withdraw(Pledge.objects.get(organisation__slug="geheim-e"), actor=factories.person(), now=NOW)
    secret = factories.campaign(slug="geheime-campagne", opened=False)
    factories.pledge(secret, Organisation.objects.get(slug="waterput"))
    later = factories.campaign(slug="geheim-later", opened_at=T + timedelta(days=90))
    factories.pledge(later, Organisation.objects.get(slug="brug"))
