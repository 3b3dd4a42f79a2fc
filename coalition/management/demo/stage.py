"""The demo's stage: the coordinators, and everybody of the cast with their accounts."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.text import slugify

from coalition.campaigns.actions import create_campaign, open_campaign
from coalition.campaigns.models import Campaign
from coalition.management.demo.cast import CALL, CAST, COALITION, DOMAIN, Case, Player, Word
from coalition.members.actions import (
    add_account,
    add_coordinator,
    add_representative,
    connect_account,
)
from coalition.members.models import Account, Organisation, User
from coalition.members.states import Membership, NetworkChoices, Proof, Role, Route, Trouble

DAY = timedelta(days=1)


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


def set_stage(exit_at: datetime, now: datetime) -> Stage:
    """The coordinators and their campaign, open for fifty days."""
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


def enter(stage: Stage, player: Player, number: int) -> None:
    """One organisation, its two people, and its accounts."""
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
