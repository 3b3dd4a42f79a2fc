"""Bringing the cast on stage, through the same actions that people use."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import slugify

from coalition.campaigns.actions import create_campaign, decide, open_campaign, set_exit_at
from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.management.demo import words
from coalition.management.demo.cast import CALL, CAST, COALITION, DOMAIN, Case, Player, Word
from coalition.members.actions import (
    add_account,
    add_coordinator,
    add_representative,
    connect_account,
)
from coalition.members.models import Account, Organisation, User
from coalition.members.states import Membership, NetworkChoices, Proof, Role, Route, Trouble
from coalition.pledges.actions import Wait, leave_coalition, make_pledge, withdraw
from coalition.pledges.actions import Word as Answered
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.publishing.actions import approve, choose_route, prepare_posts, write_post
from coalition.publishing.models import Post
from coalition.refusals import Refusal

DAY = timedelta(days=1)
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


@dataclass(slots=True)
class Stage:
    """The loaded demo: everybody by name."""

    campaign: Campaign
    coordinators: list[User]
    now: datetime
    exit_at: datetime
    organisations: dict[str, Organisation] = field(default_factory=dict)
    writers: dict[str, User] = field(default_factory=dict)
    approvers: dict[str, User] = field(default_factory=dict)


@transaction.atomic
def load(*, exit_at: datetime, now: datetime) -> Stage:
    """The whole cast, each row with its case, ready for T."""
    stage = _stage(exit_at, now)
    for number, player in enumerate(CAST):
        _enter(stage, player, number)
    for number, player in enumerate(CAST):
        if player.word is not Word.SILENT:
            _answer(stage, player, now - timedelta(days=40) + timedelta(hours=11 * number))
    set_exit_at(stage.campaign, exit_at, actor=stage.coordinators[0], now=now - 10 * DAY)
    for number, player in enumerate(CAST):
        _write(stage, player, number)
    _turn_away(stage)
    for coordinator in stage.coordinators:
        decide(stage.campaign, go=True, actor=coordinator, now=now)
    return stage


def _stage(exit_at: datetime, now: datetime) -> Stage:
    coordinators = [
        User.objects.create_user(
            f"{name.lower()}@{DOMAIN}", name=f"{name} Voorbeeld", language="nl"
        )
        for name in ("Noor", "Samir")
    ]
    for user in coordinators:
        add_coordinator(user, now=now)
    campaign = create_campaign(
        slug="samen-weg",
        coalition_name=COALITION,
        contact_email=f"exit@{DOMAIN}",
        threshold=25,
        decide_before_minutes=0,
        words={
            language: dict(zip(("name", "call", "why", "prompt"), texts, strict=True))
            for language, texts in CALL.items()
        },
        actor=coordinators[0],
        now=now - 60 * DAY,
    )
    open_campaign(campaign, actor=coordinators[0], now=now - 50 * DAY)
    return Stage(campaign, coordinators, now, exit_at)


def _enter(stage: Stage, player: Player, number: int) -> None:
    slug = slugify(player.name)
    organisation = Organisation.objects.create(
        slug=slug,
        name=player.name,
        kind=player.kind,
        language=player.language,
        membership=Membership.INDEPENDENT if player.independent else Membership.MEMBER,
        domain=domain_of(player),
        contact_name=f"Contact {number + 1}",
        contact_email=f"post@{domain_of(player)}",
        contact_phone=f"+32 2 555 {number // 100:02} {number % 100:02}",
        opted_in_at=stage.now if player.kind == "person" else None,
        created_at=stage.now - 50 * DAY,
    )
    coordinator = stage.coordinators[0]
    stage.organisations[player.name] = organisation
    stage.writers[player.name] = add_representative(
        organisation,
        email=f"schrijft@{domain_of(player)}",
        name=f"Schrijver {number + 1}",
        role=Role.OWNER,
        actor=coordinator,
        now=stage.now,
    ).user
    stage.approvers[player.name] = add_representative(
        organisation,
        email=f"keurt@{domain_of(player)}",
        name=f"Lezer {number + 1}",
        role=Role.APPROVER,
        actor=coordinator,
        now=stage.now,
    ).user
    _open_accounts(stage, player)


def x_handle(player: Player) -> str:
    """At most 15 signs, with room for a language behind it."""
    return f"{slugify(player.name).replace('-', '')[:10]}{CAST.index(player):02}"


def domain_of(player: Player) -> str:
    """`.example` resolves nowhere."""
    if player.case is Case.DOMAIN_HANDLE:
        return "waterput.example"
    return f"{slugify(player.name)}.example"


def _open_accounts(stage: Stage, player: Player) -> None:
    writer = stage.writers[player.name]
    organisation = stage.organisations[player.name]
    base = x_handle(player)
    x_handles = [base]
    if player.case is Case.ONE_STAYS:
        x_handles += [f"{base}_fr", f"{base}_jong"]
    if player.case is Case.TWO_LANGUAGES:
        x_handles += [f"{base}_fr"]
    for handle in x_handles:
        account = add_account(
            organisation,
            network=NetworkChoices.X,
            handle=handle,
            language="fr" if handle.endswith("_fr") else player.language,
            leaves=not handle.endswith("_jong"),
            actor=writer,
            now=stage.now,
        )
        if player.direct_on_x or player.case is Case.TOO_ALIKE:
            _connect(account, str(secrets.randbelow(10**10) + 10**9), writer, stage.now)
        if player.case is Case.SUSPENDED:
            Account.objects.filter(pk=account.pk).update(trouble=Trouble.SUSPENDED)
    if player.case is Case.NO_BLUESKY or player.word in {Word.SILENT, Word.DECLINED}:
        return
    languages = ("nl", "fr") if player.case is Case.TWO_LANGUAGES else (player.language,)
    for language in languages:
        _arrive(stage, player, language)


def _arrive(stage: Stage, player: Player, language: str) -> None:
    writer = stage.writers[player.name]
    handle = domain_of(player) if language == player.language else f"{language}.{domain_of(player)}"
    account = add_account(
        stage.organisations[player.name],
        network=NetworkChoices.BLUESKY,
        handle=handle,
        language=language,
        actor=writer,
        now=stage.now,
    )
    if player.case is Case.SQUATTED:
        Account.objects.filter(pk=account.pk).update(trouble=Trouble.SQUATTED)
        return
    _connect(account, f"did:plc:{secrets.token_hex(12)}", writer, stage.now)
    if player.case is Case.DOMAIN_HANDLE:
        Account.objects.filter(pk=account.pk).update(proof=Proof.DOMAIN)


def _connect(account: Account, network_id: str, actor: User, now: datetime) -> None:
    connect_account(account, network_id=network_id, handle=account.handle, actor=actor, now=now)
    Account.objects.filter(pk=account.pk).update(route=Route.DIRECT)


def _answer(stage: Stage, player: Player, at: datetime) -> None:
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


def _write(stage: Stage, player: Player, number: int) -> None:
    pledge = Pledge.objects.filter(organisation=stage.organisations[player.name]).first()
    if pledge is None:
        return
    now = stage.now if player.case is Case.AFTER_THE_FREEZE else stage.now - 4 * DAY
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


def _turn_away(stage: Stage) -> None:
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
