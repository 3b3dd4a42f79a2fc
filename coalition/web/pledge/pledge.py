"""Giving the word, or keeping a draft of it; trying its conditions; agreeing to the date."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from coalition.members.states import Role
from coalition.pledges.actions import confirm_date, make_pledge
from coalition.pledges.drafting import draft_of, keep_draft
from coalition.pledges.queries import can_be_waited_for, waited_for
from coalition.pledges.states import PROMISES, Answer
from coalition.publishing.actions import prepare_posts
from coalition.refusals import Refusal
from coalition.web.place import Place, place
from coalition.web.pledge.conditions import Takes
from coalition.web.pledge.conditions import takes as what_it_takes
from coalition.web.pledge.pledge_form import PledgeForm, as_it_stands

if TYPE_CHECKING:
    from coalition.pledges.models import PledgeDraft


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pledge(request: HttpRequest, slug: str) -> HttpResponse:
    """The answer; “what would it take?” only looks, and a draft waits for whoever goes on."""
    here = place(request, slug, Role.OWNER)
    campaign = here.asked
    draft = draft_of(campaign, here.organisation)
    form = _form(request, here, draft)
    tried = None
    if "draft" in request.POST:
        keep_draft(campaign, here.organisation, form.typed(), actor=here.person, now=here.now)
        messages.success(
            request, _("The draft is kept. It is no answer yet; only your own people see it.")
        )
        return redirect("member:organisation", slug)
    if "try" in request.POST:
        form.is_valid()  # what is still missing is nobody's mistake yet
        tried, form = _tried(here, form), _unbound(here, form.typed())
    elif request.method == "POST" and form.is_valid() and (done := _give(request, here, form)):
        return done
    return render(
        request,
        "member/pledge.html",
        {"here": here, "form": form, "draft": draft, "takes": tried or _first(here, form)},
    )


def _give(request: HttpRequest, here: Place, form: PledgeForm) -> HttpResponse | None:
    """Give it, or lead to where a word is taken back; none, and a sentence, when it is refused."""
    slug = here.organisation.slug
    if _takes_word_back(here, form):
        messages.info(
            request, _("You promised to leave. To take that back, confirm it on this page.")
        )
        return redirect("member:withdraw", slug)
    try:
        with transaction.atomic():
            given = make_pledge(
                here.asked, here.organisation, form.word(), actor=here.person, now=here.now
            )
            prepare_posts(given, now=here.now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("Your answer is kept."))
    return redirect("member:organisation", slug)


@login_required
@require_POST
def takes(request: HttpRequest, slug: str) -> HttpResponse:
    """What the conditions would take, while they are being filled in; changes nothing."""
    here = place(request, slug, Role.OWNER)
    form = _form(request, here)
    form.is_valid()
    context = {"here": here, "takes": _tried(here, form)}
    response = render(request, "member/pledge.html#takes", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_POST
def date(request: HttpRequest, slug: str) -> HttpResponse:
    """This organisation agrees to the hour that the page showed."""
    here = place(request, slug, Role.OWNER)
    exit_at = here.asked.exit_at
    if exit_at is None or request.POST.get("hour") != exit_at.isoformat():
        messages.error(request, _("The date has changed since you opened the page. Read it again."))
    else:
        confirm_date(here.answered, actor=here.person, now=here.now)
        messages.success(request, _("Thank you: the date is confirmed."))
    return redirect("member:organisation", slug)


def _form(request: HttpRequest, here: Place, draft: "PledgeDraft | None" = None) -> PledgeForm:
    standing = here.pledge
    initial: dict[str, Any] = {"signatory_name": here.person.name}
    if draft:
        initial = draft.typed
    elif standing:
        initial = as_it_stands(standing, waited_for(standing))
    if request.method != "POST":
        return _unbound(here, initial)
    return PledgeForm(request.POST, choices=can_be_waited_for(here.organisation), initial=initial)


def _unbound(here: Place, initial: dict[str, Any]) -> PledgeForm:
    return PledgeForm(choices=can_be_waited_for(here.organisation), initial=initial)


def _tried(here: Place, form: PledgeForm) -> Takes | None:
    waits = form.waits()
    return what_it_takes(here, waits) if waits else None


def _first(here: Place, form: PledgeForm) -> Takes | None:
    """What conditions given earlier take, when the page opens."""
    if form.is_bound or here.pledge is None or here.pledge.answer != Answer.LEAVE_IF:
        return None
    trial = PledgeForm(form.initial, choices=can_be_waited_for(here.organisation))
    trial.is_valid()
    return _tried(here, trial)


def _takes_word_back(here: Place, form: PledgeForm) -> bool:
    """A standing promise doesn't fade into another answer: that is withdrawing, and said so."""
    standing = here.pledge
    return (
        standing is not None
        and standing.withdrawn_at is None
        and standing.answer in PROMISES
        and form.cleaned_data["answer"] not in PROMISES
    )
