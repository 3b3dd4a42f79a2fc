"""Whether Bluesky's own schema takes a record, asked of the official SDK before T and not at T."""

import json
from functools import cache
from typing import Any

from coalition.networks.bluesky.record import COLLECTION


def complaint(record: str) -> str:
    """What is wrong with a frozen record by `app.bsky.feed.post`; empty when nothing is."""
    try:
        _read(json.loads(record))
    except ValueError as error:  # pydantic's own among them
        first, _, rest = str(error).partition("\n")
        return f"{first}: {rest.splitlines()[0]}" if rest else first
    return ""


@cache
def _model() -> Any:  # noqa: ANN401 — a class that the SDK builds
    from atproto import models  # type: ignore[import-untyped]  # takes seconds to import

    return models.AppBskyFeedPost.Record


def _read(value: dict[str, Any]) -> None:
    if value.get("$type") != COLLECTION:
        raise ValueError(f"the record is a {value.get('$type')!r}, not a {COLLECTION}")
    _model().model_validate(value, context={"strict_string_format": True})


def warm_up() -> None:
    """Import the SDK now, in a worker that has time, and not when a post is due."""
    _model()
