"""A worker that outlives its broker.

Celery drops a broken connection, and kombu then stumbles over what is still to be done on it: an
acknowledgement, the goodbye. Its AttributeError would be the end of the worker.
"""

import logging
from typing import Any

from celery.worker.consumer import Consumer as CeleryConsumer

log = logging.getLogger(__name__)


class Consumer(CeleryConsumer):  # type: ignore[misc]
    """Celery's own, except that a broker which is gone can't take the worker along."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """What kombu says of a lost connection is an error of the connection."""
        super().__init__(*args, **kwargs)
        self.connection_errors: tuple[type[Exception], ...]
        self.connection_errors += (AttributeError,)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """The goodbye fails while the broker is down; connecting anew is the next step anyway."""
        try:
            super().on_connection_error_after_connected(exc)
        except Exception:
            log.warning("the lost connection to the queue could not be closed", exc_info=True)
