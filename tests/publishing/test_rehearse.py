"""A rehearsal tells what the release would do, reaches nothing, and changes no row of it."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from coalition import wiring
from coalition.campaigns.actions import Waves
from coalition.campaigns.models import Campaign
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Trouble
from coalition.pledges.dates import announce_date
from coalition.pledges.models import Pledge
from coalition.publishing.copying import copy_out
from coalition.publishing.models import Attempt, Post
from coalition.publishing.rehearse import ask, run, waiting
from coalition.publishing.rehearsed import Ending, Rehearsal, is_quiet_time
from coalition.publishing.states import State
from coalition.publishing.waves import delay_of
from coalition.refusals import Refusal
from tests import factories
from tests.database import at_once

pytestmark = pytest.mark.usefixtures("committed")
X, BLUESKY = NetworkChoices.X, NetworkChoices.BLUESKY
SOON = timedelta(hours=3)


@pytest.fixture
def campaign() -> Campaign:
    """An hour three hours ahead, about which nobody has decided."""
    made = factories.campaign(exit_at=None)
    Campaign.objects.filter(pk=made.pk).update(
        exit_at=datetime.now(UTC).replace(microsecond=123_456) + SOON
    )
    made.refresh_from_db()
    return made


def sealed(post: Post) -> Post:
    """Its account has a secret that a worker could open."""
    secret = {"kind": "app password", "password": "canary-secret", "host": "https://a.example"}
    keep_secret(post.account, secret, vault=wiring.vault(), now=factories.NOW)
    return post


def rehearsed(campaign: Campaign) -> dict[str, Any]:
    asked = ask(campaign, actor=None, now=datetime.now(UTC))
    assert run(asked.pk)
    done = Rehearsal.objects.get(pk=asked.pk)
    assert done.ending == "", done.detail
    return dict(done.report)


def fates(report: dict[str, Any]) -> dict[int, str]:
    return {line["post"]: line["fate"] for line in report["lines"]}


@pytest.fixture
def trap(settings: Settings) -> Iterator[list[str]]:
    """The live networks, at an address that remembers whoever so much as connects."""
    seen: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        settings.NETWORKS, settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = "live", "id", "secret"
        settings.X_API = settings.BLUESKY_PLC = settings.BLUESKY_API = url
        settings.BLUESKY_PRIVATE_HOSTS = ["127.0.0.1"]
        server.settimeout(0.1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    server.accept()
                    seen.append("somebody came")
                except TimeoutError:
                    pass

        thread = threading.Thread(target=listen)
        thread.start()
        yield seen
        over.set()
        thread.join()


def everything() -> dict[str, list[Any]]:
    """Every row of every table but those of rehearsals themselves."""
    rows: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table != "coalition_rehearsal":
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def test_nothing_is_reached_and_no_row_changes_but_the_journals_one_line(
    campaign: Campaign, trap: list[str]
) -> None:
    pledge = factories.pledge(campaign)
    posts = [sealed(factories.direct(pledge, network)) for network in (X, BLUESKY)]
    factories.representative(pledge.organisation)
    factories.post(factories.pledge(campaign), state=State.DRAFT)
    before = everything()
    report = rehearsed(campaign)
    assert {fates(report)[post.pk] for post in posts} == {"goes"}
    after = everything()
    changed = {table for table, rows in after.items() if rows != before.get(table)}
    assert changed - {"sqlite_sequence"} == {"coalition_entry"}
    assert Entry.objects.latest("pk").verb == "rehearsed"
    assert len(after["coalition_entry"]) == len(before["coalition_entry"]) + 1
    assert (Attempt.objects.count(), Letter.objects.count()) == (0, 0)
    assert trap == []


def test_no_secret_no_text_and_no_note_is_in_what_leaves_or_stays(campaign: Campaign) -> None:
    pledge = factories.pledge(campaign, factories.organisation(notes="canary-note"))
    post = sealed(factories.direct(pledge, text="A word that nobody may see before T."))
    copy = copy_out(campaign.pk)
    assert "canary" not in copy
    assert bytes(post.account.credential.sealed).hex() not in copy
    report = str(rehearsed(campaign))
    assert "A word that nobody" not in report
    assert post.account.handle not in report


def test_each_fails_for_its_own_reason(campaign: Campaign) -> None:
    def pledge() -> Pledge:
        one = factories.pledge(campaign, factories.organisation(contact_phone="+32 2 1"))
        factories.representative(one.organisation)
        return one

    alone = factories.pledge(campaign)
    silent = pledge()
    silent.organisation.contact_phone = ""
    silent.organisation.save(update_fields=["contact_phone"])
    expected = {
        sealed(factories.direct(pledge())).pk: "goes",
        factories.direct(pledge()).pk: "sign-in",  # connected once, and its secret is gone
        factories.post(pledge()).pk: "by hand",
        factories.post(alone).pk: "nobody",
        factories.post(silent).pk: "no phone",
        factories.post(pledge(), state=State.DRAFT, text="").pk: "not written",
        factories.post(pledge(), state=State.DRAFT).pk: "not approved",
        factories.post(pledge(), state=State.DRAFT, text="long " * 90).pk: "does not fit",
        factories.post(pledge(), approved_for=factories.T).pk: "other hour",
        factories.post(pledge(), state=State.PUBLISHED).pk: "out already",
    }
    loose = sealed(factories.direct(pledge()))
    Account.objects.filter(pk=loose.account_id).update(connected_at=None)
    expected[loose.pk] = "not connected"
    suspended = sealed(factories.direct(pledge()))
    Account.objects.filter(pk=suspended.account_id).update(trouble=Trouble.SUSPENDED)
    expected[suspended.pk] = "sign-in"
    tampered = sealed(factories.direct(pledge(), X))
    Post.objects.filter(pk=tampered.pk).update(text="Other words.")
    expected[tampered.pk] = "refused"
    nothing = pledge()
    report = rehearsed(campaign)
    found = fates(report)
    assert found.pop(None) == "nothing"  # type: ignore[call-overload]
    assert found == expected
    assert nothing.organisation_id in [line["organisation"] for line in report["lines"]]
    told = {(one["kind"], one["organisation"]) for one in report["letters"]}
    assert ("needs-you", suspended.account.organisation_id) in told


def test_waves_go_at_their_own_second_and_the_report_says_how_late(campaign: Campaign) -> None:
    pledge = factories.pledge(campaign)
    posts = [
        sealed(factories.direct(pledge, offset_seconds=seconds)) for seconds in (0, 0, 5, 3600)
    ]
    began, exit_at = datetime.now(UTC), campaign.exit_at
    assert exit_at
    lines = {line["post"]: line for line in rehearsed(campaign)["lines"]}
    assert datetime.now(UTC) - began < timedelta(seconds=90)
    for post in posts:
        line = lines[post.pk]
        assert line["fate"] == "goes"
        hour = datetime.fromisoformat(line["hour"])
        assert hour - exit_at == timedelta(seconds=post.offset_seconds)
        assert 0 <= line["late_ms"] < 10_000


def test_two_waves_and_their_farewells_are_rehearsed_as_the_day_goes(campaign: Campaign) -> None:
    plan = Waves(members_after_minutes=20, spread_minutes=3, farewell_after_announcement=True)
    pledges = [factories.pledge(campaign) for _ in range(4)]
    first, *others = pledges
    who = factories.coordinator()
    hour = campaign.exit_at
    assert hour
    announce_date(
        campaign, hour, waves=plan, first=[first.organisation_id], actor=who, now=datetime.now(UTC)
    )
    campaign.refresh_from_db()
    for pledge in pledges:
        pledge.refresh_from_db()
        pledge.campaign = campaign
    announcements = [sealed(factories.direct(pledge, BLUESKY)) for pledge in pledges]
    farewells = [sealed(factories.direct(pledge, X)) for pledge in pledges]
    lines = {line["post"]: line for line in rehearsed(campaign)["lines"]}
    for post in (*announcements, *farewells):
        line, at = lines[post.pk], hour + delay_of(post, campaign)
        assert (line["fate"], line["hour"]) == ("goes", at.isoformat())
        if post in farewells:  # a worker has it again ten seconds later
            assert 10_000 <= line["late_ms"] < 20_000
        else:
            assert 0 <= line["late_ms"] < 10_000
    assert lines[farewells[0].pk]["hour"] == hour.isoformat()
    wave = {hour + timedelta(minutes=number) for number in (20, 21, 22)}
    organisations = {one.organisation_id for one in others}
    hours = [line["hour"] for line in lines.values() if line["organisation"] in organisations]
    assert set(map(datetime.fromisoformat, hours)) <= wave


def test_it_is_refused_when_an_hour_is_near_also_another_campaigns(campaign: Campaign) -> None:
    now = datetime.now(UTC)
    assert not is_quiet_time(now)
    other = factories.campaign(exit_at=None)
    for left in (timedelta(minutes=29), timedelta(minutes=-14)):
        Campaign.objects.filter(pk=other.pk).update(exit_at=now + left)
        with pytest.raises(Refusal, match="So close to an hour"):
            ask(campaign, actor=None, now=now)
    Campaign.objects.filter(pk=other.pk).update(exit_at=now - timedelta(minutes=16))
    assert not is_quiet_time(now)


def test_two_coordinators_at_once_start_one(campaign: Campaign) -> None:
    together, refused = threading.Barrier(2), list[str]()

    def press() -> None:
        person = factories.coordinator()
        together.wait()
        try:
            ask(campaign, actor=person, now=datetime.now(UTC))
        except Refusal as refusal:
            refused.append(str(refusal))

    at_once(press, press, barrier=together)
    assert len(refused) == 1
    [pk] = Rehearsal.objects.values_list("pk", flat=True)
    ran: list[bool] = []
    at_once(*[lambda: ran.append(run(pk))] * 3)  # the queue played its message three times
    assert sorted(ran) == [False, False, True]


def test_what_was_handed_out_is_handed_out_again_only_when_nobody_did_it(
    campaign: Campaign,
) -> None:
    now = datetime.now(UTC)
    asked = ask(campaign, actor=None, now=now)
    assert waiting(now) == [asked.pk]
    assert waiting(now + timedelta(seconds=59)) == []
    assert waiting(now + timedelta(seconds=60)) == [asked.pk]


def test_an_hour_that_comes_near_ends_it(campaign: Campaign) -> None:
    asked = ask(campaign, actor=None, now=datetime.now(UTC))
    Campaign.objects.update(exit_at=datetime.now(UTC) + timedelta(minutes=5))
    factories.direct(factories.pledge(campaign))
    run(asked.pk)
    done = Rehearsal.objects.get()
    assert (done.ending, done.report) == (Ending.TOO_NEAR, {})
