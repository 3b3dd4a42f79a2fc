"""`manage.py tick`: one turn of the clock, here and now, without Celery."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from coalition import wiring
from coalition.afterwards.actions import ask_surveys
from coalition.evidence.rounds import open_rounds
from coalition.joining.opening import open_link
from coalition.journal.actions import chain_new_entries
from coalition.mail.actions import post_letters
from coalition.members.witnesses import tell_the_head
from coalition.pledges.verdict import close_deadlines
from coalition.privacy.retention import forget_what_ran_out
from coalition.publishing.checking import check
from coalition.publishing.clock import database_now
from coalition.publishing.erasing import erase_what_is_done, erase_what_was_promised
from coalition.publishing.hand_reminders import remind_hands
from coalition.publishing.look import look_batch
from coalition.publishing.occasions import checks_due
from coalition.publishing.rehearse import run, waiting
from coalition.publishing.release import release_batch
from coalition.publishing.turn import turn


class Command(BaseCommand):
    """For a cron job where no worker runs, and for looking at what a turn does."""

    help = "Look at the rows now: sweep, send what is due, read back, post letters."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do one turn and say what it did."""
        hands = wiring.hands()
        now = database_now()
        done = turn(
            release=lambda ids: release_batch(ids, hands),
            look=lambda ids: look_batch(ids, hands),
            shares=1,
            sent=hands.sent,
            now=now,
        )
        close_deadlines(database_now())
        remind_hands(database_now())
        for pk in waiting(database_now()):
            run(pk)
        for pk in checks_due(database_now()):
            check(pk, hands, budget=settings.X_BUDGET)
        open_rounds(database_now())
        ask_surveys(database_now())
        letters = post_letters(open_link=open_link, now=database_now())
        chain_new_entries()
        tell_the_head(database_now())
        erase_what_was_promised(database_now())
        erase_what_is_done(database_now())
        wiring.give_secrets_back()
        forget_what_ran_out(database_now())
        self.stdout.write(
            f"released {done.released}, looked at {done.looked}, swept {done.swept}, "
            f"missed {done.missed}, told {done.told}, letters {letters}"
        )
