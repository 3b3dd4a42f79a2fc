"""Putting one organisation on the list, and correcting what it is."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.members.entries import WrongError
from coalition.members.listing import FACTS, add_organisation, correct_organisation
from coalition.members.states import Kind, Language, Membership
from coalition.refusals import Refusal
from coalition.web.dashboard.door import coordinators_only, page, the_organisation, who

if TYPE_CHECKING:
    from coalition.members.models import Organisation


class FactsForm(forms.Form):
    """What an organisation is. Its rules are those of a row of an import."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    legal_name = forms.CharField(
        label=gettext_lazy("Legal name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Tells namesakes apart."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    membership = forms.ChoiceField(label=gettext_lazy("Membership"), choices=Membership.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=Language.choices,
        help_text=gettext_lazy("Every letter to it is in this language."),
    )
    domain = forms.CharField(
        label=gettext_lazy("Domain"),
        max_length=253,
        required=False,
        help_text=gettext_lazy("Its own, as the coalition knows it: proofs are compared with it."),
    )


class NewForm(FactsForm):
    """One more organisation, with whom to invite and the accounts that are known."""

    contact_name = forms.CharField(label=gettext_lazy("Contact"), max_length=120, required=False)
    contact_email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    contact_phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    x_handles = forms.CharField(
        label=gettext_lazy("Accounts on X"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Several: with a space between them."),
    )
    bluesky_handles = forms.CharField(
        label=gettext_lazy("Accounts on Bluesky"), max_length=1000, required=False
    )


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """One more on the list; nobody is written to."""
    form = NewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            added = add_organisation(form.cleaned_data, actor=who(request), now=timezone.now())
        except WrongError as wrong:
            _say(form, wrong)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is on the list.") % {"name": added})
            return redirect("dashboard:member", added.slug)
    return page(request, "organisation.html", {"form": form}, status=422 if form.errors else 200)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, organisation: str) -> HttpResponse:
    """Its name, kind, language or domain was wrong, or has changed."""
    one = the_organisation(organisation)
    form = FactsForm(request.POST) if request.method == "POST" else _as_it_is(one)
    if form.is_bound and form.is_valid():
        try:
            correct_organisation(one, form.cleaned_data, actor=who(request), now=timezone.now())
        except WrongError as wrong:
            _say(form, wrong)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept."))
            return redirect("dashboard:member", one.slug)
    status = 422 if form.errors else 200
    return page(request, "organisation.html", {"form": form, "one": one}, status=status)


def _as_it_is(one: "Organisation") -> FactsForm:
    return FactsForm(initial={name: getattr(one, name) for name in FACTS})


def _say(form: forms.Form, wrong: WrongError) -> None:
    """A sentence at its field; in a form it begins with a capital."""
    what = str(wrong.what)
    form.add_error(wrong.column, what[:1].upper() + what[1:])
