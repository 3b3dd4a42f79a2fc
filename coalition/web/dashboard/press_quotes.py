"""Quotes: written here, approved by the organisation in whose name they are."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.members.queries import organisations
from coalition.press import quoting
from coalition.press.embargo import kit_of
from coalition.press.queries import quote_at, wordings_of
from coalition.refusals import Refusal
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who
from coalition.web.dashboard.press_forms import QuoteForm, quote_forms, wordings

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.press.models import PressKit, Quote


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def quote_new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more quote; nobody sees it before its organisation has approved it."""
    here, kit = _begun(slug)
    return _edited(request, here, kit, None)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def quote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change it; its approval falls with the first letter that changes."""
    here, kit = _begun(slug)
    return _edited(request, here, kit, _found(kit, pk))


@coordinators_only
@require_POST
def quote_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """It is not said any more."""
    _here, kit = _begun(slug)
    found = _found(kit, pk)
    attempt(
        request,
        lambda: quoting.remove_quote(found, actor=who(request), now=timezone.now()),
        _("The quote is removed."),
    )
    return redirect(f"{reverse('dashboard:press', args=[slug])}#quotes")


def _edited(
    request: HttpRequest, here: "Campaign", kit: "PressKit", found: "Quote | None"
) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    known = {one.pk: one for one in organisations()}
    form = QuoteForm(posted, quote=found, organisations=list(known.values()))
    filled = quote_forms(posted, wordings_of(found) if found else {})
    if posted is not None and all([form.is_valid(), *(one.is_valid() for one in filled.values())]):
        try:
            kept = quoting.write_quote(
                kit,
                found,
                organisation=known[form.cleaned_data["organisation"]],
                speaker=form.cleaned_data["speaker"],
                words=wordings(filled),
                actor=who(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if kept.approved_at is None:
                messages.success(request, _("Kept. Its organisation is asked to approve it."))
            return redirect(f"{reverse('dashboard:press', args=[here.slug])}#quotes")
    context: dict[str, object] = {"form": form, "wordings": filled, "quote": found}
    return page(
        request, "press_quote.html", context, campaign=here, status=422 if form.is_bound else 200
    )


def _begun(slug: str) -> "tuple[Campaign, PressKit]":
    here = the_campaign(slug)
    kit = kit_of(here)
    if kit is None:
        raise Http404
    return here, kit


def _found(kit: "PressKit", pk: int) -> "Quote":
    found = quote_at(kit, pk)
    if found is None:
        raise Http404
    return found
