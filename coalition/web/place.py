"""Where a representative stands when a page opens: who, for whom, in which campaign, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from coalition.campaigns.queries import words_in
from coalition.members.access import representation_of
from coalition.members.states import Role
from coalition.pledges.queries import campaign_of, pledge_of

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign, CampaignWords
    from coalition.members.models import Organisation, User
    from coalition.pledges.models import Pledge


@dataclass(frozen=True, slots=True)
class Place:
    """One person, acting for one organisation, now."""

    person: "User"
    organisation: "Organisation"
    role: Role
    campaign: "Campaign | None"
    pledge: "Pledge | None"
    now: datetime

    @property
    def asked(self) -> "Campaign":
        """The campaign; a page about it is not there when nothing is asked."""
        if self.campaign is None:
            raise Http404
        return self.campaign

    @property
    def answered(self) -> "Pledge":
        """The answer; a page about it is not there before it is given."""
        if self.pledge is None:
            raise Http404
        return self.pledge

    @property
    def words(self) -> "CampaignWords | None":
        """What the campaign says, in the reader's language."""
        return words_in(self.campaign, get_language() or "en") if self.campaign else None

    @property
    def zone(self) -> ZoneInfo | None:
        """The campaign's own time zone."""
        return ZoneInfo(self.campaign.time_zone) if self.campaign else None

    @property
    def owns(self) -> bool:
        """Whether this person may speak for the organisation."""
        return self.role is Role.OWNER

    @property
    def writes(self) -> bool:
        """Whether this person may write its texts."""
        return self.role in {Role.OWNER, Role.WRITER}

    @property
    def approves(self) -> bool:
        """Whether this person may approve its texts."""
        return self.role in {Role.OWNER, Role.APPROVER}


def place(request: HttpRequest, slug: str, *roles: Role) -> Place:
    """The place of whoever asks; somebody else's organisation looks like none at all."""
    representation = representation_of(request.user, slug, *roles)
    organisation, now = representation.organisation, timezone.now()
    campaign = campaign_of(organisation, now=now)
    return Place(
        person=cast("User", request.user),
        organisation=organisation,
        role=Role(representation.role),
        campaign=campaign,
        pledge=pledge_of(campaign, organisation) if campaign else None,
        now=now,
    )


def person_of(request: HttpRequest) -> "User":
    """Whoever is signed in; behind `login_required`."""
    return cast("User", request.user)
