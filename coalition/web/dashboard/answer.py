"""An answer given by phone, as a form hands it in."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.members.queries import organisations
from coalition.pledges.actions import Wait, Word
from coalition.pledges.states import Answer, ConditionKind, ExitKind, Visibility

if TYPE_CHECKING:
    from coalition.members.models import Organisation
    from coalition.pledges.models import Pledge

DAY = {"type": "date"}


class AnswerForm(forms.Form):
    """What somebody said on the phone, and who."""

    answer = forms.ChoiceField(label=_("Answer"), choices=Answer, widget=forms.RadioSelect)
    at_least = forms.IntegerField(
        label=_("… if at least so many organisations leave"), min_value=1, required=False
    )
    percent = forms.IntegerField(
        label=_("… if at least so many per cent of the members leave"),
        min_value=1,
        max_value=100,
        required=False,
    )
    named: Any = forms.ModelMultipleChoiceField(
        label=_("… if these organisations leave"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "scroll"}),
    )
    left_on = forms.DateField(
        label=_("Left on"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    decides_on = forms.DateField(
        label=_("Decides on"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    signatory_name = forms.CharField(label=_("Who said so"), max_length=120)
    signatory_mandate = forms.CharField(
        label=_("In which function"), max_length=120, required=False
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=Visibility,
        initial=Visibility.COORDINATORS,
        widget=forms.RadioSelect,
        help_text=_("Ask before you choose to name or count them."),
    )
    exit_kind = forms.ChoiceField(
        label=_("What leaving means"),
        choices=ExitKind,
        initial=ExitKind.DORMANT,
        widget=forms.RadioSelect,
    )
    paused_until = forms.DateField(
        label=_("Paused until"),
        required=False,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 — a request's POST
        *,
        organisation: "Organisation",
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Everybody but the organisation itself can be waited for."""
        super().__init__(data, initial=initial)
        named: Any = self.fields["named"]
        named.queryset = organisations().exclude(pk=organisation.pk)

    def word(self) -> Word:
        """The answer; the stage itself refuses what doesn't make sense."""
        said = self.cleaned_data
        return Word(
            answer=Answer(said["answer"]),
            signatory_name=said["signatory_name"],
            signatory_mandate=said["signatory_mandate"],
            visibility=Visibility(said["visibility"]),
            exit_kind=ExitKind(said["exit_kind"]),
            paused_until=said["paused_until"],
            left_on=said["left_on"],
            decides_on=said["decides_on"],
            waits=tuple(self._waits()),
        )

    def _waits(self) -> list[Wait]:
        said = self.cleaned_data
        waits = []
        if said["at_least"]:
            waits.append(Wait(ConditionKind.AT_LEAST, number=said["at_least"]))
        if said["percent"]:
            waits.append(Wait(ConditionKind.PERCENT, number=said["percent"]))
        if said["named"]:
            waits.append(Wait(ConditionKind.NAMED, organisations=list(said["named"])))
        return waits


def as_it_stands(pledge: "Pledge | None") -> dict[str, Any]:
    """What the organisation said before; a new answer replaces it as a whole."""
    if pledge is None:
        return {}
    said: dict[str, Any] = {
        field: getattr(pledge, field)
        for field in (
            *("answer", "left_on", "decides_on", "signatory_name", "signatory_mandate"),
            *("visibility", "exit_kind", "paused_until"),
        )
    }
    for condition in pledge.conditions.all():
        if condition.kind == ConditionKind.NAMED:
            said["named"] = [organisation.pk for organisation in condition.organisations.all()]
        else:
            said["at_least" if condition.kind == ConditionKind.AT_LEAST else "percent"] = (
                condition.number
            )
    return said
