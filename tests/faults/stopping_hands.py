"""The two processes of a race with STOP; each does its thing once for every line it is sent."""

import dataclasses
import json
import sys
import time

import django

SLICE = 2


def send(ids: list[int]) -> None:
    """Release them, whenever told to."""
    from coalition import wiring
    from coalition.publishing import release

    release.FIRST_SLICE = SLICE  # type: ignore[misc]
    hands = dataclasses.replace(wiring.hands(), at_once=SLICE)
    say(ready=True)
    for _line in sys.stdin:
        release.release_batch(ids, hands)
        say(done=True)


def press(person: int, slug: str) -> None:
    """STOP, as a coordinator's browser presses it; and what the answer names."""
    from django.contrib.messages import get_messages

    from coalition.members.models import User
    from tests.web.pledge.people import browser

    client = browser(User.objects.get(pk=person))
    address = f"/en/dashboard/{slug}/day/stop/"
    client.get(address)
    say(ready=True)
    for line in sys.stdin:
        time.sleep(json.loads(line)["after"])
        client.cookies.pop("messages", None)  # they have read what they were told last time
        answer = client.post(address)
        assert answer.status_code == 302, answer.status_code
        told = " ".join(str(message) for message in get_messages(answer.wsgi_request))
        names = [part.rpartition(": ")[2] for part in told.removesuffix(".").split(" (X)")]
        say(named=[name.removeprefix(", ") for name in names])


def say(**words: object) -> None:
    """A line to who told us."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "sender":
        send([int(pk) for pk in sys.argv[2:]])
    else:
        press(int(sys.argv[2]), sys.argv[3])
