"""What all texts share."""

import pytest

from coalition.networks.bluesky import lint as bluesky_lint
from coalition.networks.text import ProblemKind, canonical, graphemes, hidden_characters


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("e\u0301", 1),
        ("ë", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇧🇪🇫🇷", 2),
        ("👍🏽", 1),
        ("1️⃣", 1),
        ("a\r\nb", 3),
        ("각", 1),
    ],
)
def test_people_count_graphemes(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wij &amp; zij", "Wij & zij"),
        ("cafe\u0301", "café"),
        ("a\u00a0 b\n\nc ", "a b c"),
    ],
)
def test_equal_texts_have_one_canonical_form(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


def test_different_texts_stay_different() -> None:
    assert canonical("Wij gaan.") != canonical("wij gaan.")


@pytest.mark.parametrize(
    ("text", "code_point"),
    [
        ("a\u202eb", "U+202E"),  # right-to-left override
        ("a\u2066b", "U+2066"),
        ("a\u200bb", "U+200B"),
        ("a\u200db", "U+200D"),  # a joiner that joins no emoji
        ("\ufeffa", "U+FEFF"),
        ("a\u00adb", "U+00AD"),
        ("a\u2060b", "U+2060"),
        ("a\x00b", "U+0000"),
        ("a\u061cb", "U+061C"),
        ("a\u3164b", "U+3164"),
        ("a\U000e0041b", "U+E0041"),  # a tag that belongs to no flag
    ],
)
def test_hidden_characters_are_found(text: str, code_point: str) -> None:
    found = hidden_characters(text)
    assert [(one.kind, one.piece) for one in found] == [(ProblemKind.HIDDEN_CHARACTER, code_point)]
    assert f"U+{ord(text[found[0].start]):04X}" == code_point


@pytest.mark.parametrize(
    "text",
    [
        "gewoon",
        "regel\nregel\ttab\r\n",
        "👨‍👩‍👧‍👦 ❤️‍🔥 🏳️‍🌈 👩🏽‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "« où ? »",
        "\u00a0",
        "e\u0301",
        "1️⃣",
    ],
)
def test_honest_texts_hide_nothing(text: str) -> None:
    assert hidden_characters(text) == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("ë" * 300, []),
        ("👨‍👩‍👧‍👦" * 100, []),
        ("ë" * 301, [ProblemKind.TOO_LONG]),
        ("👨‍👩‍👧‍👦" * 121, [ProblemKind.TOO_LONG]),  # few graphemes, too many bytes
        (" \n", [ProblemKind.EMPTY]),
        ("a\u202eb", [ProblemKind.HIDDEN_CHARACTER]),
    ],
)
def test_bluesky_takes_300_graphemes(text: str, kinds: list[ProblemKind]) -> None:
    assert [problem.kind for problem in bluesky_lint.problems(text)] == kinds
