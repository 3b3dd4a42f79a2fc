"""Asking an organisation. The link is signed from its row: nothing secret is stored."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.campaigns.queries import words_in
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.mail.models import Letter
from coalition.members.models import Organisation, Representative, User
from coalition.members.queries import people_of_each
from coalition.members.states import Role
from coalition.pledges.models import Invitation, Pledge
from coalition.pledges.queries import living_invitation
from coalition.refusals import Refusal

VALID_FOR: Final = timedelta(days=14)
REST: Final = timedelta(days=1)
"""Between two letters that ask the same."""
SALT: Final = "coalition.invitation"


@transaction.atomic
def invite(
    campaign: Campaign, organisation: Organisation, *, actor: User, now: datetime
) -> Invitation:
    """Ask an organisation, or ask it again: the older link stops working, the letter goes once."""
    if not organisation.contact_email:
        raise Refusal(_("There is no e-mail address for this organisation: add its contact first."))
    Invitation.objects.filter(
        campaign=campaign, organisation=organisation, superseded_at__isnull=True
    ).update(superseded_at=now)
    invitation = Invitation.objects.create(
        campaign=campaign,
        organisation=organisation,
        email=organisation.contact_email,
        language=organisation.language,
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    words = campaign.words.filter(language=organisation.language).first() or campaign.words.first()
    write_letter(
        "invitation",
        key=f"invitation:{invitation.pk}",
        to=invitation.email,
        language=invitation.language,
        context={
            "campaign": campaign,
            "words": words,
            "organisation": organisation,
            "expires_at": invitation.expires_at,
        },
        link=f"invitation:{invitation.pk}",
        organisation=organisation.pk,
        campaign=campaign.pk,
        now=now,
    )
    note(Act("invited", actor.number, campaign.pk, organisation.pk), now=now)
    return invitation


def silent(campaign: Campaign, *, now: datetime) -> QuerySet[Invitation]:
    """Who was asked a day ago or longer, has said nothing, and had no reminder since.

    Not those whose letter came back or never left: another one would not arrive either.
    """
    lost = Letter.objects.filter(
        Q(bounced_at__isnull=False) | Q(failed_at__isnull=False),
        kind="invitation",
        campaign_id=campaign.pk,
        key=Concat(Value("invitation:"), Cast(OuterRef("pk"), CharField())),
    )
    return _rested(campaign, now).filter(
        ~Exists(lost),
        invited_at__lte=now - REST,
        organisation__left_coalition_at__isnull=True,
    )


def _rested(campaign: Campaign, now: datetime) -> QuerySet[Invitation]:
    """Unanswered, and not reminded for a day. Without a join: a conditional UPDATE of it decides.

    With one, Django asks for the ids first, and of two at once both would find them.
    """
    answered = Pledge.objects.filter(campaign=campaign, organisation=OuterRef("organisation"))
    return Invitation.objects.filter(
        ~Exists(answered),
        Q(reminded_at__isnull=True) | Q(reminded_at__lte=now - REST),
        campaign=campaign,
        superseded_at__isnull=True,
    )


@transaction.atomic
def remind_silent(campaign: Campaign, *, actor: User, now: datetime) -> int:
    """One more letter to everybody who has not answered; how many organisations were written to.

    Pressing twice, or two coordinators at once, writes once: a day lies between two letters.
    """
    if campaign.called_off_at or (campaign.exit_at and campaign.exit_at <= now):
        raise Refusal(_("The hour has passed or the exit is off: nobody is asked any more."))
    waiting = list(silent(campaign, now=now).select_related("organisation").order_by("pk"))
    people = people_of_each([one.organisation for one in waiting])
    reminded = 0
    for invitation in waiting:
        mine = _rested(campaign, now).filter(pk=invitation.pk)
        if mine.update(reminded_at=now):  # nobody else was first, and no answer came meanwhile
            reminded += _remind(invitation, people[invitation.organisation_id], now)
    if reminded:
        facts = {"organisations": reminded}
        note(Act("asked again", actor.number, campaign.pk, facts=facts), now=now)
    return reminded


def _remind(invitation: Invitation, people: list[tuple[str, str, str]], now: datetime) -> bool:
    """To the invited mailbox with its link, which lives on; once accepted, to its people.

    The key is that of any reminder: whoever was reminded of something today is not written to.
    """
    campaign, organisation = invitation.campaign, invitation.organisation
    accepted = invitation.claimed_at is not None
    if not accepted:
        invitation.expires_at = max(invitation.expires_at, now + VALID_FOR)
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=invitation.expires_at)
        people = [("contact", invitation.email, invitation.language)]
    today = now.astimezone(ZoneInfo(campaign.time_zone)).date()
    written = [
        write_letter(
            "asked-again",
            key=f"reminder:{campaign.pk}:{organisation.pk}:{today}:{who}",
            to=email,
            language=language,
            context={
                "campaign": campaign,
                "words": words_in(campaign, language),
                "organisation": organisation,
                "expires_at": invitation.expires_at,
                "accepted": accepted,
            },
            link="" if accepted else f"invitation:{invitation.pk}",
            organisation=organisation.pk,
            campaign=campaign.pk,
            now=now,
        )
        for who, email, language in people
    ]
    return any(written)


def token_of(invitation: Invitation) -> str:
    """The secret of an invitation's link."""
    return signing.dumps([invitation.pk, invitation.email], salt=SALT)


def open_link(link: str) -> str:
    """The address that a letter's stored link stands for."""
    kind, _colon, pk = link.partition(":")
    if kind != "invitation":
        message = f"no such link: {kind}"
        raise ValueError(message)
    invitation = Invitation.objects.get(pk=pk)
    path = f"/{invitation.language}/member/invitation/{token_of(invitation)}/"
    return f"{settings.PUBLIC_URL}{path}"


def by_token(token: str, *, now: datetime) -> Invitation | None:
    """The living invitation of a link; None for a forged, superseded or run-out one."""
    try:
        pk, email = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return (
        Invitation.objects.select_related("campaign", "organisation")
        .filter(
            pk=pk,
            email=email,
            superseded_at__isnull=True,
            expires_at__gt=now,
            organisation__left_coalition_at__isnull=True,
        )
        .first()
    )


@transaction.atomic
def claim(
    invitation: Invitation, *, name: str, email: str, signed_in: User | None, now: datetime
) -> User:
    """The first person who accepts represents the organisation; the link is then used up.

    The link proves the invited mailbox only: an address that already has a sign-in must use it.
    """
    user = signed_in or _person(invitation, name=name.strip(), email=email.strip().lower())
    if not Invitation.objects.filter(
        pk=invitation.pk, claimed_at__isnull=True, superseded_at__isnull=True
    ).update(claimed_at=now, claimed_by=user):
        raise Refusal(
            _(
                "This invitation has been used. "
                "Sign in with your e-mail address, or ask for a new one."
            )
        )
    Representative.objects.get_or_create(
        user=user,
        organisation=invitation.organisation,
        removed_at=None,
        defaults={"role": Role.OWNER, "added_at": now},
    )
    note(
        Act("invitation claimed", str(user), invitation.campaign_id, invitation.organisation_id),
        now=now,
    )
    return user


def _person(invitation: Invitation, *, name: str, email: str) -> User:
    known = User.objects.filter(email=email).first()
    if known is None:
        return User.objects.create_user(email, name=name, language=invitation.language)
    if email != invitation.email.lower():
        raise Refusal(
            _("This address has a sign-in already. Sign in first, then open the link again.")
        )
    return known


def mark_opened(campaign: Campaign, organisation: Organisation, *, now: datetime) -> None:
    """Somebody pressed the button on the invitation's page; a mail scanner's GET is none."""
    invitation = living_invitation(campaign, organisation)
    if invitation:
        Invitation.objects.filter(pk=invitation.pk, opened_at__isnull=True).update(opened_at=now)
