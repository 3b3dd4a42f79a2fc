"""An exit that is over: who left, by its farewell, and the people around it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Look
from coalition.evidence.queries import standings
from coalition.evidence.rounds import open_rounds
from coalition.evidence.states import Label
from coalition.members.models import Account, User
from coalition.pledges.models import Pledge
from coalition.publishing.states import State
from tests import factories
from tests.factories import T

DAY = timedelta(days=1)
NEXT_DAY = T + DAY + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Gone:
    """One organisation that said farewell at T, from one account."""

    campaign: Campaign
    pledge: Pledge
    account: Account
    owner: User
    boss: User

    def label(self) -> Label | None:
        """What the public reads now."""
        found = standings(self.campaign, [Pledge.objects.get(pk=self.pledge.pk)])
        standing = found.get(self.pledge.organisation_id)
        return standing.label if standing else None

    def look(self, *, days: int = 1, at: datetime = NEXT_DAY) -> Look:
        """Its line on the list of a round."""
        open_rounds(at)
        return Look.objects.select_related("campaign", "account__organisation").get(
            account=self.account, days=days
        )


def gone(campaign: Campaign | None = None, *, out: bool = True) -> Gone:
    """It left; or, `out` false, it promised and its farewell never came."""
    campaign = campaign or factories.going()
    pledge = factories.pledge(campaign)
    account = factories.account(pledge.organisation)
    if out:
        at = T + timedelta(seconds=1)
        factories.post(pledge, account, state=State.PUBLISHED, published_at=at)
    owner = factories.representative(pledge.organisation)
    return Gone(campaign, pledge, account, owner, factories.coordinator())
