"""What a campaign says and how it is set, changed after it was made."""

import re
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from coalition.pledges.actions import change
from coalition.refusals import Refusal
from coalition.web.dashboard.door import coordinators_only, page, the_campaign, who
from coalition.web.dashboard.forms import SettingsForm, WordsForm, said, words_forms


class ChangeForm(SettingsForm):
    """The settings of a new campaign, and those with a good default."""

    already_left_counts = forms.BooleanField(
        label=gettext_lazy("Who had left already counts"),
        required=False,
        help_text=gettext_lazy("For the threshold, and for “if so many leave”."),
    )
    follow_list_url = forms.URLField(
        label=gettext_lazy("List on Bluesky"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("The button “follow all” on the public page leads there."),
    )
    follow_pack_url = forms.URLField(
        label=gettext_lazy("Starter pack on Bluesky"),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    similarity_limit = forms.IntegerField(
        label=gettext_lazy("Limit of likeness"),
        min_value=30,
        max_value=100,
        help_text=gettext_lazy("Per cent. Texts on X that are more alike are not sent by machine."),
    )
    erase_credentials_after_days = forms.IntegerField(
        label=gettext_lazy("Erase access after"),
        min_value=1,
        max_value=90,
        help_text=gettext_lazy("Days after the hour. The organisations are told this number."),
    )

    def clean_follow_list_url(self) -> str:
        """A list, and nothing else that a button should not lead to."""
        return _on_bluesky(self.cleaned_data["follow_list_url"], r"/profile/[^/]+/lists/[^/]+/?")

    def clean_follow_pack_url(self) -> str:
        """A starter pack."""
        return _on_bluesky(
            self.cleaned_data["follow_pack_url"], r"/starter-pack(?:-short)?/[^/]+(?:/[^/]+)?/?"
        )


def _on_bluesky(url: str, path: str) -> str:
    parts = urlsplit(url)
    if url and not (
        parts.scheme == "https" and parts.netloc == "bsky.app" and re.fullmatch(path, parts.path)
    ):
        raise forms.ValidationError(
            _("Copy its address from Bluesky: it begins with https://bsky.app/.")
        )
    return url


@coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """The words in every language, and the settings; what is public changes at once."""
    here, posted = the_campaign(slug), request.POST if request.method == "POST" else None
    standing = {
        wording.language: {
            name: getattr(wording, name) for name in ("name", "call", "why", "prompt")
        }
        for wording in here.words.all()
    }
    form = ChangeForm(posted, initial={name: getattr(here, name) for name in _names()})
    wordings = words_forms(posted, standing)
    if posted is not None and _changed(request, slug, form, wordings):
        return redirect("dashboard:campaign", slug)
    context = {"form": form, "wordings": wordings}
    return page(request, "words.html", context, campaign=here, status=422 if form.is_bound else 200)


def _names() -> list[str]:
    return list(ChangeForm.base_fields)


def _changed(
    request: HttpRequest, slug: str, form: ChangeForm, wordings: dict[str, WordsForm]
) -> bool:
    here, now = the_campaign(slug), timezone.now()
    sound = [form.is_valid(), *(wording.is_valid() for wording in wordings.values())]
    if all(sound) and not said(wordings):
        form.add_error(None, _("Give the campaign a name and a call in at least one language."))
    if not all(sound) or form.errors:
        return False
    try:
        change(here, words=said(wordings), actor=who(request), now=now, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Kept. What is public has changed with it."))
    return True
