"""The campaigns, a new one, and how one of them stands."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.campaigns.actions import create_campaign, open_campaign
from coalition.campaigns.phases import phase
from coalition.campaigns.queries import all_campaigns, words_in
from coalition.members.queries import organisations
from coalition.pledges.asked import unasked
from coalition.pledges.board import board, summaries
from coalition.publishing.readiness import outlooks
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who
from coalition.web.dashboard.forms import CampaignForm, said, words_forms
from coalition.web.dashboard.steps import steps


@coordinators_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every campaign in a line; before there is one, what to do first."""
    campaigns = all_campaigns()
    counted = summaries(campaigns)
    now, language = timezone.now(), get_language() or "en"
    lines = [
        {
            "campaign": campaign,
            "words": words_in(campaign, language),
            "phase": phase(campaign, now),
            "summary": counted[campaign.pk],
        }
        for campaign in campaigns
    ]
    return page(request, "home.html", {"lines": lines, "organisations": organisations().count()})


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A draft; nothing is public until it is opened."""
    posted = request.POST if request.method == "POST" else None
    form, wordings = CampaignForm(posted), words_forms(posted)
    if posted is None:
        return page(request, "new.html", {"form": form, "wordings": wordings})
    sound = [form.is_valid(), *(wording.is_valid() for wording in wordings.values())]
    words = said(wordings)
    if all(sound) and not words:
        form.add_error(None, _("Give the campaign a name and a call in at least one language."))
    if all(sound) and words:
        try:
            made = create_campaign(
                words=words, actor=who(request), now=timezone.now(), **form.cleaned_data
            )
        except IntegrityError:  # two coordinators chose one address at the same moment
            form.add_error("slug", _("This address is taken. Choose another one."))
        else:
            messages.success(request, _("The campaign is a draft: only coordinators see it."))
            return redirect("dashboard:campaign", made.slug)
    return page(request, "new.html", {"form": form, "wordings": wordings}, status=422)


@coordinators_only
@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Where it stands, and the one thing to do next."""
    here, now = the_campaign(slug), timezone.now()
    standing = board(here)
    silent = [one.pk for one in standing.everyone if one.answer is None]
    members = [one for one in standing.everyone if one.member]
    leaving = sum(standing.leave(one) for one in members)
    context = {
        "board": standing,
        "steps": steps(here, standing, outlooks(here), unasked(here, silent), now=now),
        "members": len(members),
        "leaving": leaving,
        "others": standing.leaving - leaving,
    }
    return page(request, "campaign.html", context, campaign=here)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def open_up(request: HttpRequest, slug: str) -> HttpResponse:
    """From here on the public page is there for everybody."""
    here = the_campaign(slug)
    if request.method != "POST":
        return page(request, "open.html", {}, campaign=here)
    attempt(
        request,
        lambda: open_campaign(here, actor=who(request), now=timezone.now()),
        _("The campaign is open: its page is public."),
    )
    return redirect("dashboard:campaign", slug)
