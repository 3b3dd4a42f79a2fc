"""What the public sees of an organisation now: said to it in the public's own words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coalition.members.states import Kind
from coalition.pledges.states import PROMISES, Answer, Visibility
from coalition.web.place import Place

if TYPE_CHECKING:
    from coalition.directory.queries import Home
    from coalition.evidence.labels import Standing


@dataclass(frozen=True, slots=True)
class Shown:
    """Named with these, counted only, or nothing, and then why."""

    named: bool
    counted: bool
    why_not: str
    label: "Standing | None"
    home: "Home | None"


def shown_of(here: Place, label: "Standing | None", home: "Home | None") -> Shown:
    """The same rules as the public page follows."""
    why_not = _why_not(here, label)
    visible = not why_not
    return Shown(
        named=visible and here.answered.visibility == Visibility.NAMED,
        counted=visible and here.answered.visibility == Visibility.COUNTED,
        why_not=why_not,
        label=label,
        home=home,
    )


def _why_not(here: Place, label: "Standing | None") -> str:
    pledge, organisation = here.answered, here.organisation
    if pledge.answer not in {*PROMISES, Answer.ALREADY_LEFT}:
        return "answer"
    if pledge.visibility == Visibility.COORDINATORS:
        return "coordinators"
    if pledge.confirmed_at is None:
        return "unconfirmed"
    if organisation.kind == Kind.PERSON and organisation.opted_in_at is None:
        return "person"
    if label is None:
        return "withdrawn" if pledge.withdrawn_at else "waiting"
    if not here.asked.opened_at or here.asked.opened_at > here.now:
        return "closed"
    return ""
