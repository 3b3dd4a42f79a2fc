"""What every list of the dashboard shares: its tabs, its kept views, and the page that is shown."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from coalition.campaigns.queries import saved_views
from coalition.campaigns.states import ListPage
from coalition.web.dashboard.tabs import Part, Sift

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign


def listed[Row](
    sift: Sift,
    rows: Sequence[Row],
    counts: Iterable[tuple[str, str | Promise, int]],
    *,
    also: Iterable[tuple[str, str | Promise, int]] = (),
    page: ListPage | None = None,
    campaign: "Campaign | None" = None,
) -> tuple[Part[Row], dict[str, Any]]:
    """The part to show, and what the template is told; with a `page`, its kept views too."""
    part = sift.cut(rows)
    return part, {
        "sift": sift,
        "part": part,
        "tabs": sift.tabs(counts, also),
        "views": sift.views(saved_views(campaign, page)) if page else [],
        "list_page": page,
    }
