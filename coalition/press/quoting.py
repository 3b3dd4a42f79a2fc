"""Quotes: coordinators write them, the organisation in whose name they are approves each word."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Organisation, User
from coalition.members.queries import people_of
from coalition.members.states import Role
from coalition.press.approval import Wording
from coalition.press.models import PressKit, Quote, QuoteWords
from coalition.press.queries import sha256_of
from coalition.refusals import Refusal

UNAPPROVED = {"approved_at": None, "approved_by": None, "approval_sha256": ""}


@transaction.atomic
def write_quote(
    kit: PressKit,
    quote: Quote | None,
    *,
    organisation: Organisation,
    speaker: str,
    words: Mapping[str, Wording],
    actor: User,
    now: datetime,
) -> Quote:
    """Write it or change it; whatever changes voids the approval, and its people are written to."""
    if not words:
        raise Refusal(_("Write the quote in at least one language."))
    if quote is None:
        quote = Quote.objects.create(
            kit=kit, organisation=organisation, speaker=speaker, written_at=now, written_by=actor
        )
        before = ""
    else:
        quote = Quote.objects.select_for_update().get(pk=quote.pk)
        before = sha256_of(quote)
    Quote.objects.filter(pk=quote.pk).update(organisation=organisation, speaker=speaker)
    quote.words.all().delete()
    QuoteWords.objects.bulk_create(
        QuoteWords(quote=quote, language=code, function=each.function, words=each.words)
        for code, each in words.items()
    )
    quote = Quote.objects.select_related("organisation", "kit__campaign").get(pk=quote.pk)
    if sha256_of(quote) != before:
        Quote.objects.filter(pk=quote.pk).update(written_at=now, written_by=actor, **UNAPPROVED)
        quote.refresh_from_db()
        note(_act("quote written", quote, actor), now=now)
        _ask(quote, now)
    return quote


def _ask(quote: Quote, now: datetime) -> None:
    """Everybody who may approve hears of it, once a wording."""
    for one in people_of(quote.organisation):
        if one.role not in {Role.OWNER, Role.APPROVER}:
            continue
        write_letter(
            "quote",
            key=f"quote:{quote.pk}:{sha256_of(quote)[:16]}:{one.user_id}",
            to=one.user.email,
            language=one.user.language,
            context={"organisation": quote.organisation, "speaker": quote.speaker},
            organisation=quote.organisation_id,
            campaign=quote.kit.campaign_id,
            now=now,
        )


@transaction.atomic
def approve_quote(quote: Quote, *, shown: str, actor: User, now: datetime) -> None:
    """A representative agrees to exactly this (`shown`: its hash on their page)."""
    quote = Quote.objects.select_for_update().get(pk=quote.pk)
    if sha256_of(quote) != shown:
        raise Refusal(_("These words have changed since you opened them. Read them again."))
    Quote.objects.filter(pk=quote.pk).update(
        approved_at=now, approved_by=actor, approval_sha256=shown
    )
    note(_act("quote approved", quote, actor), now=now)


@transaction.atomic
def take_quote_back(quote: Quote, *, actor: User, now: datetime) -> None:
    """From now on nobody sees it."""
    if Quote.objects.filter(pk=quote.pk, approved_at__isnull=False).update(**UNAPPROVED):
        note(_act("quote taken back", quote, actor), now=now)


@transaction.atomic
def remove_quote(quote: Quote, *, actor: User, now: datetime) -> None:
    """It was never said, as far as this kit goes."""
    act = _act("quote removed", quote, actor)
    if Quote.objects.filter(pk=quote.pk).delete()[0]:
        note(act, now=now)


def _act(verb: str, quote: Quote, actor: User) -> Act:
    facts = {"quote": quote.pk, "sha256": sha256_of(quote)}
    return Act(verb, actor.number, quote.kit.campaign_id, quote.organisation_id, facts)
