"""Reading organisations, their people and their accounts: for coordinators."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import FETCH_RAISE, Q, QuerySet

from coalition.members.models import (
    Account,
    Coordinator,
    Credential,
    Organisation,
    Representative,
    User,
)


def organisations(search: str = "") -> QuerySet[Organisation]:
    """Organisations that haven't left; `search` is looked for in name, domain and contact."""
    found = Organisation.objects.filter(left_coalition_at__isnull=True).fetch_mode(FETCH_RAISE)
    for word in search.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(legal_name__icontains=word)
            | Q(domain__icontains=word)
            | Q(contact_name__icontains=word)
            | Q(contact_email__icontains=word)
        )
    return found


def numbers_of(search: str) -> frozenset[int]:
    """The numbers of those that are found; one query."""
    return frozenset(organisations(search).values_list("pk", flat=True))


def memberships(search: str = "") -> dict[int, str]:
    """Who is part of the coalition and who follows, by number, in the list's order; one query."""
    return dict(organisations(search).values_list("pk", "membership"))


def organisations_by(numbers: Collection[int]) -> list[Organisation]:
    """These, in this order; one query."""
    found = {one.pk: one for one in organisations().filter(pk__in=numbers)}
    return [found[pk] for pk in numbers if pk in found]


def organisations_at(slugs: Collection[str]) -> list[Organisation]:
    """Those of these addresses that haven't left, in the list's order; one query."""
    return list(organisations().filter(slug__in=slugs))


def organisation_at(slug: str) -> Organisation | None:
    """The organisation of an address, also one that has left the coalition."""
    return Organisation.objects.filter(slug=slug).first()


def people_of(organisation: Organisation) -> list[Representative]:
    """Who may act for this organisation now."""
    return list(
        Representative.objects.select_related("user")
        .filter(organisation=organisation, removed_at__isnull=True)
        .order_by("user__name", "user__email")
    )


def names_of(numbers: Iterable[str]) -> dict[str, str]:
    """What people are called whom the journal knows by number; who was erased keeps the number."""
    pks = {int(digits) for each in numbers if (digits := each.removeprefix("person ")).isdecimal()}
    return {person.number: str(person) for person in User.objects.filter(pk__in=pks)}


def accounts_of(organisation: Organisation) -> list[Account]:
    """Where this organisation is, network by network."""
    return list(Account.objects.filter(organisation=organisation))


def all_accounts() -> list[Account]:
    """Every account of those who haven't left, with its organisation."""
    return list(
        Account.objects.select_related("organisation")
        .filter(organisation__left_coalition_at__isnull=True)
        .order_by("organisation__name", "network", "handle")
    )


def all_representatives() -> list[Representative]:
    """Who may act now, for whom."""
    return list(
        Representative.objects.select_related("user", "organisation")
        .filter(removed_at__isnull=True, organisation__left_coalition_at__isnull=True)
        .order_by("organisation__name", "user__email")
    )


def person_at(pk: int) -> User | None:
    """Somebody who runs the exit or may act for an organisation, by their number."""
    acts = Q(coordinator__isnull=False, coordinator__removed_at=None) | Q(
        representations__isnull=False, representations__removed_at=None
    )
    return User.objects.filter(acts, pk=pk, is_active=True).distinct().first()


def sign_in_of(account: Account) -> str:
    """What kind of secret the account is connected with; empty for none, or none in particular."""
    kinds = Credential.objects.filter(account=account).values_list("kind", flat=True)
    return kinds.first() or ""


def coordinators() -> list[Coordinator]:
    """Who runs the exit now."""
    return list(
        Coordinator.objects.select_related("user")
        .filter(removed_at__isnull=True)
        .order_by("user__name", "user__email")
    )


def people_of_each(organisations: Sequence[Organisation]) -> dict[int, list[tuple[str, str, str]]]:
    """Whom to write to, in which language: its representatives; nobody yet, then its contact."""
    people: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for one in Representative.objects.filter(
        organisation__in=organisations, removed_at__isnull=True
    ).select_related("user"):
        people[one.organisation_id].append((str(one.user_id), one.user.email, one.user.language))
    for organisation in organisations:
        if not people[organisation.pk] and organisation.contact_email:
            people[organisation.pk].append(
                ("contact", organisation.contact_email, organisation.language)
            )
    return people
