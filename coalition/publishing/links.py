"""The link of a post that a person made: of this account, and from these days."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from coalition.members.states import NetworkChoices
from coalition.networks.bluesky.record import key_time, record_uri
from coalition.networks.bluesky.record import post_url as bluesky_url
from coalition.networks.x.identity import PostLink, parse_post_link, post_time, post_url
from coalition.networks.x.sight import NotShown, Shown, Sight, Silent
from coalition.publishing.models import Post
from coalition.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Proved:
    """What a link proves: which post it is, where it stands, when it went out."""

    id: str
    url: str
    at: datetime
    seen: bool = False
    """The network itself shows it as this account's; else only the link says so."""


def link_on_x(post: Post, link: str) -> PostLink | None:
    """What to ask X about before the link is believed; None where there is nothing to ask."""
    return parse_post_link(link) if post.network == NetworkChoices.X else None


def proved(
    post: Post, link: str, now: datetime, *, sight: Sight | None = None, looked: bool = False
) -> Proved:
    """The post that `link` leads to; a sentence when it is another one.

    `sight`: what X says of it; none where X can't be asked. `looked`: a person has seen it there.
    """
    if post.network == NetworkChoices.X:
        return _proved_on_x(post, link, now, sight or Silent(), looked=looked)
    handle = post.account.handle
    did, key, at = _bluesky_link(link)
    if did.lower() not in {handle.lower(), post.account.network_id.lower()} - {""}:
        raise Refusal(
            _("That post is by %(found)s, not by @%(handle)s.") % {"found": did, "handle": handle}
        )
    _refuse_another_day(at, post.campaign.exit_at, now)
    uri = record_uri(post.account.network_id or handle, key)
    return Proved(uri, bluesky_url(uri, handle), at)


def _proved_on_x(post: Post, link: str, now: datetime, sight: Sight, *, looked: bool) -> Proved:
    """X opens a post under any name, so what X shows weighs more than the name in the link."""
    handle = post.account.handle
    found = _of_its_author(handle, link, sight)
    at = post_time(found.id)
    _refuse_another_day(at, post.campaign.exit_at, now)
    if isinstance(sight, NotShown) and not looked:
        raise Refusal(
            _(
                "X shows no such post to the public. Is it just out? Then try again in a minute. "
                "Is the account protected? Then ask a coordinator to look."
            )
        )
    return Proved(found.id, post_url(handle, found.id), at, seen=isinstance(sight, Shown))


def _of_its_author(handle: str, link: str, sight: Sight) -> PostLink:
    """The post, when it is by this account: X's own word for it, else the name in the link."""
    found = parse_post_link(link)
    if found is None:
        raise Refusal(
            _(
                "That is not the link of a post on X. It looks like https://x.com/name/status/1234567890123456789"
            )
        )
    author = sight.handle if isinstance(sight, Shown) else found.handle
    if not author:
        raise Refusal(
            _(
                "That link doesn't say whose post it is, and X doesn't answer. "
                "Open the post, and copy the link that has @%(handle)s in it."
            )
            % {"handle": handle}
        )
    if author.lower() != handle.lower():
        raise Refusal(
            _("That post is by @%(found)s, not by @%(handle)s.")
            % {"found": author, "handle": handle}
        )
    return found


def post_on_x(handle: str, link: str) -> tuple[str, datetime]:
    """(address, time) of the post on X that `link` leads to; its own name says whose it is."""
    found = _of_its_author(handle, link, Silent())
    return post_url(handle, found.id), post_time(found.id)


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
