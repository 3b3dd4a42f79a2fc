"""What opens an account is forgotten when it was promised, with a certificate, and not before."""

from datetime import timedelta

import pytest

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.actions import keep_secret
from coalition.members.keeping import LONGEST
from coalition.members.models import Account, Credential, Organisation
from coalition.members.states import NetworkChoices, Route, Rule
from coalition.pledges.actions import leave_coalition
from coalition.publishing.erasing import erase, erase_what_was_promised
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
PROMISED = T + timedelta(days=14) - LONGEST  # networks are told until then; nothing is left at it
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def home() -> Organisation:
    return factories.organisation()


@pytest.fixture
def account(home: Organisation) -> Account:
    factories.representative(home)
    made = factories.account(home, NetworkChoices.BLUESKY, network_id="did:plc:one")
    keep_secret(made, {"password": "kanarie"}, vault=wiring.vault(), now=NOW)
    return made


def kept() -> int:
    return Credential.objects.count()


def test_a_credential_is_erased_on_the_promised_date_and_certified(account: Account) -> None:
    factories.pledge(factories.going(), account.organisation)
    assert (erase_what_was_promised(PROMISED - INSTANT), kept()) == (0, 1)
    assert (erase_what_was_promised(PROMISED), kept()) == (1, 0)
    assert erase_what_was_promised(PROMISED + timedelta(days=1)) == 0
    account.refresh_from_db()
    assert account.connected_at is None
    letter = Letter.objects.get(kind="erased")
    assert f"@{account.handle}" in letter.subject
    assert "2027-02-02T" in letter.text
    assert "kanarie" not in letter.text
    assert Entry.objects.filter(verb="credential erased", actor="the machine").count() == 1


@pytest.mark.parametrize("days", [0, 1, 2])
def test_a_short_promise_never_takes_the_credential_before_the_hour(
    account: Account, days: int
) -> None:
    factories.pledge(factories.going(erase_credentials_after_days=days), account.organisation)
    assert erase_what_was_promised(T + timedelta(days=days) - INSTANT) == 0
    assert erase_what_was_promised(T + timedelta(days=days)) == 1


def test_a_campaign_that_still_needs_it_keeps_it(account: Account) -> None:
    factories.pledge(factories.going(), account.organisation)
    factories.pledge(factories.going(exit_at=T + timedelta(days=60)), account.organisation)
    assert (erase_what_was_promised(PROMISED), kept()) == (0, 1)
    assert (erase_what_was_promised(PROMISED + timedelta(days=60)), kept()) == (1, 0)


def test_a_campaign_without_a_date_keeps_it(account: Account) -> None:
    factories.pledge(factories.campaign(exit_at=None), account.organisation)
    assert erase_what_was_promised(PROMISED + timedelta(days=999)) == 0


def test_after_a_call_off_the_days_count_from_there(account: Account) -> None:
    pledge = factories.pledge(factories.going(), account.organisation)
    Campaign.objects.filter(pk=pledge.campaign_id).update(called_off_at=NOW)
    assert erase_what_was_promised(NOW + timedelta(days=13) - INSTANT) == 0
    assert erase_what_was_promised(NOW + timedelta(days=13)) == 1


def test_who_leaves_the_coalition_is_forgotten_at_once(account: Account) -> None:
    factories.pledge(factories.going(), account.organisation)
    leave_coalition(account.organisation, actor=factories.person(), now=NOW)
    assert (erase_what_was_promised(NOW), kept()) == (1, 0)


def test_what_is_being_sent_is_waited_for_and_what_is_not_is_handed_over(account: Account) -> None:
    pledge = factories.pledge(factories.going(), account.organisation)
    post = factories.direct(pledge, on=account, state=State.SENDING)
    assert not erase(account, rule=Rule.ASKED, actor="somebody", now=NOW)
    assert kept() == 1
    Post.objects.filter(pk=post.pk).update(state=State.APPROVED, lease_until=None)
    assert erase(account, rule=Rule.ASKED, actor="somebody", now=NOW)
    post.refresh_from_db()
    assert (kept(), post.route, post.state) == (0, Route.BY_HAND, State.APPROVED)
    assert Entry.objects.filter(verb="handed over", facts={"post": post.pk}).count() == 1
