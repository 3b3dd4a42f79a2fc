"""Reading candidates: for coordinators, and for the holder of a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing

from coalition.campaigns.models import Campaign
from coalition.joining.lookalikes import Named, alike, faced, is_encoded, mixes_scripts
from coalition.joining.models import Candidate
from coalition.joining.states import Alike
from coalition.members.models import Organisation
from coalition.members.queries import organisations

SALT: Final = "coalition.candidate"


@dataclass(frozen=True, slots=True)
class Like:
    """An organisation on the list that a candidate is like."""

    organisation: Organisation
    how: Alike


@dataclass(frozen=True, slots=True)
class Looked:
    """A candidate with everything that should make a coordinator look twice."""

    candidate: Candidate
    likes: tuple[Like, ...]

    @property
    def encoded(self) -> bool:
        """Whether its domain has signs beyond plain letters."""
        return is_encoded(self.candidate.domain)

    @property
    def mixed(self) -> bool:
        """Whether its name mixes alphabets in a word."""
        return mixes_scripts(self.candidate.name)

    @property
    def plain(self) -> bool:
        """Nothing to look twice at."""
        return not (self.likes or self.encoded or self.mixed)


def waiting(campaign: Campaign) -> list[Candidate]:
    """Who has confirmed and waits for a coordinator, the oldest first; one query."""
    rows = Candidate.objects.filter(
        campaign=campaign, confirmed_at__isnull=False, decided_at__isnull=True
    )
    return list(rows.order_by("confirmed_at", "pk"))


def look(candidates: Sequence[Candidate]) -> list[Looked]:
    """Each beside everybody on the list."""
    listed = {organisation.pk: organisation for organisation in organisations()}
    others = [
        faced(Named(one.pk, one.name, one.domain))
        for one in (listed.values() if candidates else ())
    ]
    return [
        Looked(
            one,
            tuple(
                Like(listed[found.key], found.how)
                for found in alike(Named(0, one.name, one.domain), others)
            ),
        )
        for one in candidates
    ]


def waiting_count(campaign: Campaign) -> int:
    """How many wait for a coordinator."""
    return Candidate.objects.filter(
        campaign=campaign, confirmed_at__isnull=False, decided_at__isnull=True
    ).count()


def unconfirmed_count(campaign: Campaign, *, now: datetime) -> int:
    """How many were written to and have not answered yet; who they are is nobody's business."""
    return Candidate.objects.filter(
        campaign=campaign,
        confirmed_at__isnull=True,
        disowned_at__isnull=True,
        decided_at__isnull=True,
        expires_at__gt=now,
    ).count()


def decided(campaign: Campaign, *, limit: int = 50) -> list[Candidate]:
    """What was decided, the latest first."""
    rows = Candidate.objects.filter(campaign=campaign, decided_at__isnull=False)
    return list(rows.select_related("organisation", "decided_by").order_by("-decided_at")[:limit])


def candidate_at(campaign: Campaign, pk: int) -> Candidate | None:
    """One that has confirmed; an unconfirmed one is nothing yet."""
    rows = Candidate.objects.filter(campaign=campaign, confirmed_at__isnull=False)
    return rows.select_related("campaign", "organisation", "decided_by").filter(pk=pk).first()


def token_of(candidate: Candidate) -> str:
    """The secret of the link that its mailbox gets."""
    return signing.dumps([candidate.pk, candidate.email], salt=SALT)


def by_token(token: str, *, campaign: Campaign, now: datetime) -> Candidate | None:
    """The candidate of a link that still works; None for a forged, used or run-out one."""
    try:
        pk, email = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Candidate.objects.filter(
        pk=pk,
        email=email,
        campaign=campaign,
        confirmed_at__isnull=True,
        disowned_at__isnull=True,
        decided_at__isnull=True,
        expires_at__gt=now,
    ).first()
