"""One coordinator's browser, in a process of its own, on a list of so many organisations.

    python -m benchmarks.parts.lists POSTGRES_PORT VALKEY_PORT DATABASE COUNT

Says “ready”; then answers each line, a page's name, with the milliseconds that it took.
"""

import os
import sys
import time

import django

ROWS = 10
"""On a page, however long the list."""


def main(postgres: int, valkey: int, database: str, count: int) -> None:
    """Until its input ends."""
    from tests import environment

    environment.set_up()
    os.environ["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:{postgres}/{database}"
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{valkey}/0"
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.urls import reverse

    from tests import crowd, factories
    from tests.web.pledge.people import browser

    settings.DEBUG = False  # it was on, so that static files keep their names
    call_command("migrate", verbosity=0)
    crowd.crowd(factories.campaign(slug="exit"), count)
    client = browser(factories.coordinator())
    print("ready", flush=True)
    for line in sys.stdin:
        name = line.strip()
        args = [] if name in {"members", "letters"} else ["exit"]
        address = reverse(f"dashboard:{name}", args=args)
        began = time.perf_counter()
        response = client.get(f"{address}?size={ROWS}")
        took = (time.perf_counter() - began) * 1000
        assert response.status_code == 200, (name, response.status_code)
        print(took, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
