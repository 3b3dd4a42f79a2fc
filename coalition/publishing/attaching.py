"""Editing a post: its words, and the pictures, card and pin that go along with them, or none of it.

Each part is an edit like any other: it voids the approval.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.members.models import User
from coalition.members.states import NetworkChoices
from coalition.networks.domains import has_known_ending
from coalition.networks.text import hidden_characters
from coalition.publishing.actions import open_for_edit, write_post
from coalition.publishing.imaging import Made, make
from coalition.publishing.models import Card, Picture, Pin, Post
from coalition.refusals import Refusal

MOST_PICTURES: Final = {NetworkChoices.BLUESKY: 4, NetworkChoices.X: 1}
NO_ALT: Final = _(
    "Say in words what the picture shows. Who can't see it hears that; without it, no picture goes."
)
HIDDEN: Final = _("An invisible character hides in these words. Retype them.")
ONE_ON_A_CARD: Final = _("A card shows one picture. Take the others away, or leave the card out.")
_BLANK: Final = re.compile(r"\s+")


class PartRefusal(Refusal):
    """What is wrong, and with which part of an edit."""

    def __init__(self, part: str, words: str | Promise) -> None:
        super().__init__(words)
        self.part = part


@dataclass(frozen=True, slots=True)
class CardWords:
    """What a card says; nothing of it is read from the address. All of it empty: no card."""

    url: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A post as it should be from here on. None: as it is."""

    text: str
    alts: Mapping[int, str] = field(default_factory=dict)  # by the picture's number, not its place:
    away: frozenset[int] = frozenset()  # a colleague may have changed their order meanwhile
    moved: tuple[int, int] | None = None  # one of them, and by how many places
    upload: bytes | None = None
    alt: str = ""  # of the upload
    card: CardWords | None = None
    pinned: bool | None = None
    line: str = ""


def edit_post(post: Post, edit: Edit, *, actor: User, now: datetime) -> Post:
    """All of it, or nothing and a sentence. A picture is made anew before anything is held."""
    made = _made(edit)
    with transaction.atomic():
        post = open_for_edit(post, actor=actor, now=now)
        post.pictures.filter(pk__in=edit.away).delete()
        for pk, alt in edit.alts.items():
            if pk not in edit.away:
                post.pictures.filter(pk=pk).update(alt=_said(alt, f"alt_{pk}"))
        if made is not None:
            _attach(post, made, _said(edit.alt, "alt"), now)
        if edit.moved is not None:
            _move(post, *edit.moved)
        if edit.card is not None:
            _show_card(post, edit.card)
        if edit.pinned is not None:
            _pin(post, edit, now)
        return write_post(post, edit.text, actor=actor, now=now)


def _made(edit: Edit) -> Made | None:
    if edit.upload is None:
        return None
    _said(edit.alt, "alt")
    try:
        return make(edit.upload)
    except Refusal as refusal:
        raise PartRefusal("picture", str(refusal)) from refusal


def _attach(post: Post, made: Made, alt: str, now: datetime) -> None:
    there = list(post.pictures.all())
    most = MOST_PICTURES[NetworkChoices(post.network)]
    if len(there) >= most:
        one = _("On X one picture goes along. Take the other one away first.")
        four = _("Four pictures go along at most. Take one away first.")
        raise PartRefusal("picture", one if most == 1 else four)
    if any(one.sha256 == made.sha256 for one in there):
        raise PartRefusal("picture", _("This picture is on the post already."))
    Picture.objects.create(
        post=post,
        place=max((one.place for one in there), default=0) + 1,
        alt=alt,
        sha256=made.sha256,
        content_type=made.content_type,
        size=len(made.content),
        width=made.width,
        height=made.height,
        content=made.content,
        added_at=now,
    )


def _move(post: Post, pk: int, by: int) -> None:
    """Change places with the neighbour; at the end of the row it stays where it is."""
    row = list(post.pictures.all())
    at = next((index for index, one in enumerate(row) if one.pk == pk), None)
    if at is None or not 0 <= at + by < len(row):
        return
    one, other = row[at], row[at + by]
    for picture, place in ((one, 0), (other, one.place), (one, other.place)):
        Picture.objects.filter(pk=picture.pk).update(place=place)


def _said(words: str, part: str) -> str:
    """What a picture shows, in words: there must be some."""
    words = _plain(words, part)
    if not words:
        raise PartRefusal(part, NO_ALT)
    if len(words) > Picture.LONGEST_ALT:
        raise PartRefusal(part, _("That is too long. A thousand characters are enough."))
    return words


def _plain(words: str, part: str) -> str:
    words = _BLANK.sub(" ", words).strip()
    if hidden_characters(words):
        raise PartRefusal(part, HIDDEN)
    return words


def _show_card(post: Post, words: CardWords) -> None:
    if not (words.url or words.title or words.description):
        Card.objects.filter(post=post).delete()
        return
    if post.network != NetworkChoices.BLUESKY:
        raise PartRefusal("card_url", _("X makes cards itself, from the page that is linked."))
    said = {
        "url": _address(words.url),
        "title": _plain(words.title, "card_title"),
        "description": _plain(words.description, "card_description"),
    }
    if not said["title"]:
        raise PartRefusal("card_title", _("A card needs a title."))
    if post.pictures.count() > 1:
        raise PartRefusal("card_url", ONE_ON_A_CARD)
    Card.objects.update_or_create(post=post, defaults=said)


def _address(url: str) -> str:
    """A public page, over https; it is never opened from here."""
    url = url.strip()
    unfit = PartRefusal("card_url", _("Give the whole address of a public page: https://…"))
    try:
        parts = urlsplit(url)
        host, alone = parts.hostname or "", parts.username is None and parts.port is None
    except ValueError as error:
        raise unfit from error
    written = url.isascii() and url.isprintable() and not set(url) & set(" <>\"'`\\")
    if parts.scheme != "https" or not alone or not written or not has_known_ending(host):
        raise unfit
    return url


def _pin(post: Post, edit: Edit, now: datetime) -> None:
    if not edit.pinned:
        Pin.objects.filter(post=post).delete()
        return
    if post.network != NetworkChoices.BLUESKY:
        raise PartRefusal("pinned", _("On X only you can pin a post: no program may."))
    line = _plain(edit.line, "line")
    Pin.objects.update_or_create(post=post, defaults={"line": line, "again_at": now})
