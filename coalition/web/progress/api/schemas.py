"""What the API answers with. Field names stay within a version; new ones may be added."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from coalition.campaigns.phases import Phase
from coalition.evidence.states import Label
from coalition.members.states import Kind, Language, Proof
from coalition.progress.events import Happening

type Id = Annotated[str, Field(description="Stable: it never changes and is never given again.")]


class Counts(Schema):
    """How many, in parts that don't overlap; `left_…` are parts of `left`, `not_named` of all."""

    members: Annotated[int, Field(description="Member organisations of the coalition today.")]
    left: Annotated[int, Field(description="Members that have left.")]
    left_before: Annotated[int, Field(description="Of those, before the day of T.")]
    left_on_the_day: Annotated[int, Field(description="Of those, on the day of T.")]
    left_since: Annotated[int, Field(description="Of those, after the day of T.")]
    coming: Annotated[int, Field(description="Members whose promise stands.")]
    partly: Annotated[int, Field(description="Members some of whose accounts have left.")]
    already_left: Annotated[int, Field(description="Members that had left before the campaign.")]
    followers: Annotated[int, Field(description="Organisations that are not a member.")]
    not_named: Annotated[int, Field(description="Counted above, and shown without their name.")]


class Number(Schema):
    """The number on the page, with what it means and when it was true."""

    value: int
    of: Annotated[int, Field(description="The whole: the coalition's members.")]
    counts: Annotated[Literal["coming", "left"], Field(description="What `value` counts.")]
    sentence: Annotated[str, Field(description="The number in one sentence, in `lang`.")]
    definition: Annotated[str, Field(description="What is counted, in `lang`.")]
    as_of: Annotated[datetime, Field(description="To the minute; at the hour, to the second.")]
    parts: Counts


class Links(Schema):
    """Where the same campaign stands in other forms."""

    page: str
    csv: str
    xlsx: str
    feed: str
    calendar: Annotated[str | None, Field(description="Null while there is no hour.")]
    picture: str


class Campaign(Schema):
    """One coordinated exit."""

    id: Id
    coalition: str
    name: Annotated[str | None, Field(description="What it is called, in `lang`.")]
    platform: str
    phase: Phase
    opened_at: datetime
    exit_at: Annotated[datetime | None, Field(description="The hour T, with its UTC offset.")]
    time_zone: Annotated[str, Field(description="The campaign's own time zone.")]
    number: Number
    links: Links


class Day(Schema):
    """How many promises of members stood at the end of a day on which one came."""

    day: date
    promises: int


class Home(Schema):
    """Where the organisation is now, proved to be its own."""

    handle: str
    did: Annotated[str | None, Field(description="What the account is, whatever its handle.")]
    url: str
    proof: Proof


class Organisation(Schema):
    """One organisation that lets itself be named."""

    id: Id
    name: str
    kind: Kind
    language: Language
    member: Annotated[bool, Field(description="Whether it is a member of the coalition.")]
    label: Label
    label_text: Annotated[str, Field(description="The label in `lang`.")]
    joined_at: Annotated[datetime, Field(description="Since when its word can be read here.")]
    left_at: Annotated[datetime | None, Field(description="The instant of its farewell.")]
    left_on: Annotated[date | None, Field(description="The day, where only the day is known.")]
    evidence: Annotated[str | None, Field(description="Where its farewell can be seen.")]
    home: Home | None
    website: Annotated[str | None, Field(description="The domain that the coalition knows.")]
    page: str


class Correction(Schema):
    """What was said here before and is not said any more."""

    id: Id
    what: Happening
    at: datetime
    organisation: Id
    name: str
    text: Annotated[str, Field(description="One sentence, in `lang`.")]


class Handle(Schema):
    """From an old name on X to the proved new one."""

    x: Annotated[str, Field(description="Without the @.")]
    x_proof: Annotated[Proof, Field(description="How sure it is that the old name is theirs.")]
    bluesky: str
    did: str | None
    proof: Annotated[Proof, Field(description="How sure it is that the new name is theirs.")]
    website: str | None
    organisation: Id
    name: str
    label: Label


class Page[Item](Schema):
    """A part of a list."""

    items: list[Item]
    total: int
    limit: int
    offset: int
    next: Annotated[str | None, Field(description="The address of the next part.")]
    as_of: datetime


class Curve(Schema):
    """How promises grew."""

    days: list[Day]
    as_of: datetime


class Handles(Schema):
    """All handles at once."""

    handles: list[Handle]
    as_of: datetime


class Wrong(Schema):
    """One thing that was asked wrongly."""

    where: str
    why: str


class Problem(Schema):
    """Why there is no answer (RFC 9457)."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Wrong]
