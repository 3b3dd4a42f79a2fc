"""The list to follow on Bluesky: whose account it stands at, who is on it, and what people did."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.directory.actions import keep_list
from coalition.directory.queries import list_members, list_of, names_of, own_accounts
from coalition.networks.bluesky.lists import MOST_IN_A_PACK
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coalition.directory.models import FollowList
    from coalition.members.models import Account


class AccountForm(forms.Form):
    """One of your own organisations' accounts, or none."""

    account = forms.TypedChoiceField(
        label=gettext_lazy("The account that keeps the list"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Accounts on Bluesky that you connected yourself, as their owner."),
    )

    def __init__(
        self,
        data: object = None,
        *,
        accounts: "Sequence[Account]",
        held: "FollowList | None",
    ) -> None:
        """What stands now can be kept also by who does not own it."""
        chosen = held.account if held else None
        super().__init__(data, initial={"account": chosen.pk if chosen else 0})  # type: ignore[arg-type]
        offered = {one.pk: f"@{one.handle} · {one.organisation}" for one in accounts}
        if chosen:
            offered.setdefault(chosen.pk, f"@{chosen.handle} · {chosen.organisation}")
        field = self.fields["account"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 — for its type
        field.choices = [*offered.items(), (0, _("None: we keep no list"))]


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the account; below it, how the list stands."""
    here, boss = the_campaign(slug), who(request)
    held, accounts = list_of(here), own_accounts(boss)
    posted = request.POST if request.method == "POST" else None
    form = AccountForm(posted, accounts=accounts, held=held)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["account"] or None
        attempt(
            request,
            lambda: keep_list(here, chosen, actor=boss, now=timezone.now()),
            _("Kept. The list follows within a minute.") if chosen else _("No list is kept now."),
        )
        return redirect("dashboard:following", slug)
    members = list_members(here)
    names = names_of([*held.by_hand, *held.put_back]) if held else {}
    context: dict[str, object] = {
        "form": form,
        "held": held,
        "accounts": accounts,
        "members": members,
        "packs": -(-len(members) // MOST_IN_A_PACK),
        "by_hand": [(did, names.get(did, did)) for did in held.by_hand] if held else [],
        "put_back": [names.get(did, did) for did in held.put_back] if held else [],
        "live": settings.NETWORKS == "live",
    }
    return page(
        request, "following.html", context, campaign=here, status=422 if form.errors else 200
    )
