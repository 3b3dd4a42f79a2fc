"""The day, on a phone: locked until the minute, then one button; afterwards the link proves it."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.publishing.queries import post_of
from coalition.refusals import Refusal
from coalition.web.limits import limited
from coalition.web.place import Place, place
from coalition.web.pledge.forms import LinkForm
from coalition.web.pledge.hand import hand_of
from coalition.web.proof import prove

if TYPE_CHECKING:
    from coalition.publishing.models import Post


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("prove")
def by_hand(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Post it, then prove it. A GET changes nothing, however often a scanner comes."""
    here = place(request, slug)
    found = any_post_at(here, pk)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prove(found, form.cleaned_data["link"], actor=here.person, now=here.now)
        except Refusal as refusal:
            form.add_error("link", str(refusal))
        else:
            messages.success(request, _("Thank you. It counts from now on."))
            return redirect("member:by_hand", slug, pk)
        found = any_post_at(here, pk)
    return _page(request, here, found, form)


def _page(request: HttpRequest, here: Place, post: "Post", form: LinkForm) -> HttpResponse:
    """An open page asks for its clock alone, and loads itself anew where more has changed."""
    hand = hand_of(here, post)
    asked = request.headers.get("HX-Request") and request.method == "GET"
    address = reverse("member:by_hand", args=[here.organisation.slug, post.pk])
    response = render(
        request,
        "member/by_hand.html#clock" if asked else "member/by_hand.html",
        {
            "here": here,
            "post": post,
            "form": form,
            "hand": hand,
            "address": f"{settings.PUBLIC_URL}{address}",
        },
    )
    if asked and request.GET.get("was") != hand.key:
        response["HX-Refresh"] = "true"
    patch_vary_headers(response, ["HX-Request"])
    return response


def any_post_at(here: Place, pk: int) -> "Post":
    """This organisation's own post, also one given up: its page says so."""
    found = post_of(here.organisation, here.asked, pk)
    if found is None:
        raise Http404
    return found
