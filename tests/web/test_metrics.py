"""Numbers for a monitor: read back by Prometheus's own parser, and for nobody without the token."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from coalition.publishing.states import State
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(settings: Settings) -> str:
    settings.METRICS_TOKEN = "a long token"
    return "Bearer a long token"


@pytest.mark.parametrize("brought", ["", "Bearer ", "Bearer wrong", "a long token"])
@pytest.mark.usefixtures("token")
def test_without_the_token_there_is_no_such_page(brought: str) -> None:
    assert Client().get("/healthz/metrics", headers={"Authorization": brought}).status_code == 404


def test_without_a_token_in_the_settings_nobody_has_one(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert Client().get("/healthz/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_numbers_are_those_of_the_rows(
    token: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    factories.post(factories.pledge(factories.campaign()), state=State.APPROVED)
    with django_assert_num_queries(6):
        answer = Client().get("/healthz/metrics", headers={"Authorization": token})
    found = {
        (sample.name, sample.labels.get("state", "")): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }
    assert found["coalition_posts", "approved"] == 1
    assert found["coalition_posts", "sending"] == 0
    assert found["coalition_overdue_seconds", ""] == 0
