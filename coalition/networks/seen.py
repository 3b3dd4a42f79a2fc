"""What an account looks like from outside: its name today, and the other side's clock."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from coalition.networks.wire import Reply


@dataclass(frozen=True, slots=True)
class Seen:
    """Empty where the network did not say."""

    handle: str = ""
    at: datetime | None = None


def date_of(reply: Reply) -> datetime | None:
    """The Date header, to the second."""
    try:
        return parsedate_to_datetime(reply.headers["Date"])
    except (KeyError, ValueError):
        return None
