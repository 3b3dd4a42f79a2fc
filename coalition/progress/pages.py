"""Which public addresses are written as files, and when time alone changes what they say.

To make a page outlive the application, add its pattern's name to PAGES. Its answer must be the same
for everybody: a GET without a query, 200, no cookie. An address that ends in “/” is HTML; any other
one ends in what it is (.json, .csv, .svg …), for nginx tells the type by that ending.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import freezes_at, window_ends_at
from coalition.progress.queries import open_campaigns
from coalition.progress.shelf import WHOLE

type Keywords = Iterable[Mapping[str, str]]


def every_campaign(campaigns: Sequence[Campaign]) -> Keywords:
    """One page a campaign."""
    return [{"slug": campaign.slug} for campaign in campaigns]


def once(_campaigns: Sequence[Campaign]) -> Keywords:
    """One page, whatever there is."""
    return [{}]


@dataclass(frozen=True, slots=True)
class Page:
    """A pattern of the addresses, by its name, and of what there is one.

    `narrows`: a query filters it. `later`: at T nobody waits for it; it is written when there is
    time, within a minute or two.
    """

    name: str
    each: Callable[[Sequence[Campaign]], Keywords] = every_campaign
    narrows: bool = False
    later: bool = False


PAGES: Final = (
    Page("home", once, narrows=True),
    Page("privacy", once),
    Page("progress", narrows=True),
    Page("progress_corrections"),
    Page("progress_withdrawals"),
    Page("progress_csv"),
    Page("progress_json"),
    Page("progress_now"),  # after the page: who polls it then finds that renewed
    Page("progress_method", later=True),
    Page("progress_xlsx", later=True),
    Page("progress_feed", later=True),
    Page("progress_calendar", later=True),
    Page("progress_picture", later=True),
)


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked, and the file that its answer becomes."""

    path: str
    file: str
    query: str = ""
    later: bool = False


def addresses(now: datetime) -> list[Address]:
    """Every public address of this moment, in every language, each once."""
    campaigns = open_campaigns(now)
    found: dict[str, Address] = {}
    for page in PAGES:
        for keywords in page.each(campaigns):
            for language, _name in settings.LANGUAGES:
                with translation.override(language):
                    path = reverse(page.name, kwargs=dict(keywords))
                folder = path.removeprefix("/")
                file = f"{folder}index.html" if path.endswith("/") else folder
                found[file] = Address(path, file, later=page.later)
                if page.narrows:
                    found[f"{folder}whole.html"] = Address(
                        path, f"{folder}whole.html", WHOLE, later=True
                    )
    return list(found.values())


def changes_at(now: datetime) -> datetime | None:
    """The next instant at which what may be said changes by itself."""
    instants: list[datetime] = []
    for campaign in Campaign.objects.filter(opened_at__isnull=False):
        if campaign.opened_at:
            instants.append(campaign.opened_at)
        if campaign.exit_at:
            ends_at = window_ends_at(campaign, campaign.exit_at)
            instants += [freezes_at(campaign, campaign.exit_at), campaign.exit_at, ends_at]
    return min((instant for instant in instants if instant > now), default=None)
