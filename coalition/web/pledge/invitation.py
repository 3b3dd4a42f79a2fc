"""Coming in: by an invitation, or by a link that signs in once. A GET changes nothing."""

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_from_path, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.campaigns.queries import words_in
from coalition.members.actions import use_sign_in_link
from coalition.pledges.invitations import by_token, claim, mark_opened
from coalition.refusals import Refusal
from coalition.web.limits import limited
from coalition.web.pledge.forms import AcceptForm, ClaimForm
from coalition.web.signin.adapter import remember

if TYPE_CHECKING:
    from coalition.members.models import User
    from coalition.pledges.models import Invitation

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("enter")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks and what it means; the button accepts, signs in and leads to the answer."""
    now = timezone.now()
    found = by_token(token, now=now)
    if found is None or found.claimed_at:
        return render(request, "member/no_invitation.html", status=404)
    person = _signed_in(request)
    form = _form(request, found, person)
    if request.method == "POST":
        mark_opened(found.campaign, found.organisation, now=now)
        if form.is_valid():
            try:
                user = claim(
                    found,
                    name=form.cleaned_data.get("name", ""),
                    email=form.cleaned_data.get("email", ""),
                    signed_in=person,
                    now=now,
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                if person is None:
                    login(request, user, backend=BACKEND)
                    remember(request)
                return redirect("member:pledge", found.organisation.slug)
    return render(
        request,
        "member/invitation.html",
        {
            "form": form,
            "invitation": found,
            "campaign": found.campaign,
            "zone": ZoneInfo(found.campaign.time_zone),
            "organisation": found.organisation,
            "words": words_in(found.campaign, get_language() or "en"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("enter")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A button; pressing it uses the link up. Whether the link is good shows only then."""
    refused = ""
    if request.method == "POST":
        try:
            link = use_sign_in_link(token, now=timezone.now())
        except Refusal as refusal:
            refused = str(refusal)
        else:
            if link.user.is_active:
                login(request, link.user, backend=BACKEND)
                remember(request)
            return redirect(_local(_in_their_language(link.next_path)) or "member:home")
    return render(request, "member/enter.html", {"refused": refused})


def _signed_in(request: HttpRequest) -> "User | None":
    return request.user if request.user.is_authenticated else None


def _form(request: HttpRequest, found: "Invitation", person: "User | None") -> AcceptForm:
    kind = ClaimForm if person is None else AcceptForm
    return kind(
        request.POST or None,
        initial={"name": found.organisation.contact_name, "email": found.email},
    )


def _in_their_language(path: str) -> str:
    """The same page in the language in which they pressed the button."""
    theirs = get_language() or "en"
    with override(get_language_from_path(path) or theirs):
        return translate_url(path, theirs)


def _local(path: str) -> str:
    """A path of this site, or nothing: a link must not lead elsewhere."""
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if safe else ""
