"""Erasing leaves no word of anybody behind, hides nothing that was sent, and breaks no promise."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.models import Credential, Organisation, User
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.drafting import keep_draft
from coalition.pledges.models import Condition, Pledge
from coalition.pledges.states import Answer, ConditionKind
from coalition.privacy.forgetting import Forgotten, forget_organisation, forget_person
from coalition.publishing.epoch import is_older, keep
from coalition.publishing.models import Attempt, Hold, Post
from coalition.publishing.states import State
from coalition.refusals import Refusal
from tests import factories
from tests.factories import NOW
from tests.web.town import CANARY, Town

pytestmark = pytest.mark.django_db
STAYS = {"coalition.Entry", "coalition.User", "account.EmailAddress", "coalition.Candidate"}
"""The journal; and people, who erase themselves. That candidate is another one."""


def where_it_is_said(word: str) -> set[str]:
    """Every table but the journal that holds this word somewhere."""
    rows: list[tuple[str, dict[str, Any]]] = [
        (model._meta.label, row)
        for model in apps.get_models(include_auto_created=True)
        for row in model._default_manager.values()
    ]
    return {table for table, row in rows if word in repr(row)}


def erased(organisation: Organisation, *, with_name: bool = True) -> Forgotten:
    return forget_organisation(organisation, with_name=with_name, actor=factories.person(), now=NOW)


def held_since(pledge: Pledge) -> datetime | None:
    return Pledge.objects.get(pk=pledge.pk).holds_since


def test_no_word_of_an_organisation_is_left_in_any_table() -> None:
    theirs = Town().theirs.organisation
    assert len(where_it_is_said(CANARY) - STAYS) > 5
    erased(theirs)
    Letter.objects.filter(kind__in=["erased", "forgotten"]).delete()  # to be sent, then forgotten
    assert where_it_is_said(CANARY) <= STAYS
    assert not Credential.objects.filter(account__organisation=theirs).exists()


def test_a_standing_word_is_taken_back_and_its_people_get_their_letters() -> None:
    theirs = Town().theirs
    assert erased(theirs.organisation, with_name=False).withdrawn
    theirs.pledge.refresh_from_db()
    assert theirs.pledge.withdrawn_at == NOW
    assert Letter.objects.filter(kind="erased", to=theirs.person.user.email).count() == 1
    assert Letter.objects.filter(kind="forgotten", to=theirs.person.user.email).count() == 1
    assert Entry.objects.filter(verb="data erased").count() == 1


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN])
def test_what_may_be_out_is_said_and_nothing_is_erased(state: State) -> None:
    pledge = factories.pledge(factories.going())
    post = factories.post(pledge, state=state)
    done = erased(pledge.organisation)
    pledge.refresh_from_db()
    post.refresh_from_db()
    assert done.withdrawn
    assert pledge.withdrawn_at == NOW
    assert done.waits_for == (post,)
    assert post.text
    assert pledge.organisation.contact_email


def test_what_is_out_was_a_word_kept_and_its_link_stays_with_the_name() -> None:
    pledge = factories.pledge(factories.going())
    post = factories.post(pledge, state=State.PUBLISHED, url="https://x.example/1")
    factories.post(pledge, text="unsent")
    assert not erased(pledge.organisation, with_name=False).withdrawn
    kept = Post.objects.get()
    assert (kept.pk, kept.text, kept.url) == (post.pk, "", "https://x.example/1")
    pledge.refresh_from_db()
    assert pledge.withdrawn_at is None


def test_what_was_tried_stays_tried_and_holds_up_nobodys_release(tmp_path: Path) -> None:
    """An attempt's number says how far we have sent: were the last one gone, all would be held."""
    campaign = factories.going()
    refused = factories.direct(factories.pledge(campaign), state=State.REFUSED)
    last = Attempt.objects.create(post=refused, fence=1, worker="w", began_at=NOW)
    keep(tmp_path / "sent", last.pk)
    handle = refused.account.handle
    erased(refused.account.organisation, with_name=False)
    kept = Post.objects.get()
    assert (kept.state, kept.text, kept.record) == (State.CANCELLED, "", "")
    assert kept.account.handle != handle
    assert not is_older(tmp_path / "sent", now=NOW)
    assert Hold.objects.count() == 0


def test_nobodys_condition_comes_true_because_a_name_fell_out_of_it() -> None:
    campaign, waited_for = factories.campaign(), factories.organisation()
    factories.pledge(campaign, waited_for)
    waits = [Wait(ConditionKind.NAMED, organisations=[waited_for])]
    waiting = factories.pledge(campaign, answer=Answer.LEAVE_IF, waits=waits)
    assert held_since(waiting)
    erased(waited_for)
    assert not held_since(waiting)
    assert Condition.objects.get(pledge=waiting).organisations.count() == 1


def test_a_person_is_emptied_and_signed_out_everywhere(client: Client) -> None:
    home = factories.organisation(contact_email="an@kanarie.example", contact_name=CANARY)
    person = factories.person("an@kanarie.example", name=f"{CANARY} An")
    home.representatives.create(user=person, added_at=NOW)
    draft = {"signatory_name": f"{CANARY} An"}
    keep_draft(factories.campaign(), home, draft, actor=person, now=NOW)
    withdraw(factories.pledge(factories.campaign(), home), actor=person, now=NOW)
    boss = factories.coordinator()
    client.force_login(person)
    assert client.get("/nl/member/-/data/").status_code == 200
    forget_person(person, now=NOW)
    assert client.get("/nl/member/-/data/").status_code == 302
    assert where_it_is_said(CANARY) == set()
    assert Entry.objects.get(verb="withdrew").actor == person.number  # and no name with it
    told = Letter.objects.get(kind="nobody-left")
    assert told.to == boss.email


def test_the_last_coordinator_names_another_one_first() -> None:
    last = factories.coordinator()
    with pytest.raises(Refusal):
        forget_person(last, now=NOW)
    factories.coordinator()
    forget_person(last, now=NOW)
    assert not User.objects.get(pk=last.pk).is_active


def test_the_pledge_of_who_signed_keeps_nobodys_name() -> None:
    pledge = factories.pledge(factories.campaign(), signatory_name="An")
    erased(pledge.organisation, with_name=False)
    assert Pledge.objects.get(pk=pledge.pk).signatory_name == ""
