"""From what is known to the one public label, by a table; and from rows to what is known."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from coalition.campaigns.models import Campaign
from coalition.evidence.labels import Farewell, Known, Standing, standing
from coalition.evidence.models import Evidence
from coalition.evidence.queries import standings
from coalition.evidence.states import Label, Level
from coalition.members.states import NetworkChoices
from coalition.pledges.actions import withdraw
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T

LATER = T + timedelta(hours=1)
OUT, STILL = Farewell(T, "https://x.com/a/status/1"), Farewell(None)
BACK = Farewell(T, back=True)
FIRM = Known(Answer.LEAVE, True, False, False, None, [STILL], [])
IF = replace(FIRM, answer=Answer.LEAVE_IF, holds=False)
GONE = date(2024, 11, 1)


def report(level: Level, at: datetime = T) -> tuple[Level, datetime, str]:
    return level, at, f"https://example.org/{level}"


@pytest.mark.parametrize(
    ("known", "exit_at", "expected"),
    [
        (FIRM, None, Standing(Label.PLEDGED)),
        (FIRM, T, Standing(Label.LEAVING, T)),
        (replace(FIRM, farewells=[]), T, Standing(Label.LEAVING, T)),
        (replace(FIRM, holds=False), T, None),  # not confirmed, or it left the coalition
        (replace(FIRM, withdrawn=True), T, None),
        (IF, T, None),  # a condition is private
        (replace(IF, condition_public=True), T, Standing(Label.PLEDGED_IF)),
        (replace(IF, condition_public=True, withdrawn=True), T, None),
        (replace(IF, holds=True), None, Standing(Label.PLEDGED)),
        (replace(IF, holds=True), T, Standing(Label.LEAVING, T)),
        (replace(FIRM, answer=Answer.NOT_NOW, holds=False), T, None),
        (replace(FIRM, answer=Answer.BOARD_DATE, holds=False), T, None),
        (
            replace(FIRM, answer=Answer.ALREADY_LEFT, left_on=GONE),
            T,
            Standing(Label.ALREADY_LEFT, on=GONE),
        ),
        (replace(FIRM, farewells=[OUT]), T, Standing(Label.LEFT, T, url=OUT.url)),
        (replace(FIRM, farewells=[BACK]), T, None),  # it posts again: not leaving either
        (replace(FIRM, farewells=[OUT, BACK]), T, Standing(Label.PARTLY, T, url=OUT.url)),
        (replace(FIRM, answer=Answer.ALREADY_LEFT, left_on=GONE, farewells=[BACK]), T, None),
        (replace(FIRM, farewells=[OUT, STILL]), T, Standing(Label.PARTLY, T, url=OUT.url)),
        (
            replace(FIRM, farewells=[OUT, Farewell(LATER, "b")]),
            T,
            Standing(Label.LEFT, LATER, url="b"),
        ),
        (
            replace(FIRM, farewells=[OUT], stays_somewhere=True),
            T,
            Standing(Label.PARTLY, T, url=OUT.url),
        ),
        (
            replace(FIRM, farewells=[OUT], withdrawn=True, holds=False),
            T,
            Standing(Label.LEFT, T, url=OUT.url),
        ),  # what is out is out
        (
            replace(FIRM, reports=[report(Level.SELF_REPORTED)]),
            T,
            Standing(Label.LEFT_SELF_REPORTED, T, url="https://example.org/self-reported"),
        ),
        (
            replace(FIRM, reports=[report(Level.SEEN), report(Level.SELF_REPORTED, LATER)]),
            T,
            Standing(Label.LEFT, T, url="https://example.org/seen"),
        ),
        (
            replace(FIRM, farewells=[OUT], reports=[report(Level.SELF_REPORTED)]),
            T,
            Standing(Label.LEFT, T, url=OUT.url),
        ),
    ],
)
def test_the_label_by_its_table(
    known: Known, exit_at: datetime | None, expected: Standing | None
) -> None:
    assert standing(known, exit_at=exit_at) == expected


def test_at_most_these_labels_are_public() -> None:
    assert {str(label.value) for label in Label} == {
        "pledged",
        "pledged if",
        "leaving",
        "left",
        "left self-reported",
        "partly",
        "already left",
    }


def labels(campaign: Campaign) -> dict[int, Label]:
    found = standings(campaign, Pledge.objects.select_related("organisation"))
    return {organisation: one.label for organisation, one in found.items()}


@pytest.mark.django_db
def test_only_farewells_that_are_out_on_accounts_that_leave_make_it_left() -> None:
    campaign = factories.going()
    whole, partly, stays, announced = (factories.pledge(campaign) for _ in range(4))
    factories.post(whole, state=State.PUBLISHED)
    factories.post(partly, state=State.PUBLISHED)
    factories.post(partly, state=State.UNCERTAIN)
    factories.post(stays, state=State.PUBLISHED)
    factories.account(stays.organisation, leaves=False)
    factories.direct(
        announced,
        NetworkChoices.BLUESKY,
        state=State.PUBLISHED,
        network_post_id="at://1",
        published_at=T,
    )
    assert labels(campaign) == {
        whole.organisation_id: Label.LEFT,
        partly.organisation_id: Label.PARTLY,
        stays.organisation_id: Label.PARTLY,
        announced.organisation_id: Label.LEAVING,
    }


@pytest.mark.django_db
def test_overturned_evidence_and_that_of_another_campaign_say_nothing() -> None:
    campaign = factories.going()
    pledge = factories.pledge(campaign)
    for about, overturned in ((campaign, NOW), (factories.campaign(), None)):
        Evidence.objects.create(
            campaign=about,
            organisation=pledge.organisation,
            level=Level.SEEN,
            left_at=T,
            recorded_at=T,
            recorded_by="somebody",
            overturned_at=overturned,
        )
    assert labels(campaign) == {pledge.organisation_id: Label.LEAVING}
    Evidence.objects.update(overturned_at=None)
    assert labels(campaign) == {pledge.organisation_id: Label.LEFT}


@pytest.mark.django_db
def test_who_withdrew_before_the_hour_has_no_label_and_who_is_out_keeps_it() -> None:
    campaign = factories.going()
    before, after = factories.pledge(campaign), factories.pledge(campaign)
    factories.post(after, state=State.PUBLISHED)
    for pledge in (before, after):
        withdraw(pledge, actor=factories.person(), now=NOW)
    assert labels(campaign) == {after.organisation_id: Label.LEFT}
