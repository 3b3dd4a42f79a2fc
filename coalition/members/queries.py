"""Reading organisations, their people and their accounts: for coordinators."""

from django.db.models import FETCH_RAISE, Q, QuerySet

from coalition.members.models import Account, Coordinator, Credential, Organisation, Representative


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
