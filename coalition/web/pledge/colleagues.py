"""Who may write and approve for this organisation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.members.actions import add_representative
from coalition.members.queries import people_of
from coalition.members.states import Role
from coalition.refusals import Refusal
from coalition.web.place import Place, place
from coalition.web.pledge.forms import ColleagueForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def colleagues(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and one more."""
    here = place(request, slug, *([Role.OWNER] if request.method == "POST" else []))
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _add(here, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(name)s is added. Tell them: they sign in with this address.")
                % {"name": form.cleaned_data["name"]},
            )
            return redirect("member:colleagues", slug)
    return render(
        request,
        "member/colleagues.html",
        {"here": here, "form": form, "people": people_of(here.organisation)},
    )


def _add(here: Place, form: ColleagueForm) -> None:
    given = form.cleaned_data
    if given["email"].lower() == here.person.email:
        raise Refusal(_("That is you. Somebody has to keep speaking for the organisation."))
    add_representative(
        here.organisation,
        email=given["email"],
        name=given["name"],
        role=Role(given["role"]),
        actor=here.person,
        now=here.now,
    )
