"""`manage.py migrate`: Django's own, except that it never changes tables while posts go out."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE: Final = timedelta(hours=1)


class Command(Migrate):
    """An upgrade that comes at a bad moment is refused, and nothing was changed."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's, and ours."""
        super().add_arguments(parser)
        parser.add_argument(
            "--anyway",
            action="store_true",
            help="also from an hour before a release to its end; only if it can't go on otherwise",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at the hours in the tables as they are now, then let Django work."""
        looks = options["check_unapplied"] or options["plan"]
        if not looks and not options.get("anyway"):
            _refuse_inside_a_release(options["database"], options.get("app_label"))
        super().handle(*args, **options)


def _refuse_inside_a_release(alias: str, label: str | None) -> None:
    executor = MigrationExecutor(connections[alias])
    loader = executor.loader
    nothing_to_do = not executor.migration_plan(loader.graph.leaf_nodes())
    applied = [
        node
        for node in loader.applied_migrations
        if node[0] == "coalition" and node in loader.graph.nodes
    ]
    if not applied or (nothing_to_do and not label):
        return  # a container that starts again in the middle of a release changes nothing
    now = timezone.now()
    rows = loader.project_state(applied).apps.get_model("coalition", "Campaign")
    for campaign in rows._default_manager.using(alias).filter(  # noqa: SLF001
        opened_at__isnull=False, called_off_at__isnull=True, exit_at__isnull=False
    ):
        until = _over(campaign)
        if campaign.exit_at - BEFORE <= now < until:
            raise CommandError(
                f"{campaign.slug} leaves at {campaign.exit_at:%Y-%m-%d %H:%M:%S} UTC: tables don't "
                f"change from an hour before until {until:%Y-%m-%d %H:%M:%S} UTC. Nothing was "
                "changed; go on with the version that runs. If there is no other way: "
                "migrate --anyway"
            )


def _over(campaign: Any) -> datetime:  # noqa: ANN401 — of whatever version the tables are
    """As `phases.window_ends_at`, on a row that may lack its newest columns."""
    after = getattr(campaign, "members_after_minutes", 0)
    spread = getattr(campaign, "spread_minutes", 0)
    minutes = timedelta(minutes=after + max(0, spread - 1))
    over: datetime = campaign.exit_at + minutes + timedelta(seconds=campaign.window_seconds)
    return over
