"""What an installer says becomes one sentence."""

import pytest

from tools import environment


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("error: Failed to fetch: `https://…`\n dns error", "the package index can't be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM…", "is not the one that the lock names"),
        ("error: Hash mismatch for `tiny==1`", "is not the one that the lock names"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("ERROR: Could not find a version (from versions: none)", "has nothing for this Python"),
        ("something new\nthat nobody knows", "failed: that nobody knows (all it said: "),
    ],
)
def test_an_installers_failure_becomes_one_sentence(words: str, meaning: str) -> None:
    sentence = environment.explain(words, "requirements.lock")
    assert meaning in sentence
    assert len(sentence.splitlines()) == 1
