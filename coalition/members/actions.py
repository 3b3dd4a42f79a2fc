"""Adding people and accounts, pinning an account, keeping and erasing its secret."""

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import Act, note
from coalition.members.models import (
    Account,
    Coordinator,
    Credential,
    GivenBack,
    Organisation,
    Representative,
    SignInLink,
    User,
)
from coalition.members.states import Language, NetworkChoices, Proof, Role, Rule, SignIn, Trouble
from coalition.members.vault import Vault, address
from coalition.refusals import Refusal


@transaction.atomic
def add_coordinator(user: User, *, now: datetime) -> Coordinator:
    """This person runs the exit from now on."""
    coordinator, _created = Coordinator.objects.update_or_create(
        user=user, defaults={"removed_at": None}, create_defaults={"added_at": now}
    )
    note(Act("coordinator added", facts={"who": user.number}), now=now)
    return coordinator


@transaction.atomic
def keep_contact(
    organisation: Organisation,
    *,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    notes: str,
    last_contact_on: date | None,
    actor: User,
    now: datetime,
) -> None:
    """Whom a coordinator calls, and what was said; the journal keeps neither."""
    Organisation.objects.filter(pk=organisation.pk).update(
        contact_name=contact_name,
        contact_email=contact_email,
        contact_phone=contact_phone,
        notes=notes,
        last_contact_on=last_contact_on,
    )
    note(Act("contact changed", actor.number, organisation=organisation.pk), now=now)
    organisation.refresh_from_db()


@transaction.atomic
def add_representative(
    organisation: Organisation, *, email: str, name: str, role: Role, actor: User, now: datetime
) -> Representative:
    """A colleague who may write or approve for this organisation."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email.strip(), name=name, language=organisation.language)
    representative, _created = Representative.objects.update_or_create(
        user=user,
        organisation=organisation,
        removed_at=None,
        defaults={"role": role},
        create_defaults={"role": role, "added_at": now},
    )
    facts = {"who": user.number, "role": role}
    note(
        Act("representative added", actor.number, organisation=organisation.pk, facts=facts),
        now=now,
    )
    return representative


@transaction.atomic
def add_account(
    organisation: Organisation,
    *,
    network: NetworkChoices,
    handle: str,
    language: Language | str,
    leaves: bool = True,
    actor: User,
    now: datetime,
) -> Account:
    """An account that the organisation says is its own; a handle belongs to one organisation."""
    handle = handle.strip().lstrip("@").rstrip(".")
    if network == NetworkChoices.BLUESKY:
        handle = handle.lower()
    if Account.objects.filter(network=network, handle__iexact=handle).exists():
        raise Refusal(
            _("This account is on the list already. If it is yours, ask the coordinators.")
        )
    account = Account.objects.create(
        organisation=organisation,
        network=network,
        handle=handle,
        language=language,
        leaves=leaves,
        added_at=now,
    )
    facts = {"network": network, "handle": handle}
    note(Act("account added", actor.number, organisation=organisation.pk, facts=facts), now=now)
    return account


@transaction.atomic
def connect_account(
    account: Account, *, network_id: str, handle: str, host: str = "", actor: User, now: datetime
) -> None:
    """The network itself said whose account this is. From now on its id is pinned."""
    if account.network_id and account.network_id != network_id:
        raise Refusal(
            _("This is another account than the one connected before. Add it as a new one.")
        )
    taken = Account.objects.filter(network=account.network, network_id=network_id)
    if taken.exclude(pk=account.pk).exists():
        raise Refusal(
            _("This account is connected by another organisation already. Ask the coordinators.")
        )
    Account.objects.filter(pk=account.pk).update(
        network_id=network_id,
        handle=handle,
        host=host,
        proof=Proof.CONNECTED,
        proof_checked_at=now,
        connected_at=now,
        trouble=Trouble.NONE,
    )
    note(
        Act(
            "account connected",
            actor.number,
            organisation=account.organisation_id,
            facts={"handle": handle},
        ),
        now=now,
    )
    account.refresh_from_db()


@transaction.atomic
def keep_secret(
    account: Account, secret: Mapping[str, Any], *, vault: Vault, now: datetime
) -> None:
    """Seal a newly connected account's secret; the one before is given back."""
    sealed = vault.seal(secret, address(account))
    _give_back(account, now)
    kind = secret.get("kind", SignIn.CONSENT)
    fresh = {
        "sealed_at": now,
        "kind": kind if kind in SignIn else "",
        "renewing_until": None,
        "checked_at": now,
        "check_after": None,
    }
    account.credential, _created = Credential.objects.update_or_create(
        account=account,
        defaults={
            "sealed": sealed.data,
            "key_id": sealed.key_id,
            "generation": F("generation") + 1,
            **fresh,
        },
        create_defaults={"sealed": sealed.data, "key_id": sealed.key_id, **fresh},
    )


def _give_back(account: Account, now: datetime) -> None:
    """What stays good until the network is told goes to a worker, who alone can open and tell."""
    for one in Credential.objects.filter(account=account, kind__in=SignIn):
        GivenBack.objects.create(
            network=account.network,
            address=address(account),
            sealed=bytes(one.sealed),
            key_id=one.key_id,
            erased_at=now,
        )


def begin_renewing(account: int, *, until: datetime, now: datetime) -> bool:
    """Whether this process may use the account's single-use token up now; nobody else then may.

    One that died in it holds nobody up beyond `until`; whether its token still works, X will say.
    """
    mine = Credential.objects.filter(account=account)
    free = Q(renewing_until__isnull=True) | Q(renewing_until__lt=now)
    return bool(mine.filter(free).update(renewing_until=until))


def end_renewing(account: int, *, until: datetime) -> None:
    """The next one may; unless our time was over and another has begun."""
    Credential.objects.filter(account=account, renewing_until=until).update(renewing_until=None)


@transaction.atomic
def erase_secret(account: Account, *, rule: Rule, actor: str, now: datetime) -> None:
    """Erase an account's secret for good; nothing can be posted for it any more.

    The entry is what certifies it: what was held and under which key, never what it opens.
    """
    facts: dict[str, object] = {
        "account": account.pk,
        "network": account.network,
        "handle": account.handle,
        "rule": rule.value,
    }
    for held in Credential.objects.filter(account=account):
        facts |= {
            "kind": held.kind,
            "key_id": held.key_id,
            "generation": held.generation,
            "sealed_at": held.sealed_at.astimezone(UTC).isoformat(),
        }
    _give_back(account, now)
    Credential.objects.filter(account=account).delete()
    Account.objects.filter(pk=account.pk).update(connected_at=None)
    organisation = account.organisation_id
    note(Act("credential erased", actor, organisation=organisation, facts=facts), now=now)
    account.refresh_from_db()


@transaction.atomic
def make_sign_in_link(
    user: User, *, next_path: str = "", valid_for: timedelta = timedelta(hours=24), now: datetime
) -> str:
    """The secret of a link that signs this person in once; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    SignInLink.objects.create(
        user=user,
        token_sha256=sha256(token.encode()).hexdigest(),
        next_path=next_path,
        expires_at=now + valid_for,
    )
    return token


@transaction.atomic
def use_sign_in_link(token: str, *, now: datetime) -> SignInLink:
    """Use a link up; the second time it is refused."""
    found = SignInLink.objects.filter(token_sha256=sha256(token.encode()).hexdigest())
    if not found.filter(used_at__isnull=True, expires_at__gt=now).update(used_at=now):
        raise Refusal(_("This link has been used or has run out. Ask for a new one."))
    return found.select_related("user").get()
