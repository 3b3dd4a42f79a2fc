"""Filters, pages and kept views as links: they work without a script, and the address keeps them.

A list is narrowed by `show` (one choice) and `q` (words), and cut into pages of a hundred. All on
one page stays a link, for who searches in the browser or prints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import QueryDict

    from coalition.campaigns.models import SavedView

ON_A_PAGE: Final = 100
FEWEST_ON_A_PAGE: Final = 10
ALL: Final = "all"
LONGEST_SEARCH: Final = 100


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice."""

    name: str | Promise
    count: int
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Sift:
    """How a list is narrowed, and which part of it is asked for; whatever an address says."""

    show: str = ""
    search: str = ""
    page: int = 1
    size: int | None = ON_A_PAGE
    chosen: bool = False
    """Every row that is shown is chosen already: what one link does where no script can."""

    @classmethod
    def of(cls, asked: "QueryDict") -> Self:
        """As the address asks; nonsense counts for nothing."""
        size = asked.get("size", "")
        return cls(
            show=asked.get("show", "")[:40],
            search=asked.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
            page=_whole(asked.get("page", ""), least=1) or 1,
            size=None if size == ALL else _whole(size, least=FEWEST_ON_A_PAGE) or ON_A_PAGE,
            chosen="chosen" in asked,
        )

    def query(self, **other: object) -> str:
        """The address of the same list, but for what is said; another choice begins at page 1."""
        size = ALL if self.size is None else self.size
        parts = {
            "show": self.show,
            "q": self.search,
            "size": "" if size == ON_A_PAGE else size,
            **other,
        }
        return "?" + urlencode({key: value for key, value in parts.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether there is anything to keep under a name."""
        return bool(self.show or self.search)

    def tabs(
        self,
        counts: Iterable[tuple[str, str | Promise, int]],
        also: Iterable[tuple[str, str | Promise, int]] = (),
    ) -> list[Tab]:
        """“All”, then each choice that somebody falls under; the search stays.

        `also`: choices that cut across the others, and so are not part of the sum.
        """
        counts = list(counts)
        everybody = sum(count for _key, _name, count in counts)
        choices = [("", _("All"), everybody), *counts, *also]
        return [
            Tab(name, count, self.query(show=key), key == self.show)
            for key, name, count in choices
            if count or key in {"", self.show}
        ]

    def views(self, kept: "Iterable[SavedView]") -> list[tuple["SavedView", str, bool]]:
        """Each kept view, the address that it stands for, and whether that is this one."""
        return [
            (
                view,
                self.query(show=view.show, q=view.search),
                (view.show, view.search) == (self.show, self.search),
            )
            for view in kept
        ]

    def cut[Row](self, rows: Sequence[Row]) -> "Part[Row]":
        """The part of the list that is asked for; beyond its end, the last one."""
        size = self.size or max(1, len(rows))
        pages = max(1, -(-len(rows) // size))
        page = min(self.page, pages)
        return Part(self, rows[(page - 1) * size : page * size], len(rows), page, pages)


@dataclass(frozen=True, slots=True)
class Part[Row]:
    """One page of a list."""

    sift: Sift
    rows: Sequence[Row]
    of: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        """The number of its first row."""
        return (self.page - 1) * (self.sift.size or self.of) + 1

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.rows) - 1

    @property
    def before(self) -> str:
        """The address of the page before, if there is one."""
        return self.sift.query(page=self.page - 1) if self.page > 1 else ""

    @property
    def after(self) -> str:
        """The address of the page after, if there is one."""
        return self.sift.query(page=self.page + 1) if self.page < self.pages else ""

    @property
    def whole(self) -> str:
        """The address of all of it on one page."""
        return self.sift.query(size=ALL)

    @property
    def all_chosen(self) -> str:
        """The address of this page with every row chosen."""
        return self.sift.query(page=self.page if self.page > 1 else "", chosen=1)


def _whole(text: str, *, least: int) -> int | None:
    """A number as people write it, at least so much; None where it is none."""
    return max(least, int(text)) if text.isascii() and text.isdecimal() and len(text) < 7 else None  # noqa: PLR2004
