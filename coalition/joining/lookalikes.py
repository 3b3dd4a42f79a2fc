"""Whether two names may be one organisation, or one that pretends to be the other. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import idna
import regex

from coalition.joining.states import Alike

CYRILLIC: Final = dict(zip("аеорсухіјѕһԁԛԝвкмнт", "aeopcyxijshdqwbkmht", strict=True))
GREEK: Final = dict(zip("αορνιτκηχυεβ", "aopvitknxueb", strict=True))
LATIN: Final = dict(zip("ɑɡıłøđ01", "agilodol", strict=True))
TWINS: Final = str.maketrans(CYRILLIC | GREEK | LATIN)
SCRIPTS: Final = ("Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Hebrew", "Arabic")
LEGAL: Final = frozenset(
    (
        *("vzw", "asbl", "ivzw", "aisbl", "npo", "ngo", "ong", "ev", "gmbh", "ggmbh", "sa", "nv"),
        *("bv", "srl", "stichting", "fondation", "foundation", "fonds", "vereniging"),
        *("association", "de", "het", "la", "le", "les", "der", "die", "das", "the"),
    )
)
NEAR: Final = 0.86
SHORTEST_NEAR: Final = 5


@dataclass(frozen=True, slots=True)
class Named:
    """What is compared: a name, a domain in its encoded form, and whose they are."""

    key: int
    name: str
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One on the list that the candidate is like, and how."""

    key: int
    how: Alike


def alike(candidate: Named, others: Iterable[Named]) -> list[Likeness]:
    """Everybody on the list that this candidate may be or may play, the surest first."""
    found = [Likeness(other.key, how) for other in others if (how := _how(candidate, other))]
    return sorted(found, key=lambda likeness: list(Alike).index(likeness.how))


def is_encoded(domain: str) -> bool:
    """Whether the domain has signs beyond plain letters; then it is shown as punycode."""
    return any(label.startswith("xn--") for label in domain.split("."))


def mixes_scripts(text: str) -> bool:
    """Whether one word mixes alphabets: nobody does so by accident."""
    return any(
        sum(bool(regex.search(rf"\p{{Script={script}}}", word)) for script in SCRIPTS) > 1
        for word in text.split()
    )


def as_it_looks(text: str) -> str:
    """The text as a hasty eye reads it: without twins of other alphabets, accents and case."""
    return _bare(unicodedata.normalize("NFKC", text).casefold().translate(TWINS))


def _how(one: Named, other: Named) -> Alike | None:
    here, there = one.domain, other.domain
    if here and here == there:
        return Alike.DOMAIN
    mine, theirs = _essence(one.name), _essence(other.name)
    if mine == theirs:
        return Alike.NAME
    if here and there and (here.endswith(f".{there}") or there.endswith(f".{here}")):
        return Alike.WITHIN
    mine, theirs = as_it_looks(mine), as_it_looks(theirs)
    my_place, their_place = _label(here), _label(there)
    if mine == theirs or (my_place and my_place == their_place and is_encoded(f"{here}.{there}")):
        return Alike.SIGNS
    if _near(my_place, their_place):
        return Alike.NEAR_DOMAIN
    return Alike.NEAR_NAME if _near(mine, theirs) else None


def _essence(name: str) -> str:
    """A name without what many share: signs, accents, legal forms, articles."""
    words = regex.findall(r"[\p{L}\p{N}]+", _bare(name.casefold().replace(".", "")))
    return " ".join(word for word in words if word not in LEGAL) or " ".join(words)


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _label(domain: str) -> str:
    """What a domain is called: as a browser may show it, without its ending."""
    try:
        shown = idna.decode(domain) if domain else ""
    except idna.IDNAError:
        shown = domain
    return as_it_looks(shown).rpartition(".")[0].replace("-", "")


def _near(one: str, other: str) -> bool:
    if min(len(one), len(other)) < SHORTEST_NEAR:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= NEAR
