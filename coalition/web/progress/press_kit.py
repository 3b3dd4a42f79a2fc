"""What a newsroom takes along: the numbers with their meaning, and one ZIP with everything."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from coalition.press.queries import Room, logo_at
from coalition.progress.queries import Progress
from coalition.web.progress.places import address
from coalition.web.progress.sentence import definition, sentence
from coalition.web.progress.sharing import as_of

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign

WRITTEN_AT: Final = (1980, 1, 1, 0, 0, 0)
"""Same content, same bytes: a file is not written anew because time has passed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers of one moment, and until when nobody may print them."""

    state: Progress
    sentence: str
    definition: str
    as_of: datetime
    private: bool
    until: datetime | None  # the embargo's end; None where there is no such hour yet


def facts_of(state: Progress, *, private: bool, until: datetime | None) -> Facts:
    """In the language that is spoken now."""
    said = sentence(state).plain
    return Facts(state, said, definition(state), as_of(state), private, until)


def packed(campaign: "Campaign", room: Room, facts: Facts) -> bytes:
    """Texts in UTF-8, one folder a language, and the pictures; the same kit is the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as kit:
        for name, content in _files(campaign, room, facts):
            kit.writestr(zipfile.ZipInfo(name, WRITTEN_AT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(campaign: "Campaign", room: Room, facts: Facts) -> Iterator[tuple[str, bytes]]:
    for code, _name in settings.LANGUAGES:
        voices = [one for each in room.voices for one in each if one.language == code]
        if code not in room.statements and not voices:
            continue
        with translation.override(code):
            here = facts_of(facts.state, private=facts.private, until=facts.until)
            context = {
                "campaign": campaign,
                "kit": room.kit,
                "said": room.statements.get(code),
                "voices": voices,
                "facts": here,
                "progress": facts.state,
                "zone": facts.state.zone,
                "page": address("progress", campaign.slug),
            }
            yield f"{code}/press.txt", _as_text(context)
    for number, one in enumerate(room.logos, start=1):
        found = logo_at(campaign, one.pk)
        if found:
            yield f"logos/{number:02d}-{one.paper}.{one.ending}", bytes(found.content)


def _as_text(context: Mapping[str, object]) -> bytes:
    text = render_to_string("progress/press.txt", context)
    lines = [line.rstrip() for line in text.strip().splitlines()]
    found: list[str] = []
    for line in lines:  # templates leave gaps: never two empty lines in a row
        if line or (found and found[-1]):
            found.append(line)
    return ("\r\n".join(found) + "\r\n").encode()
