"""How sure we are of an account: a proof is kept, and lost, here. Never matched by name alone."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Account, Organisation
from coalition.members.queries import people_of
from coalition.members.states import Proof, Trouble
from coalition.refusals import Refusal

RECHECKED_AFTER: Final = timedelta(hours=24)
CAN_BE_LOST: Final = (Proof.LINKED_BACK, Proof.DOMAIN)


def is_its_own(name: str, organisation: Organisation) -> bool:
    """Whether a name is the domain that the coalition has on file, or stands under it."""
    domain = organisation.domain
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


@transaction.atomic
def prove(
    account: Account, proof: Proof, *, did: str = "", page: str = "", actor: str, now: datetime
) -> None:
    """Keep what a domain or a website showed. A connected account stays connected.

    `page`: the address that showed it; empty when DNS did.
    """
    if did and account.network_id not in {"", did}:
        raise Refusal(
            _("This domain names another account than the one kept here. Add that one instead.")
        )
    kept: dict[str, object] = {
        "proof_checked_at": now,
        "recheck_at": now + RECHECKED_AFTER,
        "proof_page": page,
    }
    if did:
        kept["network_id"] = did
    if account.proof != Proof.CONNECTED:
        kept["proof"] = proof
    if account.trouble == Trouble.SQUATTED:  # its name is its own again
        kept["trouble"] = Trouble.NONE
    try:
        with transaction.atomic():
            Account.objects.filter(pk=account.pk).update(**kept)
    except IntegrityError:  # one account is one organisation's
        raise Refusal(
            _("This account is on the list already. If it is yours, ask the coordinators.")
        ) from None
    if account.proof not in {proof, Proof.CONNECTED}:
        facts = {"handle": account.handle, "proof": proof.value}
        note(
            Act("account proved", actor, organisation=account.organisation_id, facts=facts), now=now
        )
    account.refresh_from_db()


@transaction.atomic
def lose_proof(account: Account, *, taken: bool = False, now: datetime) -> bool:
    """What proved it is there no more: it is claimed again, and its people are told once.

    `taken`: its name means somebody else's account now.
    """
    lost = Account.objects.filter(pk=account.pk, proof=account.proof, proof__in=CAN_BE_LOST).update(
        proof=Proof.CLAIMED,
        proof_checked_at=now,
        recheck_at=None,
        trouble=Trouble.SQUATTED if taken else F("trouble"),
    )
    if not lost:
        return False
    organisation = account.organisation
    facts = {"handle": account.handle, "was": account.proof, "taken": taken}
    note(Act("proof lost", "the clock", organisation=organisation.pk, facts=facts), now=now)
    for one in people_of(organisation):
        write_letter(
            "proof-lost",
            key=f"proof-lost:{account.pk}:{now.isoformat()}:{one.user_id}",
            to=one.user.email,
            language=one.user.language,
            context={"account": account, "organisation": organisation, "taken": taken},
            organisation=organisation.pk,
            now=now,
        )
    return True


def look_later(account: Account, *, at: datetime) -> None:
    """Nobody answered: that proves nothing and takes nothing away."""
    Account.objects.filter(pk=account.pk).update(recheck_at=at)
