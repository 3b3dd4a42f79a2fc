"""Each thing goes on its day, not before, once, and never while an hour is near."""

from datetime import datetime, timedelta

import pytest

from coalition.mail.actions import write_letter
from coalition.mail.models import Letter
from coalition.members.actions import make_sign_in_link
from coalition.pledges.invitations import invite
from coalition.pledges.models import Invitation
from coalition.privacy import retention
from coalition.privacy.columns import OURS
from coalition.privacy.retention import forget_what_ran_out
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


def letter(**columns: datetime | None) -> Letter:
    context = {"name": "Huis", "organisation": None}
    write_letter("forgotten", key="one", to="an@x.example", language="nl", context=context, now=NOW)
    Letter.objects.update(**columns)
    return Letter.objects.get()


def test_the_words_of_a_letter_go_and_that_it_went_stays() -> None:
    sent = letter(sending_at=NOW, sent_at=NOW)
    day = NOW + timedelta(days=90)
    assert [forget_what_ran_out(at) for at in (day - INSTANT, day, day)] == [0, 1, 0]
    sent.refresh_from_db()
    assert (sent.text, sent.html, sent.sent_at) == ("", "", NOW)


def test_a_letter_that_still_waits_keeps_its_words() -> None:
    letter()
    assert forget_what_ran_out(NOW + timedelta(days=999)) == 0


def test_links_invitations_and_candidates_go_on_their_day() -> None:
    campaign = factories.campaign(exit_at=None)
    invite(campaign, factories.organisation(), actor=factories.person(), now=NOW)
    make_sign_in_link(factories.person(), now=NOW)
    factories.candidate(campaign, decided_at=NOW, verdict="accepted")
    ends_at = Invitation.objects.get().expires_at
    days = [NOW + timedelta(days=31), ends_at + timedelta(days=90), NOW + timedelta(days=180)]
    for day in days:
        assert forget_what_ran_out(day - INSTANT) == 0
        assert forget_what_ran_out(day) == 1


def test_nothing_is_forgotten_while_an_hour_is_near() -> None:
    factories.going()
    letter(sending_at=NOW - timedelta(days=90), sent_at=NOW - timedelta(days=90))
    assert forget_what_ran_out(T) == 0
    assert forget_what_ran_out(T + timedelta(days=2)) == 1


def test_a_turn_forgets_few_and_the_next_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _each in range(3):
        make_sign_in_link(factories.person(), now=NOW)
    assert [forget_what_ran_out(NOW + timedelta(days=99)) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("table", "days"),
    [
        ("coalition.Letter", retention.LETTERS),
        ("coalition.Invitation", retention.INVITATIONS),
        ("coalition.SignInLink", retention.LINKS),
        ("coalition.Candidate", retention.CANDIDATES),
    ],
)
def test_the_days_are_those_that_are_promised(table: str, days: timedelta) -> None:
    (held,) = [held for held in OURS if held.table == table]
    assert f"{days.days} days" in held.kept
