"""Looking again at what proved an account: every day, and in the hour before T."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from asgiref.sync import async_to_sync
from django.db.models import F, Q

from coalition.members.models import Account
from coalition.members.proving import CAN_BE_LOST, is_its_own, look_later, lose_proof, prove
from coalition.members.states import NetworkChoices, Proof
from coalition.networks.proofs import (
    Linked,
    Pointing,
    Told,
    Why,
    ask_domain,
    ask_name,
    ask_page,
    file_of,
)
from coalition.refusals import Refusal

if TYPE_CHECKING:
    from coalition.networks.bluesky.hosts import Hosts

SHORTLY_BEFORE: Final = timedelta(hours=1)
AGAIN: Final = timedelta(minutes=10)
"""After nobody answered."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a page links to, and which account on Bluesky that name means now."""

    page: Linked | Told
    name: Told


type Answer = Pointing | Linked | Told | Named


def names_it(answer: Linked, account: Account) -> bool:
    """Whether a page links to this account, by its name or by its id."""
    return any(
        network.value == account.network
        and name in {account.handle.lower(), account.network_id or None}
        for network, name in answer.accounts
    )


def recheck_proofs(hosts: "Hosts", *, now: datetime, limit: int = 20) -> int:
    """Look at those whose time has come, each by one worker; the number of proofs lost."""
    mine = [account for account in _due(now, limit) if _take(account, now)]
    answers: Sequence[Answer] = async_to_sync(_ask)(mine, hosts)
    return sum(_settle(account, answer, now) for account, answer in zip(mine, answers, strict=True))


def _due(now: datetime, limit: int) -> list[Account]:
    before = F("organisation__pledges__campaign__exit_at") - SHORTLY_BEFORE
    last_hour = Q(
        organisation__pledges__holds_since__isnull=False,
        organisation__pledges__campaign__exit_at__gt=now,
        organisation__pledges__campaign__exit_at__lte=now + SHORTLY_BEFORE,
        proof_checked_at__lt=before,
        recheck_at__gt=F("organisation__pledges__campaign__exit_at"),
    )
    return list(
        Account.objects.select_related("organisation")
        .filter(
            Q(recheck_at__lte=now) | Q(recheck_at__isnull=True) | last_hour,
            proof__in=CAN_BE_LOST,
            organisation__left_coalition_at__isnull=True,
        )
        .order_by("recheck_at", "pk")
        .distinct()[:limit]
    )


def _take(account: Account, now: datetime) -> bool:
    """One worker looks; if it dies, somebody looks again soon."""
    taken = Account.objects.filter(pk=account.pk, recheck_at=account.recheck_at)
    return bool(taken.update(recheck_at=now + AGAIN))


async def _ask(accounts: Sequence[Account], hosts: "Hosts") -> list[Answer]:
    return list(await asyncio.gather(*(_ask_about(account, hosts) for account in accounts)))


async def _ask_about(account: Account, hosts: "Hosts") -> Answer:
    if account.proof == Proof.DOMAIN:
        return await ask_domain(account.handle, hosts)
    page = await ask_page(account.proof_page, hosts)
    if account.network != NetworkChoices.BLUESKY:
        return page
    return Named(page, await ask_name(account.handle, hosts))


def _settle(account: Account, answer: Answer, now: datetime) -> bool:
    """Keep, put off, or lose the proof."""
    match answer:
        case Pointing(names_back=True) if answer.did == account.network_id and is_its_own(
            account.handle, account.organisation
        ):
            page = file_of(account.handle) if answer.by_file else ""
            prove(account, Proof.DOMAIN, page=page, actor="the clock", now=now)
        case Linked() if names_it(answer, account):
            page = account.proof_page
            prove(account, Proof.LINKED_BACK, page=page, actor="the clock", now=now)
        case Named(_, Told(did=did)) if did and account.network_id not in {"", did}:
            return lose_proof(account, taken=True, now=now)
        case Named(Linked() as linked, Told(did=did)) if did and names_it(linked, account):
            return not _prove_pinned(account, did, now)
        case _ if _is_open(account, answer):
            look_later(account, at=now + AGAIN)
        case _:
            return lose_proof(account, now=now)
    return False


def _prove_pinned(account: Account, did: str, now: datetime) -> bool:
    """From here on it is this account and no other that ever bears its name."""
    page = account.proof_page
    try:
        prove(account, Proof.LINKED_BACK, did=did, page=page, actor="the clock", now=now)
    except Refusal:  # another organisation's
        return not lose_proof(account, now=now)
    return True


def _is_open(account: Account, answer: Answer) -> bool:
    """Whether what proved it gave no answer now; that the other way is silent says nothing."""
    if isinstance(answer, Pointing):
        answer = answer.file if account.proof_page else answer.txt
    asked = (answer.page, answer.name) if isinstance(answer, Named) else (answer,)
    return any(isinstance(one, Told) and one.why is Why.NO_ANSWER for one in asked)


def is_askable(account: Account) -> bool:
    """Whether its name can be proved by a domain at all."""
    return account.network == NetworkChoices.BLUESKY and is_its_own(
        account.handle, account.organisation
    )
