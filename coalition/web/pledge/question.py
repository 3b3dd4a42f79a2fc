"""“You seem to post again”: what the coordinators saw, and what the organisation says of it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.evidence.asking import DAYS, reply
from coalition.evidence.queries import question_at
from coalition.evidence.states import Reply
from coalition.refusals import Refusal
from coalition.web.place import place


class ReplyForm(forms.Form):
    """Which of three, and a word if they like."""

    reply = forms.ChoiceField(
        label=gettext_lazy("What is it"), choices=Reply, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=gettext_lazy("A word for the coordinators"), max_length=300, required=False
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """It may answer again while the question is open: the last answer counts."""
    here = place(request, slug)
    found = question_at(here.asked, pk)
    if found is None or found.account.organisation_id != here.organisation.pk:
        raise Http404
    initial = {"reply": found.reply, "remark": found.remark}
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            reply(
                found,
                Reply(said["reply"]),
                remark=said["remark"],
                actor=here.person,
                now=here.now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. The coordinators see your answer."))
            return redirect("member:question", slug, pk)
    context = {"here": here, "question": found, "form": form, "days": DAYS}
    return render(request, "member/question.html", context, status=422 if form.errors else 200)
