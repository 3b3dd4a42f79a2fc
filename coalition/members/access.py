"""Who may: the only way from a person to an organisation. Not there and not yours look the same."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from coalition.members.models import Coordinator, Organisation, Representative, User
from coalition.members.states import Role

type Person = User | AnonymousUser | Any


def is_coordinator(person: Person) -> bool:
    """Whether this person runs the exit now."""
    return (
        isinstance(person, User)
        and person.is_active
        and Coordinator.objects.filter(user=person, removed_at__isnull=True).exists()
    )


def representation_of(person: Person, slug: str, *roles: Role) -> Representative:
    """How this person represents the organisation (in one of `roles`, or as its owner)."""
    if not isinstance(person, User) or not person.is_active:
        raise Http404
    allowed = {Role.OWNER, *(roles or Role)}
    representation = (
        Representative.objects.select_related("organisation")
        .filter(
            user=person,
            organisation__slug=slug,
            removed_at__isnull=True,
            role__in=allowed,
            organisation__left_coalition_at__isnull=True,
        )
        .first()
    )
    if representation is None:
        raise Http404
    return representation


def organisation_of(person: Person, slug: str, *roles: Role) -> Organisation:
    """The organisation, if this person represents it (in one of `roles`, or as its owner)."""
    return representation_of(person, slug, *roles).organisation


def organisations_of(person: Person) -> list[Organisation]:
    """Every organisation that this person may act for."""
    if not isinstance(person, User) or not person.is_active:
        return []
    return list(
        Organisation.objects.filter(
            representatives__user=person,
            representatives__removed_at__isnull=True,
            left_coalition_at__isnull=True,
        )
    )
