"""A text as its network will show it: links, length, cost, what is wrong and where."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from coalition.members.states import NetworkChoices
from coalition.networks.bluesky import lint as bluesky_lint
from coalition.networks.bluesky.facets import facets
from coalition.networks.pictures import Card
from coalition.networks.text import Problem, ProblemKind, graphemes
from coalition.networks.x import length as x_length
from coalition.publishing.compose import card_of, text_problems
from coalition.publishing.queries import known_handles, likeness_of

if TYPE_CHECKING:
    from coalition.publishing.models import Post
    from coalition.publishing.similarity import Likeness

WRONG: Final = "wrong"
NOTABLE: Final = 50
"""Per cent from which a likeness is worth a word. Below it none is told exactly, and of a few words
none at all: else somebody could find another's words before T by guessing them piece by piece."""
FEW: Final = 6
"""So many words could be a guess."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text, and what it is: plain, link, mention, tag or wrong."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in it."""

    place: int
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that the page says about one text."""

    text: str
    pieces: tuple[Piece, ...]
    length: int
    limit: int
    problems: tuple[str, ...]
    links: int
    cost: Decimal | None
    likeness: "Likeness | None"
    too_alike: bool
    pictures: "tuple[Shown, ...]"
    card: Card | None
    pin: str | None
    is_saved: bool

    @property
    def left(self) -> int:
        """How much still fits; below zero, how much is too much."""
        return self.limit - self.length

    @property
    def notably_alike(self) -> bool:
        """Alike enough to say so, not enough to stop anything."""
        return bool(self.likeness and self.likeness.per_cent >= NOTABLE and not self.too_alike)


def preview(post: "Post", typed: Mapping[str, Any] | None = None) -> Preview:
    """How this post would look with what is typed in it, which needn't be saved."""
    shown, typed = copy(post), typed or {}
    shown.text = str(typed.get("text", post.text)).replace("\r\n", "\n").strip()
    pictures, card = tuple(_pictures(post, typed)), _card(post, typed)
    found = text_problems(shown)
    on_x = shown.network == NetworkChoices.X
    marks = _links_on_x(shown.text) if on_x else _facets(shown.text)
    likeness = likeness_of(shown) if on_x and len(shown.text.split()) >= FEW else None
    return Preview(
        text=shown.text,
        pieces=tuple(_pieces(shown.text, marks, found)),
        length=x_length.weighted_length(shown.text) if on_x else graphemes(shown.text),
        limit=x_length.LIMIT if on_x else bluesky_lint.LIMIT,
        problems=tuple(
            dict.fromkeys(
                words_for(problem) for problem in found if problem.kind is not ProblemKind.EMPTY
            )
        ),
        links=sum(kind == "link" for _start, _end, kind in marks),
        cost=x_length.cost(shown.text) if on_x else None,
        likeness=likeness,
        too_alike=bool(likeness and likeness.per_cent >= post.campaign.similarity_limit),
        pictures=pictures,
        card=card,
        pin=_pin(post, typed),
        is_saved=(shown.text, pictures, card, _pin(post, typed))
        == (post.text, tuple(_pictures(post, {})), card_of(post), _pin(post, {})),
    )


def _pictures(post: "Post", typed: Mapping[str, Any]) -> Iterator["Shown"]:
    for one in post.pictures.all():
        if f"away_{one.pk}" not in typed:
            alt = str(typed.get(f"alt_{one.pk}", one.alt))
            yield Shown(one.place, " ".join(alt.split()), one.width, one.height)


def _card(post: "Post", typed: Mapping[str, Any]) -> Card | None:
    if "card_url" not in typed:
        return card_of(post)
    url, title, description = (
        " ".join(str(typed.get(name, "")).split())
        for name in ("card_url", "card_title", "card_description")
    )
    return Card(url, title, description) if url or title or description else None


def _pin(post: "Post", typed: Mapping[str, Any]) -> str | None:
    """What the profile says then; nothing at all where it is not pinned."""
    if "line" in typed:
        return " ".join(str(typed["line"]).split()) if "pinned" in typed else None
    pin = getattr(post, "pin", None)
    return pin and pin.line


def words_for(problem: Problem) -> str:
    """What is wrong, and what to do."""
    match problem.kind:
        case ProblemKind.TOO_LONG:
            return _("This is too long. Shorten it.")
        case ProblemKind.HIDDEN_CHARACTER:
            return _("An invisible character (%(piece)s) hides in it. Delete and retype it.") % {
                "piece": problem.piece
            }
        case ProblemKind.HASHTAG:
            return _("%(piece)s: X punishes shared hashtags. Write it without #.") % {
                "piece": problem.piece
            }
        case ProblemKind.MENTION:
            return _(
                "%(piece)s: no mentions on X, its rules forbid them here. Leave out the @."
            ) % {"piece": problem.piece}
        case ProblemKind.BLUESKY_HANDLE:
            return _("%(piece)s would mention a stranger on X. Write it without @.") % {
                "piece": problem.piece
            }
        case ProblemKind.EMPTY:
            return _("There is no text yet.")


type _Mark = tuple[int, int, str]


def _links_on_x(text: str) -> list[_Mark]:
    return [(link.start, link.end, "link") for link in x_length.links(text)]


def _facets(text: str) -> list[_Mark]:
    raw = text.encode()
    found = []
    for facet in facets(text, known_handles()):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        kind = str(facet["features"][0]["$type"]).rpartition("#")[2]
        found.append((len(raw[:start].decode()), len(raw[:end].decode()), kind))
    return found


def _pieces(text: str, marks: list[_Mark], problems: tuple[Problem, ...]) -> Iterator[Piece]:
    """Cut the text at its marks; what is wrong wins over what is a link."""
    wrong = [(each.start, each.end, WRONG) for each in problems if each.end > each.start]
    kinds = [""] * len(text)
    for start, end, kind in (*marks, *wrong):
        kinds[start:end] = [kind] * (end - start)
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or kinds[at] != kinds[start]:
            yield Piece(text[start:at], kinds[start])
            start = at
