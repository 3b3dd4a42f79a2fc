"""Every guard, by the rows of docs/abuse.md."""

from tests.guards import defacing, entering, fetching, learning, pledging, posting
from tests.guards.guard import Rows

GUARDS: Rows = {
    **posting.ROWS,
    **pledging.ROWS,
    **defacing.ROWS,
    **learning.ROWS,
    **fetching.ROWS,
    **entering.ROWS,
}
