"""`manage.py reseal`: everything is sealed with the newest key, so that an older one can go."""

import time
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import OperationalError

from coalition import wiring
from coalition.celery import app
from coalition.health.queries import keys_in_use
from coalition.members.models import Credential, GivenBack
from coalition.members.resealing import Batch, Row, reseal_some
from coalition.publishing.clock import database_now

PAUSE: Final = 0.05
"""Seconds between two batches: a release beside us must not feel it."""
PATIENCE: Final = 3.0
ACTOR: Final = "manage.py reseal"


class Command(BaseCommand):
    """While everything runs; broken off, it goes on where it was the next time."""

    help = "Seal every credential with the newest vault key. Harmless to repeat or break off."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What it can't see by itself."""
        parser.add_argument(
            "--unasked", action="store_true", help="don't ask running workers whether they can open"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Pass after pass, until nothing is left that can be sealed anew."""
        if not settings.VAULT_PRIVATE_KEYS:
            raise CommandError("Nothing can be opened here. Run it where the worker runs.")
        vault = wiring.vault()
        if not vault.opens(vault.newest):
            raise CommandError(
                f"What is sealed with {vault.newest} can't be opened here: put its private key "
                "into VAULT_PRIVATE_KEYS first."
            )
        if not options["unasked"] and not settings.EMBEDDED:
            _ask_workers(vault.newest)
        done, (resealed, shut) = 0, _pass()
        while resealed:
            done += resealed
            resealed, shut = _pass()
        left = {key: count for key, count in keys_in_use().items() if key != vault.newest}
        self.stdout.write(f"{done} secrets are sealed anew, with {vault.newest}.")
        if shut:
            raise CommandError(
                "No key here opens these; put it back, or ask them to connect again: "
                + "; ".join(shut)
            )
        if left:
            raise CommandError(
                f"{sum(left.values())} are sealed with {', '.join(left)} still, or again: somebody "
                "works with the older key first. Restart web and workers, then run this once more."
            )
        self.stdout.write(
            "Nothing is sealed with another key any more. Keep an older one for as long as you "
            "keep backups of before today; then it can go."
        )


def _pass() -> tuple[int, tuple[str, ...]]:
    found = [*_batches(Credential), *_batches(GivenBack)]
    return sum(one.resealed for one in found), tuple(name for one in found for name in one.shut)


def _batches(model: type[Row]) -> list[Batch]:
    found: list[Batch] = []
    after: int | None = 0
    while after is not None:
        batch = reseal_some(model, after, vault=wiring.vault(), actor=ACTOR, now=database_now())
        found.append(batch)
        after = batch.last
        time.sleep(PAUSE)
    return found


def _ask_workers(newest: str) -> None:
    """A worker that was not restarted yet would take what it can't open for lost."""
    try:
        with app.connection_for_write(connect_timeout=PATIENCE) as connection:
            connection.ensure_connection(max_retries=1)
            answers = app.control.broadcast(
                "vault_keys", reply=True, timeout=PATIENCE, connection=connection
            )
    except (OperationalError, OSError) as error:
        raise CommandError(
            f"The queue does not answer ({error}), so no worker can be asked which keys it has. "
            "Start it; or stop the workers, and say --unasked."
        ) from None
    told: dict[str, list[str]] = {name: keys for one in answers or [] for name, keys in one.items()}
    behind = sorted(name for name, keys in told.items() if keys and newest not in keys)
    if behind:
        raise CommandError(
            f"{', '.join(behind)} can't open what is sealed with {newest} yet: restart it first."
        )
