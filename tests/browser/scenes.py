"""What the public page can look like, from nothing at all to three hundred with long names."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from PIL import Image, ImageDraw

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import Kind, Language, Membership, NetworkChoices, Proof
from coalition.pledges.actions import withdraw
from coalition.pledges.states import Answer, Visibility
from coalition.press.actions import Words, add_logo
from coalition.press.models import PressKit
from coalition.press.states import Paper
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


SAID: Final = {
    "nl": Words(
        "Vandaag gaan wij weg. Samen, op hetzelfde uur.",
        "Vierendertig organisaties verlaten vandaag om twaalf uur X. Ze gaan samen, omdat niemand "
        "graag als eerste gaat en niemand graag alleen achterblijft.\n\n"
        "Wij hebben daar jarenlang verteld over water, brood en vrede. We vertellen het verder, op "
        "een plek waar wie leest zelf kiest wat hij leest.\n\n"
        "Wie ons volgde, vindt ons vanaf nu op Bluesky. Elke nieuwe naam is nagekeken.",
    ),
    "fr": Words(
        "Aujourd’hui nous partons. Ensemble, à la même heure.",
        "Trente-quatre organisations quittent X aujourd’hui à midi. Elles partent ensemble, parce "
        "que personne n’aime partir le premier ni rester seul.\n\n"
        "Qui nous suivait nous trouve désormais sur Bluesky. Chaque nouveau nom a été vérifié.",
    ),
}


def drawn(word: str, ink: str, paper: str | None) -> bytes:
    """A logo of nobody: a dot and a word."""
    image = Image.new("RGBA", (960, 360), paper or "#00000000")
    pen = ImageDraw.Draw(image)
    pen.ellipse((40, 100, 200, 260), fill=ink)
    pen.text((230, 135), word, fill=ink, font_size=80)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def pressed(campaign: Campaign, *, public_at: datetime | None = None) -> PressKit:
    """What journalists get: words, three quotes, two logos."""
    kit = factories.press_kit(campaign, SAID, public_at=public_at)
    said = (
        ("Waterput", "Wij zwijgen niet, wij verhuizen.", "Nous ne nous taisons pas."),
        ("Papieren Brug", "Alleen gaan is een gebaar. Samen gaan is een besluit.", "Partir seul."),
        ("Omroep Verzonnen", "Onze lezers verdienen een plek zonder ruis.", "Un lieu sans bruit."),
    )
    for name, nl, fr in said:
        of = factories.organisation(name, slug=name.lower().replace(" ", "-"))
        factories.quote(kit, of, nl=nl, fr=fr)
    for paper, ink in ((Paper.LIGHT, "#15202b"), (Paper.DARK, "#fbf9f4")):
        name = f"Koepel Voorbeeld, {paper}"
        add_logo(
            kit,
            name=name,
            paper=paper,
            upload=drawn("koepel voorbeeld", ink, None),
            actor=factories.person(),
            now=NOW,
        )
    return kit


def finished() -> Campaign:
    """All is over, and the press kit is public."""
    campaign = crowd(34, left_at=T)
    pressed(campaign, public_at=NOW)
    return campaign


SCENES: Final[dict[str, tuple[Callable[[], Campaign], datetime]]] = {
    "empty": (empty, BEFORE),
    "three": (lambda: crowd(3), BEFORE),
    "before": (lambda: crowd(34), BEFORE),
    "during": (lambda: crowd(34, left_at=T), DURING),
    "after": (finished, AFTER),
    "three hundred": (lambda: crowd(300, left_at=T, name=LONG), AFTER),
}
