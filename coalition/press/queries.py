"""Reading press kits: as the public or a journalist may, as coordinators do, as a member does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.pledges.models import Pledge
from coalition.press.approval import Wording, quote_sha256
from coalition.press.embargo import kit_of
from coalition.press.models import Logo, PressKit, PressLink, Quote, QuoteWords, Statement

SALT: Final = "coalition.press"


@dataclass(frozen=True, slots=True)
class Said:
    """The newest statement in one language."""

    language: str
    title: str
    text: str
    version: int
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """An approved quote, in one language."""

    speaker: str
    organisation: str
    language: str
    function: str
    words: str


@dataclass(frozen=True, slots=True)
class Room:
    """All that a press page shows."""

    kit: PressKit
    statements: dict[str, Said]
    voices: tuple[tuple[Voice, ...], ...]  # each in the languages in which it is there
    logos: tuple[Logo, ...]  # without their bytes

    def said(self, language: str) -> Said | None:
        """The statement in this language; else in English; else in whatever there is."""
        found = self.statements
        return found.get(language) or found.get("en") or next(iter(found.values()), None)

    def heard(self, language: str) -> list[Voice]:
        """Every quote once, in this language where it can be."""
        return [
            next((one for one in each if one.language == language), each[0]) for each in self.voices
        ]


def room_of(campaign: Campaign) -> Room | None:
    """What its press page shows; None while there is no statement."""
    kit = kit_of(campaign)
    statements = newest(kit) if kit else {}
    if kit is None or not statements:
        return None
    return Room(kit, statements, tuple(_voices(kit)), tuple(logos_of(kit)))


def newest(kit: PressKit) -> dict[str, Said]:
    """Language → what is said in it now, in the order of the languages' codes."""
    found: dict[str, Said] = {}
    gone: set[str] = set()
    for one in kit.statements.all():
        if one.language in found or one.language in gone:
            continue
        if not one.text:
            gone.add(one.language)
            continue
        found[one.language] = Said(one.language, one.title, one.text, one.version, one.written_at)
    return found


def versions_of(kit: PressKit) -> dict[str, int]:
    """Language → the number of its newest version, also where that one is empty."""
    found: dict[str, int] = {}
    for language, version in kit.statements.values_list("language", "version"):
        found[language] = max(version, found.get(language, 0))
    return found


def history_of(kit: PressKit) -> list[Statement]:
    """Every version of every language, the newest first."""
    rows = kit.statements.select_related("written_by").order_by("-written_at", "-pk")
    return list(rows)


def _voices(kit: PressKit) -> Iterable[tuple[Voice, ...]]:
    """What stands approved, word for word, by who is still with us."""
    withdrawn = Pledge.objects.filter(campaign=kit.campaign_id, withdrawn_at__isnull=False)
    approved = (
        kit.quotes.filter(approved_at__isnull=False, organisation__left_coalition_at__isnull=True)
        .exclude(organisation__in=withdrawn.values("organisation"))
        .select_related("organisation")
        .prefetch_related("words")
    )
    for quote in approved:
        if quote.approval_sha256 == sha256_of(quote):
            yield tuple(_voice(quote, one) for one in quote.words.all())


def _voice(quote: Quote, one: QuoteWords) -> Voice:
    return Voice(quote.speaker, quote.organisation.name, one.language, one.function, one.words)


def wordings_of(quote: Quote) -> dict[str, Wording]:
    """Language → what is said in it."""
    return {one.language: Wording(one.function, one.words) for one in quote.words.all()}


def sha256_of(quote: Quote) -> str:
    """What an approval of the quote as it stands now would be bound to."""
    return quote_sha256(quote.organisation_id, quote.speaker, wordings_of(quote))


def quotes_of(kit: PressKit) -> list[Quote]:
    """Every quote, with who has to approve it."""
    rows = kit.quotes.select_related("organisation", "approved_by").prefetch_related("words")
    return list(rows)


def quotes_for(organisation: Organisation, campaign: Campaign) -> list[Quote]:
    """What is to be said in this organisation's name."""
    rows = Quote.objects.filter(organisation=organisation, kit__campaign=campaign)
    found = rows.select_related("kit", "organisation", "approved_by", "written_by")
    return list(found.prefetch_related("words"))


def quote_at(kit: PressKit, pk: int) -> Quote | None:
    """One of this kit."""
    return next((one for one in quotes_of(kit) if one.pk == pk), None)


def logos_of(kit: PressKit) -> Sequence[Logo]:
    """Every logo, without its bytes."""
    return list(kit.logos.defer("content"))


def logo_at(campaign: Campaign, pk: int) -> Logo | None:
    """One, with its bytes."""
    return Logo.objects.filter(kit__campaign=campaign, pk=pk).first()


def links_of(kit: PressKit) -> list[PressLink]:
    """Every link that was handed out, the newest first; those that were taken back too."""
    return list(kit.links.select_related("made_by").order_by("-pk"))


def token_of(link: PressLink) -> str:
    """The secret of a link: the same each time, and of nothing that is stored."""
    return signing.Signer(salt=SALT).sign_object([link.pk, link.made_at.isoformat()])


def link_of(token: str, campaign: Campaign) -> PressLink | None:
    """The link that still opens this campaign's kit; None for a forged one or one taken back."""
    try:
        pk, made_at = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    rows = PressLink.objects.filter(pk=pk, kit__campaign=campaign, revoked_at__isnull=True)
    return next((one for one in rows if one.made_at.isoformat() == made_at), None)
