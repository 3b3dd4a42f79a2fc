"""Forgetting an organisation or a person: their words, secrets and ways in; never what happened."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.afterwards.models import Survey, Tick
from coalition.campaigns.lock import hold
from coalition.campaigns.models import Decider, Decision, SavedView
from coalition.evidence.models import Evidence, Look, Question
from coalition.joining.models import Candidate
from coalition.journal.actions import MACHINE, Act, note
from coalition.mail.actions import write_letter
from coalition.mail.models import Letter
from coalition.members.models import (
    Account,
    Consent,
    Coordinator,
    Organisation,
    Representative,
    SignInLink,
    User,
    Vouching,
)
from coalition.members.queries import coordinators, people_of
from coalition.members.sessions import end_sessions
from coalition.members.states import Proof, Role, Rule
from coalition.pledges.actions import leave_coalition, withdraw
from coalition.pledges.models import Condition, Invitation, Pledge, PledgeDraft
from coalition.pledges.states import PROMISES, Visibility
from coalition.press.models import PressKit, Quote
from coalition.privacy.exporting import mailboxes_of
from coalition.publishing.checked import Finding
from coalition.publishing.erasing import erase
from coalition.publishing.models import Card, Picture, Pin, Post
from coalition.publishing.moves import move
from coalition.publishing.states import Move, State
from coalition.refusals import Refusal

DOUBTFUL = (State.SENDING, State.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What came of it: `waits_for` are posts that can't be stopped; nothing was erased then."""

    withdrawn: bool
    waits_for: tuple[Post, ...] = ()


def forget_organisation(
    organisation: Organisation, *, with_name: bool, actor: User, now: datetime
) -> Forgotten:
    """Take its word back where it stands, then erase; unless something is on its way out.

    The withdrawal is its own transaction: it holds whatever becomes of the rest.
    """
    withdrawn = _withdraw(organisation, actor, now)
    with transaction.atomic():
        for pledge in organisation.pledges.order_by("campaign_id"):
            hold(pledge.campaign_id)
        posts = Post.objects.select_for_update(of=("self",)).select_related("account")
        rows = posts.filter(account__organisation=organisation).order_by("pk")
        waits = tuple(post for post in rows if post.state in DOUBTFUL)
        if not waits:
            _forget(organisation, with_name=with_name, actor=actor, now=now)
    return Forgotten(withdrawn, waits)


def _withdraw(organisation: Organisation, actor: User, now: datetime) -> bool:
    """Only a word that was not kept yet: what is out was kept, and stays true."""
    out = Post.objects.filter(account__organisation=organisation, state=State.PUBLISHED)
    gone = Evidence.objects.filter(organisation=organisation, overturned_at__isnull=True)
    standing = (
        Pledge.objects.filter(
            organisation=organisation, withdrawn_at__isnull=True, answer__in=PROMISES
        )
        .exclude(campaign__in=out.values("campaign"))
        .exclude(campaign__in=gone.values("campaign"))
    )
    pledges = list(standing.select_related("campaign"))
    for pledge in pledges:
        withdraw(pledge, actor=actor, now=now)
    return bool(pledges)


def _forget(organisation: Organisation, *, with_name: bool, actor: User, now: datetime) -> None:
    for account in Account.objects.filter(organisation=organisation).order_by("pk"):
        erase(account, rule=Rule.FORGOTTEN, actor=actor.number, now=now)
    people = people_of(organisation)
    mine = Letter.objects.filter(organisation_id=organisation.pk)
    mine.filter(to__in=mailboxes_of(organisation)).exclude(kind="erased", sent_at=None).delete()
    _forget_posts(Post.objects.filter(account__organisation=organisation))
    for beside in (Picture, Card, Pin):
        beside._default_manager.filter(post__account__organisation=organisation).delete()  # noqa: SLF001
    Condition.objects.filter(pledge__organisation=organisation).delete()
    for rows in (PledgeDraft, Invitation, Candidate, Finding, Representative, Quote, Tick, Survey):
        rows._default_manager.filter(organisation=organisation).delete()  # noqa: SLF001
    Consent.objects.filter(account__organisation=organisation).delete()
    Look.objects.filter(account__organisation=organisation).delete()
    Question.objects.filter(account__organisation=organisation).update(link="", remark="")
    asked = Question.objects.filter(account__organisation=organisation, shown_at__isnull=False)
    Account.objects.filter(organisation=organisation, posts__isnull=True).exclude(
        pk__in=asked.values("account")  # what was said in public of one stays
    ).delete()
    _make_nameless(
        Account.objects.filter(organisation=organisation).exclude(posts__state=State.PUBLISHED)
    )
    reports = Evidence.objects.filter(organisation=organisation).exclude(recorded_by=MACHINE)
    reports.update(recorded_by="")
    Pledge.objects.filter(organisation=organisation).update(
        signatory_name="", signatory_mandate="", answered_by=None
    )
    _forget_searches(organisation.contact_name, organisation.contact_email)
    Organisation.objects.filter(pk=organisation.pk).update(
        contact_name="", contact_email="", contact_phone="", notes="", last_contact_on=None
    )
    note(Act("data erased", actor.number, organisation=organisation.pk), now=now)
    for one in people:
        _tell("forgotten", one.user, now, key=str(organisation.pk), organisation=organisation)
    if with_name:
        _forget_the_name(organisation, actor, now)
    organisation.refresh_from_db()


def _forget_posts(posts: QuerySet[Post]) -> None:
    """What was never tried goes. An attempt never does: its number says how far we have sent."""
    posts.exclude(state=State.PUBLISHED).filter(attempts__isnull=True).delete()
    move(posts, Move.GIVE_UP)
    posts.update(text="", record="", detail="")


def _make_nameless(accounts: QuerySet[Account]) -> None:
    for account in accounts:
        Post.objects.filter(account=account).update(url="")
        Account.objects.filter(pk=account.pk).update(
            handle=f"erased-{account.organisation_id}-{account.pk}",
            network_id="",
            host="",
            proof=Proof.CLAIMED,
            proof_page="",
        )


def _forget_the_name(organisation: Organisation, actor: User, now: datetime) -> None:
    """An empty row stays, so that nobody's condition comes true because a name fell out of it."""
    leave_coalition(organisation, actor=actor, now=now)
    called = f"erased-{organisation.pk}"
    _forget_searches(organisation.name, organisation.legal_name, organisation.domain)
    Pledge.objects.filter(organisation=organisation).update(visibility=Visibility.COORDINATORS)
    Evidence.objects.filter(organisation=organisation).delete()
    Question.objects.filter(account__organisation=organisation).delete()
    _make_nameless(Account.objects.filter(organisation=organisation))
    Organisation.objects.filter(pk=organisation.pk).update(
        name=called, slug=called, legal_name="", domain=""
    )


def _forget_searches(*words: str) -> None:
    """Kept views of the coordinators that look for exactly this, or are called so."""
    for word in filter(None, words):
        SavedView.objects.filter(Q(search__iexact=word) | Q(name__iexact=word)).delete()


@transaction.atomic
def forget_person(person: User, *, now: datetime) -> None:
    """Empty the row and end every way in; those whom it leaves alone are told to coordinators."""
    if hasattr(person, "coordinator") and [one.user_id for one in coordinators()] == [person.pk]:
        raise Refusal(_("Nobody else runs the exit. Add another coordinator first."))
    alone = _left_alone(person)
    email, name = person.email, str(person)
    for rows in (Representative, Coordinator, SignInLink, EmailAddress, Authenticator):
        rows._default_manager.filter(user=person).delete()  # noqa: SLF001
    Consent.objects.filter(person=person).delete()
    Vouching.objects.filter(Q(person=person) | Q(vouched_by=person)).delete()
    Decider.objects.filter(person=person).delete()
    Decision.objects.filter(decided_by=person).update(reason="")
    _forget_searches(name, email)
    Letter.objects.filter(to__iexact=email).delete()
    Invitation.objects.filter(email__iexact=email).delete()
    Candidate.objects.filter(email__iexact=email).delete()
    Organisation.objects.filter(contact_email__iexact=email).update(
        contact_name="", contact_email="", contact_phone=""
    )
    PressKit.objects.filter(contact_email__iexact=email).update(
        contact_name="", contact_email="", contact_phone=""
    )
    PledgeDraft.objects.filter(kept_by=person).delete()
    Pledge.objects.filter(signatory_name=name, answered_by=person).update(
        signatory_name="", signatory_mandate=""
    )
    Evidence.objects.filter(recorded_by__in=[name, email, person.number]).update(recorded_by="")
    Question.objects.filter(replied_by=person).update(remark="")
    Survey.objects.filter(answered_by=person).update(remark="")
    User.objects.filter(pk=person.pk).update(
        email=f"person-{person.pk}@erased.invalid", name=person.number, is_active=False
    )
    end_sessions(person, now)
    note(Act("person erased", person.number), now=now)
    for organisation in alone:
        for one in coordinators():
            key = f"{organisation.pk}:{person.pk}"
            _tell("nobody-left", one.user, now, key=key, organisation=organisation)
    person.refresh_from_db()


def _left_alone(person: User) -> list[Organisation]:
    owned = Representative.objects.filter(user=person, role=Role.OWNER, removed_at__isnull=True)
    return [
        one.organisation
        for one in owned.select_related("organisation")
        if not Representative.objects.filter(
            organisation=one.organisation, role=Role.OWNER, removed_at__isnull=True
        )
        .exclude(user=person)
        .exists()
    ]


def _tell(kind: str, user: User, now: datetime, *, key: str, organisation: Organisation) -> None:
    write_letter(
        kind,
        key=f"{kind}:{key}:{user.pk}",
        to=user.email,
        language=user.language,
        context={"organisation": organisation, "name": organisation.name},
        now=now,
        organisation=organisation.pk,
    )
