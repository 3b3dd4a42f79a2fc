"""The database itself refuses to change what is only ever added to."""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

type Step = Callable[[Apps, BaseDatabaseSchemaEditor], None]

JOURNAL = "the journal is append-only: an entry is never changed or removed"
ATTEMPT = "an attempt is closed once and never changed or removed"

POSTGRESQL = [
    f"""
    CREATE FUNCTION coalition_journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
         AND (OLD.id, OLD.at, OLD.actor, OLD.verb, OLD.campaign_id, OLD.organisation_id, OLD.facts)
             IS NOT DISTINCT FROM
             (NEW.id, NEW.at, NEW.actor, NEW.verb, NEW.campaign_id, NEW.organisation_id, NEW.facts)
      THEN RETURN NEW; END IF;
      RAISE EXCEPTION '{JOURNAL}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON coalition_entry
    FOR EACH ROW EXECUTE FUNCTION coalition_journal_is_append_only()
    """,
    f"""
    CREATE FUNCTION coalition_attempts_close_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL
         AND (OLD.id, OLD.post_id, OLD.fence, OLD.worker, OLD.began_at)
             IS NOT DISTINCT FROM (NEW.id, NEW.post_id, NEW.fence, NEW.worker, NEW.began_at)
      THEN RETURN NEW; END IF;
      RAISE EXCEPTION '{ATTEMPT}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER attempts_close_once BEFORE UPDATE ON coalition_attempt
    FOR EACH ROW EXECUTE FUNCTION coalition_attempts_close_once()
    """,
]
POSTGRESQL_BACK = [
    "DROP TRIGGER attempts_close_once ON coalition_attempt",
    "DROP FUNCTION coalition_attempts_close_once",
    "DROP TRIGGER journal_is_append_only ON coalition_entry",
    "DROP FUNCTION coalition_journal_is_append_only",
]
SQLITE = [
    f"""
    CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON coalition_entry
    WHEN NOT (OLD.position IS NULL AND NEW.position IS NOT NULL AND OLD.id IS NEW.id
      AND OLD.at IS NEW.at AND OLD.actor IS NEW.actor AND OLD.verb IS NEW.verb
      AND OLD.campaign_id IS NEW.campaign_id AND OLD.organisation_id IS NEW.organisation_id
      AND OLD.facts IS NEW.facts)
    BEGIN SELECT RAISE(ABORT, '{JOURNAL}'); END
    """,
    f"""
    CREATE TRIGGER journal_keeps_its_entries BEFORE DELETE ON coalition_entry
    BEGIN SELECT RAISE(ABORT, '{JOURNAL}'); END
    """,
    f"""
    CREATE TRIGGER attempts_close_once BEFORE UPDATE ON coalition_attempt
    WHEN NOT (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND OLD.id IS NEW.id
      AND OLD.post_id IS NEW.post_id AND OLD.fence IS NEW.fence AND OLD.worker IS NEW.worker
      AND OLD.began_at IS NEW.began_at)
    BEGIN SELECT RAISE(ABORT, '{ATTEMPT}'); END
    """,
]
SQLITE_BACK = [
    "DROP TRIGGER attempts_close_once",
    "DROP TRIGGER journal_keeps_its_entries",
    "DROP TRIGGER journal_is_append_only",
]


def run(postgresql: list[str], sqlite: list[str]) -> Step:
    def apply(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in postgresql if editor.connection.vendor == "postgresql" else sqlite:
            editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("coalition", "0001_the_exit")]
    operations = [
        migrations.RunPython(run(POSTGRESQL, SQLITE), run(POSTGRESQL_BACK, SQLITE_BACK)),
    ]
