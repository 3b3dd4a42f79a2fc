"""Cases that nobody planned: docs/cases.md names the tests that prove each; some are here."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from coalition.campaigns.models import Campaign
from coalition.evidence.states import Label
from coalition.mail.models import Letter
from coalition.members.models import Account
from coalition.members.states import NetworkChoices, Proof, Trouble
from coalition.networks.x.identity import post_time
from coalition.pledges.actions import Wait, leave_coalition, withdraw
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind
from coalition.progress.queries import progress
from coalition.publishing.actions import prepare_posts, prove_by_hand
from coalition.publishing.models import Post
from coalition.publishing.queries import due_posts
from coalition.publishing.readiness import Verdict, readiness
from coalition.publishing.states import PostKind, State
from tests import factories
from tests.factories import NOW, Columns, T

TESTS = Path(__file__).parent
CASES = (TESTS.parent / "docs/cases.md").read_text("utf-8")
ROWS = [line.strip("|").split("|") for line in CASES.splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip())
def test_every_case_names_tests_that_exist(row: list[str]) -> None:
    named = re.findall(r"`([^`]+\.py)::(test_\w+)`", row[2])
    assert named, "no test proves it"
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (TESTS / file).read_text("utf-8")
    ]
    assert not missing


def test_a_row_whose_test_is_gone_is_seen() -> None:
    with pytest.raises(AssertionError):
        test_every_case_names_tests_that_exist(["a", "b", "`test_the_cases.py::test_nowhere`"])


def named(*others: Pledge) -> Columns:
    wait = Wait(ConditionKind.NAMED, organisations=[one.organisation for one in others])
    return {"answer": Answer.LEAVE_IF, "waits": [wait]}


def label_of(pledge: Pledge) -> tuple[Label, date | None]:
    (row,) = [
        row
        for row in progress(pledge.campaign, language="en", now=T + timedelta(days=5)).rows
        if row.slug == pledge.organisation.slug
    ]
    at = row.standing.at
    return row.label, row.standing.on or (at.date() if at else None)


def link_at(post: Post, moment: float) -> str:
    """An address on X whose id says that it was made then (in milliseconds since 1970)."""
    number = (int(moment * 1000) - 1_288_834_974_657) << 22
    return f"https://x.com/{post.account.handle}/status/{number}"


@pytest.mark.django_db
def test_who_joins_late_releases_others_and_moves_no_hour() -> None:
    campaign = factories.campaign()
    waits = [Wait(ConditionKind.AT_LEAST, 2)]
    waiting = factories.pledge(campaign, answer=Answer.LEAVE_IF, waits=waits)
    assert not Pledge.objects.filter(pk=waiting.pk, holds_since__isnull=False)
    late = factories.pledge(campaign)
    waiting.refresh_from_db()
    campaign.refresh_from_db()
    assert waiting.holds_since
    assert late.holds_since
    assert (campaign.exit_at, campaign.date_sequence) == (T, 1)


@pytest.mark.django_db
def test_who_joins_after_the_hour_leaves_on_its_own_day_and_is_counted_apart() -> None:
    campaign = factories.going()
    factories.post(factories.pledge(campaign), state=State.PUBLISHED, published_at=T)
    late = factories.pledge(campaign)
    after = T + timedelta(days=3)
    post = factories.post(late, text="Later, and gone all the same.")
    prove_by_hand(
        post, link_at(post, after.timestamp()), actor=factories.person(), now=T + timedelta(days=4)
    )
    assert label_of(late) == (Label.LEFT, after.date())
    found = progress(campaign, language="en", now=T + timedelta(days=5))
    assert (found.left, found.since) == (2, 1)


@pytest.mark.django_db
def test_who_leaves_the_coalition_posts_nothing_and_whoever_counted_on_it_is_asked() -> None:
    campaign = factories.going()
    goes = factories.pledge(campaign)
    stays = factories.pledge(campaign, **named(goes))
    factories.direct(goes)
    factories.representative(stays.organisation)
    assert due_posts(campaign, T).count() == 1
    leave_coalition(goes.organisation, actor=factories.coordinator(), now=NOW)
    assert due_posts(campaign, T).count() == 0
    stays.refresh_from_db()
    assert stays.holds_since is None
    (letter,) = Letter.objects.filter(kind="condition-lost")
    assert letter.organisation_id == stays.organisation_id
    assert "kan je voorwaarde niet meer" in letter.text
    assert goes.organisation.name not in letter.text + letter.html + letter.subject


@pytest.mark.django_db
def test_a_withdrawal_asks_whoever_counted_on_it_once() -> None:
    campaign = factories.campaign()
    back = factories.pledge(campaign)
    first = factories.pledge(campaign, **named(back))
    factories.pledge(campaign, **named(first))
    free = factories.pledge(campaign)
    for _ in range(2):
        withdraw(back, actor=factories.person(), now=NOW)
    asked = Letter.objects.filter(kind="condition-lost").values_list("organisation_id", flat=True)
    assert len(asked) == len(set(asked)) == 2
    assert not {back.organisation_id, free.organisation_id} & set(asked)


@pytest.mark.django_db
def test_who_left_early_keeps_its_day_and_says_no_second_farewell() -> None:
    campaign = factories.going()
    early = factories.pledge(campaign)
    post = factories.direct(early, NetworkChoices.X)
    assert due_posts(campaign, T).count() == 1
    week_before = T - timedelta(days=7)
    prove_by_hand(post, link_at(post, week_before.timestamp()), actor=factories.person(), now=T)
    assert due_posts(campaign, T).count() == 0
    assert post_time(Post.objects.get().network_post_id) == week_before
    assert label_of(early) == (Label.LEFT, week_before.date())


@pytest.mark.django_db
def test_who_had_already_left_announces_and_says_no_farewell() -> None:
    campaign = factories.going()
    day = date(2023, 3, 14)
    gone = factories.pledge(campaign, answer=Answer.ALREADY_LEFT, left_on=day)
    factories.account(gone.organisation)
    factories.account(gone.organisation, NetworkChoices.BLUESKY)
    prepare_posts(gone, now=NOW)
    assert [post.kind for post in Post.objects.all()] == [PostKind.ANNOUNCEMENT]
    assert label_of(gone) == (Label.ALREADY_LEFT, day)


@pytest.mark.django_db
def test_without_a_home_it_may_promise_and_is_not_ready() -> None:
    word = factories.pledge(factories.campaign())
    x = factories.account(word.organisation, proof=Proof.LINKED_BACK)
    factories.post(word, x)
    assert word.holds_since
    (row,) = readiness(word.campaign)
    assert (row.home.verdict, str(row.home.words)) == (Verdict.FAILS, "none yet")


@pytest.mark.django_db
@pytest.mark.parametrize("trouble", [Trouble.SUSPENDED, Trouble.LOST])
def test_whose_account_on_x_is_mute_has_left_when_its_announcement_is_out(
    trouble: Trouble,
) -> None:
    campaign: Campaign = factories.going()
    word = factories.pledge(campaign)
    factories.account(word.organisation, trouble=trouble)
    home = factories.account(word.organisation, NetworkChoices.BLUESKY, proof=Proof.DOMAIN)
    prepare_posts(word, now=NOW)
    assert [post.account for post in Post.objects.all()] == [home]
    assert label_of(word)[0] is Label.LEAVING
    Post.objects.all().delete()
    factories.post(word, home, state=State.PUBLISHED)
    assert label_of(word) == (Label.LEFT, T.date())
    found = progress(campaign, language="en", now=T)
    assert trouble.value not in repr(found.rows)
    Account.objects.update(trouble="")
    assert label_of(word)[0] is Label.LEAVING
