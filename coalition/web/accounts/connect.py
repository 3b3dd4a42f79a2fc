"""One account: how sure we are, connecting it, and erasing what opens it."""

import hashlib
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from coalition import wiring
from coalition.directory.recheck import is_askable
from coalition.members.actions import connect_account, keep_secret
from coalition.members.certificates import ended
from coalition.members.queries import accounts_of, sign_in_of
from coalition.members.states import NetworkChoices, Role, Route, Rule, SignIn, Trouble
from coalition.networks.bluesky.connect import Connected
from coalition.publishing.actions import choose_route
from coalition.publishing.erasing import erase as erase_now
from coalition.publishing.queries import posts_of, waits_for
from coalition.publishing.states import State
from coalition.refusals import Refusal
from coalition.web.accounts.bluesky import can_consent, open_account, shown_handle
from coalition.web.accounts.forms import PasswordForm
from coalition.web.limits import limited
from coalition.web.place import Place, place
from coalition.web.signin.gate import is_fresh, send_to_confirm, way_to_confirm

if TYPE_CHECKING:
    from coalition.members.models import Account
    from coalition.publishing.models import Post


MENDED_BY_CONNECTING: Final = frozenset({Trouble.RECONNECT, Trouble.MOVED})


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("connect")
def account(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How it stands; a POST connects it."""
    here = place(request, slug, *([Role.OWNER] if request.method == "POST" else []))
    found = account_at(here, pk)
    if request.method == "POST" and not is_fresh(request):
        return send_to_confirm(request)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        try:
            _connect(here, found, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Connected. What is a draft now goes out for you; change that at each text."),
            )
            return redirect("accounts:account", slug, pk)
    on_x = found.network == NetworkChoices.X
    was = ended(here.organisation, [found])
    return render(
        request,
        "account_door/account.html",
        {
            "here": here,
            "account": found,
            "form": form,
            "on_x": on_x,
            "posts": _posts_of(here, found),
            "ended": was,
            "needless": any(one.done for one in was) and not waits_for(found),
            "again": found.trouble in MENDED_BY_CONNECTING,
            "confirm": "" if is_fresh(request) else way_to_confirm(request),
            "consented": found.connected_at and sign_in_of(found) == SignIn.CONSENT,
            "can_consent": not on_x and can_consent(),
            "can_connect": settings.NETWORKS == "rehearsal"
            or (settings.NETWORKS == "live" and (not on_x or x_can_be_connected())),
            "domain": here.organisation.domain,
            "askable": is_askable(found),
        },
    )


@login_required
@require_POST
def erase(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Forget the secret now; what we would have posted becomes theirs to post."""
    here = place(request, slug, Role.OWNER)
    found = account_at(here, pk)
    if erase_now(found, rule=Rule.ASKED, actor=here.person.number, now=here.now):
        messages.success(request, _("Erased. We can't post for this account any more; you can."))
    else:
        messages.error(request, _("A post is being sent. Try again in a minute or two."))
    return redirect("accounts:account", slug, pk)


def account_at(here: Place, pk: int) -> "Account":
    """This organisation's own account; anybody else's is not there."""
    for found in accounts_of(here.organisation):
        if found.pk == pk:
            return found
    raise Http404


def _connect(here: Place, found: "Account", form: Form) -> None:
    """The network answers first, outside any transaction; only then are rows written."""
    if found.network == NetworkChoices.X:
        opened = Connected(_rehearsed_x(found), found.handle, "", {"kind": "rehearsal"})
    else:
        opened = open_account(found.handle, found.network_id, form.cleaned_data["password"])
    keep_opened(here, found, opened)


def keep_opened(here: Place, found: "Account", opened: Connected) -> None:
    """Pin it, seal at once what opens it, and let its drafts go out for its organisation."""
    with transaction.atomic():
        connect_account(
            found,
            network_id=opened.did,
            handle=shown_handle(opened, found.handle),
            host=opened.host,
            actor=here.person,
            now=here.now,
        )
        keep_secret(found, opened.secret, vault=wiring.vault(), now=here.now)
        post_for_them(here, found)


def post_for_them(here: Place, found: "Account") -> None:
    """A connected account's drafts go out for its organisation, unless it chooses otherwise."""
    for post in _posts_of(here, found):
        if post.state == State.DRAFT:
            choose_route(post, Route.DIRECT, actor=here.person, now=here.now)


def x_can_be_connected() -> bool:
    """Only where the deployment has keys of X."""
    return bool(settings.NETWORKS == "live" and settings.X_CLIENT_ID)


def _rehearsed_x(found: "Account") -> str:
    if settings.NETWORKS != "rehearsal":
        raise Refusal(_("X accounts can't be connected here. Post there yourselves."))
    return str(int(hashlib.sha256(found.handle.lower().encode()).hexdigest()[:15], 16))


def _form(request: HttpRequest, found: "Account") -> Form:
    kind = Form if found.network == NetworkChoices.X else PasswordForm
    return kind(request.POST if request.method == "POST" else None)


def _posts_of(here: Place, found: "Account") -> "list[Post]":
    if here.campaign is None:
        return []
    return list(posts_of(here.organisation, here.campaign).filter(account=found))
