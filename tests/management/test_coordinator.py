from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from coalition.members.access import is_coordinator
from coalition.members.models import User

pytestmark = pytest.mark.django_db


def say(*arguments: str) -> str:
    out = StringIO()
    call_command("coordinator", *arguments, stdout=out)
    return out.getvalue()


def test_the_printed_link_signs_a_new_coordinator_in_once(client: Client) -> None:
    *_, link = say("First@Example.org", "--name", "Fien").split()
    shown = client.get(link.removeprefix("http://testserver"), headers={"accept-language": "fr"})
    path = shown["Location"]
    assert path.startswith("/fr/"), "as the browser asks"
    assert client.get(path).status_code == 200
    assert client.post(path)["Location"] == "/fr/dashboard/"
    person = User.objects.get()
    assert (person.email, person.name, is_coordinator(person)) == (
        "first@example.org",
        "Fien",
        True,
    )
    assert client.session["_auth_user_id"] == str(person.pk)
    other = Client()
    other.post(path)
    assert "_auth_user_id" not in other.session


def test_somebody_known_keeps_their_name_and_is_let_in_again() -> None:
    say("fien@example.org", "--name", "Fien")
    say("FIEN@example.org", "--name", "Somebody else")
    assert User.objects.get().name == "Fien"


def test_what_is_no_address_is_refused_in_one_line() -> None:
    with pytest.raises(CommandError, match="is no e-mail address"):
        say("fien")
    assert not User.objects.exists()
