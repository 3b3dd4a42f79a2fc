"""What a condition still takes, in plain words. Quiet answers of others stay quiet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coalition.pledges.actions import Wait
from coalition.pledges.queries import leaving_in_public, prospect, solve, waited_for
from coalition.pledges.states import ConditionKind
from coalition.web.place import Place

if TYPE_CHECKING:
    from coalition.members.models import Organisation


@dataclass(frozen=True, slots=True)
class Takes:
    """What conditions would take if they were said now."""

    others: int
    more: int
    reachable: bool
    there: "Sequence[Organisation]"
    awaited: "Sequence[Organisation]"
    at_least: int = 0
    percent: int = 0

    @property
    def named(self) -> "Sequence[Organisation]":
        """Those that the condition names."""
        return [*self.there, *self.awaited]

    @property
    def met(self) -> bool:
        """Whether nothing is missing, as far as everybody may know."""
        return not self.more and not self.awaited


def takes(here: Place, waits: Sequence[Wait]) -> Takes:
    """Try conditions that aren't given yet."""
    numbers = {wait.kind: wait.number for wait in waits}
    at_least = numbers.get(ConditionKind.AT_LEAST, 0)
    percent = numbers.get(ConditionKind.PERCENT, 0)
    found = prospect(here.asked, here.organisation, at_least=at_least, percent=percent)
    there, awaited = _split(here, [each for wait in waits for each in wait.organisations])
    return Takes(found.others, found.more, found.reachable, there, awaited, at_least, percent)


@dataclass(frozen=True, slots=True)
class Waits:
    """What a given condition asks, what it still lacks, and whether it can come true."""

    at_least: int
    percent: int
    named: "Sequence[Organisation]"
    met: bool
    more: int
    awaited: "Sequence[Organisation]"
    out_of_reach: bool


def waits_of(here: Place) -> Waits:
    """The conditions of this organisation's own pledge."""
    conditions = waited_for(here.answered)
    numbers = {condition.kind: condition.number for condition in conditions}
    named = [each for condition in conditions for each in condition.organisations.all()]
    solution = solve(here.asked)
    wait = solution.waits.get(here.organisation.pk)
    met = here.answered.holds_since is not None
    return Waits(
        at_least=numbers.get(ConditionKind.AT_LEAST, 0),
        percent=numbers.get(ConditionKind.PERCENT, 0),
        named=named,
        met=met,
        more=wait.more if wait else 0,
        awaited=[] if met else _split(here, named)[1],
        out_of_reach=here.organisation.pk in solution.out_of_reach,
    )


def _split(
    here: Place, named: "Sequence[Organisation]"
) -> "tuple[list[Organisation], list[Organisation]]":
    public = leaving_in_public(here.asked) if named else frozenset()
    there = [each for each in named if each.pk in public]
    return there, [each for each in named if each.pk not in public]
