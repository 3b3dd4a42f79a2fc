"""Who comes in: every address of the dashboard, as each of the three people."""

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.models import User
from coalition.pledges.invitations import invite
from coalition.web.dashboard.urls import urlpatterns
from tests import factories

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def addresses(exit_: Campaign) -> list[str]:
    word = factories.pledge(exit_)
    post = factories.post(word)
    invite(exit_, word.organisation, actor=factories.person(), now=factories.NOW)
    letter = Letter.objects.latest("pk").pk
    known = {
        "slug": exit_.slug,
        "organisation": word.organisation.slug,
        "pk": {"confirm": word.pk, "post": post.pk, "letter": letter, "letter_again": letter},
    }
    found = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        name = str(pattern.name)
        wanted = pattern.pattern.converters
        kwargs = {key: known[key][name] if key == "pk" else known[key] for key in wanted}  # type: ignore[index]
        found.append(reverse(f"dashboard:{name}", kwargs=kwargs))
    return found


@pytest.mark.parametrize("method", METHODS)
def test_nobody_signed_in_is_sent_to_the_sign_in(method: str, exit_: Campaign) -> None:
    client = Client()
    for address in addresses(exit_):
        response = getattr(client, method)(address)
        assert (response.status_code, response["Location"]) == (
            302,
            f"{reverse('account_login')}?next={address}",
        ), address


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", ["stranger", "representative", "removed coordinator"])
def test_to_everybody_else_the_dashboard_is_not_there(
    method: str, who: str, exit_: Campaign
) -> None:
    client = Client()
    client.force_login(somebody(who), backend=BACKEND)
    nowhere = "/en/dashboard/exit/no/such/address/"
    unknown = seen(client, method, nowhere)
    assert unknown[0] == 404
    for address in addresses(exit_):
        assert seen(client, method, address) == unknown, address


def seen(client: Client, method: str, address: str) -> tuple[int, bytes]:
    """What an answer shows, but for the address that was asked for."""
    response = getattr(client, method)(address)
    return response.status_code, response.content.replace(address.encode(), b"?")


def somebody(who: str) -> User:
    if who == "representative":
        return factories.representative()
    if who == "stranger":
        return factories.person()
    user = factories.coordinator()
    user.coordinator.removed_at = factories.NOW
    user.coordinator.save(update_fields=["removed_at"])
    return user


def test_a_coordinator_finds_every_page(inside: Client, exit_: Campaign) -> None:
    only_post = ("/confirm/", "/invitations/organisation", "/again/")
    for address in addresses(exit_):
        response = inside.get(address)
        allowed = 405 if any(part in address for part in only_post) else 200
        expected = 302 if address.endswith("/review/") else allowed
        assert response.status_code == expected, address


def test_an_unknown_name_is_not_there_for_a_coordinator_either(inside: Client) -> None:
    for address in ("nowhere/", "nowhere/board/", "members/nobody/", "nowhere/day/posts/1/"):
        assert inside.get(f"/en/dashboard/{address}").status_code == 404


def test_changes_ask_for_a_token(boss: User, exit_: Campaign) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(boss, backend=BACKEND)
    assert client.post(reverse("dashboard:stop", args=[exit_.slug])).status_code == 403
    exit_.refresh_from_db()
    assert exit_.stopped_at is None


def test_looking_changes_nothing(inside: Client, exit_: Campaign) -> None:
    before = Campaign.objects.values().get()
    for address in addresses(exit_):
        inside.get(address)
        inside.head(address)
    assert Campaign.objects.values().get() == before


def test_pages_of_the_dashboard_are_kept_by_nobody(inside: Client, exit_: Campaign) -> None:
    response = inside.get(reverse("dashboard:board", args=[exit_.slug]))
    assert "no-store" in response["Cache-Control"]
