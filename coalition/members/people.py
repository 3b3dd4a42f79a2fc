"""Who may act: coordinators and representatives come, change and go. Each change is written to."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import Act, note
from coalition.mail.actions import write_letter
from coalition.members.actions import add_coordinator, add_representative
from coalition.members.models import Coordinator, Organisation, Representative, User
from coalition.members.sessions import end_sessions
from coalition.members.states import Role
from coalition.refusals import Refusal


@transaction.atomic
def invite_coordinator(
    *, email: str, name: str, phone: str, actor: User, now: datetime
) -> Coordinator:
    """One more person who runs the exit; a letter tells how to sign in."""
    email = email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, name=name, language=actor.language)
    if Coordinator.objects.filter(user=user, removed_at__isnull=True).exists():
        raise Refusal(_("%(who)s runs the exit already.") % {"who": user})
    coordinator = add_coordinator(user, now=now)
    Coordinator.objects.filter(pk=coordinator.pk).update(phone=phone)
    write_letter(
        "coordinator",
        key=f"coordinator:{coordinator.pk}:{now.isoformat()}",
        to=user.email,
        language=user.language,
        context={"who": actor, "name": user.name},
        now=now,
    )
    coordinator.refresh_from_db()
    return coordinator


@transaction.atomic
def remove_coordinator(coordinator: Coordinator, *, actor: User, now: datetime) -> None:
    """From now on this person has no way in; somebody else has to be left."""
    standing = Coordinator.objects.select_for_update().filter(removed_at__isnull=True)
    others = [one for one in standing if one.pk != coordinator.pk]
    if not others:
        raise Refusal(_("Nobody else runs the exit. Add another coordinator first."))
    if Coordinator.objects.filter(pk=coordinator.pk, removed_at__isnull=True).update(
        removed_at=now
    ):
        end_sessions(coordinator.user, now)
        facts = {"who": coordinator.user.number}
        note(Act("coordinator removed", actor.number, facts=facts), now=now)


@transaction.atomic
def second_step_changed(person: User, what: str, *, now: datetime) -> None:
    """“added”, “removed” or “new codes”: in the journal, and by letter in case it wasn't them."""
    note(Act(f"second step {what}", person.number), now=now)
    write_letter(
        "second-step",
        key=f"second-step:{person.pk}:{what}:{now.isoformat()}",
        to=person.email,
        language=person.language,
        context={"what": what, "at": now},
        now=now,
    )


@transaction.atomic
def invite_colleague(
    organisation: Organisation, *, email: str, name: str, role: Role, actor: User, now: datetime
) -> Representative:
    """A colleague may act from now on, in another role if there was one; a letter tells how."""
    if Representative.objects.filter(
        organisation=organisation,
        user__email=email.strip().lower(),
        role=role,
        removed_at__isnull=True,
    ).exists():
        raise Refusal(_("%(email)s is on the list already.") % {"email": email})
    if role != Role.OWNER:
        _keep_an_owner(organisation, email=email.strip().lower())
    representative = add_representative(
        organisation, email=email, name=name, role=role, actor=actor, now=now
    )
    user = representative.user
    write_letter(
        "colleague",
        key=f"colleague:{representative.pk}:{role}:{now.isoformat()}",
        to=user.email,
        language=user.language,
        context={
            "who": actor,
            "organisation": organisation,
            "role": representative.get_role_display(),
        },
        organisation=organisation.pk,
        now=now,
    )
    return representative


@transaction.atomic
def remove_representative(representative: Representative, *, actor: User, now: datetime) -> None:
    """This person can't act for the organisation any more, from the next click on."""
    organisation = representative.organisation
    if actor.pk == representative.user_id or representative.role == Role.OWNER:
        _keep_an_owner(organisation, email=representative.user.email)
    if Representative.objects.filter(pk=representative.pk, removed_at__isnull=True).update(
        removed_at=now
    ):
        end_sessions(representative.user, now)
        facts = {"who": representative.user.number}
        note(
            Act("representative removed", actor.number, organisation=organisation.pk, facts=facts),
            now=now,
        )


def _keep_an_owner(organisation: Organisation, *, email: str) -> None:
    """Somebody has to keep speaking for it: refuses when this address is the last who may."""
    owners = Representative.objects.select_for_update().filter(
        organisation=organisation, role=Role.OWNER, removed_at__isnull=True
    )
    emails = [one.user.email for one in owners.select_related("user")]
    if emails == [email]:
        raise Refusal(_("Somebody has to keep speaking for the organisation. Add another first."))
