"""The form of the hour, and of who leaves when."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.actions import Waves

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.pledges.models import Pledge


class HourForm(forms.Form):
    """A wall-clock hour in the campaign's zone; `which` is asked only where it comes twice."""

    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    which = forms.ChoiceField(
        label=_("Which of the two?"),
        required=False,
        choices=(
            ("first", _("the first, before the clocks go back")),
            ("second", _("the second, after the clocks went back")),
        ),
        widget=forms.RadioSelect,
    )

    first = forms.MultipleChoiceField(
        label=_("Who goes first"), required=False, widget=forms.CheckboxSelectMultiple
    )
    members_after_minutes = forms.IntegerField(
        label=_("The others leave so many minutes later"),
        min_value=0,
        max_value=240,
        required=False,
    )
    spread_minutes = forms.IntegerField(
        label=_("Spread over so many minutes"), min_value=0, max_value=240, required=False
    )
    farewell_after_announcement = forms.BooleanField(
        label=_("A farewell waits until its organisation's announcement is out"), required=False
    )

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 — a POST
        *,
        campaign: "Campaign",
        members: "Sequence[Pledge]" = (),
    ) -> None:
        """Starts from the plan that stands, as its zone's clocks show it."""
        self.zone: str = campaign.time_zone
        initial: dict[str, Any] = {
            **asdict(Waves.of(campaign)),
            "first": [one.organisation_id for one in members if one.goes_first],
        }
        if campaign.exit_at:
            here = campaign.exit_at.astimezone(ZoneInfo(self.zone))
            initial |= {"day": here.date(), "time": here.time()}
        super().__init__(data, initial=initial)
        choices = [(one.organisation_id, str(one.organisation)) for one in members]
        self.fields["first"].choices = choices  # type: ignore[attr-defined]

    @property
    def waves(self) -> Waves:
        """Who leaves when; what was left empty is none."""
        given = self.cleaned_data
        return Waves(
            given["members_after_minutes"] or 0,
            given["spread_minutes"] or 0,
            given["farewell_after_announcement"],
        )

    @property
    def goes_first(self) -> list[int]:
        """The organisations that leave at the hour itself."""
        return [int(pk) for pk in self.cleaned_data["first"]]

    @property
    def comes_twice(self) -> bool:
        """Whether the clocks go back over the hour that was given."""
        given = getattr(self, "cleaned_data", {})
        if not given.get("day") or not given.get("time"):
            return False
        first, second = (
            self.wall.replace(tzinfo=ZoneInfo(self.zone), fold=fold) for fold in (0, 1)
        )
        return (first.utcoffset() or timedelta()) > (second.utcoffset() or timedelta())

    @property
    def wall(self) -> datetime:
        """What the clock on the wall says then."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])

    @property
    def later_of_two(self) -> bool | None:
        """Which of two such hours; None while nobody was asked."""
        which = self.cleaned_data.get("which")
        return which == "second" if which else None
