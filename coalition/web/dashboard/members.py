"""The list of organisations, and everything about one of them."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coalition.campaigns.queries import all_campaigns
from coalition.campaigns.states import ListPage
from coalition.journal.queries import history_of
from coalition.members.actions import keep_contact
from coalition.members.certificates import certificates_of
from coalition.members.people import remove_representative
from coalition.members.queries import accounts_of, memberships, organisations, people_of
from coalition.members.states import Membership
from coalition.pledges.actions import leave_coalition
from coalition.pledges.board import pledges_of
from coalition.publishing.wall import posts_by
from coalition.web.dashboard.door import (
    attempt,
    coordinators_only,
    page,
    the_organisation,
    who,
)
from coalition.web.dashboard.forms import ContactForm
from coalition.web.dashboard.lists import listed
from coalition.web.dashboard.tabs import Sift
from coalition.web.dashboard.verbs import told


@coordinators_only
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Everybody on the list, narrowed by the address."""
    sift = Sift.of(request.GET)
    found = memberships(sift.search)
    kinds = Counter(found.values())
    part, context = listed(
        sift,
        [pk for pk, kind in found.items() if not sift.show or kind == sift.show],
        [(kind.value, kind.label, kinds[kind]) for kind in Membership],
        page=ListPage.MEMBERS,
    )
    context["rows"] = organisations().filter(pk__in=part.rows)
    return page(request, "members.html", context)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, organisation: str) -> HttpResponse:
    """One organisation: whom to call, what it said, where it is, what happened."""
    one = the_organisation(organisation)
    form = ContactForm(request.POST) if request.method == "POST" else ContactForm.of(one)
    if form.is_bound and form.is_valid():
        attempt(
            request,
            lambda: keep_contact(one, actor=who(request), now=timezone.now(), **form.cleaned_data),
            _("Kept."),
        )
        return redirect("dashboard:member", one.slug)
    said = {pledge.campaign_id: pledge for pledge in pledges_of(one)}
    context = {
        "one": one,
        "form": form,
        "answers": [(campaign, said.get(campaign.pk)) for campaign in all_campaigns()],
        "accounts": accounts_of(one),
        "posts": posts_by(one),
        "people": people_of(one),
        "history": told(history_of(one.pk)),
    }
    return page(request, "member.html", context, status=422 if form.errors else 200)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove_person(request: HttpRequest, organisation: str, pk: int) -> HttpResponse:
    """After a second look, this person can't act for it any more."""
    one = the_organisation(organisation)
    person = next((each for each in people_of(one) if each.pk == pk), None)
    if person is None:
        raise Http404
    if request.method != "POST":
        return page(request, "person_remove.html", {"one": one, "person": person})
    attempt(
        request,
        lambda: remove_representative(person, actor=who(request), now=timezone.now()),
        _("%(who)s can't act for %(name)s any more.") % {"who": person.user, "name": one},
    )
    return redirect("dashboard:member", one.slug)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def left(request: HttpRequest, organisation: str) -> HttpResponse:
    """It leaves the coalition itself."""
    one = the_organisation(organisation)
    if request.method != "POST":
        return page(request, "left.html", {"one": one})
    attempt(
        request,
        lambda: leave_coalition(one, actor=who(request), now=timezone.now()),
        _("%(name)s has left the coalition; its posts will not go out.") % {"name": one},
    )
    return redirect("dashboard:member", one.slug)


@coordinators_only
@require_safe
def erased(request: HttpRequest, organisation: str) -> HttpResponse:
    """What let us post for it, and when it was erased: one certificate a sheet of paper."""
    one = the_organisation(organisation)
    return page(request, "erased.html", {"one": one, "certificates": certificates_of(one)})
