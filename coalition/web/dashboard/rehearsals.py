"""Rehearsals: start one, watch it, read what it found, red first."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.publishing.fates import Fate
from coalition.publishing.rehearse import ask
from coalition.publishing.rehearsed import (
    is_quiet_time,
    lines_of,
    organisations_of,
    rehearsal_at,
    rehearsals_of,
)
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who

if TYPE_CHECKING:
    from coalition.members.models import Organisation
    from coalition.publishing.models import Post
    from coalition.publishing.rehearsed import Rehearsal

COLOURS = ("fails", "shaky", "ready")


@dataclass(frozen=True, slots=True)
class Line:
    """One post as it would end."""

    post: "Post | None"
    organisation: "Organisation"
    fate: Fate
    hour: datetime
    out_at: datetime | None
    late_ms: int | None
    detail: str
    same_text: bool
    told: int


@dataclass(frozen=True, slots=True)
class Second:
    """What happens in one second."""

    hour: datetime
    goes: int
    by_hand: int
    fails: int
    last_ms: int

    @property
    def well(self) -> int:
        """What doesn't fail."""
        return self.goes + self.by_hand


class Report:
    """A stored report, with today's names put to its ids; whoever was erased has left it."""

    def __init__(self, rehearsal: "Rehearsal") -> None:
        """Names are looked up when they are first asked for."""
        self.rehearsal = rehearsal

    @cached_property
    def lines(self) -> list[Line]:
        """Red first, then by name."""
        posts = {post.pk: post for post in lines_of(self.rehearsal)}
        names = {one.pk: one for one in organisations_of(self.rehearsal)}
        told = Counter(one["organisation"] for one in self.rehearsal.report["letters"])
        found = []
        for raw in self.rehearsal.report["lines"]:
            post, organisation = posts.get(raw["post"]), names.get(raw["organisation"])
            if organisation is None or (raw["post"] and post is None):
                continue
            text = sha256((post.text if post else "").encode()).hexdigest()
            found.append(
                Line(
                    post=post,
                    organisation=organisation,
                    fate=Fate(raw["fate"]),
                    hour=datetime.fromisoformat(raw["hour"]),
                    out_at=datetime.fromisoformat(raw["out_at"]) if raw["out_at"] else None,
                    late_ms=raw["late_ms"],
                    detail=raw["detail"],
                    same_text=text == raw["text"],
                    told=told[organisation.pk],
                )
            )
        order = list(Fate)
        return sorted(
            found,
            key=lambda line: (
                COLOURS.index(line.fate.colour),
                order.index(line.fate),
                line.organisation.name.casefold(),
            ),
        )

    @cached_property
    def seconds(self) -> list[Second]:
        """The timeline."""
        of: dict[datetime, list[Line]] = defaultdict(list)
        for line in self.lines:
            of[line.hour].append(line)
        return [
            Second(
                hour=hour,
                goes=sum(line.out_at is not None for line in lines),
                by_hand=sum(line.fate in {Fate.BY_HAND, Fate.NO_PHONE} for line in lines),
                fails=sum(line.fate.colour == "fails" for line in lines),
                last_ms=max((line.late_ms or 0 for line in lines), default=0),
            )
            for hour, lines in sorted(of.items())
        ]

    @property
    def busiest(self) -> int:
        """How many posts the fullest second holds."""
        return max((one.well + one.fails for one in self.seconds), default=1)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many lines of each colour."""
        counted = Counter(line.fate.colour for line in self.lines)
        return {colour: counted[colour] for colour in COLOURS}

    @property
    def letters(self) -> int:
        """How many letters would have been written."""
        return len(self.rehearsal.report["letters"])

    @property
    def by_machine(self) -> bool:
        """Whether anything went by machine: its seconds mean nothing otherwise."""
        return any(line.out_at is not None for line in self.lines)

    @property
    def lateness(self) -> dict[str, int]:
        """In milliseconds: our own share, without the networks'."""
        late: dict[str, int] = self.rehearsal.report["lateness"]
        return late


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def rehearsals(request: HttpRequest, slug: str) -> HttpResponse:
    """The last ones, and a button that starts another."""
    here, now = the_campaign(slug), timezone.now()
    if request.method == "POST":
        attempt(
            request,
            lambda: ask(here, actor=who(request), now=now),
            _("It begins within a few seconds. Nothing can be sent by it."),
        )
        under_way = next((one for one in rehearsals_of(here) if one.ended_at is None), None)
        if under_way:
            return redirect("dashboard:rehearsal", slug, under_way.pk)
        return redirect("dashboard:rehearsals", slug)
    found = rehearsals_of(here)
    context = {
        "rehearsals": found,
        "running": any(one.ended_at is None for one in found),
        "quiet": is_quiet_time(now),
        "past": bool(here.exit_at and here.exit_at <= now),
    }
    return page(request, "rehearsals.html", context, campaign=here)


@coordinators_only
@require_safe
def rehearsal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One report; while it runs, how far it is."""
    here = the_campaign(slug)
    found = rehearsal_at(here, pk)
    if found is None:
        raise Http404
    report = Report(found) if found.report else None
    context: dict[str, object] = {
        "one": found,
        "report": report,
        "moved": found.about_exit_at != here.exit_at,
    }
    part = "#rehearsal" if request.headers.get("HX-Request") else ""
    response = page(request, f"rehearsal.html{part}", context, campaign=here)
    patch_vary_headers(response, ["HX-Request"])
    return response
