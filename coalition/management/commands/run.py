"""`python3 run.py`: your own coalition, embedded."""

import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coalition.management import embedded
from coalition.members.actions import add_coordinator, make_sign_in_link
from coalition.members.models import Coordinator, User

NETWORKS = {
    "off": "Nothing can be posted: no networks are configured.",
    "rehearsal": "Rehearsal: everything runs, nothing is sent.",
    "live": "Networks are live: at T the posts really go.",
}


class Command(BaseCommand):
    """Web, worker and beat together, on SQLite; data stays in DATA_DIR."""

    help = "Run your own coalition here: web, worker and beat in one command."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Until Ctrl-C."""
        if not settings.EMBEDDED:
            raise CommandError(
                "this is a production environment: start it with docker compose up, or unset "
                "DATABASE_URL to run embedded"
            )
        port = options["port"]
        use_port(port)
        embedded.prepare()
        with embedded.everything(port) as asked:
            self.stdout.write(f"\n  {settings.PUBLIC_URL}/\n  {NETWORKS[settings.NETWORKS]}\n")
            self._first_coordinator()
            self.stdout.write("\n  Ctrl-C ends it.\n")
            asked.wait()
        self.stdout.write("\n  Ended. Your data stays.")

    def _first_coordinator(self) -> None:
        if Coordinator.objects.filter(
            removed_at__isnull=True, user__sign_in_links__used_at__isnull=False
        ).exists():
            return
        now = datetime.now(UTC)
        user = User.objects.filter(coordinator__isnull=False).first()
        if user is None:
            user = User.objects.create_user("coordinator@localhost", name="")
            add_coordinator(user, now=now)
        user.sign_in_links.filter(used_at__isnull=True).delete()
        token = make_sign_in_link(user, next_path="/nl/dashboard/", now=now)
        self.stdout.write(
            "\n  You are the first coordinator. This link signs you in, once, for 24 hours:\n"
            f"  {settings.PUBLIC_URL}/member/enter/{token}/\n"
        )


def use_port(port: int) -> None:
    """Links that we print and mail lead here."""
    if "PUBLIC_URL" not in os.environ:
        settings.PUBLIC_URL = f"http://localhost:{port}"
