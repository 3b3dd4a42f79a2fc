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


@dataclass(frozen=True, slots=True)
class Face:
    """What is seen of a name and its domain: made once, compared with many."""

    named: Named
    essence: str
    looks: str
    label: str


def faced(named: Named) -> Face:
    """What a hasty eye sees."""
    essence = _essence(named.name)
    return Face(named, essence, as_it_looks(essence), _label(named.domain))


def alike(candidate: Named, others: Iterable[Face]) -> list[Likeness]:
    """Everybody on the list that this candidate may be or may play, the surest first."""
    mine = faced(candidate)
    found = [Likeness(other.named.key, how) for other in others if (how := _how(mine, other))]
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


def _how(one: Face, other: Face) -> Alike | None:
    here, there = one.named.domain, other.named.domain
    if here and here == there:
        return Alike.DOMAIN
    if one.essence == other.essence:
        return Alike.NAME
    if here and there and (here.endswith(f".{there}") or there.endswith(f".{here}")):
        return Alike.WITHIN
    same_place = one.label and one.label == other.label and is_encoded(f"{here}.{there}")
    if one.looks == other.looks or same_place:
        return Alike.SIGNS
    if _near(one.label, other.label):
        return Alike.NEAR_DOMAIN
    return Alike.NEAR_NAME if _near(one.looks, other.looks) else None


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
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_NEAR or 2 * shorter < NEAR * (len(one) + len(other)):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= NEAR and matcher.ratio() >= NEAR
