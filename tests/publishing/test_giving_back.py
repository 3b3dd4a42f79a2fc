"""X's access is given back once the farewell is out; not before, and not while anything waits."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.actions import begin_renewing, connect_account, keep_secret
from coalition.members.certificates import ended
from coalition.members.keeping import LONGEST, given_back
from coalition.members.models import Account, Credential, GivenBack
from coalition.members.states import NetworkChoices, Rule, Trouble
from coalition.networks.outcome import Published
from coalition.pledges.models import Pledge
from coalition.publishing.erasing import erase, erase_what_is_done
from coalition.publishing.look import record_sighting
from coalition.publishing.models import Post
from coalition.publishing.readiness import Verdict, outlooks, readiness
from coalition.publishing.release import release_batch
from coalition.publishing.states import PostKind, State
from tests import environment, factories
from tests.database import at_once
from tests.factories import NOW, Columns, T
from tests.fakex.seen import FakeUser
from tests.fakex.server import FakeX
from tests.scene import database_url

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
OVER = T + timedelta(minutes=15)
INSTANT = timedelta(microseconds=1)
BY_A_WORKER = (
    "import django; django.setup();from coalition import wiring; wiring.give_secrets_back()"
)


@pytest.fixture
def live(settings: Settings, fake_x: FakeX) -> FakeX:
    settings.NETWORKS, settings.X_API = "live", fake_x.url
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = fake_x.client_id, fake_x.client_secret
    return fake_x


@pytest.fixture
def pledge() -> Pledge:
    made = factories.pledge(factories.going())
    factories.representative(made.organisation)
    return made


@pytest.fixture
def account(pledge: Pledge) -> Account:
    """Connected, and its farewell is out."""
    made = sealed(factories.account(pledge.organisation, network_id="1"))
    farewell(pledge, made)
    return made


def sealed(account: Account, **secret: str) -> Account:
    tokens = {"access_token": "kanarie", "refresh_token": "kanarie", **secret}
    keep_secret(account, tokens, vault=wiring.vault(), now=NOW)
    return account


def farewell(pledge: Pledge, on: Account, state: State = State.PUBLISHED) -> Post:
    return factories.direct(pledge, on=on, state=state, **out() if state == "published" else {})


def out() -> Columns:
    return {"network_post_id": f"id-{Post.objects.count()}", "published_at": T}


def on_x(account: Account, live: FakeX) -> FakeUser:
    """Connected with tokens that really open it."""
    user = live.add_user(account.handle)
    connect_account(
        account, network_id=user.id, handle=user.username, actor=factories.person(), now=NOW
    )
    tokens = live.issue(user)
    sealed(
        account,
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_at=datetime.fromtimestamp(tokens.expires_at, UTC).isoformat(),
    )
    return user


def test_the_post_goes_out_then_both_tokens_end_and_open_nothing_any_more(live: FakeX) -> None:
    exit_at = datetime.now(UTC) + timedelta(seconds=2)
    pledge = factories.pledge(factories.going(exit_at=exit_at))
    account = factories.account(pledge.organisation)
    user = on_x(account, live)
    token = wiring.open_secret(Account.objects.select_related("credential").get())["access_token"]
    post = factories.direct(pledge, on=account, text="Wij gaan verder, elders.")
    release_batch([post.pk], wiring.hands())
    assert [effect.user for effect in live.effects()] == [user.id]
    assert erase_what_is_done(exit_at + timedelta(minutes=15)) == 1
    assert wiring.give_secrets_back() == 1
    assert live.revocations() == [(user.id, "refresh"), (user.id, "access")]
    said = httpx.get(f"{live.url}/2/users/me", headers={"Authorization": f"Bearer {token}"})
    assert said.status_code == 401
    assert not Credential.objects.exists()
    assert not GivenBack.objects.exists()


def test_nothing_is_given_back_while_the_window_of_the_last_wave_is_open(account: Account) -> None:
    Campaign.objects.update(members_after_minutes=10)
    later = OVER + timedelta(minutes=10)
    assert (erase_what_is_done(later - INSTANT), Credential.objects.count()) == (0, 1)
    assert (erase_what_is_done(later), Credential.objects.count()) == (1, 0)
    assert erase_what_is_done(later) == 0
    account.refresh_from_db()
    assert account.connected_at is None
    assert GivenBack.objects.count() == 1
    assert Entry.objects.get(verb="credential erased").facts["rule"] == "done"
    letter = Letter.objects.get(kind="erased")
    assert "Het afscheid staat er, en niets hier heeft het nog nodig." in letter.text
    assert "kanarie" not in letter.text


@pytest.mark.parametrize(
    "state",
    [
        State.DRAFT,
        State.APPROVED,
        State.SENDING,
        State.UNCERTAIN,
        State.REFUSED,
        State.MISSED,
    ],
)
def test_another_post_of_the_account_that_may_need_it_keeps_it(
    account: Account, pledge: Pledge, state: State
) -> None:
    other = factories.direct(pledge, on=account, language="fr", state=state)
    assert erase_what_is_done(OVER) == 0
    assert not erase(account, rule=Rule.DONE, actor="the machine", now=OVER)  # also under the lock
    Post.objects.filter(pk=other.pk).update(state=State.CANCELLED)
    assert erase_what_is_done(OVER) == 1


def test_a_farewell_that_is_perhaps_out_keeps_it_until_that_is_settled(pledge: Pledge) -> None:
    account = sealed(factories.account(pledge.organisation, network_id="1"))
    lost = farewell(pledge, account, State.UNCERTAIN)
    assert erase_what_is_done(OVER) == 0
    record_sighting(
        lost.pk, Published("5", "https://x.com/a/status/5"), now=OVER, look_again=timedelta(0)
    )
    assert erase_what_is_done(OVER) == 1


@pytest.mark.usefixtures("account")
def test_another_exit_that_is_still_to_come_keeps_it(pledge: Pledge) -> None:
    factories.pledge(factories.going(exit_at=T + timedelta(days=30)), pledge.organisation)
    assert erase_what_is_done(OVER) == 0


def test_where_no_farewell_is_out_it_waits_for_the_promised_date(pledge: Pledge) -> None:
    account = sealed(factories.account(pledge.organisation, network_id="1"))
    farewell(pledge, account, State.CANCELLED)
    assert erase_what_is_done(OVER) == 0


def test_on_bluesky_the_organisation_lives_on_and_so_does_its_session(pledge: Pledge) -> None:
    account = factories.account(
        pledge.organisation, NetworkChoices.BLUESKY, network_id="did:plc:one"
    )
    factories.direct(pledge, on=sealed(account), state=State.PUBLISHED, **out())
    factories.direct(
        pledge, on=account, kind=PostKind.FAREWELL, state=State.PUBLISHED, **out()
    )  # whatever it is called
    assert erase_what_is_done(OVER) == 0


def test_a_token_that_is_being_renewed_is_waited_for(account: Account) -> None:
    until = OVER + timedelta(seconds=60)
    assert begin_renewing(account.pk, until=until, now=OVER)
    assert erase_what_is_done(OVER) == 0
    assert erase_what_is_done(until) == 1


@pytest.mark.usefixtures("account")
def test_two_desks_at_once_give_it_back_once() -> None:
    start = threading.Barrier(2)

    def desk() -> None:
        start.wait()
        erase_what_is_done(OVER)

    at_once(desk, desk, barrier=start)
    assert not Credential.objects.exists()
    assert Entry.objects.filter(verb="credential erased").count() == 1
    assert GivenBack.objects.count() == 1
    assert Letter.objects.filter(kind="erased").count() == 1


@pytest.mark.skipif(environment.on_sqlite(), reason="another process needs a server")
def test_a_worker_that_is_killed_after_x_heard_and_before_the_copy_went_is_followed_by_another(
    live: FakeX, pledge: Pledge
) -> None:
    account = factories.account(pledge.organisation)
    user = on_x(account, live)
    farewell(pledge, account)
    assert erase_what_is_done(OVER) == 1
    its_own = {
        "DATABASE_URL": database_url(),
        "NETWORKS": "live",
        "X_API": live.url,
        "X_CLIENT_ID": live.client_id,
        "X_CLIENT_SECRET": live.client_secret,
        "CRASH_AT": "after give back",
    }
    worker = [sys.executable, "-c", BY_A_WORKER]
    killed = subprocess.run(worker, cwd=ROOT, env={**os.environ, **its_own}, check=False)
    assert killed.returncode == -9
    assert len(live.revocations()) == 2
    account.refresh_from_db()
    assert GivenBack.objects.count() == 1  # the certificate still says that a copy waits
    assert ended(account.organisation, [account])[0].back.waits
    assert wiring.give_secrets_back() == 1
    assert not GivenBack.objects.exists()
    assert live.revocations() == [(user.id, "refresh"), (user.id, "access")]
    assert Entry.objects.filter(verb="given back").count() == 1


def test_what_x_did_not_hear_in_a_day_is_said_so(account: Account, pledge: Pledge) -> None:
    erase_what_is_done(OVER)
    account.refresh_from_db()
    given_back(GivenBack.objects.get(), told=False, now=OVER + LONGEST + INSTANT)
    (one,) = ended(pledge.organisation, [account])
    assert (one.done, one.back.told_at, one.back.untold, one.back.waits) == (
        True,
        None,
        True,
        False,
    )
    facts = Entry.objects.get(verb="not given back").facts
    assert facts == {"account": account.pk, "network": "x", "erased_at": OVER.isoformat()}


def test_it_is_no_trouble_to_anybody_that_it_is_gone(account: Account, pledge: Pledge) -> None:
    """Its announcement is still to come, so it stands on the readiness board."""
    home = factories.account(pledge.organisation, NetworkChoices.BLUESKY, network_id="did:plc:one")
    factories.direct(pledge, on=home)
    Account.objects.filter(pk=account.pk).update(trouble=Trouble.RECONNECT)
    account.refresh_from_db()
    assert erase_what_is_done(OVER) == 1
    account.refresh_from_db()
    assert (account.connected_at, account.trouble) == (None, Trouble.NONE)
    (row,) = readiness(pledge.campaign)
    assert {row.account.verdict, row.route.verdict} == {Verdict.READY}
    assert [one.verdict for one in outlooks(pledge.campaign)] == [row.verdict]
    assert row.verdict != Verdict.FAILS
