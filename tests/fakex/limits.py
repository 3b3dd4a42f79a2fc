"""Rate limits: how many calls fit into a window, and the headers that tell."""

from dataclasses import dataclass, field

QUARTER, DAY = 15 * 60, 24 * 3600


@dataclass
class Window:
    """At most `limit` calls per key in `seconds`; a window starts with its first call."""

    limit: int
    seconds: int
    open: dict[str, tuple[float, int]] = field(default_factory=dict)

    def take(self, key: str, now: float) -> tuple[bool, int, int]:
        """Count one call; (it fits, how many are left, when the window starts anew)."""
        reset, used = self.open.get(key, (0.0, 0))
        if now >= reset:
            reset, used = now + self.seconds, 0
        fits = used < self.limit
        if fits:
            used += 1
        self.open[key] = (reset, used)
        return fits, self.limit - used, int(reset)


def headers(limit: int, remaining: int, reset: int) -> dict[str, str]:
    """Say it as X does; X sends no Retry-After."""
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(remaining),
        "x-rate-limit-reset": str(reset),
    }


class Limits:
    """X's windows of the endpoints that we imitate, per user, and the app's own for posts."""

    def __init__(self) -> None:
        """Start with every window unopened."""
        self.app = Window(10_000, DAY)
        self.users = {
            "post": Window(100, QUARTER),
            "me": Window(75, QUARTER),
            "timeline": Window(900, QUARTER),
            "media": Window(500, QUARTER),
            "metadata": Window(500, QUARTER),
        }

    def take(self, endpoint: str, user: str, now: float) -> tuple[bool, dict[str, str]]:
        """Count one call of a user; whether it fits, and the headers to send along."""
        window = self.users[endpoint]
        fits, remaining, reset = window.take(user, now)
        said = headers(window.limit, remaining, reset)
        if endpoint == "post" and fits:
            fits, left, again = self.app.take("app", now)
            said |= {
                "x-app-limit-24hour-limit": str(self.app.limit),
                "x-app-limit-24hour-remaining": str(left),
                "x-app-limit-24hour-reset": str(again),
            }
        return fits, said
