"""Bringing the cast on stage, through the same actions that people use."""

from datetime import datetime, timedelta

from django.db import transaction

from coalition.campaigns.actions import set_exit_at
from coalition.campaigns.deciding import decide
from coalition.management.demo.cast import CAST, Word
from coalition.management.demo.play import answer, turn_away, write
from coalition.management.demo.press import brief_the_press
from coalition.management.demo.stage import DAY, Stage, enter, set_stage


@transaction.atomic
def load(*, exit_at: datetime, now: datetime) -> Stage:
    """The whole cast, each row with its case, ready for T."""
    stage = set_stage(exit_at, now)
    for number, player in enumerate(CAST):
        enter(stage, player, number)
    for number, player in enumerate(CAST):
        if player.word is not Word.SILENT:
            days = 40 - number * 37 % len(CAST) * 0.55  # in no order, over five weeks
            answer(stage, player, now - timedelta(days=days))
    set_exit_at(stage.campaign, exit_at, actor=stage.coordinators[0], now=now - 10 * DAY)
    for number, player in enumerate(CAST):
        write(stage, player, number)
    turn_away(stage)
    for coordinator in stage.coordinators:
        decide(stage.campaign, go=True, actor=coordinator, now=now)
    brief_the_press(stage)
    return stage
