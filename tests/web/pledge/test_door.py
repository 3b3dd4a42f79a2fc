"""Who comes in: every address of this door, as each of the three people; and what a page costs."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import DjangoAssertNumQueries

from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.members.models import Organisation, User
from coalition.members.states import NetworkChoices, Role
from coalition.pledges.actions import Wait
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind
from coalition.publishing.models import Post
from coalition.web.accounts.urls import urlpatterns as accounts
from coalition.web.pledge.urls import urlpatterns as member
from tests import factories
from tests.web.pledge.people import browser

METHODS = ("get", "head", "post", "put", "delete")
OPEN = {"invitation", "enter", "home"}


def names() -> Iterator[tuple[str, str]]:
    for space, patterns in (("member", member), ("accounts", accounts)):
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            if pattern.name not in OPEN:
                yield space, str(pattern.name)


def address(space: str, name: str, slug: str, post: Post) -> str:
    patterns = {"member": member, "accounts": accounts}[space]
    wanted = next(each for each in patterns if each.name == name).pattern.converters
    pk = post.pk if space == "member" else post.account_id
    known = {"slug": slug, "pk": pk}
    return reverse(f"{space}:{name}", kwargs={key: known[key] for key in wanted})


@pytest.fixture
def post(exit_: Campaign, ours: Organisation, owner: User) -> Post:
    del owner  # without somebody inside, a door that is open to all would look shut
    return factories.post(factories.pledge(exit_, ours))


def seen(client: Client, method: str, where: str, slug: str) -> tuple[int, str]:
    response = getattr(client, method)(where)
    words = response.content.decode().replace(slug, "…")
    return response.status_code, words


@pytest.mark.parametrize("method", METHODS)
def test_nobody_signed_in_is_sent_to_the_sign_in(method: str, post: Post) -> None:
    for space, name in names():
        for slug in ("waterput", "no-such-organisation"):
            where = address(space, name, slug, post)
            response = getattr(browser(), method)(where)
            expected = f"{reverse('account_login')}?next={where}"
            assert (response.status_code, response["Location"]) == (302, expected), where


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("who", ["stranger", "coordinator", "other organisation", "ex-member"])
def test_somebody_elses_organisation_looks_like_none(
    method: str, who: str, post: Post, ours: Organisation
) -> None:
    client = browser(somebody(who, ours))
    for space, name in names():
        where = address(space, name, "waterput", post)
        unknown = seen(client, method, where.replace("waterput", "nowhere"), "nowhere")
        assert seen(client, method, where, "waterput") == unknown, where
        assert unknown[0] in {404, 405}, where
    assert not Entry.objects.filter(verb__in=("withdrew", "taken back", "credential erased"))


def somebody(who: str, ours: Organisation) -> User:
    if who == "coordinator":
        return factories.coordinator()
    if who == "other organisation":
        return factories.representative()
    if who == "ex-member":
        gone = factories.representative(ours)
        gone.representations.update(removed_at=factories.NOW)
        return gone
    return factories.person()


def test_posts_and_accounts_of_another_organisation_are_not_there(
    inside: Client, exit_: Campaign, post: Post
) -> None:
    theirs = factories.post(factories.pledge(exit_))
    for space, name in names():
        where = address(space, name, "waterput", theirs)
        if str(theirs.pk) in where or str(theirs.account_id) in where:
            mine = address(space, name, "waterput", post)
            method = "get" if inside.get(mine).status_code == 200 else "post"
            assert getattr(inside, method)(where).status_code == 404, where


def test_looking_changes_nothing(inside: Client, post: Post, ours: Organisation) -> None:
    rows = [Pledge, Post, Entry]
    before = [list(model.objects.values()) for model in rows]  # type: ignore[attr-defined]
    for space, name in names():
        for method in ("get", "head"):
            response = getattr(inside, method)(address(space, name, ours.slug, post))
            assert response.status_code in {200, 405}, name
    assert [list(model.objects.values()) for model in rows] == before  # type: ignore[attr-defined]


def test_every_change_insists_on_its_token(owner: User, post: Post, ours: Organisation) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    for space, name in names():
        where = address(space, name, ours.slug, post)
        if Client().options(where).status_code:  # every address, whatever it takes
            assert client.post(where).status_code in {403, 405}, where


@pytest.mark.parametrize(
    ("role", "shut"),
    [
        (
            Role.WRITER,
            {"date", "withdraw", "pledge", "takes", "colleagues", "approve", "all", "account"}
            | {"erase"},
        ),
        (
            Role.APPROVER,
            {"date", "withdraw", "pledge", "takes", "colleagues", "post", "preview", "route"}
            | {"all", "account", "erase"},
        ),
    ],
)
def test_a_role_opens_only_its_own_doors(
    role: Role, shut: set[str], post: Post, ours: Organisation
) -> None:
    client = browser(factories.representative(ours, role))
    closed = {
        name
        for space, name in names()
        if client.post(address(space, name, ours.slug, post)).status_code == 404
    }
    assert closed & shut == shut


def fill(exit_: Campaign, ours: Organisation, count: int) -> Pledge:
    named = [factories.organisation() for _ in range(count)]
    waits = [Wait(ConditionKind.NAMED, organisations=named)]
    pledge = factories.pledge(exit_, ours, answer=Answer.LEAVE_IF, waits=waits)
    for _ in range(count):
        factories.post(pledge)
        factories.account(ours, NetworkChoices.BLUESKY)
        factories.representative(ours, Role.APPROVER)
    return pledge


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("member:organisation", 22),
        ("member:pledge", 14),
        ("member:colleagues", 6),
        ("member:withdraw", 6),
        ("accounts:all", 6),
    ],
)
def test_a_page_costs_the_same_whatever_its_length(
    inside: Client,
    exit_: Campaign,
    ours: Organisation,
    count: int,
    name: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(exit_, ours, count)
    where = reverse(name, args=[ours.slug])
    with django_assert_num_queries(queries):
        assert inside.get(where).status_code == 200


@pytest.mark.parametrize("count", [2, 3])
def test_the_list_of_organisations_costs_the_same_whatever_its_length(
    owner: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        more = factories.organisation()
        more.representatives.create(user=owner, added_at=factories.NOW)
    client = browser(owner)
    with django_assert_num_queries(4):
        assert client.get(reverse("member:home")).status_code == 200
