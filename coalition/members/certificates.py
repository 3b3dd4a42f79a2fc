"""What certifies that an account's access was erased: a line of the journal, and its hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from coalition.journal.chain import said
from coalition.journal.models import Entry
from coalition.journal.queries import entry_at, head
from coalition.members.models import Account, GivenBack, Organisation
from coalition.members.queries import names_of
from coalition.members.states import NetworkChoices, Rule, SignIn
from coalition.members.vault import whose

ERASED: Final = "credential erased"
TOLD: Final = {"given back": True, "not given back": False}


class Back(NamedTuple):
    """How far its network knows of it; all empty where there was nothing to tell."""

    waits: bool = False
    """A sealed copy still waits, for a day at most, until the network was told."""
    told_at: datetime | None = None
    untold: bool = False
    """The network did not answer for a day; the copy went all the same."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One erasing. Whoever has `line` makes `sha256` of it again, without us."""

    account: str
    network: str
    kind: str
    key_id: str
    sealed_at: datetime
    erased_at: datetime
    rule: str
    actor: str
    position: int | None
    sha256: str
    line: str
    back: Back

    @property
    def head(self) -> str:
        """As `verify_journal --head` takes it."""
        return f"{self.position}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class Certificates:
    """All of one organisation, the newest first, and how far the journal goes now."""

    every: tuple[Certificate, ...]
    last: Entry | None


@dataclass(frozen=True, slots=True)
class Ended:
    """How an account's access ended last."""

    account: Account
    erased_at: datetime
    done: bool
    back: Back


def certificates_of(organisation: Organisation) -> Certificates:
    """Each time that something which let us post for it was erased."""
    erased, backs = _erased(organisation)
    names = names_of(entry.actor for entry in erased)
    return Certificates(
        tuple(_certificate(entry, names, _back(entry, backs)) for entry in erased), head()
    )


def ended(organisation: Organisation, accounts: Iterable[Account]) -> list[Ended]:
    """Those that were connected once and aren't now, and what became of what opened them."""
    erased, backs = _erased(organisation)
    newest = {entry.facts.get("account"): entry for entry in reversed(erased)}
    return [
        Ended(account, entry.at, entry.facts.get("rule") == Rule.DONE, _back(entry, backs))
        for account in accounts
        if not account.connected_at and (entry := newest.get(account.pk))
    ]


type Backs = Mapping[tuple[int, datetime], Back]


def _erased(organisation: Organisation) -> tuple[list[Entry], Backs]:
    """The newest first."""
    mine = Entry.objects.filter(organisation_id=organisation.pk)
    erased = [
        entry for entry in mine.filter(verb=ERASED).order_by("-pk") if entry.facts.get("key_id")
    ]
    backs = {}
    for row in GivenBack.objects.all():
        owner, _network, account = whose(bytes(row.address))
        if owner == organisation.pk:
            backs[account, row.erased_at] = Back(waits=True)
    for entry in mine.filter(verb__in=TOLD):
        told = TOLD[entry.verb]
        at = datetime.fromisoformat(entry.facts["erased_at"])
        backs[entry.facts["account"], at] = Back(
            told_at=entry.at if told else None, untold=not told
        )
    return erased, backs


def _back(entry: Entry, backs: Backs) -> Back:
    return backs.get((entry.facts.get("account", 0), entry.at), Back())


def _certificate(entry: Entry, names: Mapping[str, str], back: Back) -> Certificate:
    facts: dict[str, Any] = entry.facts
    return Certificate(
        account=f"@{facts['handle']}",
        network=str(NetworkChoices(facts["network"]).label),
        kind=SignIn(facts["kind"]).label if facts["kind"] in SignIn else "",
        key_id=facts["key_id"],
        sealed_at=datetime.fromisoformat(facts["sealed_at"]),
        erased_at=entry.at,
        rule=str(Rule(facts["rule"]).label),
        actor=names.get(entry.actor, entry.actor),
        position=entry.position,
        sha256=entry.sha256,
        line=_line(entry),
        back=back,
    )


def _line(entry: Entry) -> str:
    """Empty until the clock has given the entry its place."""
    if entry.position is None:
        return ""
    before = entry_at(entry.position - 1) if entry.position > 1 else None
    return said(before.sha256 if before else "", entry.position, entry)
