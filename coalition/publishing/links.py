"""The link of a post that a person made: of this account, and from these days."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.record import key_time, record_uri
from coalition.networks.bluesky.record import post_url as bluesky_url
from coalition.networks.x.identity import parse_post_link, post_time, post_url
from coalition.publishing.models import Post
from coalition.refusals import Refusal


def proved(post: Post, link: str, now: datetime) -> tuple[str, str, datetime]:
    """(id, address, time) of the post that `link` leads to; a sentence when it is another one."""
    exit_at = post.campaign.exit_at
    handle = post.account.handle
    if post.network == NetworkChoices.X:
        found = parse_post_link(link)
        if found is None:
            raise Refusal(
                _(
                    "That is not the link of a post on X. It looks like https://x.com/name/status/1234567890123456789"
                )
            )
        if found.handle.lower() != handle.lower():
            raise Refusal(
                _("That post is by @%(found)s, not by @%(handle)s.")
                % {"found": found.handle, "handle": handle}
            )
        at = post_time(found.id)
        _refuse_another_day(at, exit_at, now)
        return found.id, post_url(handle, found.id), at
    did, key, at = _bluesky_link(link)
    if did.lower() not in {handle.lower(), post.account.network_id.lower()} - {""}:
        raise Refusal(
            _("That post is by %(found)s, not by @%(handle)s.") % {"found": did, "handle": handle}
        )
    _refuse_another_day(at, exit_at, now)
    uri = record_uri(post.account.network_id or handle, key)
    return uri, bluesky_url(uri, handle), at


def _refuse_another_day(at: datetime, exit_at: datetime | None, now: datetime) -> None:
    if at > now or (exit_at and (at - exit_at).days not in range(-30, 90)):
        raise Refusal(_("That post is from %(day)s: it can't be this one.") % {"day": at.date()})


def _bluesky_link(link: str) -> tuple[str, str, datetime]:
    before, _profile, path = link.strip().partition("https://bsky.app/profile/")
    match path.split("?")[0].split("/"):
        case [name, "post", key, *_rest] if not before and (at := key_time(key)):
            return name, key, at
    raise Refusal(
        _(
            "That is not the link of a post on Bluesky. It looks like https://bsky.app/profile/name/post/3k…"
        )
    )
