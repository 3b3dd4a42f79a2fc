"""What certifies that an account's access was erased: a line of the journal, and its hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from coalition.journal.chain import said
from coalition.journal.models import Entry
from coalition.journal.queries import entry_at, head
from coalition.members.models import Account, GivenBack, Organisation
from coalition.members.queries import names_of
from coalition.members.states import NetworkChoices, Rule, SignIn
from coalition.members.vault import address


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
    waits: bool
    """A sealed copy still waits, for a day at most, until the network was told."""

    @property
    def head(self) -> str:
        """As `verify_journal --head` takes it."""
        return f"{self.position}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class Certificates:
    """All of one organisation, the newest first, and how far the journal goes now."""

    every: tuple[Certificate, ...]
    last: Entry | None


def certificates_of(organisation: Organisation) -> Certificates:
    """Each time that something which let us post for it was erased."""
    rows = Entry.objects.filter(organisation_id=organisation.pk, verb="credential erased")
    waiting = {bytes(one) for one in GivenBack.objects.values_list("address", flat=True)}
    mine = {
        account.pk
        for account in Account.objects.filter(organisation=organisation)
        if address(account) in waiting
    }
    erased = list(rows.order_by("-pk"))
    names = names_of(entry.actor for entry in erased)
    return Certificates(
        tuple(
            _certificate(entry, names, waits=entry.facts.get("account") in mine)
            for entry in erased
            if entry.facts.get("key_id")
        ),
        head(),
    )


def _certificate(entry: Entry, names: Mapping[str, str], *, waits: bool) -> Certificate:
    facts = entry.facts
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
        waits=waits,
    )


def _line(entry: Entry) -> str:
    """Empty until the clock has given the entry its place."""
    if entry.position is None:
        return ""
    before = entry_at(entry.position - 1) if entry.position > 1 else None
    return said(before.sha256 if before else "", entry.position, entry)
