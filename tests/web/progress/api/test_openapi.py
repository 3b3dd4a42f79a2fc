"""The API keeps to its own document, whatever it is asked."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.schemas import OpenApiSchema

from coalition.wsgi import application
from tests.web.progress import world

pytestmark = pytest.mark.django_db

BOUNDED = bounds(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def after_the_hour(settings: Settings) -> Iterator[None]:
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    for moment in (request_started, request_finished):  # as Django's own client does
        moment.disconnect(close_old_connections)
    with time_machine.travel(world.AFTER, tick=False):
        world.public(world.campaign())
        yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def document(**parameters: str) -> OpenApiSchema:
    generation = GenerationConfig(deterministic=True)
    project = ProjectConfig(generation=generation, parameters=parameters or None)
    config = SchemathesisConfig(seed=1, projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)


OPERATIONS = (
    "campaigns",
    "campaign",
    "number",
    "curve",
    "organisations",
    "organisation",
    "corrections",
    "handles",
)


ASKS_NOTHING = {"curve", "handles"}  # nothing but the address: nothing to ask wrongly
THERE = {"campaign": "samen-weg", "organisation": "waterput"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_is_asked_is_answered_as_documented(operation: str) -> None:
    ask(operation, document(), GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_there_is_answered_as_documented(operation: str) -> None:
    ask(operation, document(**THERE), GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in ASKS_NOTHING])
def test_what_is_asked_wrongly_is_refused_as_documented(operation: str) -> None:
    ask(operation, document(**THERE), GenerationMode.NEGATIVE)


def ask(operation: str, of: OpenApiSchema, mode: GenerationMode) -> None:
    @bounds(BOUNDED)
    @given(case=of.find_operation_by_id(operation).as_strategy(generation_mode=mode))
    def answered_as_documented(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    answered_as_documented()


def test_every_parameter_is_documented_under_its_name(client: Client) -> None:
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    names = {one["name"] for each in paths.values() for one in each["get"]["parameters"]}
    assert names == {
        *("campaign", "organisation", "lang", "limit", "offset"),
        *("kind", "language", "label", "member"),
    }
    for path, each in paths.items():
        assert ("lang" in {one["name"] for one in each["get"]["parameters"]}) is not path.endswith(
            ("/curve", "/handles.json")
        )


def test_every_problem_is_documented_as_a_problem(client: Client) -> None:
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    said = sorted(one["get"]["operationId"] for one in paths.values())
    assert said == sorted(OPERATIONS)
    for path, operations in paths.items():
        assert list(operations) == ["get"]
        answers = operations["get"]["responses"]
        expected = {"200", "422"} if path == "/api/v1/campaigns" else {"200", "404", "422"}
        assert set(answers) == expected
        for status, answer in answers.items():
            kind = "application/json" if status == "200" else "application/problem+json"
            assert list(answer["content"]) == [kind]
