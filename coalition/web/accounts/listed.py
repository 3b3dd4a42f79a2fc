"""The organisation's accounts, each with how sure we are of it; and adding one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalition.members.actions import add_account
from coalition.members.queries import accounts_of
from coalition.members.states import NetworkChoices, Role
from coalition.networks.bluesky.identity import as_punycode, is_look_alike
from coalition.publishing.actions import prepare_posts
from coalition.refusals import Refusal
from coalition.web.accounts.forms import AccountForm
from coalition.web.place import Place, place

if TYPE_CHECKING:
    from coalition.members.models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """One account as its page shows it; `look_alike` is its name without disguise."""

    account: "Account"
    look_alike: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and one more."""
    here = place(request, slug, *([Role.OWNER] if request.method == "POST" else []))
    form = AccountForm(request.POST or None, initial={"language": here.organisation.language})
    if request.method == "POST" and form.is_valid():
        try:
            added = _add(here, form)
        except Refusal as refusal:
            form.add_error("handle", str(refusal))
        else:
            messages.success(request, _("@%(handle)s is added.") % {"handle": added.handle})
            return redirect("accounts:account", slug, added.pk)
    lines = [
        Line(account, as_punycode(account.handle) if is_look_alike(account.handle) else "")
        for account in accounts_of(here.organisation)
    ]
    return render(
        request, "account_door/accounts.html", {"here": here, "lines": lines, "form": form}
    )


@transaction.atomic
def _add(here: Place, form: AccountForm) -> "Account":
    given = form.cleaned_data
    added = add_account(
        here.organisation,
        network=NetworkChoices(given["network"]),
        handle=given["handle"],
        language=given["language"],
        leaves=not given["stays"],
        actor=here.person,
        now=here.now,
    )
    if here.pledge:
        prepare_posts(here.pledge, now=here.now)
    return added
