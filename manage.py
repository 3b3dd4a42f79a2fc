"""Django's own commands, and ours."""

import os
import sys

DEMO = {  # whatever stands in .env, a demo can't reach anything
    "DEPLOYMENT": "embedded",
    "NETWORKS": "rehearsal",
    "DATA_DIR": "var/demo",
    "STATIC_ROOT": "",
    "REHEARSAL_DIR": "",
    "SMTP_HOST": "",
    "ENV_FILE": "",
}
FILES = {  # these only read and write files: settings must be there, not true
    "DEPLOYMENT": "production",
    "SECRET_KEY": "signs nothing: a command that only writes files has this",
    "VAULT_PUBLIC_KEY": f"none:{'A' * 43}=",
    "VAULT_PRIVATE_KEYS": "",
    "DATABASE_URL": "postgres://nobody@localhost/none",
    "DATABASE_PASSWORD": "",
    "REDIS_URL": "redis://localhost",
    "PUBLIC_URL": "http://localhost",
    "MAIL_FROM": "nobody@localhost",
}
INSISTED = {"demo": DEMO, "vault_keys": FILES, "collectstatic": FILES}


def main() -> None:
    """Run one command; a person never sees a traceback for what they can mend."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    for name, value in INSISTED.get("".join(sys.argv[1:2]), {}).items():
        os.environ.update({name: value, f"{name}_FILE": ""})
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
