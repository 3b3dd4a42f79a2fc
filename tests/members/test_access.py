"""Who may: what is not yours looks exactly like what is not there. And links that sign in, once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from coalition.members.access import (
    is_coordinator,
    organisation_of,
    organisations_of,
    representation_of,
)
from coalition.members.actions import (
    add_account,
    add_coordinator,
    connect_account,
    make_sign_in_link,
    use_sign_in_link,
)
from coalition.members.models import (
    Account,
    Coordinator,
    Organisation,
    Representative,
    SignInLink,
    User,
)
from coalition.members.states import NetworkChoices, Role
from coalition.pledges.actions import leave_coalition
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def home() -> Organisation:
    return factories.organisation()


def said(person: object, slug: str, *roles: Role) -> str:
    with pytest.raises(Http404) as refused:
        representation_of(person, slug, *roles)
    return repr(refused.value)


def removed(home: Organisation) -> User:
    user = factories.representative(home)
    Representative.objects.filter(user=user).update(removed_at=NOW)
    return user


def inactive(home: Organisation) -> User:
    user = factories.representative(home)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return User.objects.get(pk=user.pk)


STRANGERS = {
    "nobody": lambda _: AnonymousUser(),
    "a stranger": lambda _: factories.person(),
    "somebody of another organisation": lambda _: factories.representative(),
    "a coordinator": lambda _: factories.coordinator(),
    "an ex-representative": removed,
    "somebody whose sign-in is off": inactive,
}


@pytest.mark.parametrize("who", STRANGERS)
def test_not_yours_looks_like_not_there(home: Organisation, who: str) -> None:
    person = STRANGERS[who](home)
    assert said(person, home.slug) == said(person, "no-such-organisation") == "Http404()"
    with pytest.raises(Http404):
        organisation_of(person, home.slug)
    assert home not in organisations_of(person)


def test_an_organisation_that_left_the_coalition_is_not_there_for_its_own_people(
    home: Organisation,
) -> None:
    user = factories.representative(home)
    assert organisation_of(user, home.slug) == home
    leave_coalition(home, actor=factories.person(), now=NOW)
    assert said(user, home.slug) == said(user, "no-such-organisation")
    assert organisations_of(user) == []


@pytest.mark.parametrize(
    ("role", "asked", "may"),
    [
        (Role.OWNER, [], True),
        (Role.WRITER, [], True),
        (Role.OWNER, [Role.APPROVER], True),
        (Role.WRITER, [Role.WRITER], True),
        (Role.WRITER, [Role.APPROVER], False),
        (Role.APPROVER, [Role.WRITER], False),
        (Role.APPROVER, [Role.WRITER, Role.APPROVER], True),
    ],
)
def test_a_role_opens_what_it_is_for(
    home: Organisation, role: Role, asked: list[Role], *, may: bool
) -> None:
    user = factories.representative(home, role)
    if may:
        assert representation_of(user, home.slug, *asked).role == role
    else:
        assert said(user, home.slug, *asked) == "Http404()"


def test_who_is_removed_and_added_again_may_again(home: Organisation) -> None:
    user = removed(home)
    Representative.objects.create(user=user, organisation=home, added_at=NOW)
    assert organisations_of(user) == [home]


def test_a_coordinator_is_one_until_removed() -> None:
    user = factories.coordinator()
    assert [is_coordinator(one) for one in (user, factories.person(), AnonymousUser())] == [
        True,
        False,
        False,
    ]
    Coordinator.objects.update(removed_at=NOW)
    assert not is_coordinator(user)
    add_coordinator(user, now=NOW)
    assert is_coordinator(user)


def test_a_sign_in_link_works_once_until_it_runs_out_and_is_not_stored() -> None:
    user = factories.person()
    token, late = (make_sign_in_link(user, next_path="/x/", now=NOW) for _ in range(2))
    assert not SignInLink.objects.filter(token_sha256__contains=token).exists()
    used = use_sign_in_link(token, now=NOW)
    assert (used.user, used.next_path) == (user, "/x/")
    for again in (token, "", "guessed"):
        with pytest.raises(Refusal):
            use_sign_in_link(again, now=NOW)
    with pytest.raises(Refusal):
        use_sign_in_link(late, now=NOW + timedelta(hours=24))
    assert use_sign_in_link(late, now=NOW + timedelta(hours=24) - INSTANT).user == user


def test_a_handle_and_a_network_id_belong_to_one_organisation(home: Organisation) -> None:
    other, actor = factories.organisation(), factories.person()
    mine = add_account(
        home, network=NetworkChoices.X, handle=" @NGO ", language="nl", actor=actor, now=NOW
    )
    with pytest.raises(Refusal, match="on the list"):
        add_account(
            other, network=NetworkChoices.X, handle="ngo", language="nl", actor=actor, now=NOW
        )
    connect_account(mine, network_id="1", handle="NGO", actor=actor, now=NOW)
    theirs = factories.account(other)
    with pytest.raises(Refusal, match="another organisation"):
        connect_account(theirs, network_id="1", handle="x", actor=actor, now=NOW)
    with pytest.raises(Refusal, match="another account"):
        connect_account(mine, network_id="2", handle="NGO", actor=actor, now=NOW)
    assert list(Account.objects.exclude(network_id="").values_list("pk", "network_id")) == [
        (mine.pk, "1")
    ]
