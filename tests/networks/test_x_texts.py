"""Texts on X: their length by X's own counter, their cost, what its policy punishes."""

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from coalition.networks.text import ProblemKind
from coalition.networks.x.compose import compose_link
from coalition.networks.x.length import LIMIT, cost, weighted_length
from coalition.networks.x.lint import problems

VECTORS = json.loads((Path(__file__).parent / "vectors" / "x_length.json").read_text("utf-8"))


def test_there_are_enough_golden_vectors() -> None:
    assert len(VECTORS) >= 200


@pytest.mark.parametrize(("text", "length"), VECTORS)
def test_length_equals_that_of_xs_own_counter(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize("piece", ["a.", "é.", "a.be/(a", "@a.", "-a", "#a", "//", "(a", "a_"])
def test_a_hostile_text_is_counted_at_once(piece: str) -> None:
    began = time.process_time()
    weighted_length(piece * 10_000)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("Wij vertrekken.", "0.015"),
        ("Zie https://ngo.be", "0.20"),
        ("Volg ngo.bsky.social", "0.20"),
        ("Zie 11.be", "0.20"),
        ("info@ngo.be", "0.015"),
        ("Op 20.01 om 11.11", "0.015"),
    ],
)
def test_a_link_makes_a_post_dear(text: str, dollars: str) -> None:
    assert cost(text) == Decimal(dollars)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wij vertrekken. Volg ngo.bsky.social", []),
        ("a" * LIMIT, []),
        ("a" * (LIMIT + 1), [(ProblemKind.TOO_LONG, "281")]),
        ("", [(ProblemKind.EMPTY, "")]),
        ("Kom mee #eXit", [(ProblemKind.HASHTAG, "#eXit")]),
        ("Kom mee ＃exit", [(ProblemKind.HASHTAG, "＃exit")]),
        ("#één", [(ProblemKind.HASHTAG, "#één")]),
        ("nummer #1", []),
        ("#1️⃣", []),
        ("https://ngo.be/#top", []),
        ("https://ngo.be/?a=#top", []),
        ("&#39;", []),
        ("dank @jan", [(ProblemKind.MENTION, "@jan")]),
        ("dank ＠jan", [(ProblemKind.MENTION, "＠jan")]),
        ("volg @ngo.bsky.social!", [(ProblemKind.BLUESKY_HANDLE, "@ngo.bsky.social")]),
        ("volg @cncd-11.be.", [(ProblemKind.BLUESKY_HANDLE, "@cncd-11.be")]),
        ("info@ngo.be", []),
        ("a @ b", []),
        ("a\u202eb", [(ProblemKind.HIDDEN_CHARACTER, "U+202E")]),
        ("#a @b", [(ProblemKind.HASHTAG, "#a"), (ProblemKind.MENTION, "@b")]),
    ],
)
def test_the_linter_names_every_problem(text: str, found: list[tuple[ProblemKind, str]]) -> None:
    assert [(problem.kind, problem.piece) for problem in problems(text)] == found


def test_a_compose_link_keeps_every_character() -> None:
    assert (
        compose_link("a & b/ë\n#") == "https://x.com/intent/tweet?text=a%20%26%20b%2F%C3%AB%0A%23"
    )
