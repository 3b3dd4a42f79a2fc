"""Asking an organisation. The link is signed from its row: nothing secret is stored."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.models import Organisation, Representative, User
from coalition.members.states import Role
from coalition.pledges.models import Invitation
from coalition.pledges.queries import living_invitation
from coalition.refusals import Refusal

VALID_FOR: Final = timedelta(days=14)
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
    note(Act("invited", str(actor), campaign.pk, organisation.pk), now=now)
    return invitation


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
