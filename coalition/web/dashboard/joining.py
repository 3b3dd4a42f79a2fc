"""Who asks to leave too: accept, put with one on the list, or refuse with a sentence."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from coalition.joining import actions
from coalition.joining.queries import (
    candidate_at,
    decided,
    look,
    unconfirmed_count,
    waiting,
)
from coalition.members.queries import organisations
from coalition.web.dashboard.door import attempt, coordinators_only, page, the_campaign, who
from coalition.web.dashboard.tabs import Sift

if TYPE_CHECKING:
    from coalition.joining.models import Candidate


ON_A_PAGE: Final = 25
"""Each is held against everybody on the list: that takes its time."""


class MergeForm(forms.Form):
    """The one on the list that it is."""

    into: Any = forms.ModelChoiceField(
        label=gettext_lazy("It is this one"),
        queryset=None,
        to_field_name="slug",
        empty_label="",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.queryset = organisations()


class RefuseForm(forms.Form):
    """Why not."""

    sentence = forms.CharField(
        label=gettext_lazy("Why not, in a sentence"),
        help_text=gettext_lazy("It is mailed to whoever asked."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@coordinators_only
@require_safe
def candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """The queue, the oldest first; then what was decided."""
    here = the_campaign(slug)
    part = replace(Sift.of(request.GET), size=ON_A_PAGE).cut(waiting(here))
    context = {
        "rows": look(part.rows),
        "part": part,
        "decided": decided(here),
        "unconfirmed": unconfirmed_count(here, now=timezone.now()),
    }
    return page(request, "joining.html", context, campaign=here)


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def candidate(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One of them, beside everybody on the list that it is like."""
    here = the_campaign(slug)
    found = candidate_at(here, pk)
    if found is None:
        raise Http404
    (looked,) = look([found])
    wish = request.POST.get("act", "")
    first = looked.likes[0].organisation.slug if looked.likes else None
    merging = MergeForm(request.POST if wish == "merge" else None, initial={"into": first})
    refusing = RefuseForm(request.POST if wish == "refuse" else None)
    acts = {"accept": None, "merge": merging, "refuse": refusing}
    form = acts.get(wish)
    if request.method == "POST" and wish in acts and (form is None or form.is_valid()):
        act, done = _act(request, found, wish, form.cleaned_data if form else {})
        if attempt(request, act, done):
            return redirect("dashboard:joining", slug)
        return redirect("dashboard:candidate", slug, pk)
    context = {"looked": looked, "one": found, "merging": merging, "refusing": refusing}
    status = 422 if form is not None and form.errors else 200
    return page(request, "candidate.html", context, campaign=here, status=status)


def _act(
    request: HttpRequest, found: "Candidate", wish: str, given: dict[str, Any]
) -> tuple[Callable[[], object], str]:
    person, now = who(request), timezone.now()
    if wish == "accept":
        done = _("%(name)s is on the list, and invited to its own page.")
        return lambda: actions.accept(found, actor=person, now=now), done % {"name": found}
    if wish == "merge":
        done = _("Put with %(name)s.") % {"name": given["into"]}
        return lambda: actions.merge(found, given["into"], actor=person, now=now), done
    done = _("Refused; your sentence goes to %(email)s.") % {"email": found.email}
    return lambda: actions.refuse(found, given["sentence"], actor=person, now=now), done
