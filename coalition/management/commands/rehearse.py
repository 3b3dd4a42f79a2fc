"""`manage.py rehearse`: the whole release against networks that send nothing."""

import argparse
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coalition.campaigns.queries import campaign_at
from coalition.management import embedded
from coalition.publishing.clock import database_now
from coalition.publishing.rehearse import ask, die_with_parent, run
from coalition.publishing.rehearsed import rehearsal_at
from coalition.publishing.rehearsing import WayOutError, main
from coalition.refusals import Refusal


class Command(BaseCommand):
    """For an operator; coordinators start it from their dashboard, and read the report there."""

    help = "Rehearse a campaign's release on a copy of its rows. Nothing is sent, nothing changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which campaign."""
        parser.add_argument("campaign", nargs="?", help="the last part of its address")
        parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask, run, and say what came of it."""
        if options["inside"]:
            self._inside()
            return
        campaign = campaign_at(options["campaign"] or "")
        if campaign is None:
            raise CommandError("name a campaign by the last part of its address")
        try:
            asked = ask(campaign, actor=None, now=database_now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        run(asked.pk)
        done = rehearsal_at(campaign, asked.pk)
        if done is None or done.ending:
            detail = done and f"{done.get_ending_display()} {done.detail}"
            raise CommandError(f"no report: {detail}")
        fates = Counter(line["fate"] for line in done.report["lines"])
        for fate, count in fates.most_common():
            self.stdout.write(f"{count:6} {fate}")
        late = done.report["lateness"]
        self.stdout.write(
            f"lateness, without the networks: p50 {late['p50']} ms, p99 {late['p99']} ms, "
            f"max {late['max']} ms\n"
            f"{settings.PUBLIC_URL}/nl/dashboard/{campaign.slug}/rehearsals/{done.pk}/"
        )

    def _inside(self) -> None:
        """The process that `run` starts, with an environment and a database of its own."""
        if not settings.EMBEDDED or settings.NETWORKS != "rehearsal":
            raise CommandError("this is started by a rehearsal, with an environment of its own")
        die_with_parent()
        embedded.prepare()
        try:
            main(sys.stdin.read, self._say)
        except WayOutError as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
