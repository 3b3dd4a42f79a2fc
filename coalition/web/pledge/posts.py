"""One text: write it, see it as its network will, have somebody else agree to exactly that."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.members.queries import people_of
from coalition.members.states import NetworkChoices, Role, Route
from coalition.publishing import actions
from coalition.publishing.attaching import PartRefusal, edit_post
from coalition.publishing.compose import shown_sha256
from coalition.publishing.freeze import freeze_of
from coalition.publishing.queries import posts_of
from coalition.publishing.states import State
from coalition.refusals import Refusal
from coalition.web.picture import picture_answer
from coalition.web.place import Place, place
from coalition.web.pledge.forms import ApproveForm, RouteForm
from coalition.web.pledge.post_form import PostForm
from coalition.web.pledge.preview import preview as preview_of

if TYPE_CHECKING:
    from coalition.publishing.models import Post


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The post and how it stands; saving is the only thing that a POST here does."""
    here = place(request, slug, *([Role.WRITER] if request.method == "POST" else []))
    found = post_at(here, pk)
    form = PostForm(request.POST or None, request.FILES or None, post=found, before=request.GET)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            _save(request, here, found, form)
        except PartRefusal as refusal:
            form.add_error(refusal.part if refusal.part in form.fields else None, str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Nothing goes out before somebody approves it."))
            there = reverse("member:post", args=[slug, pk])
            return redirect(f"{there}?{urlencode([form.moved])}" if form.moved else there)
        found = post_at(here, pk)
    return _page(request, here, found, form=form)


def _save(request: HttpRequest, here: Place, post: "Post", form: PostForm) -> None:
    if request.FILES and not consume(request, action="upload"):
        raise Refusal(_("That is a lot of pictures at once. Wait a minute, then add this one."))
    edit_post(post, form.edit(), actor=here.person, now=here.now)


@login_required
@require_safe
def picture(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """A picture of this organisation's own post; with `take`, as a file to post by hand."""
    here = place(request, slug)
    return picture_answer(post_at(here, pk), number, take="take" in request.GET)


@login_required
@require_POST
def preview(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How the text would look, while it is being typed; keeps nothing."""
    here = place(request, slug, Role.WRITER)
    found = post_at(here, pk)
    response = render(request, "member/post.html#preview", _shown(here, found, request.POST))
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_POST
def approve(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Agree to what was shown: if it has changed since, it is refused."""
    here = place(request, slug, Role.APPROVER)
    found = post_at(here, pk)
    form = ApproveForm(request.POST)
    if form.is_valid():
        waiver = form.cleaned_data["alone"] and not others_who_approve(here)
        try:
            actions.approve(
                found,
                actor=here.person,
                waiver=waiver,
                shown=form.cleaned_data["shown"],
                now=here.now,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Approved, word for word. It waits for the hour."))
            return redirect("member:post", slug, pk)
    return _page(request, here, post_at(here, pk), approval=form)


@login_required
@require_POST
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The approval is taken back, while nothing has left."""
    here = place(request, slug)
    try:
        actions.take_back(post_at(here, pk), actor=here.person, now=here.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. It is a draft again and will not go out."))
    return redirect("member:post", slug, pk)


@login_required
@require_POST
def route(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who posts: we, or they."""
    here = place(request, slug, Role.WRITER)
    found = post_at(here, pk)
    form = RouteForm(request.POST)
    if form.is_valid():
        try:
            _choose(here, found, Route(form.cleaned_data["route"]))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept: who posts this."))
            return redirect("member:post", slug, pk)
    return _page(request, here, found, routes=form)


@login_required
@require_POST
def ourselves(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The machine could not; the organisation posts it by hand."""
    here = place(request, slug)
    try:
        actions.hand_over(post_at(here, pk), actor=here.person, now=here.now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("member:post", slug, pk)
    return redirect("member:by_hand", slug, pk)


def post_at(here: Place, pk: int) -> "Post":
    """This organisation's own post; anybody else's is not there."""
    found = posts_of(here.organisation, here.asked).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_be_direct(post: "Post") -> bool:
    """Whether we can offer to send it: on X only where the deployment has its keys."""
    on_x = post.network == NetworkChoices.X
    return not on_x or bool(settings.X_CLIENT_ID) or settings.NETWORKS == "rehearsal"


def others_who_approve(here: Place) -> list[str]:
    """Colleagues who may approve, by name."""
    return [
        str(each.user)
        for each in people_of(here.organisation)
        if each.user_id != here.person.pk and each.role in {Role.OWNER, Role.APPROVER}
    ]


def _choose(here: Place, post: "Post", route: Route) -> None:
    if route is Route.DIRECT and not may_be_direct(post):
        raise Refusal(_("Posting on X for you is not set up here. Post it yourselves."))
    actions.choose_route(post, route, actor=here.person, now=here.now)


def _page(
    request: HttpRequest,
    here: Place,
    post: "Post",
    *,
    form: PostForm | None = None,
    approval: ApproveForm | None = None,
    routes: RouteForm | None = None,
) -> HttpResponse:
    typed = request.POST if form and form.is_bound else None
    freeze = freeze_of(post, here.now)
    return render(
        request,
        "member/post.html",
        {
            **_shown(here, post, typed),
            "words": here.words,
            "editable": post.state in {State.DRAFT, State.APPROVED},
            "freeze": freeze,
            "frozen": bool(freeze and freeze.holds),
            "form": form or PostForm(post=post),
            "approval": approval or ApproveForm(),
            "routes": routes or RouteForm(initial={"route": post.route}),
            "may_be_direct": may_be_direct(post),
        },
    )


def _shown(here: Place, post: "Post", typed: Mapping[str, Any] | None) -> dict[str, Any]:
    """The preview, and the approval of exactly what it shows: of typed words there is none."""
    stale = post.is_stale
    found = preview_of(post, typed)
    return {
        "here": here,
        "post": post,
        "preview": found,
        "unsaved": not found.is_saved,
        "stale": stale,
        "to_approve": bool(post.text) and (post.state == State.DRAFT or stale),
        "shown": shown_sha256(post),
        "approval": ApproveForm(),
        "wrote_it": post.written_by_id == here.person.pk,
        "others": others_who_approve(here),
    }
