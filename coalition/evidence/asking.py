"""Asking an organisation whose account seems to post again. Nothing is public before it was asked.

It answers, or lets the days go by that the letter named; only then may “posting again” show.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Question
from coalition.evidence.states import Ending, Reply
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Account, User
from coalition.members.queries import people_of
from coalition.refusals import Refusal

DAYS: Final = 7
"""So long an organisation has to answer before anything may show without its answer."""


@transaction.atomic
def ask(
    campaign: Campaign,
    account: Account,
    *,
    link: str = "",
    seen_at: datetime | None = None,
    actor: User,
    now: datetime,
) -> Question:
    """Write to its people: is that you? Once, while the question is open."""
    people = people_of(account.organisation)
    if not people:
        raise Refusal(
            _("Nobody of %(name)s can answer here: invite somebody first, or ring them.")
            % {"name": account.organisation}
        )
    try:
        with transaction.atomic():
            question = Question.objects.create(
                campaign=campaign,
                account=account,
                link=link,
                seen_at=seen_at or now,
                asked_at=now,
                asked_by=actor,
                answer_by=now + timedelta(days=DAYS),
            )
    except IntegrityError:
        raise Refusal(_("It has been asked already: its answer comes here.")) from None
    _note("asked whether it posts again", question, actor.number, now)
    _write("posting-again", question, now)
    return question


@transaction.atomic
def reply(question: Question, said: Reply, *, remark: str = "", actor: User, now: datetime) -> None:
    """What the organisation says. Only “we are back” shows at once: it is its own word."""
    fields: dict[str, object] = {
        "reply": said,
        "remark": remark,
        "replied_at": now,
        "replied_by": actor,
    }
    if said is Reply.BACK and question.shown_at is None:
        fields["shown_at"] = now
    open_ones = Question.objects.filter(pk=question.pk, closed_at__isnull=True)
    if not open_ones.update(**fields):
        raise Refusal(_("This question is closed."))
    _note("answered about posting again", question, actor.number, now, reply=said.value)
    question.refresh_from_db()


@transaction.atomic
def show(question: Question, *, actor: User, now: datetime) -> None:
    """Say in public that it posts again: only after its answer, or after the days it had."""
    question.refresh_from_db()
    if not may_be_shown(question, now):
        raise Refusal(_("Not yet: it was asked, and may still answer."))
    waiting = Question.objects.filter(pk=question.pk, shown_at__isnull=True, closed_at__isnull=True)
    if not waiting.update(shown_at=now):
        raise Refusal(_("Somebody else was first: look at how it stands now."))
    _note("shown as posting again", question, actor.number, now)
    _write("posting-again-shown", question, now)
    question.refresh_from_db()


def may_be_shown(question: Question, now: datetime) -> bool:
    """It has answered, whatever it said, or let its days go by; and nobody has shown it yet."""
    open_ = question.shown_at is None and question.closed_at is None
    return open_ and (question.replied_at is not None or question.answer_by <= now)


@transaction.atomic
def close(question: Question, ending: Ending, *, actor: User, now: datetime) -> None:
    """It is silent again, or we were wrong: the label from before holds again."""
    open_ones = Question.objects.filter(pk=question.pk, closed_at__isnull=True)
    if not open_ones.update(closed_at=now, ending=ending):
        raise Refusal(_("Somebody else was first: look at how it stands now."))
    _note("no longer held to post again", question, actor.number, now, ending=ending.value)
    question.refresh_from_db()


def _note(verb: str, question: Question, actor: str, now: datetime, **facts: str) -> None:
    account = question.account
    note(
        Act(
            *(verb, actor, question.campaign_id, account.organisation_id),
            {"question": question.pk, "handle": account.handle, **facts},
        ),
        now=now,
    )


def _write(kind: str, question: Question, now: datetime) -> None:
    organisation, campaign = question.account.organisation, question.campaign
    for person in people_of(organisation):
        write_letter(
            kind,
            key=f"{kind}:{question.pk}:{person.user_id}",
            to=person.user.email,
            language=person.user.language,
            context={
                "question": question,
                "account": question.account,
                "organisation": organisation,
                "campaign": campaign,
                "days": DAYS,
                "zone": ZoneInfo(campaign.time_zone),
            },
            organisation=organisation.pk,
            campaign=campaign.pk,
            now=now,
        )
