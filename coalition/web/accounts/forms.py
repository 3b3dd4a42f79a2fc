"""Naming an account, and opening it once to prove whose it is."""

import re
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.members.states import Language, NetworkChoices
from coalition.networks.bluesky.identity import as_punycode, is_handle, tidy

X_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
X_ADDRESS: Final = re.compile(r"^(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/([^/?#]+).*$")


class AccountForm(forms.Form):
    """An account that the organisation says is its own."""

    network = forms.ChoiceField(
        label=_("Network"), choices=NetworkChoices, widget=forms.RadioSelect
    )
    handle = forms.CharField(
        label=_("Its name there"),
        help_text=_("For instance yourname on X, yourname.org on Bluesky. A link is fine too."),
        max_length=300,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Its language"), choices=Language)
    stays = forms.BooleanField(
        label=_("This X account stays"),
        help_text=_("It says no farewell, and you are then shown as having left partly."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """The name as its network writes it; what only looks like another name is refused."""
        given: dict[str, Any] = super().clean() or {}
        if "handle" not in given or "network" not in given:
            return given
        on_x = given["network"] == NetworkChoices.X
        tidied = _on_x(given["handle"]) if on_x else tidy(given["handle"])
        if on_x and not X_NAME.fullmatch(tidied):
            self.add_error(
                "handle", _("A name on X has letters, digits and _ only, 15 at the most.")
            )
        elif not on_x and not tidied.isascii():
            self.add_error(
                "handle",
                _("This holds letters that may look like others. Exactly written it is %(name)s.")
                % {"name": as_punycode(tidied)},
            )
        elif not on_x and not _is_handle(tidied):
            self.add_error(
                "handle", _("A name on Bluesky has a dot in it, like yourname.bsky.social.")
            )
        given["handle"] = tidied
        return given


class PasswordForm(forms.Form):
    """An app password; it is never shown again, so it isn't kept in the form either."""

    password = forms.CharField(
        label=_("App password"),
        help_text=pgettext_lazy("app password", "It looks like abcd-efgh-ijkl-mnop."),
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def _on_x(text: str) -> str:
    return X_ADDRESS.sub(r"\1", text.strip()).removeprefix("@").strip()


def _is_handle(name: str) -> bool:
    """A rehearsal's cast lives at .example, where nobody else can."""
    if settings.NETWORKS == "rehearsal":
        name = re.sub(r"\.example$", ".org", name)
    return is_handle(name)
