"""Writing a press kit: words in versions, its instant, its pictures, its secret links."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.members.models import User
from coalition.press.models import Logo, PressKit, PressLink, Statement
from coalition.press.queries import newest, versions_of
from coalition.press.states import Ending, Paper
from coalition.publishing.imaging import make
from coalition.refusals import Refusal

MOST_LOGOS: Final = 12
ENDINGS: Final = {"image/png": Ending.PNG, "image/jpeg": Ending.JPEG}


@dataclass(frozen=True, slots=True)
class Words:
    """A statement as somebody typed it, over the version that they saw."""

    title: str
    text: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom journalists ask."""

    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""


@transaction.atomic
def keep_kit(
    campaign: Campaign,
    *,
    words: Mapping[str, Words],
    public_at: datetime | None,
    contact: Contact,
    actor: User,
    now: datetime,
) -> PressKit:
    """Keep all of it or nothing. What says the same as before makes no new version."""
    kit, _begun = PressKit.objects.select_for_update().get_or_create(
        campaign=campaign, defaults={"begun_at": now}
    )
    for language, said in words.items():
        _say(kit, language, said, actor=actor, now=now)
    if not newest(kit):
        raise Refusal(_("Write the statement in at least one language: a title and its text."))
    _settle(kit, public_at, contact, actor=actor, now=now)
    return kit


def _say(kit: PressKit, language: str, words: Words, *, actor: User, now: datetime) -> None:
    said, version = newest(kit).get(language), versions_of(kit).get(language, 0)
    if (words.title, words.text) == ((said.title, said.text) if said else ("", "")):
        return
    if words.seen != version:
        raise Refusal(
            _(
                "Somebody kept another statement while you were writing. "
                "Open this page once more in a second window, and put the two together."
            )
        )
    Statement.objects.create(
        kit=kit,
        language=language,
        version=version + 1,
        title=words.title,
        text=words.text,
        written_at=now,
        written_by=actor,
    )
    digest = sha256(f"{words.title}\n{words.text}".encode()).hexdigest()
    facts = {"language": language, "version": version + 1, "sha256": digest}
    note(Act("statement kept", actor.number, kit.campaign_id, facts=facts), now=now)


def _settle(
    kit: PressKit, public_at: datetime | None, contact: Contact, *, actor: User, now: datetime
) -> None:
    if kit.public_at != public_at:
        facts = {"to": public_at.isoformat() if public_at else "T"}
        note(Act("press hour set", actor.number, kit.campaign_id, facts=facts), now=now)
    if any(getattr(kit, name) != value for name, value in asdict(contact).items()):
        note(Act("press contact kept", actor.number, kit.campaign_id), now=now)
    PressKit.objects.filter(pk=kit.pk).update(public_at=public_at, **asdict(contact))
    kit.refresh_from_db()


def add_logo(
    kit: PressKit, *, name: str, paper: Paper, upload: bytes, actor: User, now: datetime
) -> Logo:
    """Draw it anew, and keep that."""
    picture = make(upload)  # takes a while: before anything is locked
    with transaction.atomic():
        PressKit.objects.select_for_update().get(pk=kit.pk)
        if kit.logos.count() >= MOST_LOGOS:
            raise Refusal(_("Twelve logos are enough. Remove one first."))
        logo: Logo = Logo.objects.create(
            kit=kit,
            name=name,
            paper=paper,
            content=picture.content,
            ending=ENDINGS[picture.content_type],
            width=picture.width,
            height=picture.height,
            added_at=now,
        )
        facts = {"logo": logo.pk, "name": name}
        note(Act("logo added", actor.number, kit.campaign_id, facts=facts), now=now)
    return logo


@transaction.atomic
def remove_logo(logo: Logo, *, actor: User, now: datetime) -> None:
    """Nobody finds it any more; who took it along has it."""
    if Logo.objects.filter(pk=logo.pk).delete()[0]:
        facts = {"logo": logo.pk, "name": logo.name}
        note(Act("logo removed", actor.number, logo.kit.campaign_id, facts=facts), now=now)


@transaction.atomic
def hand_out(kit: PressKit, *, given_to: str, actor: User, now: datetime) -> PressLink:
    """One more secret link; the journal says to whom, and not what it is."""
    link = PressLink.objects.create(kit=kit, given_to=given_to, made_at=now, made_by=actor)
    facts = {"link": link.pk, "given to": given_to}
    note(Act("embargo link handed out", actor.number, kit.campaign_id, facts=facts), now=now)
    return link


@transaction.atomic
def revoke(link: PressLink, *, actor: User, now: datetime) -> None:
    """From the commit of this on, it opens nothing."""
    if PressLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=now):
        facts = {"link": link.pk, "given to": link.given_to}
        note(Act("embargo link revoked", actor.number, link.kit.campaign_id, facts=facts), now=now)
