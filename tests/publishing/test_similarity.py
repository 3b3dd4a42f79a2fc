"""How alike two texts are, by a table."""

import pytest

from coalition.publishing.similarity import Likeness, groups, likeness, overlap, runs

NL = "Vandaag verlaten wij X en wij nemen onze lezers mee naar een betere plek"
FR = "Aujourd'hui nous quittons X et nous emmenons nos lecteurs vers un meilleur endroit"


@pytest.mark.parametrize(
    ("one", "other", "per_cent"),
    [
        (NL, NL, 100),
        (NL, NL.upper() + " !!! 👋", 100),  # case, punctuation, emoji
        (NL, NL + " https://ngo.example/nieuws", 100),  # addresses
        (NL, f"{NL} ngo.example", 100),
        (NL, f"Beste mensen. {NL}. Tot ginder allemaal!", 100),  # one inside the other
        ("Á bientôt à tous", "A bientot a tous", 100),  # accents
        (NL, FR, 0),  # a translation is different
        (NL, "Vandaag verlaten wij X.", 100),  # the shorter decides
        (NL, "Wij verlaten vandaag X, en wij nemen onze lezers mee", 62),
        ("Tot ziens", "Tot ziens", 100),  # fewer than three words
        ("Tot ziens", "Tot ziens iedereen", 0),
        (NL, "", 0),
        ("👋 !!!", "👋 !!!", 0),  # no words, nothing alike
    ],
)
def test_overlap_of_words_in_runs_of_three(one: str, other: str, per_cent: int) -> None:
    assert overlap(runs(one), runs(other)) == overlap(runs(other), runs(one)) == per_cent


def test_likeness_is_with_the_most_alike_and_counts_those_at_the_limit() -> None:
    others = [NL, NL + " en verder nog iets heel anders", FR]
    assert likeness(NL, others, limit=100) == Likeness(100, 2)
    assert likeness(NL, [], limit=80) == Likeness(0, 0)


def test_groups_say_the_same_as_one_by_one() -> None:
    texts = {1: NL, 2: FR, 3: NL + " en verder nog iets heel anders", 4: ""}
    assert groups(texts, limit=80) == {
        key: likeness(text, [other for name, other in texts.items() if name != key], limit=80)
        for key, text in texts.items()
    }
