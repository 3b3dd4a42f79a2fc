"""Sign-ins kept alive before the hour, on a real Bluesky server; and one refresher at a time."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.actions import erase_secret, keep_secret
from coalition.members.keeping import (
    AGAIN,
)
from coalition.members.models import Account, Credential
from coalition.members.states import NetworkChoices, Route, Rule, Trouble
from coalition.members.vault import Sealed, address
from coalition.networks.network import Secret, Whereabouts
from coalition.networks.outcome import Postponed, Reason, Refused, Unknown
from coalition.publishing.actions import approve, write_post
from coalition.publishing.models import Post
from coalition.publishing.release import release_batch
from coalition.publishing.sign_ins import (
    check_accounts,
    follow_handle,
    is_check_due,
    record_check,
)
from coalition.publishing.states import State
from tests import factories
from tests.networks.test_bluesky_oauth_pds import old, opened
from tests.networks.test_bluesky_pds import main_session, tell
from tests.publishing.hands import Rehearsed
from tests.testnet.pds import Pds, Person
from tests.testnet.site import Site

NOW, T = factories.NOW, factories.T
SESSION_LOST = Refused(Reason.RECONNECT, "replayed")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(settings: Settings, oauth_pds: Pds, site: Site) -> Pds:
    settings.NETWORKS, settings.PUBLIC_URL, settings.HTTPS = "live", site.url, True
    settings.BLUESKY_CLIENT_KEYS = ["one:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="]
    settings.BLUESKY_PLC, settings.BLUESKY_API = oauth_pds.plc.url, oauth_pds.url
    settings.BLUESKY_PRIVATE_HOSTS = ["localhost"]
    return oauth_pds


@pytest.fixture
def person(live: Pds) -> Person:
    return live.person()


@pytest.fixture
def account(live: Pds, site: Site, person: Person) -> Account:
    return connected(person, opened(live, site, person))


def connected(person: Person, secret: Secret) -> Account:
    organisation = factories.organisation()
    factories.representative(organisation)
    account = factories.account(
        organisation,
        NetworkChoices.BLUESKY,
        handle=person.handle,
        network_id=person.did,
        route=Route.DIRECT,
    )
    keep_secret(account, secret, vault=wiring.vault(), now=NOW)
    return account


def rehearsed(**secret: object) -> Account:
    organisation = factories.organisation()
    factories.representative(organisation)
    account = factories.account(organisation, NetworkChoices.BLUESKY, network_id="did:plc:a")
    keep_secret(account, {"kind": "oauth", **secret}, vault=wiring.vault(), now=NOW)
    return account


def held(account: Account) -> dict[str, object]:
    credential = Credential.objects.get(account=account)
    sealed = Sealed(credential.key_id, bytes(credential.sealed))
    return wiring.vault().open(sealed, address(account))


# -- when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, NOW, True),
        (NOW, NOW + timedelta(days=1), False),
        (NOW, NOW + timedelta(days=7), True),
        (NOW, T - timedelta(days=14), True),
        (T - timedelta(days=4), T - timedelta(days=3, seconds=1), False),
        (T - timedelta(days=4), T - timedelta(days=3), True),
        (T - timedelta(days=2), T - timedelta(days=1), True),
        (T - timedelta(days=1), T - timedelta(minutes=36), False),
        (T - timedelta(days=1), T - timedelta(minutes=35), True),
        (T - timedelta(minutes=34), T - timedelta(minutes=20), False),
        (T - timedelta(days=1), T - timedelta(minutes=2), False),  # arming is next
        (T - timedelta(days=1), T + timedelta(minutes=5), False),
    ],
)
def test_a_sign_in_is_looked_at_weekly_and_at_the_moments_before_t(
    last: datetime | None, now: datetime, *, due: bool
) -> None:
    assert is_check_due(last, T, now) is due


def test_around_an_hour_workers_belong_to_the_release() -> None:
    rehearsed()
    Credential.objects.update(checked_at=None)
    hands = Rehearsed().hands
    factories.campaign()
    assert check_accounts(hands, now=T - timedelta(minutes=2)) == 0
    assert check_accounts(hands, now=T + timedelta(minutes=14)) == 0
    assert check_accounts(hands, now=T + timedelta(minutes=16)) == 1


# -- what comes of it ---------------------------------------------------------------------------


def test_a_check_renews_and_keeps(live: Pds, account: Account) -> None:
    del live
    keep_secret(account, old(held(account)), vault=wiring.vault(), now=NOW)
    before = held(account)["refresh_token"]
    assert check_accounts(wiring.hands(), now=NOW + timedelta(days=8)) == 1
    assert held(account)["refresh_token"] != before
    assert check_accounts(wiring.hands(), now=NOW + timedelta(days=8)) == 0
    credential = Credential.objects.get()
    assert (credential.renewing_until, credential.check_after) == (None, None)


def test_a_replayed_refresh_asks_its_people_to_connect_again_and_loses_nothing_else(
    live: Pds, account: Account
) -> None:
    del live
    stale = old(held(account))
    keep_secret(account, stale, vault=wiring.vault(), now=NOW)
    check_accounts(wiring.hands(), now=NOW + timedelta(days=8))
    keep_secret(account, stale, vault=wiring.vault(), now=NOW)  # as after an older backup
    post = factories.direct(
        factories.pledge(factories.campaign(), account.organisation), on=account
    )
    check_accounts(wiring.hands(), now=NOW + timedelta(days=8))
    account.refresh_from_db()
    post.refresh_from_db()
    assert account.trouble == Trouble.RECONNECT
    assert account.connected_at
    assert (post.state, post.route) == (State.APPROVED, Route.DIRECT)
    letter = Letter.objects.get()
    assert letter.kind == "sign-in-lost"
    assert "opnieuw" in letter.text


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (SESSION_LOST, Trouble.RECONNECT),
        (Refused(Reason.DEACTIVATED, ""), Trouble.DEACTIVATED),
        (Refused(Reason.SUSPENDED, ""), Trouble.SUSPENDED),
        (Refused(Reason.MOVED, ""), Trouble.MOVED),
    ],
)
def test_each_trouble_is_told_once_in_its_own_words(answer: Refused, trouble: Trouble) -> None:
    account = rehearsed()
    record_check(account, answer, None, now=NOW)
    record_check(account, answer, None, now=NOW + timedelta(days=7))
    account.refresh_from_db()
    assert account.trouble == trouble
    assert Letter.objects.count() == 1


def test_the_words_of_each_trouble_differ() -> None:
    texts = set()
    for reason in (Reason.RECONNECT, Reason.DEACTIVATED, Reason.SUSPENDED, Reason.MOVED):
        Account.objects.all().delete()
        Letter.objects.all().delete()
        account = rehearsed()
        record_check(account, Refused(reason, ""), None, now=NOW)
        texts.add(Letter.objects.get().text.split("\n")[0].replace(account.handle, ""))
    assert len(texts) == 4


@pytest.mark.parametrize("answer", [Postponed(5, "502"), Unknown("?")])
def test_a_network_that_is_away_disconnects_nobody(answer: Postponed | Unknown) -> None:
    account = rehearsed()
    record_check(account, answer, None, now=NOW)
    account.refresh_from_db()
    assert account.trouble == Trouble.NONE
    assert not Letter.objects.exists()
    assert Credential.objects.get().check_after == NOW + AGAIN


def test_a_deactivated_account_is_seen_and_seen_to_be_back(
    live: Pds, person: Person, account: Account
) -> None:
    owner = main_session(live, person)
    tell(live, "com.atproto.server.deactivateAccount", owner)
    check_accounts(wiring.hands(), now=NOW + timedelta(days=8))
    account.refresh_from_db()
    assert account.trouble == Trouble.DEACTIVATED
    httpx.post(
        f"{live.url}/xrpc/com.atproto.server.activateAccount",
        headers={"Authorization": f"Bearer {owner}"},
    ).raise_for_status()
    check_accounts(wiring.hands(), now=NOW + timedelta(days=16))
    account.refresh_from_db()
    assert account.trouble == Trouble.NONE


def test_a_new_name_is_followed_by_the_check(live: Pds, person: Person, account: Account) -> None:
    named = f"now-{person.handle}"
    tell(live, "com.atproto.identity.updateHandle", main_session(live, person), handle=named)
    check_accounts(wiring.hands(), now=NOW + timedelta(days=8))
    account.refresh_from_db()
    assert account.handle == named


def test_a_text_that_names_the_old_name_is_approved_anew_and_no_other_is() -> None:
    account, campaign = rehearsed(), factories.campaign()
    Account.objects.filter(pk=account.pk).update(handle="old.be")
    account.refresh_from_db()
    texts = {
        "Met @old.be naar ginder.": State.DRAFT,
        "Samen met @OLD.be.": State.DRAFT,
        "Met @old.bel naar ginder.": State.APPROVED,
        "Naar ginder.": State.APPROVED,
    }
    posts = [factories.direct(factories.pledge(campaign), text=text) for text in texts]
    follow_handle(account, "new.be", now=NOW)
    assert [Post.objects.get(pk=post.pk).state for post in posts] == [*texts.values()]


def test_a_name_that_another_row_claims_is_not_followed() -> None:
    account = rehearsed()
    factories.account(factories.organisation(), NetworkChoices.BLUESKY, handle="taken.be")
    was = account.handle
    record_check(account, SESSION_LOST, Whereabouts("taken.be", ""), now=NOW)
    account.refresh_from_db()
    assert (account.handle, account.trouble) == (was, Trouble.RECONNECT)


def test_the_journal_names_no_secret(live: Pds, account: Account) -> None:
    del live
    secret = {
        str(value) for name, value in held(account).items() if "token" in name or "key" in name
    }
    check_accounts(wiring.hands(), now=NOW + timedelta(days=8))
    erase_secret(account, rule=Rule.ASKED, actor="somebody", now=NOW)
    told = "".join(str(entry.facts) for entry in Entry.objects.all())
    assert not any(one in told for one in secret if len(one) > 10)


# -- the release --------------------------------------------------------------------------------


def test_two_posts_of_one_account_renew_its_token_once_and_both_go_out(
    live: Pds, account: Account
) -> None:
    del live
    keep_secret(account, old(held(account)), vault=wiring.vault(), now=NOW)
    exit_at = datetime.now(UTC) + timedelta(seconds=4)
    campaign = factories.campaign(exit_at=None)
    Campaign.objects.filter(pk=campaign.pk).update(exit_at=exit_at, go_at=datetime.now(UTC))
    pledge = factories.pledge(campaign, account.organisation)
    for language in ("nl", "fr"):
        draft = factories.post(
            pledge, account, state=State.DRAFT, route=Route.DIRECT, language=language
        )
        write_post(draft, f"Tot ginder, {language}.", actor=factories.person(), now=NOW)
        approve(draft, actor=factories.person(), now=NOW)
    release_batch(list(Post.objects.values_list("pk", flat=True)), wiring.hands())
    posts = list(Post.objects.all())
    assert [post.state for post in posts] == ["published", "published"], posts[0].detail
    assert Credential.objects.get().generation == 3  # connected, made old here, renewed once
