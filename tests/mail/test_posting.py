"""Letters go once each; one found half sent goes to nobody; a secret link is never kept."""

import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from coalition.mail.actions import LINK, post_letters, send_again, write_letter
from coalition.mail.models import Letter
from coalition.pledges.invitations import by_token, invite, open_link
from tests import factories
from tests.database import at_once
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


class Broken(BaseEmailBackend):
    """A mail server that refuses everybody."""

    def send_messages(self, email_messages: object) -> int:
        del email_messages
        raise OSError("550 no such user")


def written(key: str = "one") -> Letter:
    Letter.objects.create(
        key=key,
        kind="test",
        to="a@example.org",
        language="en",
        subject="S",
        text="T",
        written_at=NOW,
    )
    return Letter.objects.get(key=key)


def posted() -> int:
    return post_letters(open_link=open_link, now=LATER)


def test_a_letter_is_written_once_for_its_key() -> None:
    campaign, of = factories.campaign(), factories.organisation()
    invitation = invite(campaign, of, actor=factories.person(), now=NOW)
    again = write_letter(
        "invitation",
        key=f"invitation:{invitation.pk}",
        to="other@example.org",
        language="fr",
        context={"campaign": campaign, "organisation": of, "expires_at": NOW},
        now=LATER,
    )
    assert (again, Letter.objects.get().to) == (False, of.contact_email)


def test_each_letter_goes_once(mailoutbox: list[EmailMessage]) -> None:
    for key in ("one", "two"):
        written(key)
    assert [posted() for _ in range(3)] == [2, 0, 0]
    assert [message.to for message in mailoutbox] == [["a@example.org"]] * 2
    assert set(Letter.objects.values_list("sent_at", flat=True)) == {LATER}


@pytest.mark.usefixtures("committed")
def test_two_who_post_at_once_send_each_letter_once(mailoutbox: list[EmailMessage]) -> None:
    for number in range(30):
        written(f"{number}")
    sent, together = list[int](), threading.Barrier(2)

    def work() -> None:
        together.wait()
        sent.append(posted())

    at_once(work, work, barrier=together)
    assert (sum(sent), len(mailoutbox)) == (30, 30)


def test_a_letter_found_half_sent_is_never_sent_again_by_itself(
    mailoutbox: list[EmailMessage],
) -> None:
    letter = written()
    Letter.objects.update(sending_at=NOW)  # a worker died between mark and answer
    assert (posted(), mailoutbox) == (0, [])
    assert send_again(letter, now=LATER)  # a person looked
    assert (posted(), len(mailoutbox)) == (1, 1)
    assert not send_again(letter, now=LATER + timedelta(days=1))


def test_a_mail_server_that_refuses_is_noted_and_holds_up_no_other(settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Broken"}}
    for key in ("one", "two"):
        written(key)
    assert [posted(), posted()] == [0, 0]
    assert set(Letter.objects.values_list("failed_at", "sent_at", "detail")) == {
        (LATER, None, "550 no such user")
    }


def test_the_secret_of_a_link_goes_out_and_stands_in_no_column(
    mailoutbox: list[EmailMessage],
) -> None:
    campaign, of = factories.campaign(), factories.organisation()
    invitation = invite(campaign, of, actor=factories.person(), now=NOW)
    assert posted() == 1
    body = str(mailoutbox[0].body)
    token = next(word for word in body.split() if "/invitation/" in word).rstrip("/").split("/")[-1]
    assert by_token(token, now=LATER) == invitation
    assert LINK not in body
    secret = token.rsplit(":", 1)[-1]
    kept = [
        str(value)
        for model in apps.get_models()
        for row in model._default_manager.values_list()
        for value in row
    ]
    assert len(kept) > 50
    assert not [value for value in kept if token in value or secret in value]
