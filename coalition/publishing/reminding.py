"""Reminding an organisation of what is still open: once a day at most, and only of that."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import Phase, phase
from coalition.campaigns.queries import words_in
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Organisation, User
from coalition.members.queries import people_of_each
from coalition.pledges.models import Pledge
from coalition.pledges.queries import living_invitation, pledge_of
from coalition.pledges.states import Answer
from coalition.publishing.readiness import Verdict, readiness
from coalition.refusals import Refusal

TOO_LATE = frozenset({Phase.CALLED_OFF, Phase.OVER})


@transaction.atomic
def remind(campaign: Campaign, organisation: Organisation, *, actor: User, now: datetime) -> int:
    """Write to its people what is still open; how many letters, none if it was today already."""
    if phase(campaign, now) in TOO_LATE:
        raise Refusal(_("It is over: there is nothing to remind of."))
    pledge = pledge_of(campaign, organisation)
    open_ = what_is_open(campaign, pledge, now)
    if not open_:
        raise Refusal(_("Nothing is open: there is nothing to remind of."))
    people = people_of_each([organisation])[organisation.pk]
    if not people:
        raise Refusal(_("There is no e-mail address for this organisation: add its contact first."))
    link = ""
    if all(who == "contact" for who, _email, _language in people):
        link = _own_link(campaign, organisation, now)
    zone = ZoneInfo(campaign.time_zone)
    written = sum(
        write_letter(
            "reminder",
            key=f"reminder:{campaign.pk}:{organisation.pk}:{now.astimezone(zone).date()}:{who}",
            to=email,
            language=language,
            context={
                "campaign": campaign,
                "words": words_in(campaign, language),
                "organisation": organisation,
                "open": open_,
                "invited": bool(link),
                "zone": zone,
            },
            link=link,
            organisation=organisation.pk,
            campaign=campaign.pk,
            now=now,
        )
        for who, email, language in people
    )
    if written:
        note(Act("reminded", actor.number, campaign.pk, organisation.pk), now=now)
    return written


def what_is_open(campaign: Campaign, pledge: Pledge | None, now: datetime) -> list[str | Promise]:
    """Each thing in a line, in whichever language it is read."""
    if pledge is None:
        return [_("We don't know yet whether you leave.")]
    if pledge.answer == Answer.BOARD_DATE:
        decided = pledge.decides_on is not None and pledge.decides_on < now.date()
        return [_("You would have decided by now: what is your answer?")] if decided else []
    found: list[str | Promise] = []
    for row in readiness(campaign, [pledge.pk]):
        checks = (
            (_("Account on X"), row.account),
            (_("Account on Bluesky"), row.home),
            (_("Who posts"), row.route),
            (_("Text"), row.text),
            (_("Phone"), row.phone),
        )
        if campaign.exit_at and row.date.verdict is not Verdict.READY:
            found.append(_("You haven't agreed to the date yet."))
        found += [
            format_lazy("{}: {}", name, check.words)
            for name, check in checks
            if check.verdict is not Verdict.READY
        ]
    return found


def _own_link(campaign: Campaign, organisation: Organisation, now: datetime) -> str:
    """Nobody of it can sign in yet: the invitation's own link, while it works."""
    invitation = living_invitation(campaign, organisation)
    if invitation is None or invitation.expires_at <= now or invitation.claimed_at:
        raise Refusal(_("It has no invitation that still works: invite it instead."))
    return f"invitation:{invitation.pk}"
