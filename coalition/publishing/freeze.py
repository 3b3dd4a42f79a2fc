"""The freeze: from here to T a text changes only where a coordinator opened it, one by one."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.lock import hold
from coalition.campaigns.phases import freezes_at
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Representative, User
from coalition.publishing.models import Post
from coalition.publishing.states import State
from coalition.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Freeze:
    """How the freeze stands for one post."""

    begins_at: datetime
    ends_at: datetime
    begun: bool
    joined_late: bool
    thawed_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether this text can't change now."""
        return self.begun and not self.joined_late and self.thawed_at is None


def freeze_of(post: Post, now: datetime) -> Freeze | None:
    """The freeze of a post; none while there is no hour, and none from the hour on."""
    exit_at = post.campaign.exit_at
    if exit_at is None or now >= exit_at:
        return None
    begins_at = freezes_at(post.campaign, exit_at)
    thawed = post.thawed_at if post.thawed_at and post.thawed_at >= begins_at else None
    late = post.pledge.answered_at >= begins_at
    return Freeze(begins_at, exit_at, now >= begins_at, late, thawed)


def refuse_frozen(post: Post, now: datetime) -> None:
    """Nothing happens where the text may change."""
    freeze = freeze_of(post, now)
    if freeze and freeze.holds:
        raise Refusal(_("Texts are frozen. Ask a coordinator if it must change, or withdraw."))


@transaction.atomic
def thaw(post: Post, *, actor: User, now: datetime) -> None:
    """A coordinator opens one frozen text; its people hear of it. Approving it closes it again."""
    hold(post.campaign_id)
    post = _as_it_stands(post)
    freeze = freeze_of(post, now)
    if not freeze or not freeze.holds or post.state not in {State.DRAFT, State.APPROVED}:
        raise Refusal(_("This text isn't frozen: there is nothing to open."))
    Post.objects.filter(pk=post.pk).update(thawed_at=now)
    note(_act("text opened", post, actor), now=now)
    for one in Representative.objects.filter(
        organisation=post.account.organisation, removed_at__isnull=True
    ).select_related("user"):
        write_letter(
            "text-opened",
            key=f"text-opened:{post.pk}:{now.timestamp()}:{one.user_id}",
            to=one.user.email,
            language=one.user.language,
            context={
                "post": post,
                "campaign": post.campaign,
                "organisation": post.account.organisation,
                "zone": ZoneInfo(post.campaign.time_zone),
            },
            organisation=post.account.organisation_id,
            campaign=post.campaign_id,
            now=now,
        )


@transaction.atomic
def freeze_again(post: Post, *, actor: User, now: datetime) -> None:
    """A coordinator closes it without an edit; what was edited meanwhile waits for its approval."""
    hold(post.campaign_id)
    post = _as_it_stands(post)
    if not Post.objects.filter(pk=post.pk, thawed_at__isnull=False).update(thawed_at=None):
        raise Refusal(_("This text isn't open: it is frozen already."))
    note(_act("text frozen again", post, actor), now=now)


def _as_it_stands(post: Post) -> Post:
    rows = Post.objects.select_related("campaign", "pledge", "account__organisation")
    return rows.get(pk=post.pk)


def _act(verb: str, post: Post, actor: User) -> Act:
    organisation = post.account.organisation_id
    return Act(verb, actor.number, post.campaign_id, organisation, {"post": post.pk})
