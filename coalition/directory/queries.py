"""Who is where now: the Bluesky account to show for each organisation, with how sure we are."""

from collections.abc import Iterable
from dataclasses import dataclass

from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Proof, Trouble

STRENGTH = {proof: strength for strength, proof in enumerate(Proof)}


@dataclass(frozen=True, slots=True)
class Home:
    """One verified new home."""

    handle: str
    url: str
    proof: Proof
    did: str = ""


def homes(organisations: Iterable[int]) -> dict[int, Home]:
    """The best proved Bluesky account of each organisation; a merely claimed one is not shown."""
    found: dict[int, Home] = {}
    accounts = Account.objects.filter(
        network=NetworkChoices.BLUESKY, organisation__in=list(organisations), trouble=Trouble.NONE
    ).exclude(proof=Proof.CLAIMED)
    for account in accounts:
        proof = Proof(account.proof)
        held = found.get(account.organisation_id)
        if held is None or STRENGTH[proof] > STRENGTH[held.proof]:
            address = f"https://bsky.app/profile/{account.network_id or account.handle}"
            found[account.organisation_id] = Home(
                account.handle, address, proof, account.network_id
            )
    return found


@dataclass(frozen=True, slots=True)
class OldName:
    """What an organisation was called on X, and how sure we are that it was."""

    handle: str
    proof: Proof


def old_names(slugs: Iterable[str]) -> dict[str, list[OldName]]:
    """The names on X that each organisation leaves, by its slug; one query."""
    found: dict[str, list[OldName]] = {}
    accounts = Account.objects.filter(
        network=NetworkChoices.X, organisation__slug__in=list(slugs), leaves=True
    ).select_related("organisation")
    for account in accounts:
        name = OldName(account.handle, Proof(account.proof))
        found.setdefault(account.organisation.slug, []).append(name)
    return found
