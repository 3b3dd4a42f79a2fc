"""Choosing the account at which a campaign's list stands, and keeping none any more."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.directory.models import FollowList
from coalition.directory.queries import own_accounts
from coalition.journal.actions import Act, note
from coalition.members.models import Account
from coalition.refusals import Refusal

if TYPE_CHECKING:
    from coalition.members.models import User


@transaction.atomic
def keep_list(
    campaign: Campaign, account: int | None, *, actor: "User", now: datetime
) -> FollowList | None:
    """The list stands at this account from now on; None: what stands is left to people."""
    held = FollowList.objects.select_for_update().filter(campaign=campaign).first()
    if held and held.account_id == account:
        FollowList.objects.filter(pk=held.pk).update(again_at=now, needs_person=False, trouble="")
        held.refresh_from_db()
        return held
    chosen: Account | None = None
    if account is not None:
        chosen = next((one for one in own_accounts(actor) if one.pk == account), None)
        if chosen is None:
            raise Refusal(_("Choose an account of an organisation that you represent yourself."))
    if held:
        held.delete()
    facts = {"account": str(chosen) if chosen else ""}
    note(Act("list account chosen", actor.number, campaign=campaign.pk, facts=facts), now=now)
    if chosen is None:
        return None
    return FollowList.objects.create(
        campaign=campaign, account=chosen, chosen_at=now, chosen_by=actor, again_at=now
    )
