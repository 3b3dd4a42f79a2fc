"""What is not ours: the networks' clocks, and the credit at X."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from statistics import median
from typing import Final

from django.conf import settings

from coalition.health.queries import account_hosts, x_cost
from coalition.management.doctor.finding import Finding, green, red, yellow
from coalition.networks.clocks import clocks

OURS_OFF: Final = 2.0
THEIRS_OFF: Final = 5.0


def time() -> Finding:
    """T is T for the networks too: most of them can't be wrong at once."""
    if settings.NETWORKS != "live":
        return green("time", "no network is asked until networks are live")
    asked = {f"{host}/xrpc/com.atproto.server.describeServer" for host in account_hosts()}
    if settings.X_CLIENT_ID:
        asked.add(f"{settings.X_API}/")
    if not asked:
        return green("time", "no account is connected, so nobody is asked")
    told = {
        address.partition("/xrpc")[0]: ahead
        for address, ahead in clocks(asked, settings.BLUESKY_PRIVATE_HOSTS).items()
        if ahead is not None
    }
    return _judged(told, len(asked))


def _judged(told: Mapping[str, float], asked: int) -> Finding:
    if not told:
        return yellow(
            "time", f"none of {asked} servers of accounts answers", "see why: firewall, DNS?"
        )
    ours = median(told.values())
    if abs(ours) > OURS_OFF:
        way = "behind" if ours > 0 else "ahead of"
        says = f"this machine is {abs(ours):.0f} s {way} the networks"
        return red("time", says, "switch time synchronisation on (timedatectl set-ntp true)")
    odd = [host for host, ahead in told.items() if abs(ahead) > THEIRS_OFF]
    if odd:
        says = f"{', '.join(odd)}: another time than everybody else's"
        return yellow("time", says, "tell whoever runs it; our posts go by our clock")
    silent = f", {asked - len(told)} say nothing" if asked > len(told) else ""
    return green("time", f"{len(told)} servers of accounts agree with this machine{silent}")


def credit() -> Finding:
    """X tells nobody what is left: what goes out is held against what was bought."""
    spent, to_come = x_cost()
    if not settings.X_CLIENT_ID:
        return green("credit", "nothing is posted on X by machine")
    try:
        bought = Decimal(settings.X_BUDGET)
    except InvalidOperation:
        says = f"${spent} spent on X, ${to_come} to come, and nobody said what was bought"
        return yellow("credit", says, "write what you bought in X's console into X_BUDGET")
    if spent + to_come > bought:
        says = f"${bought} were bought at X; ${spent} are spent, ${to_come} are to come"
        return red("credit", says, "buy more in X's console, then write the sum into X_BUDGET")
    return green("credit", f"${spent} of ${bought} spent on X, ${to_come} to come")
