"""Filters as links: they work without a script, can be shared, and the address keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice."""

    name: str | Promise
    count: int
    query: str
    current: bool


def tabs(counts: Iterable[tuple[str, str | Promise, int]], show: str, **others: str) -> list[Tab]:
    """“All”, then each choice that somebody falls under; the other filters stay."""
    counts = list(counts)
    choices = [("", _("All"), sum(count for _key, _name, count in counts)), *counts]
    return [
        Tab(name, count, _query(show=key, **others), key == show)
        for key, name, count in choices
        if count or key in {"", show}
    ]


def _query(**filters: str) -> str:
    return "?" + urlencode({key: value for key, value in filters.items() if value})
