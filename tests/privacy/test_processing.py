"""The processor's text: one agreement in four languages, whose periods are those of the code."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from coalition.joining.actions import VALID_FOR
from coalition.privacy import retention

FOLDER = Path(__file__).parents[2] / "docs" / "processing"
LANGUAGES = ("nl", "fr", "de", "en")
PERIODS = (
    *(retention.LETTERS, retention.INVITATIONS, retention.LINKS),
    *(VALID_FOR, retention.CANDIDATES),
)


def chapters(language: str) -> list[str]:
    return re.split(r"^## ", (FOLDER / f"{language}.md").read_text("utf-8"), flags=re.MULTILINE)


def days(text: str) -> set[int]:
    """Numbers that aren't in [brackets], where people fill in their own."""
    return {int(number) for number in re.findall(r"(?<![\d\[])\b(\d+)\b(?!\])", text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_periods_are_those_by_which_rows_are_forgotten(language: str) -> None:
    (how_long,) = [one for one in chapters(language) if one.startswith("2. ")]
    promised = {timedelta(days=number) for number in days(how_long.partition("\n")[2])}
    assert promised == set(PERIODS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_the_same_in_every_language(language: str) -> None:
    mine, english = chapters(language), chapters("en")
    assert [one.split()[0] for one in mine[1:]] == [one.split()[0] for one in english[1:]]
    for here, there in zip(mine, english, strict=True):
        assert here.count("[") == there.count("[")
        assert days(here) == days(there)
