"""What the cast does before T: answers, writes, approves, turns away. By people's own actions."""

from datetime import datetime

from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.management.demo import words
from coalition.management.demo.cast import CAST, COALITION, Case, Player, Word
from coalition.management.demo.stage import DAY, Stage, domain_of
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.actions import (
    Wait,
    confirm_date,
    leave_coalition,
    make_pledge,
    withdraw,
)
from coalition.pledges.actions import Word as Answered
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.publishing.actions import approve, choose_route, prepare_posts, write_post
from coalition.publishing.models import Post
from coalition.refusals import Refusal

ANSWERS = {
    Word.FIRM: Answer.LEAVE,
    Word.CONDITIONAL: Answer.LEAVE_IF,
    Word.ALREADY_LEFT: Answer.ALREADY_LEFT,
    Word.LEFT_EARLY: Answer.LEAVE,
    Word.UNDECIDED: Answer.BOARD_DATE,
    Word.DECLINED: Answer.NOT_NOW,
    Word.WITHDREW: Answer.LEAVE,
    Word.LEFT_COALITION: Answer.LEAVE,
}


def answer(stage: Stage, player: Player, at: datetime) -> None:
    """Its word, with what it waits for."""
    visibility = Visibility.NAMED
    if player.case is Case.COUNTED_ONLY:
        visibility = Visibility.COUNTED
    if player.word in {Word.DECLINED, Word.UNDECIDED}:
        visibility = Visibility.COORDINATORS
    if player.case is Case.AFTER_THE_FREEZE:
        at = stage.now
    left_on = (stage.now - 900 * DAY).date() if player.word is Word.ALREADY_LEFT else None
    pledge = make_pledge(
        stage.campaign,
        stage.organisations[player.name],
        Answered(
            answer=ANSWERS[player.word],
            signatory_name=stage.approvers[player.name].name,
            signatory_mandate="voorzitter" if player.language == "nl" else "présidence",
            visibility=visibility,
            condition_public=player.word is Word.CONDITIONAL,
            left_on=left_on,
            decides_on=(stage.now + 12 * DAY).date() if player.word is Word.UNDECIDED else None,
            waits=_waits(stage, player),
        ),
        actor=stage.writers[player.name],
        now=min(at, stage.now),
    )
    if player.word is Word.LEFT_EARLY:
        _left_early(stage, pledge)


def _waits(stage: Stage, player: Player) -> tuple[Wait, ...]:
    if player.word is not Word.CONDITIONAL:
        return ()
    named = {
        Case.TWO_NAMED: ("Les Jardins Imaginaires", "De Denkbeeldige Waterput"),
        Case.WAITS_FOR_ZAAD: ("Zaad & Schaduw vzw",),
    }.get(player.case or Case.NAMESAKE)
    if named:
        return (Wait(ConditionKind.NAMED, organisations=[stage.organisations[n] for n in named]),)
    if player.case is Case.AT_LEAST_20:
        return (Wait(ConditionKind.AT_LEAST, 20),)
    return (Wait(ConditionKind.PERCENT, 50),)


def _left_early(stage: Stage, pledge: Pledge) -> None:
    Evidence.objects.create(
        campaign=stage.campaign,
        organisation=pledge.organisation,
        level=Level.SEEN,
        left_at=stage.now - 7 * DAY,
        url=f"https://x.com/{pledge.organisation.accounts.get(network=NetworkChoices.X).handle}",
        recorded_at=stage.now - 7 * DAY,
        recorded_by=str(stage.coordinators[0]),
    )
    Account.objects.filter(organisation=pledge.organisation, network=NetworkChoices.X).update(
        leaves=False
    )


def write(stage: Stage, player: Player, number: int) -> None:
    """Its texts, each approved by a second person; who is too alike posts by hand."""
    pledge = Pledge.objects.filter(organisation=stage.organisations[player.name]).first()
    if pledge is None:
        return
    now = stage.now if player.case is Case.AFTER_THE_FREEZE else stage.now - 4 * DAY
    if pledge.holds_since:
        confirm_date(pledge, actor=stage.writers[player.name], now=now)
    prepare_posts(pledge, now=now)
    posts = Post.objects.filter(pledge=pledge).select_related("account")
    for step, post in enumerate(posts.order_by("-network", "pk")):  # X first: its texts differ most
        write_post(
            post,
            _text(player, post, number + step * 5),
            actor=stage.writers[player.name],
            now=now,
        )
        _agree(stage, player, post, now)


def _text(player: Player, post: Post, number: int) -> str:
    if post.network == NetworkChoices.BLUESKY:
        return words.arrival(player.name, post.language, COALITION, domain_of(player))
    if player.case is Case.TOO_ALIKE:
        return (
            f"{words.farewell(CAST[0].name, 'nl', 0)} Groet!"  # copied from the first, as people do
        )
    return words.farewell(player.name, post.language, number)


def _agree(stage: Stage, player: Player, post: Post, now: datetime) -> None:
    approver = stage.approvers[player.name]
    try:
        approve(post, actor=approver, now=now)
    except Refusal:  # too alike for direct: its people post it themselves
        choose_route(post, Route.BY_HAND, actor=approver, now=now)
        approve(post, actor=approver, now=now)


def turn_away(stage: Stage) -> None:
    """What still happens in the last hour."""
    for player in CAST:
        organisation = stage.organisations[player.name]
        if player.word is Word.WITHDREW:
            pledge = Pledge.objects.get(organisation=organisation)
            withdraw(pledge, actor=stage.writers[player.name], now=stage.now)
        if player.word is Word.LEFT_COALITION:
            leave_coalition(organisation, actor=stage.coordinators[0], now=stage.now)
        if player.case is Case.HANDLE_CHANGES:
            Account.objects.filter(
                organisation=organisation, network=NetworkChoices.BLUESKY
            ).update(handle=f"nieuw.{domain_of(player)}")
