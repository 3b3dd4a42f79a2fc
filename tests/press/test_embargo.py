from datetime import datetime, timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.press.embargo import is_public, public_from
from coalition.press.models import PressKit
from tests import factories
from tests.factories import NOW, Columns, T

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def going(public_at: datetime | None = None, **columns: Columns) -> Campaign:
    made = factories.going(**columns)
    factories.press_kit(made, public_at=public_at)
    return Campaign.objects.get(pk=made.pk)


def test_without_another_hour_it_is_t() -> None:
    campaign = going()
    assert public_from(campaign) == T
    assert not is_public(campaign, T - timedelta(microseconds=1))
    assert is_public(campaign, T)


def test_an_hour_of_its_own_does_not_wait_for_go() -> None:
    campaign = going(public_at=NOW + MINUTE, go_at=None)
    assert not is_public(campaign, NOW)
    assert is_public(campaign, NOW + MINUTE)


def test_with_the_exit_it_waits_for_go() -> None:
    assert public_from(going(go_at=None)) is None


@pytest.mark.parametrize("halt", ["called_off_at", "stopped_at", "no_go_at"])
@pytest.mark.parametrize("public_at", [None, T - timedelta(hours=6)])
def test_an_exit_that_is_halted_says_nothing_by_itself(
    halt: str, public_at: datetime | None
) -> None:
    columns = {halt: NOW, "go_at": None if halt == "no_go_at" else NOW}
    assert public_from(going(public_at, **columns)) is None


def test_what_was_public_stays_so_after_a_stop() -> None:
    assert is_public(going(stopped_at=T + MINUTE), T + 2 * MINUTE)


def test_a_draft_says_nothing_whatever_its_hour() -> None:
    assert public_from(going(NOW, opened_at=None)) is None
    assert public_from(going(NOW, opened_at=T)) == T


def test_without_a_kit_there_is_nothing() -> None:
    assert public_from(factories.going()) is None
    assert not PressKit.objects.exists()
