"""What happened, for feed readers: Atom, in the reader's language."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext

from coalition.members.tables import writable
from coalition.progress.events import Event, events
from coalition.progress.queries import Progress
from coalition.web.progress.happenings import told
from coalition.web.progress.places import address, shown
from coalition.web.progress.sharing import shared

NEWEST: Final = 100


class Dated(Atom1Feed):
    """A feed that, while nothing has happened, is as old as its campaign, not as the clock."""

    def latest_post_date(self) -> datetime:
        """When something changed last."""
        opened_at: datetime = self.feed["opened_at"]
        return super().latest_post_date() if self.items else opened_at


@shared
def feed(_request: HttpRequest, slug: str) -> HttpResponse:
    """The newest happenings of one campaign."""
    state = shown(slug)
    response = HttpResponse(content_type=Dated.content_type)
    _written(state).write(response, "utf-8")
    return response


def _written(state: Progress) -> Dated:
    campaign, language = state.campaign, get_language() or "en"
    page = address("progress", campaign.slug)
    found = Dated(
        title=writable(state.words.name if state.words else campaign.coalition_name),
        subtitle=gettext("Who joins, who leaves, and what we corrected"),
        description=None,
        link=page,
        language=language,
        author_name=writable(campaign.coalition_name),
        feed_url=address("progress_feed", campaign.slug),
        feed_guid=_tag(state, language),
        opened_at=campaign.opened_at,
    )
    for event in events(state)[:NEWEST]:
        said = told(event, campaign.platform_name)
        found.add_item(
            title=said,
            description=escape(said),
            link=_link(page, event),
            unique_id=_tag(state, f"{language}/{event.key}"),
            pubdate=event.at,
            updateddate=event.at,
            categories=[event.what.value],
        )
    return found


def _link(page: str, event: Event) -> str:
    return f"{page}#o-{event.slug}" if event.label else page


def _tag(state: Progress, rest: str) -> str:
    """A name for good (RFC 4151): nothing in it changes when the row or the address does."""
    host, opened_at = urlsplit(settings.PUBLIC_URL).hostname, state.campaign.opened_at
    return f"tag:{host},{opened_at:%Y-%m-%d}:{state.campaign.slug}/{rest}"
