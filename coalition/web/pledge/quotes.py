"""What is to be said in this organisation's name: read it, approve it, take the yes back."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coalition.members.states import Role
from coalition.press import quoting
from coalition.press.embargo import embargo_ends_at, is_public
from coalition.press.queries import quotes_for, sha256_of
from coalition.refusals import Refusal
from coalition.web.place import Place, place

if TYPE_CHECKING:
    from coalition.press.models import Quote


@login_required
@require_safe
def quotes(request: HttpRequest, slug: str) -> HttpResponse:
    """Every quote, word for word, as the press would read it."""
    here = place(request, slug)
    campaign = here.asked
    found = quotes_for(here.organisation, campaign)
    return render(
        request,
        "member/quotes.html",
        {
            "here": here,
            "quotes": [(one, sha256_of(one)) for one in found],
            "public": is_public(campaign, here.now),
            "ends_at": embargo_ends_at(campaign),
        },
    )


@login_required
@require_POST
def approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Agree to what was shown: if it has changed since, it is refused."""
    here = place(request, slug, Role.APPROVER)
    try:
        quoting.approve_quote(
            _at(here, pk), shown=request.POST.get("shown", ""), actor=here.person, now=here.now
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved, word for word."))
    return redirect("member:quotes", slug)


@login_required
@require_POST
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Nobody sees it from now on."""
    here = place(request, slug)
    quoting.take_quote_back(_at(here, pk), actor=here.person, now=here.now)
    messages.success(request, _("Taken back: the quote is not shown any more."))
    return redirect("member:quotes", slug)


def _at(here: Place, pk: int) -> "Quote":
    """This organisation's own; anybody else's is not there."""
    found = next((one for one in quotes_for(here.organisation, here.asked) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found
