"""What Bluesky will not take, or what we will not send there (pure)."""

from coalition.networks.text import Problem, ProblemKind, graphemes, hidden_characters

LIMIT = 300
_MOST_BYTES = 3000


def problems(text: str) -> tuple[Problem, ...]:
    """Everything that keeps this text from going out on Bluesky."""
    found = hidden_characters(text)
    if not text.strip():
        found = (Problem(ProblemKind.EMPTY), *found)
    if graphemes(text) > LIMIT or len(text.encode()) > _MOST_BYTES:
        found = (Problem(ProblemKind.TOO_LONG, str(graphemes(text))), *found)
    return found
