"""The press kit: statement, hour, contact, logos, secret links."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coalition.press import actions
from coalition.press.embargo import embargo_ends_at, is_public, kit_of, public_from
from coalition.press.queries import (
    history_of,
    links_of,
    logo_at,
    logos_of,
    newest,
    quotes_of,
    token_of,
    versions_of,
)
from coalition.press.states import Paper
from coalition.publishing.imaging import LARGEST
from coalition.refusals import Refusal
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who
from coalition.web.dashboard.press_forms import (
    KitForm,
    LinkForm,
    LogoForm,
    StatementForm,
    statement_forms,
)
from coalition.web.limits import limited

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.press.models import PressKit, PressLink


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def press(request: HttpRequest, slug: str) -> HttpResponse:
    """The words and the hour; what hangs on them stands beside."""
    here, posted = the_campaign(slug), request.POST if request.method == "POST" else None
    form, statements = _forms(here, posted)
    if posted is not None and _kept(request, here, form, statements):
        return redirect("dashboard:press", slug)
    return _page(request, here, form=form, statements=statements)


def _kept(
    request: HttpRequest, here: "Campaign", form: KitForm, statements: dict[str, StatementForm]
) -> bool:
    if not all([form.is_valid(), *(one.is_valid() for one in statements.values())]):
        return False
    words = {code: one.words for code, one in statements.items()}
    try:
        actions.keep_kit(
            here,
            words=words,
            public_at=form.public_at,
            contact=form.contact,
            actor=who(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return attempt(request, lambda: None, _("Kept. Each version stays in the list below."))


@coordinators_only
@require_POST
@limited("upload")
def logo_new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more picture, drawn anew."""
    here, kit = _begun(slug)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_logo(
                kit,
                name=given["name"],
                paper=Paper(given["paper"]),
                upload=given["file"].read(LARGEST + 1),
                actor=who(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(f"{reverse('dashboard:press', args=[slug])}#logos")
    return _page(request, here, logo_form=form)


@coordinators_only
@require_safe
def logo(_request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The picture itself, for this page."""
    found = logo_at(the_campaign(slug), pk)
    if found is None:
        raise Http404
    kind = "image/png" if found.ending == "png" else "image/jpeg"
    return HttpResponse(bytes(found.content), content_type=kind)


@coordinators_only
@require_POST
def logo_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """It is nowhere any more."""
    found = logo_at(the_campaign(slug), pk)
    if found is None:
        raise Http404
    attempt(
        request,
        lambda: actions.remove_logo(found, actor=who(request), now=timezone.now()),
        _("The logo is removed."),
    )
    return redirect(f"{reverse('dashboard:press', args=[slug])}#logos")


@coordinators_only
@require_POST
def link_new(request: HttpRequest, slug: str) -> HttpResponse:
    """One more secret link."""
    here, kit = _begun(slug)
    form = LinkForm(request.POST)
    if form.is_valid():
        given_to = form.cleaned_data["given_to"]
        actions.hand_out(kit, given_to=given_to, actor=who(request), now=timezone.now())
        return redirect(f"{reverse('dashboard:press', args=[slug])}#links")
    return _page(request, here, link_form=form)


@coordinators_only
@require_POST
def link_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """It opens nothing any more."""
    _here, kit = _begun(slug)
    link = next((one for one in links_of(kit) if one.pk == pk), None)
    if link is None:
        raise Http404
    attempt(
        request,
        lambda: actions.revoke(link, actor=who(request), now=timezone.now()),
        _("Taken back: this link opens nothing any more."),
    )
    return redirect(f"{reverse('dashboard:press', args=[slug])}#links")


def _begun(slug: str) -> "tuple[Campaign, PressKit]":
    here = the_campaign(slug)
    kit = kit_of(here)
    if kit is None:
        raise Http404
    return here, kit


def _forms(
    here: "Campaign",
    posted: Any = None,  # noqa: ANN401 — a POST
) -> tuple[KitForm, dict[str, StatementForm]]:
    kit = kit_of(here)
    now, versions = (newest(kit), versions_of(kit)) if kit else ({}, {})
    return (
        KitForm(posted, kit=kit, zone=here.time_zone),
        statement_forms(posted, now, versions),
    )


def _page(request: HttpRequest, here: "Campaign", **forms: Any) -> HttpResponse:
    kit, now = kit_of(here), timezone.now()
    form, statements = _forms(here)
    context: dict[str, object] = {
        "form": form,
        "statements": statements,
        "logo_form": LogoForm(auto_id="logo_%s"),
        "link_form": LinkForm(auto_id="link_%s"),
        "kit": kit,
        "ends_at": embargo_ends_at(here),
        "public_from": public_from(here),
        "is_public": is_public(here, now),
    }
    if kit:
        context |= {
            "logos": logos_of(kit),
            "quotes": quotes_of(kit),
            "links": [(one, _address(here, one)) for one in links_of(kit)],
            "versions": history_of(kit),
        }
    wrong = any(one.is_bound for one in forms.values() if not isinstance(one, dict))
    return page(
        request, "press.html", {**context, **forms}, campaign=here, status=422 if wrong else 200
    )


def _address(here: "Campaign", link: "PressLink") -> str:
    return settings.PUBLIC_URL + reverse("progress_embargo", args=[here.slug, token_of(link)])
