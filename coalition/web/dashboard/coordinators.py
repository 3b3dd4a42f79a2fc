"""Who runs the exit: the list, one more, one less."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.members.factors import with_second_step
from coalition.members.people import invite_coordinator, remove_coordinator
from coalition.members.queries import coordinators as everybody
from coalition.members.vouching import open_vouchings
from coalition.refusals import Refusal
from coalition.web.dashboard.door import attempt, coordinators_only, page, who
from coalition.web.signin.gate import confirmed, is_fresh, send_to_confirm, way_to_confirm


class CoordinatorForm(forms.Form):
    """A colleague of the coalition's staff."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("The other coordinators see it."),
    )


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def coordinators(request: HttpRequest) -> HttpResponse:
    """Everybody who sees what you see."""
    if request.method == "POST" and not is_fresh(request):
        return send_to_confirm(request)
    form = CoordinatorForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            added = invite_coordinator(**form.cleaned_data, actor=who(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("%(who)s runs the exit too; a letter tells how to sign in.")
            messages.success(request, done % {"who": added})
            return redirect("dashboard:coordinators")
    context = {
        "form": form,
        "people": everybody(),
        "me": who(request),
        "secured": with_second_step(),
        "vouchings": list(open_vouchings().values()),
        "confirm": "" if is_fresh(request) else way_to_confirm(request),
    }
    return page(request, "coordinators.html", context, status=422 if form.errors else 200)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """After a second look, this person has no way in any more."""
    one = next((each for each in everybody() if each.pk == pk), None)
    if one is None:
        raise Http404
    if request.method != "POST":
        return page(request, "coordinator_remove.html", {"one": one, "me": who(request)})
    attempt(
        request,
        lambda: remove_coordinator(one, actor=who(request), now=timezone.now()),
        _("%(who)s has no way in any more.") % {"who": one},
    )
    return redirect("dashboard:coordinators")
