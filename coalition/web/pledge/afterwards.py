"""After the farewell: what stays to be done, “did you do it?”, and having left by oneself."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.afterwards.actions import answer_survey, tick
from coalition.afterwards.queries import survey_of, ticked
from coalition.afterwards.states import Chore, Done
from coalition.evidence.actions import say_left
from coalition.evidence.queries import leaving_accounts
from coalition.members.certificates import ended
from coalition.members.queries import accounts_of
from coalition.members.states import Role
from coalition.refusals import Refusal
from coalition.web.left_form import LeftForm
from coalition.web.place import Place, place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

WHEN_AND_HOW: "Mapping[Chore, tuple[str | Promise, str | Promise]]" = {
    Chore.ARCHIVE: (
        gettext_lazy("Two weeks before"),
        gettext_lazy("Ask the platform for your archive; it can take days."),
    ),
    Chore.PIN: (
        gettext_lazy("At the hour"),
        gettext_lazy("Pin your farewell on top of the profile."),
    ),
    Chore.BIO: (
        gettext_lazy("The same day"),
        gettext_lazy(
            "Say in name, bio and website where you are now. Don't lock the account yet: that"
            " hides your farewell."
        ),
    ),
    Chore.ICONS: (
        gettext_lazy("The same week"),
        gettext_lazy(
            "Take the old icon and share buttons off your site, newsletters and e-mail footers."
        ),
    ),
    Chore.LOCK: (
        gettext_lazy("After two weeks"),
        gettext_lazy("Lock the account: what was said stays, and nobody new can answer it."),
    ),
    Chore.APPS: (
        gettext_lazy("After two weeks"),
        gettext_lazy("Take away the access of apps, ours too."),
    ),
    Chore.LOG_IN: (
        gettext_lazy("From then on"),
        gettext_lazy(
            "Keep two-step sign-in on and log in once a month, so that nobody else gets your name."
        ),
    ),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, with what is ticked off; it is kept with one button, without a script."""
    here = place(request, slug)
    if request.method == "POST":
        done = [Chore(chore) for chore in request.POST.getlist("done") if chore in Chore]
        tick(here.asked, here.organisation, done, actor=here.person, now=here.now)
        messages.success(request, _("Kept."))
        return redirect("member:leaving", slug)
    done_by_now = ticked(here.asked, here.organisation)
    return render(
        request,
        "member/leaving.html",
        {
            "here": here,
            "chores": [(one, *WHEN_AND_HOW[one], one in done_by_now) for one in Chore],
            "done": len(done_by_now),
            "survey": survey_of(here.asked, here.organisation),
            "ended": ended(here.organisation, accounts_of(here.organisation)),
        },
    )


class SurveyForm(forms.Form):
    """One choice of three for each thing to do, and a remark."""

    remark = forms.CharField(
        label=gettext_lazy("A word for the coordinators"),
        help_text=gettext_lazy("They read it with your name; all else they see only in sum."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:  # noqa: ANN401
        """What is ticked off already is said already."""
        super().__init__(data, initial=initial)
        remark = self.fields.pop("remark")
        for chore in Chore:
            self.fields[chore.name.lower()] = forms.ChoiceField(
                label=str(chore.label)[:1].upper() + str(chore.label)[1:],
                choices=Done,
                widget=forms.RadioSelect,
            )
        self.fields["remark"] = remark

    def answers(self) -> dict[Chore, Done]:
        """Each chore with what was said of it."""
        return {chore: Done(self.cleaned_data[chore.name.lower()]) for chore in Chore}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """“Did you do it?”, four weeks later; whoever of its people answers, answers for it."""
    here = place(request, slug)
    asked = survey_of(here.asked, here.organisation)
    if asked is None:
        raise Http404
    form = SurveyForm(
        request.POST if request.method == "POST" else None,
        initial=_said(here, asked.answers) | {"remark": asked.remark},
    )
    if form.is_bound and form.is_valid():
        answer_survey(
            here.asked,
            here.organisation,
            form.answers(),
            remark=form.cleaned_data["remark"],
            actor=here.person,
            now=here.now,
        )
        messages.success(request, _("Thank you. You can change your answers at any time."))
        return redirect("member:survey", slug)
    context = {"here": here, "form": form, "survey": asked}
    return render(request, "member/survey.html", context, status=422 if form.errors else 200)


def _said(here: Place, answers: "Mapping[str, str]") -> dict[str, str]:
    """What was answered; before that, what is ticked off."""
    if answers:
        return {Chore(chore).name.lower(): said for chore, said in answers.items()}
    return {one.name.lower(): Done.YES for one in ticked(here.asked, here.organisation)}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest, slug: str) -> HttpResponse:
    """“We have left”, by its owner: before T, or after it without a post of ours."""
    here = place(request, slug, Role.OWNER)
    if here.answered.withdrawn_at:
        raise Http404
    accounts = leaving_accounts([here.organisation.pk])
    form = LeftForm(request.POST if request.method == "POST" else None, accounts=accounts)
    if form.is_bound and form.is_valid():
        try:
            reason = form.reason(zone=here.asked.time_zone, now=here.now)
            say_left(here.asked, form.chosen, reason, actor=here.person.number, now=here.now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Thank you. It is recorded."))
            return redirect("member:organisation", slug)
    context = {"here": here, "form": form, "accounts": accounts}
    return render(request, "member/left.html", context, status=422 if form.errors else 200)
