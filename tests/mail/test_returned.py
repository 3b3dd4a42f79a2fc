"""Letters that come back: reports as mail servers write them, and who may mark a letter."""

import io
import sys
from textwrap import dedent

import pytest
from django.core import mail
from django.core.management import call_command

from coalition.mail.actions import post_letters, write_letter
from coalition.mail.models import Letter
from coalition.mail.queries import Way, way_of
from coalition.mail.returned import message_id, note_report
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

POSTFIX = """\
    From: MAILER-DAEMON@mail.example
    To: exit@koepel.example
    Subject: Undelivered Mail Returned to Sender
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=delivery-status; boundary="b"

    --b
    Content-Type: text/plain; charset=us-ascii

    I'm sorry to have to inform you that your message could not be delivered.

    --b
    Content-Type: message/delivery-status

    Reporting-MTA: dns; mail.example
    Arrival-Date: Mon, 4 Jan 2027 10:00:00 +0100

    Final-Recipient: rfc822; an@waterput.example
    Action: {action}
    Status: 5.1.1
    Diagnostic-Code: smtp; 550 5.1.1 <an@waterput.example>:
     Recipient address rejected: User unknown

    --b
    {behind}
    --b--
    """
WHOLE = """\
Content-Type: message/rfc822

    From: exit@koepel.example
    Message-ID: {id}
    Subject: Hello

    The words of the letter.
"""
HEAD = """\
Content-Type: text/rfc822-headers

    From: exit@koepel.example
    Message-Id: {id}
    Subject: Hello
"""


def a_letter(*, sent: bool = True) -> Letter:
    write_letter(
        "nobody-left",
        key="one",
        to="an@waterput.example",
        language="en",
        context={},
        now=NOW,
    )
    if sent:
        assert post_letters(open_link=str, now=NOW) == 1
    return Letter.objects.get()


def report(letter: Letter, *, behind: str = WHOLE, action: str = "failed", id_: str = "") -> bytes:
    named = behind.format(id=id_ or message_id(letter.pk))
    return dedent(POSTFIX.format(action=action, behind=named)).encode()


def test_a_letter_carries_the_name_by_which_a_report_speaks_of_it() -> None:
    letter = a_letter()
    [sent] = mail.outbox
    assert sent.message()["Message-ID"] == message_id(letter.pk)


@pytest.mark.parametrize("behind", [WHOLE, HEAD])
def test_what_is_given_up_is_noted_with_the_other_servers_words(behind: str) -> None:
    letter = a_letter()
    assert note_report(report(letter, behind=behind), now=NOW) == letter
    letter.refresh_from_db()
    assert way_of(letter) is Way.BOUNCED
    assert letter.bounced_at == NOW
    assert letter.detail == (
        "550 5.1.1 <an@waterput.example>: Recipient address rejected: User unknown"
    )


def test_the_same_report_again_notes_nothing_more() -> None:
    letter = a_letter()
    assert note_report(report(letter), now=NOW)
    assert note_report(report(letter), now=NOW) is None


def test_a_delay_is_no_return() -> None:
    letter = a_letter()
    assert note_report(report(letter, action="delayed"), now=NOW) is None
    letter.refresh_from_db()
    assert way_of(letter) is Way.SENT


def test_nobody_marks_a_letter_by_guessing_its_number() -> None:
    letter = a_letter()
    signature = message_id(letter.pk).split(".")[2].split("@")[0]
    for guess in (
        f"<letter.{letter.pk}.@koepel.example>",
        f"<letter.{letter.pk}.{'x' * len(signature)}@koepel.example>",
        f"<letter.{letter.pk + 1}.{signature}@koepel.example>",
        f"<letter.-1.{signature}@koepel.example>",
        "<20270104.1@elsewhere.example>",
    ):
        assert note_report(report(letter, id_=guess), now=NOW) is None
    letter.refresh_from_db()
    assert way_of(letter) is Way.SENT


def test_a_letter_that_never_left_can_not_come_back() -> None:
    letter = a_letter(sent=False)
    assert note_report(report(letter), now=NOW) is None


@pytest.mark.parametrize(
    "mail_",
    [
        b"",
        b"\xff\xfe\x00 no mail at all",
        b"Subject: Out of office\nIn-Reply-To: <letter.1.x@koepel.example>\n\nBack on Monday.\n",
        b"Content-Type: message/delivery-status\n\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: text/rfc822-headers\n",
    ],
    ids=["nothing", "noise", "away", "empty-status", "empty-letter", "cut"],
)
def test_whatever_else_comes_in_is_one_line_and_no_error(
    mail_: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_letter()
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail_)))
    call_command("returned", stdout=said)
    assert said.getvalue() == (
        "No report about a letter of ours that is given up: nothing noted.\n"
    )


def test_the_command_reads_a_report_from_its_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = a_letter()
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(report(letter))))
    call_command("returned", stdout=said)
    assert said.getvalue() == f"Noted: letter {letter.pk} came back.\n"
