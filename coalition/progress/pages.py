"""Which public addresses are written as files, and when time alone changes what they say.

To make a page outlive the application, add its pattern's name to PAGES. Its answer must be the same
for everybody: a GET without a query, 200, no cookie. An address that ends in “/” is HTML; any other
one ends in what it is (.json, .csv, .svg …), for nginx tells the type by that ending.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import freezes_at, window_ends_at
from coalition.press.embargo import is_public, public_from
from coalition.press.queries import logos_of
from coalition.progress.queries import legible_progress, open_campaigns
from coalition.progress.shelf import WHOLE

type Keywords = Iterable[Mapping[str, str | int]]

THEMES: Final = ("light", "dark")
SIZES: Final = ("normal", "small")


def every_campaign(campaigns: Sequence[Campaign], _now: datetime) -> Keywords:
    """One page a campaign."""
    return [{"slug": campaign.slug} for campaign in campaigns]


def once(_campaigns: Sequence[Campaign], _now: datetime) -> Keywords:
    """One page, whatever there is."""
    return [{}]


def every_api(campaigns: Sequence[Campaign], _now: datetime) -> Keywords:
    """One answer a campaign, for programs."""
    return [{"campaign": campaign.slug} for campaign in campaigns]


def every_frame(campaigns: Sequence[Campaign], _now: datetime) -> Keywords:
    """On light and dark paper, and on the reader's own."""
    return [{"slug": one.slug, "theme": theme} for one in campaigns for theme in (*THEMES, "auto")]


def every_picture(campaigns: Sequence[Campaign], _now: datetime) -> Keywords:
    """On both papers, in both sizes."""
    return [
        {"slug": campaign.slug, "theme": theme, "size": size}
        for campaign in campaigns
        for theme in THEMES
        for size in SIZES
    ]


def every_badge(campaigns: Sequence[Campaign], now: datetime) -> Keywords:
    """Pictures for each organisation that lets itself be named; of none where that is unknown."""
    for picture in every_picture(campaigns, now):
        state = legible_progress(str(picture["slug"]), now=now)
        for row in state.rows if state else ():
            yield {**picture, "organisation": row.slug}


def every_press_room(campaigns: Sequence[Campaign], now: datetime) -> Keywords:
    """Not before its instant."""
    return [{"slug": campaign.slug} for campaign in campaigns if is_public(campaign, now)]


def every_report(campaigns: Sequence[Campaign], _now: datetime) -> Keywords:
    """Not before coordinators publish it."""
    return [{"slug": one.slug} for one in campaigns if one.report_published_at is not None]


def every_logo(campaigns: Sequence[Campaign], now: datetime) -> Keywords:
    """With the press page, not before it."""
    return [
        {"slug": campaign.slug, "pk": logo.pk, "ending": logo.ending}
        for campaign in campaigns
        if is_public(campaign, now)
        for logo in logos_of(campaign.press_kit)
    ]


@dataclass(frozen=True, slots=True)
class Page:
    """A pattern of the addresses, by its name, and of what there is one.

    `narrows`: a query filters it. `later`: at T nobody waits for it; it is written when there is
    time, within a minute or two. `still`: it shows rows of the list and no time, so that it is
    asked for again only when those say something else.
    """

    name: str
    each: Callable[[Sequence[Campaign], datetime], Keywords] = every_campaign
    narrows: bool = False
    later: bool = False
    still: bool = False


PAGES: Final = (
    Page("home", once, narrows=True),
    Page("privacy", once),
    Page("progress", narrows=True),
    Page("progress_corrections"),
    Page("progress_withdrawals"),
    Page("progress_csv"),
    Page("progress_json"),
    Page("progress_press", every_press_room),
    Page("progress_now"),  # after the page: who polls it then finds that renewed
    Page("progress_method", later=True),
    Page("progress_report", every_report, later=True),
    Page("progress_xlsx", later=True),
    Page("progress_feed", later=True),
    Page("progress_calendar", later=True),
    Page("progress_picture", later=True),
    Page("progress_press_zip", every_press_room, later=True),
    Page("progress_press_logo", every_logo, later=True),
    Page("api:handles", every_api, later=True),
    Page("embed_counter", every_frame, later=True),
    Page("embed_list", every_frame, later=True),
    Page("embed_counter_svg", every_picture, later=True),
    Page("embed_list_svg", every_picture, later=True),
    Page("embed_badge", every_badge, later=True, still=True),
)


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked, and the file that its answer becomes."""

    path: str
    file: str
    query: str = ""
    later: bool = False
    still: bool = False


def addresses(now: datetime) -> list[Address]:
    """Every public address of this moment, in every language, each once."""
    campaigns = open_campaigns(now)
    found: dict[str, Address] = {}
    for page in PAGES:
        for keywords in page.each(campaigns, now):
            for language, _name in settings.LANGUAGES:
                path = _path(page.name, language, tuple(keywords.items()))
                folder = path.removeprefix("/")
                file = f"{folder}index.html" if path.endswith("/") else folder
                found[file] = Address(path, file, later=page.later, still=page.still)
                if page.narrows:
                    found[f"{folder}whole.html"] = Address(
                        path, f"{folder}whole.html", WHOLE, later=True
                    )
    return list(found.values())


@lru_cache(maxsize=16_384)  # thousands of addresses, asked for every second
def _path(name: str, language: str, keywords: tuple[tuple[str, str | int], ...]) -> str:
    with translation.override(language):
        return reverse(name, kwargs=dict(keywords))


def changes_at(now: datetime) -> datetime | None:
    """The next instant at which what may be said changes by itself."""
    instants: list[datetime] = []
    opened = Campaign.objects.filter(opened_at__isnull=False)
    for campaign in opened.select_related("press_kit"):
        if press_at := public_from(campaign):
            instants.append(press_at)
        if campaign.opened_at:
            instants.append(campaign.opened_at)
        if campaign.exit_at:
            ends_at = window_ends_at(campaign, campaign.exit_at)
            instants += [freezes_at(campaign, campaign.exit_at), campaign.exit_at, ends_at]
    return min((instant for instant in instants if instant > now), default=None)
