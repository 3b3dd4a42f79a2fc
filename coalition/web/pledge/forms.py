"""What a representative can hand in; the sentences beside the fields say what will happen."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coalition.members.states import Role, Route

if TYPE_CHECKING:
    from django.utils.functional import Promise

type Words = "str | Promise"


def with_hints(choices: Iterable[tuple[str, Words, Words]]) -> Callable[[], list[tuple[str, str]]]:
    """Choices whose consequence stands below them; called late, so that it speaks the reader's."""
    return lambda: [
        (value, format_html('{}<span class="hint">{}</span>', label, hint))
        for value, label, hint in choices
    ]


class AcceptForm(forms.Form):
    """Somebody who is signed in accepts as themselves."""


class ClaimForm(AcceptForm):
    """Somebody new says who they are."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it later, by a code that we mail. There is no password."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ApproveForm(forms.Form):
    """Agreeing to exactly what the page showed."""

    shown = forms.CharField(max_length=64, widget=forms.HiddenInput)
    alone = forms.BooleanField(
        required=False,
        label=_("I work alone: nobody else here can approve this. Record that."),
    )


class RouteForm(forms.Form):
    """Who posts."""

    route = forms.ChoiceField(
        label=_("Who posts this?"),
        widget=forms.RadioSelect,
        choices=with_hints(
            (
                (
                    Route.BY_HAND,
                    _("We post it ourselves"),
                    _(
                        "At the hour you get one screen with a button that opens the network "
                        "with this text. Afterwards you paste the link of your post."
                    ),
                ),
                (
                    Route.DIRECT,
                    _("Post it for us"),
                    _(
                        "It goes out at the hour by itself. Nobody has to be there, "
                        "and you can take it back until that moment."
                    ),
                ),
            )
        ),
    )


class LinkForm(forms.Form):
    """The link of a post that a person made."""

    link = forms.CharField(
        label=_("The link of your post"),
        max_length=400,
        widget=forms.URLInput(
            attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}
        ),
    )


class ColleagueForm(forms.Form):
    """Somebody else of this organisation."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("May do"),
        widget=forms.RadioSelect,
        initial=Role.APPROVER,
        choices=with_hints(
            (
                (
                    Role.APPROVER,
                    _("Approve texts"),
                    _("Reads what you wrote and agrees to it, word for word."),
                ),
                (Role.WRITER, _("Write texts"), _("Writes; somebody else approves.")),
                (
                    Role.OWNER,
                    _("Everything"),
                    _("Also gives and takes back your word, and connects accounts."),
                ),
            )
        ),
    )
