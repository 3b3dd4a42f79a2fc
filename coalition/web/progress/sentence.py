"""The sentence that is the number, true in every phase.

In a sentence, [brackets] hold the words that must not be broken apart: blue where they say where
from, and in the warm colour where they speak of the day, as {day} does.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Final, Literal

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from coalition.campaigns.phases import Phase
from coalition.progress.queries import Progress

LONGEST_KEPT_WHOLE = 8
"""A platform's name that is longer may break: on a phone it would not fit otherwise."""
MARKED: Final = re.compile(r"(\[[^\]]*\]|\{day\})")


def is_gone(marked: str) -> bool:
    """Whether what is marked says from where, and not when."""
    return "{platform}" in marked


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, once with its marks and its values apart."""

    pattern: str
    values: dict[str, object]

    @property
    def plain(self) -> str:
        """For titles, previews and mails."""
        return self.pattern.replace("[", "").replace("]", "").format(**self.values)

    @property
    def marked(self) -> SafeString:
        """For the page: what was marked is coloured and stays together."""
        whole = len(str(self.values["platform"])) <= LONGEST_KEPT_WHOLE

        pattern = "".join(self._mark(part, whole=whole) for part in MARKED.split(self.pattern))
        return format_html(pattern, **self.values)

    @staticmethod
    def _mark(part: str, *, whole: bool) -> str:
        if not MARKED.fullmatch(part):  # “from X” is never broken before the X
            return part.replace(" {platform}", "\N{NO-BREAK SPACE}{platform}") if whole else part
        tone = "gone" if is_gone(part) else "the-day"
        kept = " keep" if whole or tone == "the-day" else ""
        return f'<span class="{tone}{kept}">{part.strip("[]")}</span>'


def sentence(progress: Progress) -> Sentence:
    """What this campaign's number says at this moment."""
    return Sentence(_pattern(progress), _values(progress))


def number(progress: Progress) -> tuple[Literal["coming", "left"], int]:
    """What the sentence counts, and how many."""
    gone = progress.phase in {Phase.RELEASING, Phase.OVER, Phase.STOPPED} and progress.left
    if gone or progress.phase in {Phase.OVER, Phase.CALLED_OFF}:
        return "left", progress.left
    return "coming", progress.coming


def definition(progress: Progress) -> str:
    """What the number counts, in one sentence, as the page says it."""
    return unescape(
        render_to_string(
            "progress/definition.html",
            {
                "progress": progress,
                "campaign": progress.campaign,
                "halted": halted(progress),
                "left": time_left(progress),
            },
        ).strip()
    )


def time_left(progress: Progress) -> timedelta | None:
    """What stays until T, while there is something to count down to."""
    counts = progress.phase in {Phase.DATED, Phase.FROZEN} and not halted(progress)
    if progress.campaign.exit_at is None or not counts:
        return None
    return progress.campaign.exit_at - progress.as_of


def halted(progress: Progress) -> bool:
    """Stopped by hand, or never said go: nothing leaves by itself."""
    no_go = progress.campaign.no_go_at is not None and progress.phase is not Phase.GATHERING
    return progress.phase is Phase.STOPPED or no_go


def _pattern(progress: Progress) -> str:
    left, coming = progress.left, progress.coming
    match progress.phase:
        case Phase.CALLED_OFF:
            return gettext("The joint exit from {platform} is [called off]")
        case _ if progress.phase in {Phase.RELEASING, Phase.OVER, Phase.STOPPED} and left:
            return ngettext(
                "{left} of {total} organisations has [left {platform}]",
                "{left} of {total} organisations have [left {platform}]",
                left,
            )
        case _ if halted(progress):
            return gettext("The joint exit from {platform} is [halted]")
        case Phase.RELEASING:
            return ngettext(
                "{coming} of {total} organisations leaves {platform} [now]",
                "{coming} of {total} organisations leave {platform} [now]",
                coming,
            )
        case Phase.OVER:
            return gettext("No organisation has [left {platform}] yet")
        case Phase.DATED | Phase.FROZEN:
            return ngettext(
                "{coming} of {total} organisations leaves {platform} on {day}, at {hour}",
                "{coming} of {total} organisations leave {platform} on {day}, at {hour}",
                coming,
            )
        case _ if not coming:
            return gettext("Who will [leave {platform}] together?")
        case _:
            return ngettext(
                "{coming} of {total} organisations promises to [leave {platform}]",
                "{coming} of {total} organisations promise to [leave {platform}]",
                coming,
            )


def _values(progress: Progress) -> dict[str, object]:
    exit_at = progress.campaign.exit_at
    here = exit_at.astimezone(progress.zone) if exit_at else None
    return {
        "left": progress.left,
        "coming": progress.coming,
        "total": progress.total,
        "platform": progress.campaign.platform_name,
        "day": date_format(here, pgettext("day and month", "j F")) if here else "",
        "hour": date_format(here, pgettext("hour and minutes", "H:i")) if here else "",
    }
