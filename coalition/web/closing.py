"""The closing report as a page tells it: the same for coordinators and, once published, for all."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.progress import curve
from coalition.progress.events import Happening, corrections
from coalition.progress.report import report

if TYPE_CHECKING:
    from coalition.progress.queries import Progress

WHAT: Final[Mapping[Happening, str | Promise]] = {
    Happening.WITHDREW: _("Withdrew"),
    Happening.CORRECTED: _("Corrected"),
    Happening.POSTS_AGAIN: _("Posting again"),
    Happening.SILENT_AGAIN: _("Silent again"),
    Happening.NEVER_AGAIN: _("Corrected"),
}
SHEETS: Final = {"paper": curve.WIDE, "narrow": curve.NARROW}
"""A drawing for paper and what is as wide, and one for a phone."""
WIDEST: Final = 100
"""Of a bar, in its own units."""


def closing(state: "Progress") -> dict[str, object]:
    """All that the report says."""
    found = report(state)
    today = state.as_of.astimezone(state.zone).date()
    return {
        "campaign": state.campaign,
        "words": state.words,
        "zone": state.zone,
        "progress": state,
        "report": found,
        "bars": [(hour, count, round(WIDEST * count / found.most)) for hour, count in found.hours],
        "curves": [
            (name, drawn)
            for name, sheet in SHEETS.items()
            if (drawn := curve.draw(state.grown, today=today, exit_day=state.exit_day, sheet=sheet))
        ],
        "corrected": [(event, WHAT[event.what]) for event in corrections(state)],
    }
