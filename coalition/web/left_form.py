"""The form with which an organisation, or a coordinator for it, says that it left by itself."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.evidence.actions import Reason, by_its_link
from coalition.evidence.states import Level
from coalition.refusals import Refusal

if TYPE_CHECKING:
    from coalition.members.models import Account


class LeftForm(forms.Form):
    """Which accounts, and since when. A link to the farewell says all of it."""

    accounts = forms.MultipleChoiceField(
        label=gettext_lazy("Which accounts have left"), widget=forms.CheckboxSelectMultiple
    )
    link = forms.CharField(
        label=gettext_lazy("Link of the farewell on X"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Of one account. Its hour is in the link."),
    )
    left_on = forms.DateField(
        label=gettext_lazy("Left on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, accounts: "list[Account]") -> None:  # noqa: ANN401
        """All of them, unless said otherwise."""
        super().__init__(data, initial={"accounts": [one.pk for one in accounts]})
        self._accounts = accounts
        field = self.fields["accounts"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 — for its type
        field.choices = [(one.pk, f"@{one.handle}") for one in accounts]

    def clean(self) -> dict[str, Any]:
        """A link, or a day."""
        said = super().clean() or self.cleaned_data
        if not said.get("link") and not said.get("left_on") and "left_on" not in self.errors:
            self.add_error("left_on", _("Say on which day, or give the link."))
        return said

    @property
    def chosen(self) -> "list[Account]":
        """The accounts that were ticked."""
        return [one for one in self._accounts if str(one.pk) in self.cleaned_data["accounts"]]

    def reason(self, *, zone: str, now: datetime) -> Reason:
        """What the form says; a link is looked at, and proves one account."""
        said = self.cleaned_data
        if said["link"]:
            if len(self.chosen) != 1:
                raise Refusal(_("A link proves one account: choose that one alone."))
            return by_its_link(self.chosen[0], said["link"], now=now)
        level = Level(said.get("level", Level.SELF_REPORTED))
        return Reason(level, _at_noon(said["left_on"], zone, now))

    def refuse(self, refusal: Refusal) -> None:
        """The sentence, where it belongs."""
        self.add_error("link" if self.cleaned_data["link"] else None, str(refusal))


def _at_noon(day: date, zone: str, now: datetime) -> datetime:
    """A day without an hour; today it is now."""
    here = ZoneInfo(zone)
    if day == now.astimezone(here).date():
        return now
    return datetime.combine(day, time(12), here)
