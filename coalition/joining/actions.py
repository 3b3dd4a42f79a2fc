"""Asking to leave too, confirming it from the own mailbox, and deciding about it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.joining.mailboxes import one_mailbox, owner_of
from coalition.joining.models import Candidate
from coalition.joining.states import Verdict
from coalition.journal.actions import Act, note
from coalition.mail.actions import erase_letters, write_letter
from coalition.members.models import Organisation, User
from coalition.members.states import Kind, Membership
from coalition.pledges.actions import Word, make_pledge
from coalition.pledges.invitations import invite
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, Visibility
from coalition.refusals import Refusal

VALID_FOR: Final = timedelta(days=7)
FROM_ONE_CONNECTION: Final = 8
LETTERS_A_DAY: Final = 300
CONFIRM: Final = "candidate-confirm"
OPEN_CANDIDATES: Final = "one_open_candidate_per_target"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody handed in, cleaned by a form."""

    name: str
    kind: Kind
    language: str
    email: str
    contact_name: str
    domain: str = ""
    mandate: str = ""
    public_role: str = ""
    proof_url: str = ""
    left_on: date | None = None
    message: str = ""


def ask(campaign: Campaign, wish: Wish, *, sender: str, now: datetime) -> bool:
    """Keep a request and write one letter to its mailbox; False where nothing was to be written.

    Whoever asks sees no difference: what others asked for is not theirs to learn. One target is
    written to once while a request of it is open, and never again once it said “this was not us”.
    """
    digest = sender_of(sender, now)
    day = now - timedelta(days=1)
    recent = Candidate.objects.filter(asked_at__gt=day)
    if recent.filter(sender_sha256=digest).count() >= FROM_ONE_CONNECTION:
        raise Refusal(
            _(
                "From your connection came as many requests today as we take. "
                "Your words are still here: send them again tomorrow, or write to us."
            )
        )
    if recent.filter(campaign=campaign).count() >= LETTERS_A_DAY:
        raise Refusal(
            _(
                "So many asked today that we stopped for now. "
                "Your words are still here: send them again tomorrow, or write to us."
            )
        )
    person = wish.kind == Kind.PERSON
    target = one_mailbox(wish.email) if person else owner_of(wish.domain)
    try:
        with transaction.atomic():
            _forget(Candidate.objects.filter(campaign=campaign, target=target), now)
            candidate = Candidate.objects.create(
                campaign=campaign,
                target=target,
                sender_sha256=digest,
                asked_at=now,
                expires_at=now + VALID_FOR,
                **{field: getattr(wish, field) for field in Wish.__dataclass_fields__},
            )
            _write(candidate, CONFIRM, now=now, link=f"candidate:{candidate.pk}")
    except IntegrityError as error:
        if OPEN_CANDIDATES not in str(error) and "target" not in str(error):
            raise
        return False
    return True


def forget(*, now: datetime) -> None:
    """What nobody confirmed is erased once its link has run out, and its letter with it."""
    _forget(Candidate.objects.all(), now)


def _forget(candidates: QuerySet[Candidate], now: datetime) -> None:
    gone = candidates.filter(
        confirmed_at__isnull=True, disowned_at__isnull=True, expires_at__lte=now
    )
    keys = list(gone.values_list("pk", flat=True))
    if keys:
        Candidate.objects.filter(pk__in=keys, confirmed_at__isnull=True).delete()
        erase_letters(f"{CONFIRM}:{pk}" for pk in keys)


def sender_of(address: str, now: datetime) -> str:
    """A connection on one day, as a number that can't be read back; IPv6 by its network."""
    try:
        ip = ip_address(address)
    except ValueError:
        where = address
    else:
        wide = isinstance(ip, IPv6Address)
        where = str(ip_network((ip, 64), strict=False)) if wide else str(ip)
    day = now.astimezone(UTC).date()
    return salted_hmac("coalition.joining", f"{where} {day}", algorithm="sha256").hexdigest()


@transaction.atomic
def confirm(candidate: Candidate, *, now: datetime) -> None:
    """The mailbox says: yes, this is us. Now a coordinator sees it; the public does not."""
    _once(candidate, confirmed_at=now)
    note(Act("asked to leave too", f"candidate {candidate.pk}", candidate.campaign_id), now=now)


@transaction.atomic
def disown(candidate: Candidate, *, now: datetime) -> None:
    """The mailbox says: this was not us. All is erased but that we must not write there again."""
    _once(
        candidate,
        disowned_at=now,
        **dict.fromkeys(("name", "contact_name", "mandate", "public_role"), ""),
        **dict.fromkeys(("proof_url", "message", "domain", "email"), ""),
        left_on=None,
    )
    erase_letters([f"{CONFIRM}:{candidate.pk}"])


def _once(candidate: Candidate, **columns: object) -> None:
    open_ = Candidate.objects.filter(
        pk=candidate.pk, confirmed_at__isnull=True, disowned_at__isnull=True
    )
    if not open_.update(**columns):
        raise Refusal(_("This link has been used already."))
    candidate.refresh_from_db()


@transaction.atomic
def accept(candidate: Candidate, *, actor: User, now: datetime) -> Organisation:
    """It becomes an independent organisation with its word, and is invited to its own page."""
    _decide(candidate, Verdict.ACCEPTED, actor=actor, now=now)
    same_domain = Q(domain=candidate.domain) & ~Q(domain="")
    same_name = Q(name__iexact=candidate.name, domain=candidate.domain)
    if Organisation.objects.filter(same_domain | same_name).exists():
        raise Refusal(_("This one is on the list already. Put the two together instead."))
    person = candidate.kind == Kind.PERSON
    organisation = Organisation.objects.create(
        slug=_free_slug(candidate.name),
        name=candidate.name,
        kind=candidate.kind,
        membership=Membership.INDEPENDENT,
        language=candidate.language,
        domain=candidate.domain,
        contact_name=candidate.contact_name,
        contact_email=candidate.email,
        opted_in_at=candidate.confirmed_at if person else None,
        vouched_at=now,
        created_at=now,
    )
    _keep(candidate, organisation)
    make_pledge(candidate.campaign, organisation, _word(candidate), actor=actor, now=now)
    invite(candidate.campaign, organisation, actor=actor, now=now)
    _told(candidate, Verdict.ACCEPTED, actor, now)
    return organisation


@transaction.atomic
def merge(candidate: Candidate, into: Organisation, *, actor: User, now: datetime) -> None:
    """It is on the list already: invited there, its own contact staying as it is."""
    if into.left_coalition_at:
        raise Refusal(_("This organisation has left the coalition: choose another one."))
    _decide(candidate, Verdict.MERGED, actor=actor, now=now)
    _keep(candidate, into)
    if not into.contact_email:
        Organisation.objects.filter(pk=into.pk).update(
            contact_name=candidate.contact_name, contact_email=candidate.email
        )
        into.refresh_from_db()
    if not Pledge.objects.filter(campaign=candidate.campaign, organisation=into).exists():
        invite(candidate.campaign, into, actor=actor, now=now)
    _write(candidate, "candidate-merged", now=now)
    _told(candidate, Verdict.MERGED, actor, now)


@transaction.atomic
def refuse(candidate: Candidate, sentence: str, *, actor: User, now: datetime) -> None:
    """Not on our list, and why: the sentence goes to whoever asked."""
    if not sentence.strip():
        raise Refusal(_("Say why, in a sentence: it is mailed to whoever asked."))
    _decide(candidate, Verdict.REFUSED, actor=actor, now=now, sentence=sentence.strip())
    _write(candidate, "candidate-refused", now=now)
    _told(candidate, Verdict.REFUSED, actor, now)


def _decide(
    candidate: Candidate, verdict: Verdict, *, actor: User, now: datetime, sentence: str = ""
) -> None:
    undecided = Candidate.objects.filter(
        pk=candidate.pk, confirmed_at__isnull=False, decided_at__isnull=True
    )
    if not undecided.update(verdict=verdict, decided_at=now, decided_by=actor, sentence=sentence):
        raise Refusal(_("Somebody decided about this just before you. Look at the list again."))
    candidate.refresh_from_db()


def _keep(candidate: Candidate, organisation: Organisation) -> None:
    Candidate.objects.filter(pk=candidate.pk).update(organisation=organisation)
    candidate.organisation = organisation


def _told(candidate: Candidate, verdict: Verdict, actor: User, now: datetime) -> None:
    facts = {"candidate": candidate.pk}
    verb = f"candidate {verdict}"
    note(Act(verb, actor.number, candidate.campaign_id, candidate.organisation_id, facts), now=now)


def _word(candidate: Candidate) -> Word:
    return Word(
        answer=Answer.ALREADY_LEFT if candidate.left_on else Answer.LEAVE,
        left_on=candidate.left_on,
        signatory_name=candidate.contact_name,
        signatory_mandate=candidate.mandate,
        visibility=Visibility.NAMED,
    )


def _free_slug(name: str) -> str:
    base = slugify(name)[:70].strip("-") or "organisation"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _write(candidate: Candidate, kind: str, *, now: datetime, link: str = "") -> None:
    write_letter(
        kind,
        key=f"{kind}:{candidate.pk}",
        to=candidate.email,
        language=candidate.language,
        context={
            "candidate": candidate,
            "campaign": candidate.campaign,
            "button": _("See what was asked"),
        },
        link=link,
        campaign=candidate.campaign_id,
        organisation=candidate.organisation_id,
        now=now,
    )
