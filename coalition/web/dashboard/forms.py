"""What coordinators fill in."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.urls import resolve, reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.queries import campaign_at

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign
    from coalition.members.models import Organisation, User


def is_reserved(slug: str) -> bool:
    """Whether another page of the house answers where this campaign's would."""
    pages = (
        ("progress", f"/en/{slug}/"),
        ("progress_method", f"/en/{slug}/method/"),
        ("dashboard:campaign", f"/en/dashboard/{slug}/"),
    )
    rooms = reverse("account_login").split("/")
    return slug in rooms or any(resolve(path).view_name != name for name, path in pages)


class SettingsForm(forms.Form):
    """What a campaign is; what it says in each language comes in a WordsForm each."""

    coalition_name = forms.CharField(label=_("Name of the coalition"), max_length=120)
    platform_name = forms.CharField(label=_("Platform that you leave"), max_length=40, initial="X")
    threshold = forms.IntegerField(
        label=_("Threshold"),
        min_value=0,
        max_value=100_000,
        initial=0,
        help_text=_("So many pledges are needed before a date is set. Zero: no threshold."),
    )
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=60,
        initial="Europe/Brussels",
        help_text=_("Its hour T is an hour there."),
    )
    contact_email = forms.EmailField(
        label=_("E-mail for questions"),
        required=False,
        help_text=_("Stands in every letter to the organisations."),
    )

    def clean_time_zone(self) -> str:
        """One that the clock knows."""
        zone: str = self.cleaned_data["time_zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("This zone isn't known. Write it like Europe/Brussels."))
        return zone


class CampaignForm(SettingsForm):
    """A new campaign: also its address, which stays."""

    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        help_text=_("The last part of the public address: short, in small letters."),
    )
    field_order = ("coalition_name", "slug")

    def clean_slug(self) -> str:
        """Free, and no address of another page."""
        slug: str = slugify(self.cleaned_data["slug"])
        if not slug or is_reserved(slug) or campaign_at(slug):
            raise forms.ValidationError(_("This address is taken. Choose another one."))
        return slug


class WordsForm(forms.Form):
    """What a campaign says in one language; a language without a name is left out."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    call = forms.CharField(
        label=_("Call"),
        max_length=300,
        required=False,
        help_text=_("One or two sentences on the public page and in the invitation."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    why = forms.CharField(
        label=_("Why"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    prompt = forms.CharField(
        label=_("Prompt"),
        required=False,
        max_length=2000,
        help_text=_(
            "A question that an organisation's own text could answer. Never a ready sentence."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A name and a call go together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(cleaned.values()):
            for field in ("name", "call"):
                if not cleaned.get(field) and field not in self.errors:
                    self.add_error(field, _("Fill this in, or empty this whole language."))
        return cleaned


def words_forms(
    data: Any = None,  # noqa: ANN401 — a request's POST
    initial: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, WordsForm]:
    """One form a language; `initial`: language → what it says now."""
    now = initial or {}
    return {
        code: WordsForm(data, prefix=code, initial=dict(now.get(code, {})))
        for code, _name in settings.LANGUAGES
    }


def said(wordings: Mapping[str, WordsForm]) -> dict[str, dict[str, str]]:
    """Language → name, call, why, prompt, of the sound forms that say something."""
    return {
        code: wording.cleaned_data
        for code, wording in wordings.items()
        if wording.is_valid() and wording.cleaned_data["name"]
    }


class UploadForm(forms.Form):
    """The member list."""

    file = forms.FileField(
        label=_("Member list"),
        help_text=_("CSV or XLSX, at most 2 MB and 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class ContactForm(forms.Form):
    """Whom to call, and what was said."""

    contact_name = forms.CharField(label=_("Contact"), max_length=120, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    last_contact_on = forms.DateField(
        label=_("Last contact"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only coordinators see this."),
    )

    FIELDS: ClassVar = (
        *("contact_name", "contact_email", "contact_phone"),
        *("last_contact_on", "notes"),
    )

    @classmethod
    def of(cls, organisation: "Organisation") -> "ContactForm":
        """As it stands."""
        return cls(initial={field: getattr(organisation, field) for field in cls.FIELDS})


class DecisionForm(forms.Form):
    """One person's go or no-go, about the hour that their page showed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("The other coordinators read it."),
    )
    about = forms.DateTimeField(widget=forms.HiddenInput)


class DecidersForm(forms.Form):
    """Who decides, how many of them, until when."""

    people = forms.MultipleChoiceField(
        label=_("Who decides"), widget=forms.CheckboxSelectMultiple, required=False
    )
    quorum = forms.IntegerField(
        label=_("How many have to say go"), min_value=2, max_value=100, help_text=_("At least two.")
    )
    minutes = forms.IntegerField(
        label=_("Deadline, in minutes before the hour"), min_value=0, max_value=7 * 24 * 60
    )

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 — a POST
        *,
        campaign: "Campaign",
        people: "Sequence[User]",
        named: Sequence[int],
    ) -> None:
        """Starts from what stands; while nobody is named, from all coordinators."""
        initial = {
            "people": named or [one.pk for one in people],
            "quorum": campaign.quorum,
            "minutes": campaign.decide_before_minutes,
        }
        super().__init__(data, initial=initial)
        field = self.fields["people"]
        field.choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]


class LinkForm(forms.Form):
    """The link of a post that is out."""

    link = forms.CharField(label=_("Link of the post"), max_length=400)
