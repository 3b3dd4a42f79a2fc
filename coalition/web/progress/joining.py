"""“My organisation leaves too”: asking, and confirming from the own mailbox. A GET changes nothing.

These forms use nobody's session and set no cookie: whoever could forge one could as well send it.
"""

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from coalition.campaigns.phases import Phase, phase
from coalition.campaigns.queries import words_in
from coalition.joining import actions
from coalition.joining.queries import by_token
from coalition.press.embargo import is_public
from coalition.progress.queries import open_campaigns
from coalition.refusals import Refusal
from coalition.web.progress.join_form import JoinForm

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what was typed stays whatever is wrong with it."""
    campaign, now = _open(slug), timezone.now()
    if phase(campaign, now) is Phase.CALLED_OFF:
        return _said(request, "closed", campaign)
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, today=timezone.localdate(now))
    status = 200
    if posted is not None:
        status = 422
        if form.is_valid():
            wish = form.wish(get_language() or "en")
            try:
                actions.ask(campaign, wish, sender=_sender(request), now=now)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = 429
            else:
                return redirect("progress_join_sent", slug)
    return _page(request, "join", campaign, status=status, form=form)


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody: whether a letter went out is between us and that mailbox."""
    return _said(request, "sent", _open(slug))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """The letter's link: two buttons. Scanners that follow links press none."""
    campaign, now = _open(slug), timezone.now()
    candidate = by_token(token, campaign=campaign, now=now)
    if candidate is None:
        return _said(request, "dead", campaign, status=404)
    answer = request.POST.get("answer") if request.method == "POST" else None
    if answer not in {"yes", "no"}:
        return _page(request, "join_confirm", campaign, candidate=candidate)
    ours = answer == "yes"
    try:
        (actions.confirm if ours else actions.disown)(candidate, now=now)
    except Refusal:
        return _said(request, "dead", campaign, status=404)
    return _said(request, "confirmed" if ours else "disowned", campaign)


def _open(slug: str) -> "Campaign":
    """One that is not open yet answers exactly as one that does not exist."""
    for found in open_campaigns(timezone.now()):
        if found.slug == slug:
            return found
    raise Http404


def _sender(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _said(
    request: HttpRequest, said: str, campaign: "Campaign", *, status: int = 200
) -> HttpResponse:
    """One of the few sentences that this door ends with."""
    return _page(request, "join_said", campaign, status=status, said=said)


def _page(
    request: HttpRequest, name: str, campaign: "Campaign", *, status: int = 200, **context: object
) -> HttpResponse:
    words = words_in(campaign, get_language() or "en")
    context = {
        "campaign": campaign,
        "words": words,
        "press_is_public": is_public(campaign, timezone.now()),
        "days": actions.VALID_FOR.days,
        **context,
    }
    return render(request, f"progress/{name}.html", context, status=status)
