"""Django's own commands, and ours."""

import os
import sys

DEMO = {"DEPLOYMENT": "embedded", "NETWORKS": "rehearsal", "DATA_DIR": "var/demo", "SMTP_HOST": ""}


def main() -> None:
    """Run one command; a person never sees a traceback for what they can mend."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.update(DEMO)  # whatever stands in .env, a demo can't reach anything
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from coalition.translations import compile_stale

    compile_stale()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"settings: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
