"""An organisation's answer as a form: every consequence is said before it happens."""

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.pledges.actions import Wait, Word
from coalition.pledges.states import Answer, ConditionKind, ExitKind, Visibility
from coalition.web.pledge.forms import with_hints

if TYPE_CHECKING:
    from coalition.members.models import Organisation
    from coalition.pledges.models import Condition, Pledge

ANSWERS: Final = (
    (Answer.LEAVE, _("We leave"), _("On the joint date, whatever the others do.")),
    (
        Answer.LEAVE_IF,
        _("We leave if …"),
        _("Your word counts as soon as what you wait for is there. Nobody has to go first."),
    ),
    (
        Answer.ALREADY_LEFT,
        _("We already left"),
        _("You are shown apart; nothing more is posted on the old network."),
    ),
    (
        Answer.BOARD_DATE,
        _("We decide on a date"),
        _("Only the coordinators see this. They ask you again after that day."),
    ),
    (Answer.NOT_NOW, _("Not now"), _("Only the coordinators see this. It is never public.")),
)
VISIBILITIES: Final = (
    (
        Visibility.NAMED,
        _("Named"),
        _("Your name, your state and your new account stand on the public page."),
    ),
    (
        Visibility.COUNTED,
        _("Counted, not named"),
        _("You are one more in the number, and a dot without a name."),
    ),
    (
        Visibility.COORDINATORS,
        _("Coordinators only"),
        _("Nobody else sees your answer, and the public number does not count it."),
    ),
)
EXITS: Final = (
    (
        ExitKind.DORMANT,
        _("Dormant (we advise this)"),
        _(
            "You keep the account and its name: your farewell pinned on top, locked, silent. "
            "Nobody can take your name."
        ),
    ),
    (ExitKind.PAUSE, _("A pause"), _("You are silent until a date that you give.")),
    (
        ExitKind.DEACTIVATE,
        _("Deactivate"),
        _(
            "You close the account yourself. After 30 days its name is free for anyone, also "
            "for somebody who pretends to be you."
        ),
    ),
)


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 — a lazy text
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class PledgeForm(forms.Form):
    """One answer, with what hangs on it; groups show when their answer is chosen."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=with_hints(ANSWERS),
        error_messages={"required": _("Choose an answer.")},
    )
    at_least = forms.IntegerField(
        label=_("… at least this many organisations leave"),
        help_text=_("You included."),
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    percent = forms.IntegerField(
        label=_("… at least this percentage of the members leaves"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    named: "forms.ModelMultipleChoiceField[Organisation]" = forms.ModelMultipleChoiceField(
        label=_("… these organisations leave"),
        queryset=None,
        required=False,
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "scroll"}),
    )
    condition_public = forms.BooleanField(
        label=_("Show in public that we leave if others do"),
        help_text=_("What exactly you wait for is never shown, only that you wait."),
        required=False,
    )
    left_on = _day(_("You left on"))
    decides_on = _day(_("You decide on"))
    exit_kind = forms.ChoiceField(
        label=_("What happens to the account that you leave"),
        widget=forms.RadioSelect,
        choices=with_hints(EXITS),
        initial=ExitKind.DORMANT,
    )
    paused_until = _day(_("Paused until"))
    visibility = forms.ChoiceField(
        label=_("Who may see your answer"),
        widget=forms.RadioSelect,
        choices=with_hints(VISIBILITIES),
        initial=Visibility.NAMED,
    )
    signatory_name = forms.CharField(
        label=_("Who signs"),
        help_text=_("The person who may say this for your organisation. Not public."),
        max_length=120,
    )
    signatory_mandate = forms.CharField(
        label=_("In which office"),
        help_text=_("For instance: director, by decision of the board on 3 November."),
        required=False,
        max_length=120,
    )

    def __init__(self, *args: Any, choices: "QuerySet[Organisation]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named_field.queryset = choices

    @property
    def named_field(self) -> "forms.ModelMultipleChoiceField[Organisation]":
        """The list of organisations to wait for."""
        field = self.fields["named"]
        if not isinstance(field, forms.ModelMultipleChoiceField):
            raise TypeError(field)
        return field

    def typed(self) -> dict[str, Any]:
        """What stands in it, sound or not, for a draft."""
        found = {name: self[name].data for name in self.fields}
        return {name: one[:300] if isinstance(one, str) else one for name, one in found.items()}

    def word(self) -> Word:
        """The answer, as the action wants it; what belongs to another answer is left out."""
        given = self.cleaned_data
        answer, exit_kind = Answer(given["answer"]), ExitKind(given["exit_kind"])
        waits = self.waits() if answer is Answer.LEAVE_IF else []
        return Word(
            answer=answer,
            signatory_name=given["signatory_name"],
            signatory_mandate=given["signatory_mandate"],
            visibility=Visibility(given["visibility"]),
            condition_public=bool(waits) and given["condition_public"],
            exit_kind=exit_kind,
            paused_until=given["paused_until"] if exit_kind is ExitKind.PAUSE else None,
            left_on=given["left_on"] if answer is Answer.ALREADY_LEFT else None,
            decides_on=given["decides_on"] if answer is Answer.BOARD_DATE else None,
            waits=waits,
        )

    def waits(self) -> list[Wait]:
        """The conditions that were filled in."""
        given = self.cleaned_data
        found = []
        if given.get("at_least"):
            found.append(Wait(ConditionKind.AT_LEAST, given["at_least"]))
        if given.get("named"):
            found.append(Wait(ConditionKind.NAMED, organisations=list(given["named"])))
        if given.get("percent"):
            found.append(Wait(ConditionKind.PERCENT, given["percent"]))
        return found


def as_it_stands(pledge: "Pledge", conditions: "list[Condition]") -> dict[str, Any]:
    """What the form shows of an answer that was given before."""
    counted = {condition.kind: condition.number for condition in conditions}
    named = [each.slug for condition in conditions for each in condition.organisations.all()]
    return {
        "answer": pledge.answer,
        "at_least": counted.get(ConditionKind.AT_LEAST),
        "percent": counted.get(ConditionKind.PERCENT),
        "named": named,
        "condition_public": pledge.condition_public,
        "left_on": pledge.left_on,
        "decides_on": pledge.decides_on,
        "exit_kind": pledge.exit_kind,
        "paused_until": pledge.paused_until,
        "visibility": pledge.visibility,
        "signatory_name": pledge.signatory_name,
        "signatory_mandate": pledge.signatory_mandate,
    }
