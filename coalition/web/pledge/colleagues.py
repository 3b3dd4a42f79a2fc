"""Who may write and approve for this organisation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.members.people import invite_colleague, remove_representative
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
                _("%(name)s is added; a letter tells how to sign in.")
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
    invite_colleague(
        here.organisation,
        email=given["email"],
        name=given["name"],
        role=Role(given["role"]),
        actor=here.person,
        now=here.now,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """After a second look, this colleague can't act for it any more; oneself neither."""
    here = place(request, slug, Role.OWNER)
    person = next((each for each in people_of(here.organisation) if each.pk == pk), None)
    if person is None:
        raise Http404
    if request.method != "POST":
        return render(request, "member/colleague_remove.html", {"here": here, "person": person})
    try:
        remove_representative(person, actor=here.person, now=here.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("member:colleagues", slug)
    messages.success(request, _("%(who)s can't act here any more.") % {"who": person.user})
    if person.user_id == here.person.pk:
        return redirect("member:home")
    return redirect("member:colleagues", slug)
