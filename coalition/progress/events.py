"""What happened, in the order in which the public could read it: for feeds and corrections."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from coalition.evidence.queries import overturned, shown_questions
from coalition.evidence.states import GONE, Ending, Label
from coalition.progress.queries import Progress, Row


class Happening(StrEnum):
    """What can happen to one organisation in public."""

    JOINED = "joined"
    LEFT = "left"
    WITHDREW = "withdrew"
    CORRECTED = "corrected"
    POSTS_AGAIN = "posts again"
    SILENT_AGAIN = "silent again"
    NEVER_AGAIN = "did not post again"


CORRECTIONS: Final = frozenset(
    {
        *(Happening.WITHDREW, Happening.CORRECTED),
        *(Happening.POSTS_AGAIN, Happening.SILENT_AGAIN, Happening.NEVER_AGAIN),
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Its key names it for good, also when the row has changed."""

    what: Happening
    at: datetime
    slug: str
    name: str
    key: str
    label: Label | None = None
    url: str = ""


def events(progress: Progress) -> list[Event]:
    """Everything that the public may know, newest first."""
    found = [*corrections(progress)]
    for row in progress.rows:
        found.append(_joined(row))
        at = row.standing.at
        if at and row.label in GONE | {Label.PARTLY}:
            found.append(
                Event(
                    Happening.LEFT,
                    at,
                    row.slug,
                    row.name,
                    f"{row.slug}/{row.label.value.replace(' ', '-')}",
                    row.label,
                    row.standing.url,
                )
            )
    return sorted(found, key=_newest_first)


def corrections(progress: Progress) -> list[Event]:
    """What we said before and don't say any more, newest first. Two queries."""
    found = [
        Event(Happening.WITHDREW, gone.at, gone.slug, gone.name, f"{gone.slug}/withdrew")
        for gone in progress.withdrawals
    ]
    named = {row.slug for row in progress.rows} | {gone.slug for gone in progress.withdrawals}
    for evidence in overturned(progress.campaign):
        organisation = evidence.organisation
        if evidence.overturned_at and organisation.slug in named:
            found.append(
                Event(
                    Happening.CORRECTED,
                    evidence.overturned_at,
                    organisation.slug,
                    organisation.name,
                    f"{organisation.slug}/corrected/{evidence.overturned_at.isoformat()}",
                )
            )
    found += _again(progress)
    return sorted(found, key=_newest_first)


def _again(progress: Progress) -> Iterator[Event]:
    """Who posts again, and who no longer does; of those alone who agreed to be named."""
    for question in shown_questions(progress.campaign):
        organisation = question.account.organisation
        if question.shown_at is None:
            continue
        whose = (organisation.slug, organisation.name)
        key = f"{organisation.slug}/posts-again/{question.shown_at.isoformat()}"
        yield Event(Happening.POSTS_AGAIN, question.shown_at, *whose, key)
        if question.closed_at:
            wrong = question.ending == Ending.WRONG
            what = Happening.NEVER_AGAIN if wrong else Happening.SILENT_AGAIN
            yield Event(what, question.closed_at, *whose, f"{key}/closed")


def _joined(row: Row) -> Event:
    return Event(
        Happening.JOINED, row.joined_at, row.slug, row.name, f"{row.slug}/joined", row.label
    )


def _newest_first(event: Event) -> tuple[float, str]:
    return (-event.at.timestamp(), event.key)
