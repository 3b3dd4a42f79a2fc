"""Every component on one page, for whoever builds the next one. Nowhere but under DEBUG."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.directory.queries import Home
from coalition.evidence.labels import Standing
from coalition.evidence.states import Label
from coalition.members.states import Kind, Language, Proof
from coalition.progress import chart, curve
from coalition.progress.queries import Dot, Row
from coalition.web.progress.lines import Line

VARIANTS = ("ring", "dashed", "full", "half", "pale", "grey", "day", "trouble", "none")


class Specimen(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="Name", help_text="As it stands in the statutes.")
    email = forms.EmailField(label="E-mail", help_text="At the organisation's own domain.")
    text = forms.CharField(label="Farewell", widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label="Kind", choices=Kind)
    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("leave", "We leave"), ("if", "We leave if …"), ("not", "Not now")],
        widget=forms.RadioSelect,
    )
    wait_for = forms.MultipleChoiceField(
        label="We wait for",
        choices=[("20", "Twenty organisations"), ("zaad", "Zaad & Schaduw vzw")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    day = forms.DateField(label="Board date", widget=forms.DateInput(attrs={"type": "date"}))
    sure = forms.BooleanField(label="I may sign for this organisation")


def public_pieces(today: date) -> dict[str, object]:
    """The drawings and rows of the public page, of organisations that don't exist."""
    exit_at = datetime.combine(today + timedelta(days=12), time(11), UTC)
    dots = [
        Dot(label, exit_at.date() if number % 3 else today, f"Vereniging {number}", f"v-{number}")
        for number, label in enumerate(list(Label) * 4)
    ]
    grown = tuple((today - timedelta(days=30 - 5 * step), 3 + 4 * step) for step in range(7))
    frames, sheets = (
        (("wide", chart.WIDE), ("narrow", chart.NARROW)),
        (
            ("wide", curve.WIDE),
            ("narrow", curve.NARROW),
        ),
    )
    home = Home("waterput.example", "https://bsky.app/profile/waterput.example", Proof.DOMAIN)
    row = Row(
        *("waterput", "De Denkbeeldige Waterput", Kind.NGO, Language.NL, True),
        *(Standing(Label.LEFT, exit_at), home, exit_at),
    )
    return {
        "progress": SimpleNamespace(
            campaign=SimpleNamespace(exit_at=exit_at), exit_day=exit_at.date()
        ),
        "zone": ZoneInfo(settings.TIME_ZONE),
        "charts": [
            (name, chart.draw(dots, exit_day=exit_at.date(), today=today, frame=frame))
            for name, frame in frames
        ],
        "curves": [
            (name, curve.draw(grown, today=today, exit_day=exit_at.date(), sheet=sheet))
            for name, sheet in sheets
        ],
        "line": Line(row, "12:00:00,07", "https://x.com/waterput/status/1"),
        "changes": [
            SimpleNamespace(
                at=exit_at,
                name=row.name,
                sentence="",
                what="Withdrew",
                who="the organisation itself",
            )
        ],
        "until": exit_at,
    }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Components in the order in which a page meets them."""
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    span = timedelta(days=12, hours=3)
    return render(
        request,
        "progress/styleguide.html",
        {
            "form": Specimen(),
            "wrong": Specimen({"name": "", "email": "nobody", "answer": "if"}, auto_id="wrong_%s"),
            "labels": list(Label),
            "variants": VARIANTS,
            "at": now + span,
            "left": span,
            **public_pieces(now.date()),
        },
    )
