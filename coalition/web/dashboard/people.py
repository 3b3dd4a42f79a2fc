"""What only people can do: one post, whom to call about it, and the ways out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.members.queries import people_of
from coalition.members.states import Route
from coalition.publishing.actions import give_up, hand_over, try_again
from coalition.publishing.freeze import freeze_again, freeze_of, thaw
from coalition.publishing.states import State
from coalition.publishing.wall import post_in
from coalition.refusals import Refusal
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who
from coalition.web.dashboard.forms import LinkForm
from coalition.web.picture import picture_answer
from coalition.web.proof import prove

if TYPE_CHECKING:
    from coalition.publishing.models import Post

ACTS: Final[dict[str, tuple[Callable[..., object], Promise]]] = {
    "again": (try_again, _("It is sent as soon as a worker has it.")),
    "hand over": (hand_over, _("The organisation posts it itself; tell them now.")),
    "thaw": (thaw, _("They can change this text until it is approved again. They are told.")),
    "freeze": (freeze_again, _("The text is frozen again.")),
    "give up": (give_up, _("This post will not come any more.")),
}


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One post: what happened to it, and what can be done."""
    here = the_campaign(slug)
    found = post_in(here, pk)
    if found is None:
        raise Http404
    form = LinkForm(request.POST if "link" in request.POST else None)
    act = ACTS.get(request.POST.get("do", ""))
    if act:
        does, done = act
        attempt(request, lambda: does(found, actor=who(request), now=timezone.now()), done)
        if request.POST["do"] in {"thaw", "freeze"}:
            return redirect("dashboard:post", slug, pk)
        return redirect("dashboard:day", slug)
    if form.is_bound and form.is_valid() and _proved(request, found, form):
        return redirect("dashboard:day", slug)
    context: dict[str, object] = {
        "post": found,
        "form": form,
        "people": people_of(found.account.organisation),
        "can": _ways_out(found),
        "freeze": freeze_of(found, timezone.now()),
    }
    status = 422 if form.errors else 200
    return page(request, "post.html", context, campaign=here, status=status)


@coordinators_only
@require_safe
def picture(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """A picture that goes along with it."""
    found = post_in(the_campaign(slug), pk)
    if found is None:
        raise Http404
    return picture_answer(found, number, take="take" in request.GET)


def _proved(request: HttpRequest, post: "Post", form: LinkForm) -> bool:
    try:
        link, now = form.cleaned_data["link"], timezone.now()
        prove(post, link, actor=who(request), looked=True, now=now)
    except Refusal as refusal:
        form.add_error("link", str(refusal))
        return False
    messages.success(request, _("It is out, and its link is kept."))
    return True


def _ways_out(post: "Post") -> frozenset[str]:
    """What still makes sense; the stage itself decides again."""
    state = State(post.state)
    direct = post.route == Route.DIRECT
    ways = set()
    if direct and (state in {State.REFUSED, State.MISSED} or post.needs_person):
        ways.add("again")
    if direct and state in {State.REFUSED, State.MISSED, State.APPROVED}:
        ways.add("hand over")
    if state in {State.DRAFT, State.APPROVED, State.REFUSED, State.MISSED}:
        ways.add("give up")
    if state in {State.APPROVED, State.REFUSED, State.MISSED, State.UNCERTAIN}:
        ways.add("prove")
    return frozenset(ways)
