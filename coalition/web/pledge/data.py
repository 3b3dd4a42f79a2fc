"""Export or delete: an organisation's data by its owner, and a person's by that person."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.members.access import organisations_of
from coalition.members.certificates import certificates_of
from coalition.members.states import Role
from coalition.privacy.exporting import hand_over_organisation, hand_over_person
from coalition.privacy.forgetting import forget_organisation, forget_person
from coalition.refusals import Refusal
from coalition.web.place import person_of, place


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Take it all along, or have it erased; what can't be stopped any more is said."""
    here = place(request, slug, Role.OWNER)
    context: dict[str, object] = {"here": here}
    if request.POST.get("do") == "export":
        packed = hand_over_organisation(here.organisation, actor=here.person, now=here.now)
        return _zip(packed, slug)
    if request.POST.get("sure"):
        with_name = request.POST.get("name") == "goes"
        done = forget_organisation(
            here.organisation, with_name=with_name, actor=here.person, now=here.now
        )
        if not done.waits_for:
            messages.success(request, _("The data are erased. A letter confirms it."))
            return redirect("member:home")
        context |= {"waits_for": done.waits_for}
    elif request.method == "POST":
        context |= {"unsure": True}
    status = 422 if request.method == "POST" else 200
    return render(request, "member/data.html", context, status=status)


@login_required
@require_safe
def erased(request: HttpRequest, slug: str) -> HttpResponse:
    """What was erased, when and by what rule: one certificate a sheet of paper."""
    here = place(request, slug)
    context = {"here": here, "certificates": certificates_of(here.organisation)}
    return render(request, "member/erased.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest) -> HttpResponse:
    """The same for whoever is signed in."""
    who, now = person_of(request), timezone.now()
    context: dict[str, object] = {"organisations": organisations_of(who)}
    if request.POST.get("do") == "export":
        return _zip(hand_over_person(who, now=now), "you")
    if request.POST.get("sure"):
        try:
            forget_person(who, now=now)
        except Refusal as refusal:
            context |= {"refusal": str(refusal)}
        else:
            logout(request)
            return redirect("home")
    elif request.method == "POST":
        context |= {"unsure": True}
    status = 422 if request.method == "POST" else 200
    return render(request, "member/your_data.html", context, status=status)


def _zip(packed: bytes, name: str) -> HttpResponse:
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}-data.zip"'
    return response
