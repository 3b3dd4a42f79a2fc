"""What the public page can look like, from nothing at all to three hundred with long names."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import Kind, Language, Membership, NetworkChoices, Proof
from coalition.pledges.actions import withdraw
from coalition.pledges.states import Answer, Visibility
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T

SLUG: Final = "samen-weg"
LONG: Final = (
    "Interdiocesane Federatie van Buurtwerkingen, Wereldwinkels en Vredesbewegingen-in-Oprichting"
)
BEFORE, DURING, AFTER = NOW + timedelta(hours=1), T + timedelta(minutes=4), T + timedelta(days=9)


def empty() -> Campaign:
    """Opened, and nobody has answered yet."""
    return factories.campaign(
        slug=SLUG,
        contact_email="exit@koepelvoorbeeld.example",
        exit_at=None,
        words={
            "nl": {"name": "Samen weg van X", "call": "Op één dag vertrekken we samen."},
            "fr": {"name": "Partir ensemble", "call": "Un jour, une heure, ensemble."},
        },
    )


def dated() -> Campaign:
    """Opened, with its hour."""
    campaign = empty()
    Campaign.objects.filter(pk=campaign.pk).update(
        exit_at=T,
        follow_list_url="https://bsky.app/profile/koepelvoorbeeld.example/lists/3k",
        follow_pack_url="https://bsky.app/starter-pack/koepelvoorbeeld.example/3k",
    )
    campaign.refresh_from_db()
    return campaign


def joins(campaign: Campaign, number: int, name: str = "", *, left_at: datetime | None) -> None:
    """One more; every seventh is no member, every 29th is not named."""
    languages = (Language.NL, Language.FR, Language.DE)
    kinds = (Kind.NGO, Kind.NGO, Kind.MEDIA, Kind.PUBLIC_BODY)
    of = factories.organisation(
        name or f"Vereniging nummer {number}",
        slug=f"vereniging-{number}",
        kind=kinds[number % 4],
        language=languages[number % 3],
        membership=Membership.INDEPENDENT if number % 7 == 6 else Membership.MEMBER,
    )
    if number % 5 != 4:
        proof = (Proof.DOMAIN, Proof.CONNECTED, Proof.LINKED_BACK)[number % 3]
        handle = (
            f"{of.slug}-met-een-lange-naam.example" if number % 11 == 3 else f"{of.slug}.example"
        )
        factories.account(of, NetworkChoices.BLUESKY, handle=handle, proof=proof)
    word = factories.pledge(
        campaign, of, visibility=Visibility.COUNTED if number % 29 == 28 else Visibility.NAMED
    )
    if left_at and number % 9 != 8:
        accounts = [factories.account(of) for _ in range(2 if number % 13 == 5 else 1)]
        factories.post(
            word,
            accounts[0],
            state=State.PUBLISHED,
            published_at=left_at + timedelta(seconds=number, milliseconds=70),
            url=f"https://x.com/{of.slug}/status/{number}",
        )


def crowd(count: int, *, left_at: datetime | None = None, name: str = "") -> Campaign:
    """So many, before the hour or after it; some had already left, one withdrew."""
    campaign = dated()
    for number in range(count):
        joins(campaign, number, f"{name} {number}" if name else "", left_at=left_at)
    if count > 3:
        gone: Organisation = factories.organisation("Vredesfluit Fictief", slug="vredesfluit")
        factories.pledge(campaign, gone, answer=Answer.ALREADY_LEFT, left_on=date(2023, 3, 14))
        back = factories.pledge(campaign, factories.organisation("Het Glazen Dak"))
        withdraw(back, actor=factories.person(), now=BEFORE)
    return campaign


SCENES: Final[dict[str, tuple[Callable[[], Campaign], datetime]]] = {
    "empty": (empty, BEFORE),
    "three": (lambda: crowd(3), BEFORE),
    "before": (lambda: crowd(34), BEFORE),
    "during": (lambda: crowd(34, left_at=T), DURING),
    "after": (lambda: crowd(34, left_at=T), AFTER),
    "three hundred": (lambda: crowd(300, left_at=T, name=LONG), AFTER),
}
