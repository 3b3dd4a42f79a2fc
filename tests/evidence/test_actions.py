"""Leaving by oneself: dated, as sure as its proof, and the farewell never goes a second time."""

from datetime import timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.evidence.actions import Reason, by_its_link, overturn, say_left
from coalition.evidence.ladder import ladder
from coalition.evidence.models import Evidence
from coalition.evidence.states import Label, Level
from coalition.members.models import Account
from coalition.members.states import NetworkChoices
from coalition.networks.x.identity import first_id_at
from coalition.progress.queries import public_state
from coalition.publishing.actions import prepare_posts
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind, State
from coalition.refusals import Refusal
from tests import factories
from tests.evidence.after import DAY, gone
from tests.factories import NOW, T

pytestmark = pytest.mark.django_db
EARLY = NOW + DAY


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.MISSED])
def test_a_farewell_that_waits_is_given_up_and_not_made_again(state: State) -> None:
    left = gone(factories.campaign(), out=False)
    factories.post(left.pledge, left.account, state=state)
    reason = Reason(Level.SELF_REPORTED, EARLY)
    say_left(left.campaign, [left.account], reason, actor="An", now=EARLY)
    assert Post.objects.get().state == State.CANCELLED
    left.pledge.organisation.refresh_from_db()
    assert prepare_posts(left.pledge, now=EARLY) == 0
    assert left.label() is Label.LEFT_SELF_REPORTED


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN])
def test_while_it_may_be_going_out_nothing_is_recorded(state: State) -> None:
    left = gone(out=False)
    factories.post(left.pledge, left.account, state=state)
    with pytest.raises(Refusal):
        say_left(
            left.campaign,
            [left.account],
            Reason(Level.SEEN, T),
            actor="An",
            now=T + DAY,
        )
    assert not Evidence.objects.exists()
    assert Account.objects.get(pk=left.account.pk).left_at is None


def test_a_day_that_lies_ahead_is_refused() -> None:
    left = gone(out=False)
    with pytest.raises(Refusal):
        say_left(left.campaign, [left.account], Reason(Level.SEEN, T), actor="An", now=NOW)


def test_a_link_is_looked_at_and_its_hour_is_in_it() -> None:
    left = gone(factories.campaign(), out=False)
    post = first_id_at(EARLY)
    link = f"https://x.com/{left.account.handle}/status/{post}"
    reason = by_its_link(left.account, link, now=EARLY + DAY)
    assert reason.level is Level.LINK
    assert abs(reason.left_at - EARLY) < timedelta(seconds=1)
    say_left(left.campaign, [left.account], reason, actor="An", now=EARLY + DAY)
    assert left.label() is Label.LEFT
    for wrong in (f"https://x.com/somebody/status/{post}", "https://example.org/1"):
        with pytest.raises(Refusal):
            by_its_link(left.account, wrong, now=EARLY + DAY)


def test_only_all_its_accounts_make_it_left() -> None:
    left = gone(out=False)
    other = factories.account(left.pledge.organisation)
    reason = Reason(Level.SEEN, T + DAY)
    say_left(left.campaign, [left.account], reason, actor="An", now=T + DAY)
    assert left.label() is Label.PARTLY
    say_left(left.campaign, [other], reason, actor="An", now=T + DAY)
    assert left.label() is Label.LEFT


def test_what_was_wrong_is_taken_back() -> None:
    left = gone(out=False)
    made = say_left(left.campaign, [left.account], Reason(Level.SEEN, T), actor="An", now=T + DAY)
    overturn(made[0], actor="An", now=T + DAY)
    assert left.label() is Label.LEAVING
    assert Account.objects.get(pk=left.account.pk).left_at is None
    with pytest.raises(Refusal):
        overturn(made[0], actor="Bo", now=T + DAY)


def test_the_announcement_alone_says_nothing_of_x_but_confirms_who_says_it_left() -> None:
    left = gone(out=False)
    home = factories.account(left.pledge.organisation, NetworkChoices.BLUESKY)
    Evidence.objects.create(
        campaign=left.campaign,
        organisation=left.pledge.organisation,
        account=home,
        level=Level.SEEN,
        left_at=T,
        recorded_at=T,
        recorded_by="the machine",
    )
    assert left.label() is Label.LEAVING
    reason = Reason(Level.SELF_REPORTED, T)
    say_left(left.campaign, [left.account], reason, actor="An", now=T + DAY)
    assert left.label() is Label.LEFT


def test_the_highest_rung_says_how_sure_we_are_and_who_looked() -> None:
    left = gone()
    organisation = left.pledge.organisation_id
    rung = ladder(left.campaign)[organisation]
    assert (rung.level, rung.by) == (Level.LINK, "the machine")  # by hand: its link was proved
    Post.objects.filter(kind=PostKind.FAREWELL).update(route="direct")
    assert ladder(left.campaign)[organisation].level is Level.SEEN
    say_left(left.campaign, [left.account], Reason(Level.RECHECKED, T), actor="An", now=T + DAY)
    rung = ladder(left.campaign)[organisation]
    assert (rung.level, rung.by) == (Level.RECHECKED, "An")


def test_on_the_day_and_since_are_counted_apart() -> None:
    campaign: Campaign = gone().campaign
    for left_at in (T - 3 * DAY, T + 2 * DAY, T + 9 * DAY):
        one = gone(campaign, out=False)
        reason = Reason(Level.SEEN, left_at)
        say_left(campaign, [one.account], reason, actor="An", now=T + 10 * DAY)
    state = public_state(campaign, language="en", now=T + 10 * DAY)
    assert (state.left, state.before, state.on_the_day, state.since) == (4, 1, 1, 2)


def test_the_day_is_that_of_the_campaigns_own_clock() -> None:
    midnight = T.replace(hour=23, minute=30)  # 0:30 of the next day in Brussels
    campaign = gone().campaign
    one = gone(campaign, out=False)
    say_left(campaign, [one.account], Reason(Level.SEEN, midnight), actor="An", now=T + DAY)
    state = public_state(campaign, language="en", now=T + DAY)
    assert (state.on_the_day, state.since) == (1, 1)
