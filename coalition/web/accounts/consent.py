"""Saying yes at one's own Bluesky server: the way there, the way back, and the page about us."""

import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import activate, get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from coalition import wiring
from coalition.members.consents import start_consent, use_consent
from coalition.members.states import NetworkChoices, Role
from coalition.publishing.queries import is_to_be_pinned
from coalition.refusals import Refusal
from coalition.web.accounts.bluesky import ask_their_server, can_consent, read_their_answer
from coalition.web.accounts.connect import account_at, keep_opened
from coalition.web.limits import limited
from coalition.web.place import place
from coalition.web.signin.gate import is_fresh, send_to_confirm

if TYPE_CHECKING:
    from coalition.members.models import User
    from coalition.networks.bluesky.oauth.client import Client

A_WHILE: Final = 600  # seconds that servers may keep what they read about us


@login_required
@require_POST
@never_cache
@limited("connect")
def start(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask the account's own server, and send the person there.

    By a page with a link that follows itself: a form's redirect to a host that only their
    account's document names would need a hole in the content security policy.
    """
    here = place(request, slug, Role.OWNER)
    account = account_at(here, pk)
    if account.network != NetworkChoices.BLUESKY or not can_consent():
        raise Http404
    if not is_fresh(request):
        return send_to_confirm(request, reverse("accounts:account", args=[slug, pk]))
    state = secrets.token_urlsafe(32)
    try:
        asked = ask_their_server(
            account.handle, account.network_id, state=state, pinning=is_to_be_pinned(account)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:account", slug, pk)
    start_consent(
        account,
        asked.details,
        state=state,
        session=_session(request),
        language=get_language() or settings.LANGUAGE_CODE,
        actor=here.person,
        now=here.now,
    )
    told = {"here": here, "account": account, "address": asked.address}
    told["host"] = urlsplit(asked.address).netloc
    answer = render(request, "account_door/go_on.html", told)
    answer["Refresh"] = f"0; url={asked.address}"
    return answer


@login_required
@require_safe
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Their server sent the person back: good once, here, for whoever left on this very way."""
    person: User = request.user  # type: ignore[assignment]  # signed in
    way = use_consent(
        request.GET.get("state", ""),
        session=_session(request),
        actor=person,
        now=timezone.now(),
    )
    if way is None:
        activate(person.language)
        messages.error(request, _("That way back has been used or has run out. Start it again."))
        return redirect("member:home")
    activate(way.language)
    account = way.account
    here = place(request, account.organisation.slug, Role.OWNER)
    try:
        keep_opened(here, account, read_their_answer(way.details, account.handle, request.GET))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Connected. What is a draft now goes out for you; change that at each text."),
        )
    return redirect("accounts:account", here.organisation.slug, account.pk)


@require_safe
@cache_control(public=True, max_age=A_WHILE)
def metadata(_request: HttpRequest) -> HttpResponse:
    """Who we are, for every server that is asked to let us in."""
    return JsonResponse(_client().metadata(urlsplit(settings.PUBLIC_URL).netloc))


@require_safe
@cache_control(public=True, max_age=A_WHILE)
def jwks(_request: HttpRequest) -> HttpResponse:
    """The public halves of our keys."""
    return JsonResponse(_client().jwks())


def _client() -> "Client":
    client = wiring.bluesky_client()
    if client is None:
        raise Http404
    return client


def _session(request: HttpRequest) -> str:
    if not request.session.session_key:
        request.session.save()
    return str(request.session.session_key)
