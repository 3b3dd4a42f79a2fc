"""Links that were kept while X did not answer: X is asked again, until it shows whose they are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db import transaction
from django.db.models import Q, QuerySet

from coalition.mail.actions import write_letter
from coalition.members.queries import coordinators
from coalition.members.states import NetworkChoices, Route
from coalition.networks.x.identity import PostLink
from coalition.networks.x.sight import NotShown, Shown, Sight, Silent
from coalition.publishing.models import Post
from coalition.publishing.states import State

type Ask = Callable[[PostLink, str], Sight | None]

AGAIN: Final = timedelta(minutes=10)
FOR: Final = timedelta(days=3)
AT_ONCE: Final = 5


def look_at_links(ask: Ask, *, now: datetime) -> int:
    """Ask about a few; how many X has shown now. Nothing is held while it is asked."""
    waiting = list(_unseen(now).select_related("account__organisation", "campaign")[:AT_ONCE])
    return sum(_look(post, ask, now) for post in waiting)


def _unseen(now: datetime) -> QuerySet[Post]:
    return Post.objects.filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now),
        network=NetworkChoices.X,
        route=Route.BY_HAND,
        state=State.PUBLISHED,
        seen_at__isnull=True,
        published_at__gt=now - FOR,
    ).order_by("not_before", "pk")


def _look(post: Post, ask: Ask, now: datetime) -> bool:
    handle = post.account.handle
    here = Post.objects.filter(pk=post.pk, seen_at__isnull=True)
    match ask(PostLink(handle, post.network_post_id), handle):
        case Shown(author) if author.lower() == handle.lower():
            return bool(here.update(seen_at=now, not_before=None))
        case Shown(author):
            here.update(not_before=now + FOR)
            _tell(post, author, now)
        case NotShown() | Silent() | None:
            here.update(not_before=now + AGAIN)
        case other:
            assert_never(other)
    return False


@transaction.atomic
def _tell(post: Post, author: str, now: datetime) -> None:
    """It is out under this link and counts: only people can say what is right."""
    organisation = post.account.organisation
    for one in coordinators():
        write_letter(
            "not-theirs",
            key=f"not-theirs:{post.pk}:{author}:{one.user_id}"[:120],
            to=one.user.email,
            language=one.user.language,
            context={
                "post": post,
                "author": author,
                "campaign": post.campaign,
                "organisation": organisation,
            },
            organisation=organisation.pk,
            campaign=post.campaign_id,
            now=now,
        )
