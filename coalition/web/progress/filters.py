"""The list, narrowed by links: what is chosen stands in the address and nowhere else. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.evidence.states import Label
from coalition.members.states import Kind, Language
from coalition.progress.queries import Row


class By(StrEnum):
    """What the list can be narrowed by."""

    KIND = "kind"
    LANGUAGE = "language"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of a filter."""

    key: str
    name: str
    count: int
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One line of links."""

    by: By
    name: str | Promise
    choices: tuple[Choice, ...]


READ: Mapping[By, Callable[[Row], TextChoices]] = {
    By.KIND: lambda row: row.kind,
    By.LANGUAGE: lambda row: row.language,
    By.STATE: lambda row: row.label,
}
WORDS: Mapping[By, tuple[str | Promise, type[TextChoices]]] = {
    By.KIND: (_("Kind"), Kind),
    By.LANGUAGE: (_("Language"), Language),
    By.STATE: (_("State"), Label),
}


def chosen(query: Mapping[str, str]) -> dict[By, str]:
    """What the address asks for; what it asks for and does not exist is not asked."""
    return {by: query[by] for by in By if query.get(by) in WORDS[by][1].values}


def narrowed(rows: Iterable[Row], choice: Mapping[By, str]) -> list[Row]:
    """The rows that answer to every choice."""
    return [row for row in rows if all(READ[by](row).value == choice[by] for by in choice)]


def filters(rows: Iterable[Row], choice: Mapping[By, str]) -> list[Filter]:
    """Every filter that leaves something to choose; each choice says how many rows it shows."""
    rows = list(rows)
    found = [_filter(by, rows, choice) for by in By]
    return [each for each in found if len(each.choices) > len(("all", "the only one"))]


def _filter(by: By, rows: list[Row], choice: Mapping[By, str]) -> Filter:
    others = {key: value for key, value in choice.items() if key is not by}
    counts = Counter(READ[by](row).value for row in narrowed(rows, others))
    name, words = WORDS[by]
    there = {READ[by](row).value for row in rows}
    every = Choice("all", str(_("all")), counts.total(), _query(others), by not in choice)
    return Filter(
        by,
        name,
        (
            every,
            *(
                Choice(
                    str(word.value),
                    str(word.label),
                    counts[word.value],
                    _query({**others, by: str(word.value)}),
                    choice.get(by) == word.value,
                )
                for word in words
                if word.value in there
            ),
        ),
    )


def _query(choice: Mapping[By, str]) -> str:
    return "?" + urlencode({by.value: choice[by] for by in By if by in choice})
