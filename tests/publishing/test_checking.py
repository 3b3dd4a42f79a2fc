"""Checks before the day: each occasion once, one letter a person, and nobody is disconnected."""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.models import Campaign
from coalition.mail.models import Letter
from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Route
from coalition.networks.network import Draft, NetworkName, Session
from coalition.networks.outcome import Postponed, Reason, Refused, Unknown
from coalition.networks.rehearsal import Rehearsal, SignIn
from coalition.networks.seen import Seen
from coalition.publishing.arming import Hands
from coalition.publishing.checked import (
    Checkup,
    Colour,
    Finding,
    Occasion,
    What,
    due_occasion,
    findings_of,
    last_checkup,
)
from coalition.publishing.checking import check
from coalition.publishing.models import Post
from coalition.publishing.occasions import ask_check, checks_due
from coalition.refusals import Refusal
from tests import factories
from tests.database import at_once
from tests.factories import T
from tests.fakex.server import FakeX
from tests.testnet.pds import Pds

pytestmark = pytest.mark.usefixtures("committed")
X = NetworkChoices.X


@pytest.fixture
def campaign() -> Campaign:
    """An hour three hours ahead."""
    made = factories.campaign(exit_at=None)
    exit_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    Campaign.objects.filter(pk=made.pk).update(exit_at=exit_at)
    made.refresh_from_db()
    return made


def hands(answers: Mapping[Post, SignIn] | None = None) -> Hands:
    script = {str(post.pk): [answer] for post, answer in (answers or {}).items()}
    networks = {name: Rehearsal(name, sign_ins=script) for name in NetworkName}
    return Hands(
        networks={name: lambda name=name: networks[name] for name in NetworkName},  # type: ignore[misc]
        open_secret=lambda _account: {},
        keep_secret=lambda _account, _secret: None,
    )


def ready(campaign: Campaign, network: NetworkChoices = NetworkChoices.BLUESKY) -> Post:
    post = factories.direct(factories.pledge(campaign), network)
    factories.representative(post.account.organisation)
    return post


def checked(campaign: Campaign, by: Hands, budget: str = "") -> dict[tuple[int | None, str], str]:
    asked = ask_check(campaign, actor=factories.coordinator(), now=datetime.now(UTC))
    assert check(asked.pk, by, budget=budget)
    rows = Finding.objects.filter(checkup=asked).values_list("account_id", "what", "colour")
    return {(account, what): colour for account, what, colour in rows}


@pytest.mark.parametrize(
    ("before", "occasion"),
    [
        (timedelta(days=7, seconds=1), None),
        (timedelta(days=7), Occasion.WEEK),
        (timedelta(hours=24), Occasion.DAY),
        (timedelta(hours=2), Occasion.DAY),
        (timedelta(hours=1), Occasion.HOUR),
        (timedelta(minutes=10), Occasion.MINUTES),
        (timedelta(0), None),
    ],
)
def test_each_occasion_has_its_time(before: timedelta, occasion: Occasion | None) -> None:
    assert due_occasion(T, T - before) == occasion


def test_the_clock_asks_for_each_occasion_once_for_each_move_of_the_hour() -> None:
    campaign = factories.campaign()
    for before in (timedelta(days=7), timedelta(days=6), timedelta(hours=5), timedelta(hours=5)):
        checks_due(T - before)
    rows = Checkup.objects.order_by("pk").values_list("occasion", flat=True)
    assert list(rows) == ["7d", "24h"]
    Campaign.objects.filter(pk=campaign.pk).update(date_sequence=9)
    assert len(checks_due(T - timedelta(hours=5))) == 1
    assert list(Checkup.objects.values_list("date_sequence", flat=True)) == [9]


def test_what_was_handed_out_is_handed_out_again_only_when_nobody_did_it() -> None:
    factories.campaign()
    now = T - timedelta(minutes=10)
    assert len(checks_due(now)) == 1
    assert checks_due(now + timedelta(seconds=59)) == []
    assert len(checks_due(now + timedelta(seconds=60))) == 1


ANSWERS: dict[str, tuple[SignIn, What, Colour]] = {
    "wrong password": (Refused(Reason.RECONNECT, "wrong password"), What.SIGN_IN, Colour.FAILS),
    "suspended": (Refused(Reason.SUSPENDED, "gone"), What.SIGN_IN, Colour.FAILS),
    "other account": (Refused(Reason.WRONG_ACCOUNT, "x"), What.ACCOUNT, Colour.FAILS),
    "503": (Postponed(5, "signing in: 503"), What.REACH, Colour.SHAKY),
    "429": (Postponed(60, "rate limit on signing in"), What.REACH, Colour.SHAKY),
    "time-out": (Unknown("timed out"), What.REACH, Colour.SHAKY),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_network_says_is_found_and_the_account_stays_as_it_was(
    name: str, campaign: Campaign
) -> None:
    answer, what, colour = ANSWERS[name]
    post = ready(campaign)
    before = Account.objects.values().get()
    found = checked(campaign, hands({post: answer}))
    assert found[post.account_id, what] == colour
    assert Account.objects.values().get() == before
    assert Letter.objects.filter(kind="check").count() == (colour == Colour.FAILS)


def test_a_host_that_asks_to_wait_is_asked_for_nobody_else(campaign: Campaign) -> None:
    first, other = ready(campaign), ready(campaign)
    checked(campaign, hands({first: Postponed(60, "rate limit on signing in")}))
    details = dict(Finding.objects.filter(what="reach").values_list("account_id", "detail"))
    assert details == {
        first.account_id: "rate limit on signing in",
        other.account_id: "not asked this time",
    }


def test_a_changed_handle_is_amber_and_says_both_names(campaign: Campaign) -> None:
    post = ready(campaign)

    class Renamed(Rehearsal):
        async def look_at(self, draft: Draft, session: Session) -> Seen:
            return replace(await super().look_at(draft, session), handle="new.example")

    by = hands()
    renamed = replace(by, networks={NetworkName.BLUESKY: lambda: Renamed(NetworkName.BLUESKY)})
    assert checked(campaign, renamed)[post.account_id, "handle"] == Colour.SHAKY
    detail = Finding.objects.get(what="handle").detail
    assert detail == f"@{post.account.handle} → @new.example"


def test_rows_alone_tell_of_approvals_texts_and_people(campaign: Campaign) -> None:
    stale = factories.post(factories.pledge(campaign), approved_for=T)
    alone = factories.post(factories.pledge(campaign), text="long " * 90)
    found = checked(campaign, hands())
    assert found[stale.account_id, "approval"] == Colour.FAILS
    assert found[alone.account_id, "approval"] == Colour.READY
    assert found[alone.account_id, "text"] == Colour.FAILS
    assert found[alone.account_id, "by hand"] == Colour.FAILS


@pytest.mark.parametrize(("budget", "colour"), [("", "shaky"), ("0.01", "fails"), ("5", "ready")])
def test_the_cost_on_x_is_held_against_the_stated_budget(
    budget: str, colour: str, campaign: Campaign
) -> None:
    ready(campaign, X)
    assert checked(campaign, hands(), budget)[None, "credits"] == colour


def test_three_workers_and_a_replayed_queue_write_one_letter(campaign: Campaign) -> None:
    post = ready(campaign)
    Campaign.objects.update(exit_at=datetime.now(UTC) + timedelta(minutes=59))
    campaign.refresh_from_db()
    Post.objects.update(approved_for=campaign.exit_at)
    together, due = threading.Barrier(3), set[int]()

    def tick() -> None:
        together.wait()
        due.update(checks_due(datetime.now(UTC)))

    at_once(tick, tick, tick, barrier=together)
    [pk] = due
    by, did = hands({post: Refused(Reason.RECONNECT, "wrong password")}), list[bool]()

    def work() -> None:
        together.wait()
        did.append(check(pk, by))

    together.reset()
    at_once(work, work, work, barrier=together)
    assert sorted(did) == [False, False, True]
    assert check(pk, by) is False
    letter = Letter.objects.get(kind="check")
    assert letter.key.rsplit(":", 1)[0] == f"check:{pk}:{post.account.organisation_id}"


def test_a_worker_that_died_is_followed_by_another_and_comes_back_to_nothing(
    campaign: Campaign,
) -> None:
    asked = ask_check(campaign, actor=factories.coordinator(), now=datetime.now(UTC))
    Checkup.objects.update(lease_until=datetime.now(UTC) + timedelta(minutes=5))
    assert check(asked.pk, hands()) is False
    Checkup.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert check(asked.pk, hands()) is True


def test_who_lost_the_round_to_another_worker_writes_nothing_about_it(campaign: Campaign) -> None:
    post = ready(campaign)
    other = ready(campaign)
    asked = ask_check(campaign, actor=factories.coordinator(), now=datetime.now(UTC))

    def taken_over() -> None:
        Checkup.objects.update(lease_until=datetime.now(UTC) + timedelta(hours=1))
        connection.close()

    class Slow(Rehearsal):
        async def look_at(self, draft: Draft, session: Session) -> Seen:
            await asyncio.to_thread(taken_over)
            return await super().look_at(draft, session)

    script = {str(other.pk): [Refused(Reason.RECONNECT, "wrong password")]}
    slow = Slow(NetworkName(post.network), sign_ins=script)
    assert check(asked.pk, replace(hands(), networks={slow.name: lambda: slow})) is False
    assert (Finding.objects.count(), Letter.objects.filter(kind="check").count()) == (0, 0)


def test_a_coordinator_is_told_that_one_is_under_way_or_that_it_is_too_late(
    campaign: Campaign,
) -> None:
    boss = factories.coordinator()
    ask_check(campaign, actor=boss, now=datetime.now(UTC))
    with pytest.raises(Refusal, match="under way"):
        ask_check(campaign, actor=boss, now=datetime.now(UTC))
    assert campaign.exit_at
    with pytest.raises(Refusal, match="So close"):
        ask_check(campaign, actor=boss, now=campaign.exit_at - timedelta(minutes=3))


def test_on_the_real_networks_it_signs_in_and_posts_nothing(
    campaign: Campaign, pds: Pds, fake_x: FakeX, settings: Settings
) -> None:
    settings.NETWORKS, settings.X_API = "live", fake_x.url
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = fake_x.client_id, fake_x.client_secret
    settings.BLUESKY_PLC, settings.BLUESKY_API = pds.plc.url, pds.url
    settings.BLUESKY_PRIVATE_HOSTS = ["localhost", "127.0.0.1"]
    pledge = factories.pledge(campaign)
    person = pds.person()
    home = factories.account(
        pledge.organisation,
        NetworkChoices.BLUESKY,
        handle=person.handle,
        network_id=person.did,
        route=Route.DIRECT,
    )
    secret = {"kind": "app password", "password": person.app_password, "host": pds.url}
    keep_secret(home, secret, vault=wiring.vault(), now=factories.NOW)
    wrong = factories.account(
        pledge.organisation, NetworkChoices.BLUESKY, network_id=pds.person().did
    )
    keep_secret(wrong, secret, vault=wiring.vault(), now=factories.NOW)
    x = factories.account(pledge.organisation)
    user = fake_x.add_user(x.handle)
    tokens = fake_x.issue(user)
    Account.objects.filter(pk=x.pk).update(network_id=user.id, connected_at=factories.NOW)
    x.refresh_from_db()
    pair = {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": datetime.fromtimestamp(tokens.expires_at, UTC).isoformat(),
    }
    keep_secret(x, pair, vault=wiring.vault(), now=datetime.now(UTC))
    for account in (home, wrong):
        factories.direct(pledge, on=account)
    factories.direct(pledge, X, on=x)

    found = checked(campaign, wiring.hands(), "5")

    assert found[home.pk, "sign-in"] == Colour.READY
    assert found[x.pk, "sign-in"] == Colour.READY
    assert found[wrong.pk, "sign-in"] == Colour.FAILS
    assert (home.pk, "handle") not in found
    assert found[None, "clock"] == Colour.READY
    assert (pds.records(person.did), fake_x.effects()) == ([], [])
    last = last_checkup(campaign)
    assert last
    assert findings_of(last)[0].colour == Colour.FAILS
