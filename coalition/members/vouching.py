"""A lost second step: another coordinator vouches for its person, and everybody can see it.

Nothing happens at once. Until it takes effect the person and every coordinator can take it back,
and are told how by letter; whoever has the mailbox alone gets nowhere.
"""

from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.journal.actions import MACHINE, Act, note
from coalition.mail.actions import write_letter
from coalition.members.factors import has_second_step
from coalition.members.models import Coordinator, SignInLink, User, Vouching
from coalition.members.queries import coordinators
from coalition.members.sessions import end_sessions
from coalition.refusals import Refusal

LONGEST: Final = timedelta(days=1)
SHORTEST: Final = timedelta(minutes=10)


def waits_until(deadline: datetime | None, *, now: datetime) -> datetime:
    """A day; nearer to an hour half of what is left until go must be said; never under 10 minutes.

    So the person is back before the hour, and the others still had time to object.
    """
    half = (deadline - now) / 2 if deadline else LONGEST
    return now + min(LONGEST, max(SHORTEST, half))


@transaction.atomic
def vouch(person: User, *, until: datetime, actor: User, now: datetime) -> Vouching:
    """Say that it really is this person; at `until` their second step is forgotten."""
    if person.pk == actor.pk:
        raise Refusal(_("Nobody can vouch for themselves: another coordinator has to."))
    if not Coordinator.objects.filter(user=actor, removed_at__isnull=True).exists():
        raise Refusal(_("Only who runs the exit can vouch."))
    if not has_second_step(person):
        raise Refusal(_("%(who)s has no second step to lose.") % {"who": person})
    vouching, made = Vouching.objects.get_or_create(
        person=person,
        ended_at=None,
        defaults={"vouched_by": actor, "asked_at": now, "takes_effect_at": until},
    )
    if not made:
        raise Refusal(_("%(who)s vouched for them already.") % {"who": vouching.vouched_by})
    note(Act("second step vouched", actor.number, facts={"for": person.number}), now=now)
    _tell("second-step-asked", vouching, now)
    return vouching


@transaction.atomic
def take_back(vouching: Vouching, *, actor: User, now: datetime) -> bool:
    """It was a mistake, or somebody else: nothing is forgotten."""
    ended = Vouching.objects.filter(pk=vouching.pk, ended_at__isnull=True).update(ended_at=now)
    if ended:
        note(
            Act("vouching taken back", actor.number, facts={"for": vouching.person.number}), now=now
        )
    return bool(ended)


def carry_out(now: datetime) -> int:
    """Forget the second steps whose time has come; for how many people."""
    due = Vouching.objects.filter(ended_at__isnull=True, takes_effect_at__lte=now)
    return sum(_carry_out(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _carry_out(pk: int, now: datetime) -> bool:
    """Only while who vouched still runs the exit: else it is as if nobody had."""
    vouching = Vouching.objects.select_related("person", "vouched_by").get(pk=pk)
    if not Vouching.objects.filter(pk=pk, ended_at__isnull=True).update(ended_at=now):
        return False
    stands = Coordinator.objects.filter(user=vouching.vouched_by, removed_at__isnull=True).exists()
    if not stands:
        facts = {"for": vouching.person.number}
        note(Act("vouching taken back", MACHINE, facts=facts), now=now)
        return False
    forget_second_step(vouching.person, actor=vouching.vouched_by.number, now=now)
    _tell("second-step-forgotten", vouching, now)
    return True


@transaction.atomic
def forget_second_step(person: User, *, actor: str, now: datetime) -> None:
    """The second step alone: mailbox and rights stay. Signed out everywhere; links are void."""
    Authenticator.objects.filter(user=person).delete()
    SignInLink.objects.filter(user=person, used_at__isnull=True).update(used_at=now)
    end_sessions(person, now)
    note(Act("second step forgotten", actor, facts={"for": person.number}), now=now)


def open_vouchings() -> dict[int, Vouching]:
    """Those that wait, by the number of their person."""
    waiting = Vouching.objects.select_related("person", "vouched_by").filter(ended_at__isnull=True)
    return {one.person_id: one for one in waiting}


def _tell(kind: str, vouching: Vouching, now: datetime) -> None:
    readers = {vouching.person_id: vouching.person}
    readers |= {one.user_id: one.user for one in coordinators()}
    for reader in readers.values():
        write_letter(
            kind,
            key=f"{kind}:{vouching.pk}:{reader.pk}",
            to=reader.email,
            language=reader.language,
            context={
                "person": vouching.person,
                "who": vouching.vouched_by,
                "at": vouching.takes_effect_at,
                "yours": reader.pk == vouching.person_id,
            },
            now=now,
        )
