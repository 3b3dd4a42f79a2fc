"""The house itself: keys, hands at work, backups, what waits, people."""

from datetime import timedelta
from typing import Final

from django.conf import settings

from coalition.health.queries import Vitals, coordinators_now, keys_in_use, vitals
from coalition.management.doctor.finding import Finding, green, red, yellow
from coalition.publishing.clock import database_now

TICKS_WITHIN: Final = 20.0
WORKED_WITHIN: Final = 300.0
BACKUP_WITHIN: Final = timedelta(hours=26).total_seconds()
OVERDUE_AFTER: Final = 60.0
LETTERS_WITHIN: Final = 300.0
WORKERS: Final = "start it: docker compose up -d worker desk clock"


def networks() -> Finding:
    """What could leave this machine now."""
    says = {
        "off": "off: nothing can be posted from here",
        "rehearsal": "rehearsal: everything runs, nothing is sent",
        "live": "live: posts go out at T",
    }[settings.NETWORKS]
    if settings.NETWORKS == "live" and not settings.X_CLIENT_ID:
        says += "; on X by hand only"
    return green("networks", says)


def keys() -> Finding:
    """What is sealed can be opened where it must be, and nowhere else."""
    opening = {text.partition(":")[0] for text in settings.VAULT_PRIVATE_KEYS}
    sealing = settings.VAULT_PUBLIC_KEY.partition(":")[0]
    if not opening:
        return green("keys", f"seals with {sealing}, opens nothing: as it should be here")
    if sealing and sealing not in opening:
        says = f"what is sealed with {sealing} can't be opened here"
        return red("keys", says, "put its private key first in VAULT_PRIVATE_KEYS")
    used = keys_in_use()
    lost = {key: count for key, count in used.items() if key not in opening}
    if lost:
        says = ", ".join(f"{count} credentials need key {key}" for key, count in lost.items())
        return red("keys", says, "put that key back, or ask those accounts to connect again")
    newest = sealing or settings.VAULT_PRIVATE_KEYS[0].partition(":")[0]
    older = sum(count for key, count in used.items() if key != newest)
    if older:
        says = f"{older} credentials are sealed with an older key than {newest}"
        return yellow("keys", says, "run: python manage.py reseal")
    if spare := opening - {newest}:
        says = f"nothing is sealed with {', '.join(sorted(spare))} any more"
        return yellow("keys", says, "drop it when the backups of that time are gone")
    return green("keys", f"opens {sum(used.values())} credentials")


def hands() -> list[Finding]:
    """Everything that the database can tell, from one look."""
    now = vitals(database_now())
    return [
        *(_ticks(now), _workers(now), _posts(now), _letters(now), _backups(now), _breakers(now))
    ]


def _ticks(now: Vitals) -> Finding:
    age = now.pulse_ages["tick"]
    if age is None:
        return red("clock", "has never ticked", WORKERS)
    if age > TICKS_WITHIN:
        return red("clock", f"ticked {_long(age)} ago: nothing is sent", WORKERS)
    return green("clock", "ticks")


def _workers(now: Vitals) -> Finding:
    """Known long before T: a worker has something to do every minute."""
    age = now.pulse_ages["worker"]
    if age is None:
        return red("worker", "has never worked: nothing would be sent", WORKERS)
    if age > WORKED_WITHIN:
        return red("worker", f"last worked {_long(age)} ago: nothing is sent", WORKERS)
    return green("worker", "works")


def _posts(now: Vitals) -> Finding:
    uncertain = now.posts["uncertain"]
    if now.overdue and now.overdue > OVERDUE_AFTER:
        says = f"the oldest due post has waited for {_long(now.overdue)}"
        return red("posts", says, "see that workers run: docker compose ps; then the launch wall")
    if uncertain:
        says = f"{uncertain} uncertain: perhaps sent"
        return yellow("posts", says, "the launch wall names whom to call")
    return green("posts", f"{now.posts['published']} published, none overdue")


def _letters(now: Vitals) -> Finding:
    if now.oldest_letter and now.oldest_letter > LETTERS_WITHIN:
        says = f"{now.letters_waiting} wait, the oldest for {_long(now.oldest_letter)}"
        return red("letters", says, "see that the desk runs, and the line “mail”")
    if now.letters_failed:
        says = f"{now.letters_failed} could not be sent"
        return yellow("letters", says, "the dashboard's page of letters says why")
    return green("letters", "none waits")


def _backups(now: Vitals) -> Finding:
    age = now.pulse_ages["backup"]
    if settings.EMBEDDED:
        return green("backups", "not needed for a trial")
    if age is None:
        return red("backups", "none was ever made", "run: python manage.py backup FILE, nightly")
    if age > BACKUP_WITHIN:
        return red(
            "backups", f"the last was made {_long(age)} ago", "see why the nightly one fails"
        )
    return green("backups", f"the last was made {_long(age)} ago")


def _breakers(now: Vitals) -> Finding:
    if now.breakers:
        says = f"{', '.join(now.breakers)} refuses our app: its posts are by hand"
        return yellow("breakers", says, "mend the reason there, then close it on the launch wall")
    return green("breakers", "no network refuses us")


def people() -> Finding:
    """Somebody can always let somebody in again."""
    count = coordinators_now()
    if count == 0:
        return red("people", "nobody runs the exit", "run: python manage.py coordinator EMAIL")
    if count == 1:
        return yellow("people", "one coordinator alone", "add a second one before the day")
    return green("people", f"{count} coordinators")


def _long(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
