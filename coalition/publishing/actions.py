"""What people do to posts: write, approve, take back, post by hand, decide about the doubtful."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.actions import stop
from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.members.models import Account, User
from coalition.members.states import NetworkChoices, Route
from coalition.networks.x.sight import Sight
from coalition.pledges.models import Pledge
from coalition.pledges.states import PROMISES, Answer
from coalition.publishing.compose import approval_sha256, freeze_record, shown_sha256, text_problems
from coalition.publishing.freeze import refuse_frozen
from coalition.publishing.links import proved
from coalition.publishing.models import Post
from coalition.publishing.moves import move_one
from coalition.publishing.queries import known_handles, likeness_of, unsettled
from coalition.publishing.states import Move, PostKind, State
from coalition.publishing.waves import wave_seconds
from coalition.refusals import Refusal

UNAPPROVED = {"approved_at": None, "approved_by": None, "approval_sha256": "", "approved_for": None}
AT_ONCE = {"looks": 0, "reason": "", "detail": "", "not_before": None, "armed_until": None}


@transaction.atomic
def prepare_posts(pledge: Pledge, *, now: datetime) -> int:
    """Make the empty posts that a pledge asks for; doing it again adds only what is new."""
    made = 0
    for account in Account.objects.filter(organisation=pledge.organisation):
        if not _speaks(pledge, account):
            continue
        _post, created = Post.objects.exclude(state=State.CANCELLED).get_or_create(
            campaign=pledge.campaign,
            account=account,
            kind=_kind_on(account),
            language=account.language,
            defaults={
                "pledge": pledge,
                "network": account.network,
                "route": account.route,
                "created_at": now,
            },
        )
        made += created
    return made


def _speaks(pledge: Pledge, account: Account) -> bool:
    if account.trouble:
        return False
    if account.network == NetworkChoices.X:
        return pledge.answer in PROMISES and account.leaves and not account.left_at
    return pledge.answer in {*PROMISES, Answer.ALREADY_LEFT}


def _kind_on(account: Account) -> PostKind:
    return PostKind.FAREWELL if account.network == NetworkChoices.X else PostKind.ANNOUNCEMENT


@transaction.atomic
def write_post(post: Post, text: str, *, actor: User, now: datetime) -> Post:
    """Put these words in."""
    post = open_for_edit(post, actor=actor, now=now)
    post.text = text.replace("\r\n", "\n").strip()
    post.save(update_fields=["text"])
    return post


def open_for_edit(post: Post, *, actor: User, now: datetime) -> Post:
    """A draft by this hand, held until the transaction ends: an edit voids the approval."""
    hold(post.campaign_id)
    post = Post.objects.select_related("campaign", "account", "pledge").get(pk=post.pk)
    refuse_frozen(post, now)
    if post.state == State.APPROVED:
        _refuse_unsettled(post)
        move_one(post, Move.TAKE_BACK, **UNAPPROVED)
    if post.state != State.DRAFT:
        raise Refusal(_("This post can't be changed any more."))
    post.written_by = actor
    post.save(update_fields=["written_by"])
    return post


@transaction.atomic
def choose_route(post: Post, route: Route, *, actor: User, now: datetime) -> None:
    """Who posts: we, or they. It is part of no text, so an approval stays."""
    hold(post.campaign_id)
    if route == Route.DIRECT and not post.account.connected_at:
        raise Refusal(_("Connect the account first, then we can post for you."))
    if Post.objects.filter(pk=post.pk, state=State.DRAFT).update(route=route):
        note(_act("route chosen", post, actor, {"route": route}), now=now)
    elif post.route != route:
        raise Refusal(_("Take the approval back first, then change who posts."))
    post.refresh_from_db()


@transaction.atomic
def approve(
    post: Post, *, actor: User, waiver: bool = False, shown: str | None = None, now: datetime
) -> Post:
    """A second person agrees to exactly this (`shown`: its hash on their page), for this hour."""
    hold(post.campaign_id)
    post = Post.objects.select_related("campaign", "account", "pledge").get(pk=post.pk)
    exit_at = post.campaign.exit_at
    if exit_at is None:
        raise Refusal(_("There is no date yet. You can approve as soon as the hour is known."))
    if shown is not None and shown != shown_sha256(post):
        raise Refusal(_("This text or its hour has changed since you opened it. Read it again."))
    if post.is_stale:
        move_one(post, Move.TAKE_BACK, **UNAPPROVED)  # it was approved for another hour
    if post.state != State.DRAFT:
        raise Refusal(_("This post is not a draft: there is nothing to approve."))
    if post.written_by == actor and not waiver:
        raise Refusal(
            _("You wrote this text. Somebody else approves it, or you record that you work alone.")
        )
    problems = text_problems(post)
    if problems:
        raise Refusal(_("This text can't go out like this. Mend what is marked below it first."))
    if post.route == Route.DIRECT:
        _refuse_direct(post)
    post.record_key, post.record = freeze_record(post, known_handles(), exit_at=exit_at, now=now)
    move_one(
        post,
        Move.APPROVE,
        approved_at=now,
        approved_by=actor,
        approval_waived=waiver,
        approved_for=exit_at,
        approved_sequence=post.campaign.date_sequence,
        approval_sha256=approval_sha256(post, post.account, exit_at),
        record_key=post.record_key,
        record=post.record,
        armed_until=None,
        thawed_at=None,
    )
    note(_act("approved", post, actor, {"waiver": waiver}), now=now)
    return post


def _refuse_direct(post: Post) -> None:
    if not post.account.connected_at:
        raise Refusal(
            _(
                "The account isn't connected, so we can't post for you. "
                "Connect it, or post yourself."
            )
        )
    if post.network != NetworkChoices.X:
        return
    like = likeness_of(post)
    if like.per_cent >= post.campaign.similarity_limit:
        raise Refusal(
            _(
                "%(per_cent)s%% of this text stands in another organisation's text too. "
                "X suspends for that: rewrite it, or post it yourself."
            )
            % {"per_cent": like.per_cent}
        )


@transaction.atomic
def take_back(post: Post, *, actor: User, now: datetime) -> None:
    """Take an approval back. Too late once a worker has the post: then the truth is told."""
    _hold(post)
    _refuse_unsettled(post)
    if not move_one(post, Move.TAKE_BACK, **UNAPPROVED):
        raise Refusal(_("Too late: this post is being sent or is out."))
    note(_act("taken back", post, actor), now=now)


@transaction.atomic
def prove_by_hand(
    post: Post,
    link: str,
    *,
    sight: Sight | None = None,
    looked: bool = False,
    actor: User,
    now: datetime,
) -> Post:
    """The link of a post that a person made: right account, right time. Now it is published.

    `sight`: what X itself showed just before; `looked`: a coordinator has seen the post.
    """
    _hold(post)
    found = proved(post, link, now, sight=sight, looked=looked)
    if Post.objects.filter(network=post.network, network_post_id=found.id).exclude(pk=post.pk):
        raise Refusal(_("That link belongs to another post already."))
    moved = move_one(
        post,
        Move.FOUND if post.state == State.UNCERTAIN else Move.PROVE,
        network_post_id=found.id,
        url=found.url,
        published_at=found.at,
        seen_at=now if found.seen else None,
        needs_person=False,
    )
    if not moved:
        raise Refusal(
            _("This post is out already, or is being sent right now: look again in a minute.")
        )
    note(_act("proved by hand", post, actor, {"url": found.url, "seen": found.seen}), now=now)
    return post


@transaction.atomic
def try_again(post: Post, *, actor: User, now: datetime) -> None:
    """A person looked at a refused, missed or doubtful post and wants it sent now."""
    _hold(post)
    arrow = Move.NOT_THERE if post.state == State.UNCERTAIN else Move.TRY_AGAIN
    if post.state == State.UNCERTAIN and not post.needs_person:
        raise Refusal(_("We are still looking whether it is out. Wait for that answer."))
    exit_at = post.campaign.exit_at
    late = int((now - exit_at).total_seconds()) if exit_at else 0
    moved = move_one(
        post,
        arrow,
        offset_seconds=max(post.offset_seconds, late - wave_seconds(post, post.campaign)),
        not_before=None,
        armed_until=None,
        needs_person=False,
        told_at=None,
        looks=0,
        reason="",
        detail="",
    )
    if not moved:
        raise Refusal(_("Somebody else was first: look at how it stands now."))
    note(_act("tried again", post, actor), now=now)


@transaction.atomic
def hand_over(post: Post, *, actor: User, now: datetime) -> None:
    """Not the machine any more: the organisation posts it itself."""
    _hold(post)
    if post.state in {State.SENDING, State.UNCERTAIN, State.PUBLISHED}:
        raise Refusal(_("It is being sent, or perhaps out already: look first, then decide."))
    Post.objects.filter(pk=post.pk).update(route=Route.BY_HAND)
    if unsettled([post.pk]):  # first a look, by machine; then theirs, or published
        move_one(post, Move.DOUBT, needs_person=False, told_at=None, **AT_ONCE)
    elif post.state in {State.REFUSED, State.MISSED}:
        move_one(post, Move.TRY_AGAIN, reason="", detail="", told_at=None)
    note(_act("handed over", post, actor), now=now)
    post.refresh_from_db()


@transaction.atomic
def give_up(post: Post, *, actor: User, now: datetime) -> None:
    """This post will not come any more; only said when nothing of it can have left."""
    _hold(post)
    _refuse_unsettled(post)
    if not move_one(post, Move.GIVE_UP):
        raise Refusal(_("It is being sent, or perhaps out already: it can't be cancelled."))
    note(_act("given up", post, actor), now=now)


def _refuse_unsettled(post: Post) -> None:
    if post.state != State.SENDING and unsettled([post.pk]):
        raise Refusal(
            _(
                "A try at sending it was lost and may still come true. "
                "Have it handed over: then we look first."
            )
        )


def _hold(post: Post) -> None:
    hold(post.campaign_id)
    post.refresh_from_db()  # as it stands now that no claim can move it


def _act(verb: str, post: Post, actor: User, facts: dict[str, object] | None = None) -> Act:
    return Act(
        verb,
        actor.number,
        post.campaign_id,
        post.account.organisation_id,
        {"post": post.pk, "kind": post.kind, **(facts or {})},
    )


@transaction.atomic
def stop_release(campaign: Campaign, *, actor: User, now: datetime) -> list[Post]:
    """STOP; and what is under way at that instant, which nobody can call back.

    The campaign is held until both are done: what was claimed before is seen here, and nothing is
    claimed meanwhile.
    """
    stop(campaign, actor=actor, now=now)
    under_way = Post.objects.filter(campaign=campaign, state__in=(State.SENDING, State.UNCERTAIN))
    return list(under_way.select_related("account__organisation").order_by("account__handle", "pk"))
