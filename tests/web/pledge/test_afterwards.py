"""After the farewell, as an organisation sees it: its list, its answers, its certificates."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from coalition.afterwards.actions import ask_surveys
from coalition.afterwards.models import Survey
from coalition.afterwards.queries import ticked
from coalition.afterwards.states import Chore
from coalition.evidence.asking import ask
from coalition.evidence.models import Evidence
from coalition.evidence.states import Label, Reply
from coalition.pledges.models import Pledge
from tests.evidence.after import NEXT_DAY, Gone, gone
from tests.factories import T
from tests.web.pledge.people import browser


@pytest.fixture
def left(clock: time_machine.Traveller, db: None) -> Gone:  # noqa: ARG001 — it needs the database
    clock.move_to(NEXT_DAY)
    return gone()


def home(of: Gone) -> tuple[Client, str]:
    return browser(of.owner), f"/en/member/{of.pledge.organisation.slug}/"


def test_the_list_is_kept_without_a_script(left: Gone) -> None:
    client, here = home(left)
    client.post(f"{here}leaving/", {"done": ["pin", "bio", "no such thing"]})
    assert ticked(left.campaign, left.pledge.organisation) == {Chore.PIN, Chore.BIO}
    page = client.get(f"{here}leaving/").content.decode()
    assert page.count(" checked") == 2
    assert "2 of 7 things are done." in page
    assert "2 of 7 things are done." in client.get(here).content.decode()


def test_whoever_is_asked_sees_it_on_the_first_page_and_answers(left: Gone) -> None:
    question = ask(left.campaign, left.account, actor=left.boss, now=NEXT_DAY)
    client, here = home(left)
    assert f"/posting/{question.pk}/" in client.get(here).content.decode()
    assert client.post(f"{here}posting/{question.pk}/", {}).status_code == 422
    client.post(f"{here}posting/{question.pk}/", {"reply": "mistake", "remark": "A machine."})
    question.refresh_from_db()
    assert (question.reply, question.remark) == (Reply.MISTAKE, "A machine.")
    assert left.label() is Label.LEFT


def test_anothers_question_is_not_there(left: Gone) -> None:
    other = gone(left.campaign)
    question = ask(other.campaign, other.account, actor=left.boss, now=NEXT_DAY)
    client, here = home(left)
    assert client.get(f"{here}posting/{question.pk}/").status_code == 404


def test_the_survey_is_there_once_it_is_asked(left: Gone, clock: time_machine.Traveller) -> None:
    client, here = home(left)
    assert client.get(f"{here}did-you/").status_code == 404
    client.post(f"{here}leaving/", {"done": ["pin"]})
    clock.move_to(T + timedelta(weeks=4, days=1))
    ask_surveys(T + timedelta(weeks=4, days=1))
    client = browser(left.owner)
    assert client.get(f"{here}did-you/").content.decode().count(" checked") == 1
    answers = {one.name.lower(): "yes" for one in Chore}
    assert client.post(f"{here}did-you/", answers | {"pin": ""}).status_code == 422
    client.post(f"{here}did-you/", answers | {"remark": "Fine."})
    assert Survey.objects.get().answers == {one.value: "yes" for one in Chore}


def test_an_owner_says_that_it_left_by_itself(left: Gone) -> None:
    early = gone(left.campaign, out=False)
    client, here = home(early)
    said = {"accounts": [early.account.pk], "left_on": "2027-01-12"}
    client.post(f"{here}left/", said)
    found = Evidence.objects.get()
    assert (found.level, found.left_at.isoformat()) == (
        "self-reported",
        "2027-01-12T11:00:00+00:00",
    )
    assert early.label() is Label.LEFT_SELF_REPORTED


def test_who_took_its_word_back_has_nothing_to_say_here(left: Gone) -> None:
    Pledge.objects.update(withdrawn_at=NEXT_DAY, holds_since=None)
    client, here = home(left)
    assert client.get(f"{here}left/").status_code == 404
