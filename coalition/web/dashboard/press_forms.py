"""What coordinators fill in for the press."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.actions import hour_in
from coalition.press.actions import Contact, Words
from coalition.press.approval import Wording
from coalition.press.states import Paper
from coalition.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coalition.members.models import Organisation
    from coalition.press.models import PressKit, Quote
    from coalition.press.queries import Said


class KitForm(forms.Form):
    """Whom journalists ask, and from when everybody may read it."""

    day = forms.DateField(
        label=_("Public from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    time = forms.TimeField(
        label=_("Hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    contact_name = forms.CharField(label=_("Contact for journalists"), max_length=120)
    contact_email = forms.EmailField(label=_("E-mail"))
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

    def __init__(self, data: Any = None, *, kit: "PressKit | None", zone: str) -> None:  # noqa: ANN401 — a POST
        """As it stands, on the campaign's own clock."""
        self.zone = zone
        initial: dict[str, object] = {}
        if kit:
            initial = {name: getattr(kit, name) for name in Contact.__dataclass_fields__}
            if kit.public_at:
                here = kit.public_at.astimezone(ZoneInfo(zone))
                initial |= {"day": here.date(), "time": here.time()}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """A day and an hour go together, and name one instant."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "day" in self.errors or "time" in self.errors:
            return given
        day, time = given.get("day"), given.get("time")
        if bool(day) != (time is not None):
            self.add_error("time", _("Give the day and the hour; or neither, for the hour T."))
        elif day and time is not None:
            try:
                given["public_at"] = hour_in(self.zone, datetime.combine(day, time))
            except Refusal as refusal:
                self.add_error("time", str(refusal))
        return given

    @property
    def public_at(self) -> datetime | None:
        """None: with the exit."""
        return self.cleaned_data.get("public_at")

    @property
    def contact(self) -> Contact:
        """Whom journalists ask."""
        return Contact(**{name: self.cleaned_data[name] for name in Contact.__dataclass_fields__})


class StatementForm(forms.Form):
    """The statement in one language; a language without one is left out."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    text = forms.CharField(
        label=_("Statement"),
        max_length=20_000,
        required=False,
        help_text=_("Plain text. An empty line begins a paragraph; the first one stands large."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A title and a text go together."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for one, other in (("title", "text"), ("text", "title")):
            if given.get(one) and not given.get(other) and other not in self.errors:
                self.add_error(other, _("Fill this in, or empty this whole language."))
        return given

    @property
    def words(self) -> Words:
        """As typed, with one kind of line's end."""
        given = self.cleaned_data
        text = given["text"].replace("\r\n", "\n")
        return Words(given["title"], text, given["seen"] or 0)


def statement_forms(
    data: Any,  # noqa: ANN401 — a POST
    now: "Mapping[str, Said]",
    versions: Mapping[str, int],
) -> dict[str, StatementForm]:
    """One form a language."""
    return {
        code: StatementForm(
            data,
            prefix=code,
            initial={
                "title": now[code].title if code in now else "",
                "text": now[code].text if code in now else "",
                "seen": versions.get(code, 0),
            },
        )
        for code, _name in settings.LANGUAGES
    }


class LogoForm(forms.Form):
    """One picture."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP. It is drawn anew: place, camera and notes stay behind."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.webp"}),
    )
    name = forms.CharField(
        label=_("What it shows"),
        max_length=120,
        help_text=_("Read out to those who can't see it."),
    )
    paper = forms.ChoiceField(
        label=_("Made for"), choices=Paper, initial=Paper.LIGHT, widget=forms.RadioSelect
    )


class LinkForm(forms.Form):
    """To whom a link is handed."""

    given_to = forms.CharField(
        label=_("For whom"),
        max_length=120,
        help_text=_("One link for each newsroom: then one can be taken back alone."),
    )


class QuoteForm(forms.Form):
    """Who says it, for whom."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=int)
    speaker = forms.CharField(label=_("Who says it"), max_length=120)

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 — a POST
        *,
        quote: "Quote | None" = None,
        organisations: "Sequence[Organisation]",
    ) -> None:
        """As it stands."""
        initial = {"organisation": quote.organisation_id, "speaker": quote.speaker} if quote else {}
        super().__init__(data, initial=initial)
        field = self.fields["organisation"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 — for its type
        field.choices = [("", "—"), *((one.pk, str(one)) for one in organisations)]


class QuoteWordsForm(forms.Form):
    """A quote in one language."""

    words = forms.CharField(
        label=_("Words"),
        max_length=600,
        required=False,
        help_text=_("Without quotation marks: each language sets its own."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    function = forms.CharField(label=_("Function"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """What somebody is does not speak."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("function") and not given.get("words") and "words" not in self.errors:
            self.add_error("words", _("Fill this in, or empty this whole language."))
        return given


def quote_forms(data: Any, now: Mapping[str, Wording]) -> dict[str, QuoteWordsForm]:  # noqa: ANN401 — a POST
    """One form a language."""
    return {
        code: QuoteWordsForm(data, prefix=code, initial=now[code]._asdict() if code in now else {})
        for code, _name in settings.LANGUAGES
    }


def wordings(filled: Mapping[str, QuoteWordsForm]) -> dict[str, Wording]:
    """Language → function and words, of the forms that say something."""
    return {
        code: Wording(one.cleaned_data["function"], one.cleaned_data["words"])
        for code, one in filled.items()
        if one.cleaned_data["words"]
    }
