"""`python3 run.py demo`: sixty organisations leave together while you watch. Nothing is sent."""

import shutil
import sys
import threading
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from coalition import wiring
from coalition.management import embedded
from coalition.management.commands.run import use_port
from coalition.management.demo.cast import CAST
from coalition.management.demo.hands import follow, report_link, script, waiting_for_a_hand
from coalition.management.demo.later import live_on, noon
from coalition.management.demo.load import load
from coalition.management.demo.score import Score, complaints, due_at_t, score
from coalition.management.demo.stage import Stage
from coalition.members.actions import make_sign_in_link
from coalition.members.states import Route
from coalition.networks.network import NetworkName
from coalition.publishing.models import Post
from coalition.publishing.states import State

SETTLE_SECONDS: Final = 60
BAR: Final = 40


class Command(BaseCommand):
    """The whole exit on one command, starting afresh each time."""

    help = "Watch a fictional coalition leave together: pledged, approved, sent, counted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How soon, where, and whether to end by itself."""
        parser.add_argument("--exit-in", type=int, default=90, metavar="SECONDS")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--later", type=int, metavar="DAYS", help="show the same exit so many days after it"
        )
        parser.add_argument("--once", action="store_true", help="end when the release is over")
        parser.add_argument(
            "--json", type=Path, metavar="FILE", help="write the table for a script"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load, serve, release, count."""
        self._refuse(options)
        port = options["port"]
        use_port(port)
        self._start_afresh()
        embedded.refuse_taken_port(port)
        embedded.prepare()
        if options["later"]:
            self._show_later(port, options["later"])
            return
        began = datetime.now(UTC)
        exit_at = began + timedelta(seconds=options["exit_in"])
        stage = load(exit_at=exit_at, now=began)
        for name in NetworkName:
            wiring.rehearsal(name, script(name))
        with embedded.everything(port) as asked:
            self._say_where(stage)
            result = self._watch(stage, asked)
            if options["json"]:
                options["json"].write_text(result.as_json() + "\n")
            if options["once"]:
                self._verdict(stage, result)
                return
            if not asked.is_set():
                self.stdout.write(f"\n  Look around: {settings.PUBLIC_URL}/nl/  ·  Ctrl-C ends it.")
                follow(stage, asked)
                asked.wait()

    def _show_later(self, port: int, days: int) -> None:
        now = datetime.now(UTC)
        exit_at = noon(days, now)
        stage = load(exit_at=exit_at, now=exit_at - timedelta(minutes=2))
        live_on(stage, now)
        stage.now = now  # the links below are given now
        with embedded.everything(port) as asked:
            self._say_where(stage)
            asked.wait()

    @staticmethod
    def _refuse(options: dict[str, Any]) -> None:
        if not settings.EMBEDDED or settings.NETWORKS != "rehearsal":
            raise CommandError("the demo runs by: python3 run.py demo")
        if options["later"] is not None and (options["later"] < 1 or options["once"]):
            raise CommandError("--later takes the days since, at least 1, and has no --once")
        if options["exit_in"] < 10:  # noqa: PLR2004 — loading the cast takes a few seconds
            raise CommandError("--exit-in takes at least 10 seconds: the cast must be loaded first")
        if options["json"] and not options["json"].absolute().parent.is_dir():
            raise CommandError(f"--json: the folder {options['json'].parent} does not exist")

    @staticmethod
    def _start_afresh() -> None:
        connection.close()
        for path in settings.DATA_DIR.glob("*"):
            if path.name == "keys":
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _say_where(self, stage: Stage) -> None:
        base = settings.PUBLIC_URL
        slug = stage.campaign.slug
        first = CAST[0].name
        member = stage.organisations[first].slug
        at = stage.exit_at.astimezone().strftime("%H:%M:%S")
        coordinator = self._link(stage, stage.coordinators[0], f"/nl/dashboard/{slug}/day/")
        writer = self._link(stage, stage.writers[first], f"/nl/member/{member}/")
        verb = "leave" if stage.exit_at > stage.now else "left"
        self.stdout.write(
            f"\n  60 organisations, and those who follow. They {verb} at {at}. Nothing is sent.\n\n"
            f"  progress page   {base}/nl/{slug}/\n"
            f"  dashboard       {coordinator}\n"
            f"  one member      {writer}\n"
            f"  {'':15} (the last two sign you in, once)\n"
        )

    @staticmethod
    def _link(stage: Stage, user: Any, path: str) -> str:  # noqa: ANN401
        token = make_sign_in_link(user, next_path=path, now=stage.now)
        return f"{settings.PUBLIC_URL}/nl/member/enter/{token}/"

    def _watch(self, stage: Stage, asked: threading.Event) -> Score:
        effects = settings.REHEARSAL_DIR / "effects.jsonl"
        give_up = stage.exit_at + timedelta(seconds=SETTLE_SECONDS)
        reported = False
        while not asked.is_set():
            now = datetime.now(UTC)
            posts = due_at_t(stage.campaign)
            self._bar(posts, (stage.exit_at - now).total_seconds())
            if now > stage.exit_at + timedelta(seconds=2) and not reported:
                report_link(stage, next(waiting_for_a_hand(stage)), now)
                reported = True
            if reported and (not _unsettled(posts) or now > give_up):
                break
            asked.wait(0.2)
        if sys.stdout.isatty():
            self.stdout.write("")
        result = score(stage.campaign, effects)
        self._table(result)
        return result

    def _bar(self, posts: list[Post], left: float) -> None:
        direct = [post for post in posts if post.route == Route.DIRECT]
        out = sum(post.state == State.PUBLISHED for post in direct)
        if not sys.stdout.isatty():
            return
        filled = "●" * (BAR * out // max(len(direct), 1))
        when = f"T −{left:4.0f} s" if left > 0 else f"T +{-left:4.0f} s"
        self.stdout.write(f"\r  {when}  {filled:○<{BAR}}  {out}/{len(direct)} ", ending="")
        self.stdout.flush()

    def _table(self, result: Score) -> None:
        late = result.lateness_ms
        self.stdout.write(
            f"\n  due {result.due}:  published {result.published} · waiting for a hand "
            f"{result.by_hand} · refused {result.refused} · uncertain {result.uncertain} · "
            f"missed {result.missed}\n"
            f"  lost {result.lost} · doubled {result.doubled} · early {result.early}\n"
            f"  lateness  p50 {late.p50:.0f} ms · p99 {late.p99:.0f} ms · max {late.max:.0f} ms"
        )

    def _verdict(self, stage: Stage, result: Score) -> None:
        wrong = complaints(stage.campaign, settings.REHEARSAL_DIR / "effects.jsonl")
        if result.lost or result.doubled or result.early or result.uncertain or result.missed:
            wrong.append("not every due post is accounted for")
        if wrong:
            raise CommandError("; ".join(wrong))
        self.stdout.write("\n  Every due post is accounted for.")


def _unsettled(posts: list[Post]) -> list[Post]:
    waits = {State.APPROVED, State.SENDING}
    return [
        post
        for post in posts
        if (post.route == Route.DIRECT and post.state in waits)
        or (post.state == State.UNCERTAIN and not post.needs_person)
    ]
