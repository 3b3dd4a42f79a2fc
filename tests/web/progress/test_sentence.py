from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import phase
from coalition.progress.queries import Progress
from coalition.templatetags.house import how_long
from coalition.web.progress.sentence import sentence, time_left

T = datetime(2027, 1, 20, 11, tzinfo=UTC)
BEFORE, AT_T, AFTER = T - timedelta(days=12), T + timedelta(minutes=1), T + timedelta(days=1)
OPENED = T - timedelta(days=90)


def said(
    now: datetime, *, left: int = 0, coming: int = 33, exit_at: datetime | None = T, **on: datetime
) -> Progress:
    campaign = Campaign(platform_name="X", exit_at=exit_at, opened_at=OPENED, **on)
    return Progress(
        campaign=campaign,
        words=None,
        phase=phase(campaign, now),
        as_of=now,
        total=60,
        left=left,
        coming=coming,
        partly=0,
        already_left=0,
        followers=0,
        rows=(),
        dots=(),
    )


PHASES = {
    "gathering": said(BEFORE, exit_at=None),
    "dated": said(BEFORE),
    "releasing, nobody yet": said(AT_T),
    "releasing": said(AT_T, left=34),
    "over": said(AFTER, left=34),
    "over, one": said(AFTER, left=1),
    "over, nobody": said(AFTER),
    "stopped": said(BEFORE, stopped_at=BEFORE),
    "stopped while it ran": said(AT_T, left=5, stopped_at=AT_T),
    "no-go": said(AT_T, no_go_at=BEFORE),
    "called off": said(BEFORE, called_off_at=BEFORE),
}

EN = {
    "gathering": "33 of 60 organisations promise to leave X",
    "dated": "33 of 60 organisations leave X on 20 January, at 12:00",
    "releasing, nobody yet": "33 of 60 organisations leave X now",
    "releasing": "34 of 60 organisations have left X",
    "over": "34 of 60 organisations have left X",
    "over, one": "1 of 60 organisations has left X",
    "over, nobody": "No organisation has left X yet",
    "stopped": "The joint exit from X is halted",
    "stopped while it ran": "5 of 60 organisations have left X",
    "no-go": "The joint exit from X is halted",
    "called off": "The joint exit from X is called off",
}
NL = {
    "gathering": "33 van 60 organisaties beloven: weg van X",
    "dated": "33 van 60 organisaties vertrekken op 20 januari, om 12:00",
    "over": "34 van 60 organisaties zijn weg van X",
    "over, one": "1 van 60 organisaties is weg van X",
    "called off": "Het gezamenlijke vertrek van X gaat niet door",
}
FR = {
    "dated": "33 organisations sur 60 partent le 20 janvier, à 12h00",
    "over": "34 organisations sur 60 ont quitté X",
}
DE = {
    "dated": "33 von 60 Organisationen gehen am 20. Januar um 12:00",
    "over": "34 von 60 Organisationen sind weg von X",
}


@pytest.mark.parametrize(
    ("language", "phase_name", "words"),
    [
        (language, name, words)
        for language, table in (("en", EN), ("nl", NL), ("fr", FR), ("de", DE))
        for name, words in table.items()
    ],
)
def test_the_sentence_is_true_in_every_phase(language: str, phase_name: str, words: str) -> None:
    with translation.override(language):
        assert sentence(PHASES[phase_name]).plain == words


def test_where_from_is_never_broken_apart() -> None:
    with translation.override("nl"):
        assert '<span class="gone keep">weg van X</span>' in sentence(PHASES["over"]).marked


def test_what_speaks_of_the_day_has_its_colour_and_from_x_stays_together() -> None:
    with translation.override("nl"):
        assert sentence(PHASES["releasing, nobody yet"]).marked == (
            '33 van 60 organisaties vertrekken <span class="the-day keep">nu</span> van\u00a0X'
        )
        assert (
            '<span class="the-day keep">niet door</span>' in sentence(PHASES["called off"]).marked
        )


def test_a_platform_cannot_bring_markup() -> None:
    progress = said(AFTER, left=3)
    progress.campaign.platform_name = "<b>X"
    with translation.override("en"):
        assert "&lt;b&gt;X" in sentence(progress).marked


@pytest.mark.parametrize("name", ["stopped", "no-go", "called off", "over", "gathering"])
def test_nothing_counts_down_to_an_hour_that_will_not_come(name: str) -> None:
    assert time_left(PHASES[name]) is None


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=12), "12 dagen"),
        (timedelta(days=11, hours=18), "12 dagen"),
        (timedelta(hours=47, minutes=5), "47 uur 5 minuten"),
        (timedelta(hours=1), "1 uur"),
        (timedelta(minutes=1, seconds=30), "1 minuut"),
        (timedelta(seconds=9), "9 seconden"),
        (timedelta(seconds=-9), "0 seconden"),
    ],
)
def test_spans_are_said_as_people_say_them(span: timedelta, words: str) -> None:
    with translation.override("nl"):
        assert how_long(span) == words
