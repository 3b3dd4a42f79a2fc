"""Keeping what opens an account alive: one renews at a time, and nothing is renewed after its end.

A worker that dies between using a refresh token up and keeping the next one has lost the session:
the network takes the old one for stolen. Its account must then be connected again; nothing else
is lost. So it is renewed rarely, by whoever holds `renewing_until`, and kept before it is used.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from coalition.journal.actions import Act, note
from coalition.members.models import Account, Credential, GivenBack
from coalition.members.states import Trouble
from coalition.members.vault import Vault, address, whose
from coalition.networks.network import SupersededError

AGAIN: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(days=1)
"""A secret that no network took back in this time is erased all the same."""


@transaction.atomic
def keep_renewed(
    account: Account, secret: Mapping[str, Any], *, vault: Vault, now: datetime
) -> None:
    """In place of the secret that was renewed, and of no other: people may have connected anew."""
    before, sealed = account.credential, vault.seal(secret, address(account))
    kept = Credential.objects.filter(account=account, generation=before.generation).update(
        sealed=sealed.data,
        key_id=sealed.key_id,
        generation=F("generation") + 1,
        sealed_at=now,
        checked_at=now,
    )
    if not kept:
        raise SupersededError
    account.credential = Credential.objects.get(account=account)


def to_check(now: datetime) -> list[Account]:
    """Connected accounts whose sign-in may be looked at now."""
    return list(
        Account.objects.select_related("organisation", "credential")
        .filter(connected_at__isnull=False, credential__isnull=False)
        .filter(Q(credential__check_after__isnull=True) | Q(credential__check_after__lte=now))
        .order_by("pk")
    )


def checked(account: Account, *, now: datetime, again: datetime | None = None) -> None:
    """It was looked at; `again`: nothing could be found out, so not before then once more."""
    row = Credential.objects.filter(account=account)
    if again:
        row.update(check_after=again)
    else:
        row.update(check_after=None, checked_at=now)


@transaction.atomic
def set_trouble(account: Account, trouble: Trouble, *, now: datetime) -> bool:
    """What keeps us out, or that nothing does any more; whether that is news."""
    changed = Account.objects.filter(pk=account.pk).exclude(trouble=trouble).update(trouble=trouble)
    if changed:
        facts = {"handle": account.handle, "trouble": trouble.value}
        organisation = account.organisation_id
        note(Act("sign-in checked", organisation=organisation, facts=facts), now=now)
        account.trouble = trouble
    return bool(changed)


def to_give_back(now: datetime) -> list[GivenBack]:
    """Erased secrets that their networks do not know of yet."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return list(GivenBack.objects.filter(due).order_by("pk")[:50])


@transaction.atomic
def given_back(one: GivenBack, *, told: bool, now: datetime) -> None:
    """Told, or tried for a day: it is gone, and the journal says which. Else again in a while."""
    row = GivenBack.objects.filter(pk=one.pk)
    if not told and now - one.erased_at <= LONGEST:
        row.update(not_before=now + AGAIN)
    elif row.delete()[0]:  # another worker may have told it at the same time
        organisation, network, account = whose(bytes(one.address))
        erased_at = one.erased_at.astimezone(UTC).isoformat()
        facts = {"account": account, "network": network, "erased_at": erased_at}
        verb = "given back" if told else "not given back"
        note(Act(verb, organisation=organisation, facts=facts), now=now)
