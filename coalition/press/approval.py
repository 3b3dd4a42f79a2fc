"""What an organisation's yes to a quote is bound to. Pure."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple


class Wording(NamedTuple):
    """A quote in one language."""

    function: str
    words: str


def quote_sha256(organisation: int, speaker: str, words: Mapping[str, Wording]) -> str:
    """Who says what, in every language: any edit makes another hash, and voids the approval."""
    said = [organisation, speaker, sorted((code, *each) for code, each in words.items())]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
