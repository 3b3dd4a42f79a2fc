"""Coordinators and representatives come, change and go; somebody is always left."""

import pytest

from coalition.mail.models import Letter
from coalition.members.access import is_coordinator, organisations_of
from coalition.members.models import Representative, User
from coalition.members.people import (
    invite_colleague,
    invite_coordinator,
    remove_coordinator,
    remove_representative,
)
from coalition.members.queries import coordinators
from coalition.members.states import Role
from coalition.refusals import Refusal
from tests.factories import NOW, coordinator, organisation, representative

pytestmark = pytest.mark.django_db


def row_of(person: User) -> Representative:
    return Representative.objects.get(user=person)


def test_a_new_coordinator_may_come_in_and_is_told() -> None:
    boss = coordinator()
    invite_coordinator(email="New@Koepel.example", name="New", phone="+32", actor=boss, now=NOW)
    new = User.objects.get(email="new@koepel.example")
    assert is_coordinator(new)
    assert Letter.objects.get().to == "new@koepel.example"
    assert [one.phone for one in coordinators() if one.user == new] == ["+32"]


def test_the_same_coordinator_twice_is_refused() -> None:
    boss = coordinator()
    with pytest.raises(Refusal, match="already"):
        invite_coordinator(email=boss.email.upper(), name="", phone="", actor=boss, now=NOW)
    assert not Letter.objects.exists()


def test_who_was_removed_has_no_way_in_and_may_come_back() -> None:
    boss, other = coordinator(), coordinator()
    (row,) = (one for one in coordinators() if one.user == other)
    remove_coordinator(row, actor=boss, now=NOW)
    assert not is_coordinator(other)
    invite_coordinator(email=other.email, name="", phone="", actor=boss, now=NOW)
    assert is_coordinator(other)


def test_the_last_coordinator_stays() -> None:
    boss = coordinator()
    with pytest.raises(Refusal, match="Nobody else"):
        remove_coordinator(coordinators()[0], actor=boss, now=NOW)
    assert is_coordinator(boss)


def test_a_colleague_is_told_in_the_organisations_language() -> None:
    one = organisation(language="fr")
    owner = representative(one)
    invite_colleague(one, email="a@b.example", name="A", role=Role.APPROVER, actor=owner, now=NOW)
    assert Letter.objects.get().language == "fr"
    with pytest.raises(Refusal, match="already"):
        invite_colleague(
            one, email="A@b.example", name="A", role=Role.APPROVER, actor=owner, now=NOW
        )
    assert Letter.objects.count() == 1


def test_another_role_takes_the_place_of_the_first() -> None:
    one = organisation()
    owner = representative(one)
    for role in (Role.WRITER, Role.APPROVER):
        invite_colleague(one, email="a@b.example", name="A", role=role, actor=owner, now=NOW)
    assert [
        row.role for row in Representative.objects.filter(organisation=one).exclude(user=owner)
    ] == [Role.APPROVER]


def test_somebody_keeps_speaking_for_the_organisation() -> None:
    one = organisation()
    owner = representative(one, role=Role.OWNER)
    representative(one, role=Role.WRITER)
    with pytest.raises(Refusal, match="keep speaking"):
        remove_representative(row_of(owner), actor=coordinator(), now=NOW)
    with pytest.raises(Refusal, match="keep speaking"):
        invite_colleague(one, email=owner.email, name="", role=Role.WRITER, actor=owner, now=NOW)
    second = representative(one, role=Role.OWNER)
    remove_representative(row_of(owner), actor=second, now=NOW)
    assert organisations_of(owner) == []
    assert organisations_of(second) == [one]
