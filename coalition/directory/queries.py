"""Who is where now: the Bluesky account to show for each organisation, with how sure we are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coalition.campaigns.models import Campaign
from coalition.directory.models import FollowList
from coalition.evidence.queries import standings
from coalition.evidence.states import GONE, Label
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Proof, Role, Trouble
from coalition.pledges.queries import public_pledges
from coalition.pledges.states import Visibility

if TYPE_CHECKING:
    from coalition.members.models import User

STRENGTH = {proof: strength for strength, proof in enumerate(Proof)}
TO_FOLLOW: Final = GONE | {Label.ALREADY_LEFT}


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


@dataclass(frozen=True, slots=True)
class Member:
    """One account on the list: of an organisation that left, and is named on the public page."""

    did: str
    handle: str
    name: str


def list_members(campaign: Campaign) -> list[Member]:
    """Who left, is named, and has a verified home; those who came first before."""
    named = [pledge for pledge in public_pledges(campaign) if pledge.visibility == Visibility.NAMED]
    labels = standings(campaign, named)
    gone = [
        pledge
        for pledge in sorted(named, key=lambda pledge: (pledge.answered_at, pledge.pk))
        if pledge.organisation_id in labels and labels[pledge.organisation_id].label in TO_FOLLOW
    ]
    new_homes = homes(pledge.organisation_id for pledge in gone)
    found: dict[str, Member] = {}
    for pledge in gone:
        home = new_homes.get(pledge.organisation_id)
        if home and home.did:
            member = Member(home.did, home.handle, pledge.organisation.name)
            found.setdefault(home.did, member)
    return list(found.values())


def list_of(campaign: Campaign) -> FollowList | None:
    """The list that this campaign keeps, with its account."""
    return (
        FollowList.objects.select_related("account__organisation").filter(campaign=campaign).first()
    )


def own_accounts(person: "User") -> list[Account]:
    """Connected accounts on Bluesky of organisations that this person owns; nobody else's."""
    return list(
        Account.objects.select_related("organisation")
        .filter(
            network=NetworkChoices.BLUESKY,
            connected_at__isnull=False,
            organisation__left_coalition_at__isnull=True,
            organisation__representatives__user=person,
            organisation__representatives__role=Role.OWNER,
            organisation__representatives__removed_at__isnull=True,
        )
        .distinct()
        .order_by("organisation__name", "handle")
    )


def names_of(dids: Iterable[str]) -> dict[str, str]:
    """What we call accounts that we know, by their DID."""
    rows = Account.objects.filter(network=NetworkChoices.BLUESKY, network_id__in=list(dids))
    return {
        row.network_id: f"{row.organisation.name} (@{row.handle})"
        for row in rows.select_related("organisation")
    }
