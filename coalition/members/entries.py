"""From one row of a list to an entry that can be trusted, or one sentence of what is wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.members.sheet import Row
from coalition.members.states import Kind, Language, Membership, NetworkChoices

COLUMNS: Final = (
    *("name", "legal_name", "kind", "membership", "language", "domain"),
    *("contact_name", "contact_email", "contact_phone", "notes"),
)
LONGEST: Final = {
    "name": 160,
    "legal_name": 200,
    "kind": 40,
    "membership": 40,
    "language": 40,
    "domain": 253,
    "website": 300,
    "contact_name": 120,
    "contact_email": 254,
    "contact_phone": 40,
    "notes": 5000,
    "x_handles": 500,
    "bluesky_handles": 1000,
}
NOT_THEIR_OWN: Final = frozenset(
    {
        *("facebook.com", "instagram.com", "linkedin.com", "x.com", "twitter.com", "youtube.com"),
        *("tiktok.com", "linktr.ee", "bsky.app", "bsky.social", "wordpress.com", "medium.com"),
        *("gmail.com", "outlook.com", "hotmail.com"),
    }
)
"""Whoever has an account there could prove to be anybody."""
KINDS: Final = {
    Kind.NGO: "ong ngo vzw asbl nro npo vereniging verein association",
    Kind.PUBLIC_BODY: "public body|overheid|publieke instelling|organisme public|service public"
    "|öffentliche stelle|behörde|openbaar bestuur",
    Kind.MEDIA: "media médias média medien",
    Kind.PARTY: "party|political party|partij|politieke partij|parti|parti politique|partei",
    Kind.PERSON: "person persoon personne",
    Kind.OTHER: "other andere ander autre anders sonstige andre",
}
MEMBERSHIPS: Final = {
    Membership.MEMBER: "lid membre mitglied ja oui yes",
    Membership.INDEPENDENT: "onafhankelijk indépendant unabhängig nee non nein no extern",
}
LANGUAGES: Final = {
    Language.NL: "nederlands dutch néerlandais niederländisch nld",
    Language.FR: "frans french français französisch fra",
    Language.DE: "duits german allemand deutsch deu",
    Language.EN: "engels english anglais englisch eng",
}
_DOMAIN = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII,
)
_PHONE = re.compile(r"\+?[\d\s()./-]{5,}(?:\s*(?:x|ext\.?|toestel|poste)\s*\d+)?", re.IGNORECASE)
_X_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says about one organisation; what it doesn't say is not in `values`."""

    row: int
    values: dict[str, str]
    handles: tuple[tuple[NetworkChoices, str], ...] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """The name."""
        return self.values["name"]

    @property
    def domain(self) -> str:
        """The domain, if the row has one."""
        return self.values.get("domain", "")


class WrongError(Exception):
    """One cell that can't be used."""

    def __init__(self, column: str, what: str | Promise) -> None:
        """The column, and what is wrong with it and what to do."""
        super().__init__(column)
        self.column, self.what = column, what


def entry_of(row: Row) -> Entry:
    """The row, cleaned; raises WrongError for the first cell that can't be used."""
    for column, cell in row.cells.items():
        _refuse_odd(column, cell)
    if "name" not in row.cells:
        raise WrongError("name", _("the name is missing. Fill it in, or remove the row."))
    values = {
        column: CLEANERS.get(column, _one_line)(cell)
        for column, cell in row.cells.items()
        if column in COLUMNS
    }
    if "domain" not in values and "website" in row.cells:
        values["domain"] = _domain(row.cells["website"], "website")
    handles = (
        *((NetworkChoices.X, one) for one in _handles(row, "x_handles", _x_handle)),
        *((NetworkChoices.BLUESKY, one) for one in _handles(row, "bluesky_handles", _bluesky)),
    )
    return Entry(row.number, values, handles)


def _refuse_odd(column: str, cell: str) -> None:
    longest = LONGEST[column]
    if len(cell) > longest:
        raise WrongError(
            column,
            _("this is %(length)d characters long; at most %(longest)d fit. Shorten it.")
            % {"length": len(cell), "longest": longest},
        )
    starts_well = (column == "contact_phone" and cell[0] == "+") or (
        column.endswith("_handles") and cell[0] == "@"
    )
    if cell[0] in "=+-@\t" and not starts_well:
        raise WrongError(
            column,
            _("“%(cell)s” begins like a formula. Remove the first sign.") % {"cell": cell[:40]},
        )


def tidy_domain(text: str) -> str:
    """The domain of whatever people write for it; empty when it is none."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text.strip().lower())
    bare = re.split(r"[/?#]", bare, maxsplit=1)[0].rpartition("@")[2]
    bare = re.sub(r":\d*$", "", bare).rstrip(".").removeprefix("www.")
    if not bare.isascii():
        try:
            bare = idna.encode(bare, uts46=True).decode()
        except idna.IDNAError:
            return ""
    return bare if _DOMAIN.fullmatch(bare) else ""


def _domain(cell: str, column: str = "domain") -> str:
    domain = tidy_domain(cell)
    if not domain:
        raise WrongError(
            column,
            _("“%(cell)s” is not a domain. Write it like example.org.") % {"cell": cell[:80]},
        )
    if domain in NOT_THEIR_OWN:
        raise WrongError(
            column,
            _("%(domain)s belongs to everybody. Give the organisation's own domain, or none.")
            % {"domain": domain},
        )
    return domain


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _email(cell: str) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise WrongError(
            "contact_email",
            _("“%(cell)s” is not an e-mail address. Correct it, or leave the cell empty.")
            % {"cell": cell[:80]},
        ) from None
    return cell


def _phone(cell: str) -> str:
    if not _PHONE.fullmatch(cell):
        raise WrongError(
            "contact_phone",
            _("“%(cell)s” is not a phone number. Write one number, and the rest under notes.")
            % {"cell": cell[:40]},
        )
    return _one_line(cell)


def _word[Word: TextChoices](column: str, words: dict[Word, str]) -> Callable[[str], str]:
    known: dict[str, str] = {
        word: choice.value
        for choice, others in words.items()
        for word in (choice.value, *others.split("|" if "|" in others else " "))
    }

    def clean(cell: str) -> str:
        found = known.get(_one_line(cell).casefold())
        if found is None:
            raise WrongError(
                column,
                _("“%(cell)s” is not known. Use one of: %(words)s.")
                % {"cell": cell[:40], "words": ", ".join(choice.value for choice in words)},
            )
        return found

    return clean


def _handles(row: Row, column: str, clean: Callable[[str], str]) -> list[str]:
    found = [clean(one) for one in re.split(r"[\s;,]+", row.cells.get(column, "")) if one]
    return list(dict.fromkeys(found))


def _x_handle(text: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/", "", text)
    bare = re.split(r"[/?#]", bare, maxsplit=1)[0].removeprefix("@")
    if not _X_HANDLE.fullmatch(bare):
        raise WrongError(
            "x_handles",
            _("“%(cell)s” can't be a name on X. Write it like @name.") % {"cell": text[:40]},
        )
    return bare


def _bluesky(text: str) -> str:
    bare = re.sub(r"^(?:https?://)?bsky\.app/profile/", "", text.strip().lower())
    bare = re.split(r"[/?#]", bare, maxsplit=1)[0].removeprefix("@").rstrip(".")
    if not _DOMAIN.fullmatch(bare):
        raise WrongError(
            "bluesky_handles",
            _("“%(cell)s” can't be a name on Bluesky. Write it like name.bsky.social.")
            % {"cell": text[:40]},
        )
    return bare


CLEANERS: Final[dict[str, Callable[[str], str]]] = {
    "domain": _domain,
    "contact_email": _email,
    "contact_phone": _phone,
    "kind": _word("kind", KINDS),
    "membership": _word("membership", MEMBERSHIPS),
    "language": _word("language", LANGUAGES),
    "notes": str.strip,
}
