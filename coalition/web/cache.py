"""The cache that limits count in. While it is away nobody is counted, and everybody may go on.

Refusing instead would lock coordinators out at the hour because a queue is down. What still holds
then: a code is tried three times at most, and lives in one browser's session.
"""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class OpenWhenDown(RedisCache):
    """Answers as if nothing were kept when it can't be reached, and says so in the log."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """As if it were new."""
        try:
            return super().add(*args, **kwargs)
        except RedisError as down:
            _say(down)
            return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401
        """As if it were not there."""
        try:
            return super().get(key, default, version)
        except RedisError as down:
            _say(down)
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Forgotten."""
        try:
            super().set(*args, **kwargs)
        except RedisError as down:
            _say(down)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Gone already."""
        try:
            return super().delete(*args, **kwargs)
        except RedisError as down:
            _say(down)
            return False


def _say(down: RedisError) -> None:
    logger.warning("The cache does not answer (%s): limits don't count.", type(down).__name__)
