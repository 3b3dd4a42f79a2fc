"""Every component on one page, for whoever builds the next one. Nowhere but under DEBUG."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.evidence.states import Label
from coalition.members.states import Kind

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
        },
    )
