"""Ticking off the leaving list, and asking four weeks later whether it was done."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.afterwards.models import Survey, Tick
from coalition.afterwards.states import Chore, Done
from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import words_in
from coalition.evidence.queries import standings
from coalition.evidence.states import GONE_FROM, Label
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Organisation, User
from coalition.members.queries import people_of
from coalition.pledges.models import Pledge
from coalition.refusals import Refusal

ASKED_AFTER: Final = timedelta(weeks=4)
ASKED_UNTIL: Final = timedelta(weeks=12)
"""Who leaves that late is not asked any more."""
ASKED: Final = GONE_FROM - {Label.ALREADY_LEFT}
AT_ONCE: Final = 20


@transaction.atomic
def tick(
    campaign: Campaign,
    organisation: Organisation,
    done: Collection[Chore],
    *,
    actor: User,
    now: datetime,
) -> None:
    """Exactly these are done; what was ticked before keeps its moment."""
    mine = Tick.objects.filter(campaign=campaign, organisation=organisation)
    mine.exclude(chore__in=done).delete()
    Tick.objects.bulk_create(
        [
            Tick(
                campaign=campaign,
                organisation=organisation,
                chore=chore,
                ticked_at=now,
                ticked_by=actor,
            )
            for chore in done
        ],
        ignore_conflicts=True,
    )


def ask_surveys(now: datetime) -> int:
    """Ask everybody who left for four weeks, each organisation once; how many were asked now."""
    asked = 0
    over = Campaign.objects.filter(
        exit_at__gt=now - ASKED_UNTIL, exit_at__lte=now - ASKED_AFTER, called_off_at__isnull=True
    )
    for campaign in over:
        for organisation in _unasked(campaign, now)[:AT_ONCE]:
            asked += _ask(campaign, organisation, now)
    return asked


def _unasked(campaign: Campaign, now: datetime) -> list[Organisation]:
    pledges = list(
        Pledge.objects.filter(campaign=campaign, organisation__left_coalition_at__isnull=True)
        .exclude(organisation__in=Survey.objects.filter(campaign=campaign).values("organisation"))
        .select_related("organisation")
    )
    labels = standings(campaign, pledges) if pledges else {}
    return [
        pledge.organisation
        for pledge in pledges
        if (found := labels.get(pledge.organisation_id))
        and found.label in ASKED
        and found.at
        and found.at <= now - ASKED_AFTER
    ]


@transaction.atomic
def _ask(campaign: Campaign, organisation: Organisation, now: datetime) -> bool:
    """Its row and its letters, or none of them."""
    _survey, fresh = Survey.objects.get_or_create(
        campaign=campaign, organisation=organisation, defaults={"asked_at": now}
    )
    if not fresh:
        return False
    for person in people_of(organisation):
        language = person.user.language
        write_letter(
            "survey",
            key=f"survey:{campaign.pk}:{organisation.pk}:{person.user_id}",
            to=person.user.email,
            language=language,
            context={
                "campaign": campaign,
                "words": words_in(campaign, language),
                "organisation": organisation,
                "zone": ZoneInfo(campaign.time_zone),
            },
            organisation=organisation.pk,
            campaign=campaign.pk,
            now=now,
        )
    return True


@transaction.atomic
def answer_survey(
    campaign: Campaign,
    organisation: Organisation,
    answers: Mapping[Chore, Done],
    *,
    remark: str,
    actor: User,
    now: datetime,
) -> None:
    """The last answer counts, and ticks off what is done."""
    rows = Survey.objects.filter(campaign=campaign, organisation=organisation)
    if not rows.update(
        answers={chore.value: done.value for chore, done in answers.items()},
        remark=remark,
        answered_at=now,
        answered_by=actor,
    ):
        raise Refusal(_("You are asked four weeks after the exit."))
    done = [chore for chore, said in answers.items() if said is Done.YES]
    tick(campaign, organisation, done, actor=actor, now=now)
    note(Act("survey answered", actor.number, campaign.pk, organisation.pk), now=now)
