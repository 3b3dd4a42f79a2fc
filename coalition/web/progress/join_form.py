"""“My organisation leaves too”, as a form: each mistake gets one sentence, and nothing is lost."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.joining.actions import Wish
from coalition.joining.mailboxes import host_of, is_everybodys, is_shared, is_theirs
from coalition.members.entries import NOT_THEIR_OWN, tidy_domain
from coalition.members.states import Kind

WHEN: Final = (("with", _("With the others, at the joint hour")), ("before", _("We already left")))
KINDS: Final = (
    (Kind.NGO, _("An association or NGO")),
    (Kind.PUBLIC_BODY, _("A public body")),
    (Kind.MEDIA, _("A medium")),
    (Kind.PARTY, _("A political party")),
    (Kind.OTHER, _("Another organisation")),
    (Kind.PERSON, _("A person with a public role, for instance a politician")),
)


class JoinForm(forms.Form):
    """Everything a coordinator needs to know whether it is real; nothing else is asked."""

    kind = forms.ChoiceField(
        label=_("Who leaves?"), choices=KINDS, initial=Kind.NGO, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Name"),
        help_text=_("As it should stand on the public list."),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    website = forms.CharField(
        label=_("Website"),
        help_text=_("Its domain is how we know that it is you."),
        max_length=300,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "url", "inputmode": "url", "placeholder": "organisation.example"}
        ),
    )
    public_role = forms.CharField(
        label=_("Public role"),
        help_text=_("For instance: member of the town council of Fictegem."),
        max_length=160,
        required=False,
    )
    proof_url = forms.CharField(
        label=_("A page that names you in that role"),
        help_text=_("On the website of the institution. A coordinator looks at it."),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    opts_in = forms.BooleanField(
        label=_("I want to stand on the public list by name, as a person"),
        help_text=_("You can take that back at any time."),
        required=False,
    )
    contact_name = forms.CharField(
        label=_("Your name"),
        help_text=_("Not public."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    mandate = forms.CharField(
        label=_("Your function there"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("At the organisation’s own domain. We send one letter there; not public."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    when = forms.ChoiceField(
        label=_("When?"), choices=WHEN, initial="with", widget=forms.RadioSelect
    )
    left_on = forms.DateField(
        label=_("You left on"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    message = forms.CharField(
        label=_("Anything that the coordinators should know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    nickname = forms.CharField(  # what nobody sees, only a machine fills in
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:  # noqa: ANN401 — a POST
        super().__init__(data, use_required_attribute=False)
        self.today = today

    @property
    def is_person(self) -> bool:
        """Whether somebody asks for themselves."""
        return self.cleaned_data.get("kind") == Kind.PERSON

    def clean_name(self) -> str:
        """One line; control signs and tricks of direction have no place in a name."""
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable():
            raise forms.ValidationError(_("The name holds signs that can’t be seen. Type it anew."))
        if "://" in name or "www." in name.lower():
            raise forms.ValidationError(_("Give the name here, and the address under “website”."))
        return name

    def clean_nickname(self) -> str:
        """Filled in by a machine, or by a browser that meant well: then once more, nothing lost."""
        if self.cleaned_data["nickname"]:
            self.data = {**{key: self.data[key] for key in self.data}, "nickname": ""}
            raise forms.ValidationError(
                _("A field that people don’t see was filled in. Send the form once more.")
            )
        return ""

    def clean(self) -> dict[str, Any]:
        """What one kind needs and the other doesn't."""
        given = super().clean() or self.cleaned_data
        if self.errors.get("nickname"):
            self.add_error(None, self.errors.pop("nickname").as_data())
        self._clean_person() if self.is_person else self._clean_organisation()
        if given.get("when") == "before":
            if not given.get("left_on"):
                self._wrong("left_on", _("Give the day on which you left."))
            elif given["left_on"] > self.today:
                self._wrong("left_on", _("This day has not come yet. Choose “with the others”."))
        return given

    def _clean_person(self) -> None:
        given = self.cleaned_data
        if not given.get("public_role"):
            self._wrong("public_role", _("Say which public role you have."))
        proof = given.get("proof_url", "").strip()
        proof = proof if "://" in proof or not proof else f"https://{proof}"
        parts = urlsplit(proof) if proof.isprintable() else None
        if parts is None or parts.scheme not in {"https", "http"} or "." not in parts.netloc:
            self._wrong("proof_url", _("Give the address of a page that names you in that role."))
        given["proof_url"] = proof
        if not given.get("opts_in"):
            self._wrong("opts_in", _("A person stands on the list only if they say so here."))

    def _clean_organisation(self) -> None:
        given = self.cleaned_data
        typed, email = given.get("website", ""), given.get("email", "")
        domain = tidy_domain(typed)
        given["domain"] = domain
        if not typed:
            self._wrong("website", _("Give your website: its domain is how we know you."))
        elif not domain:
            self._wrong("website", _("This is not a website. Write it like organisation.example."))
        elif domain in NOT_THEIR_OWN or is_shared(domain) or is_everybodys(domain):
            self._wrong(
                "website",
                _("Anybody can have a page there. Give a domain of your own, or write to us."),
            )
        elif email and is_everybodys(host_of(email)):
            self._wrong(
                "email",
                _("Anybody can have an address there. Use one that ends in @%(domain)s."),
                domain=domain,
            )
        elif email and not is_theirs(email, domain):
            self._wrong(
                "email",
                _("This address is not at your website’s domain. Use one at @%(domain)s."),
                domain=domain,
            )

    def _wrong(self, field: str, sentence: Any, **values: str) -> None:  # noqa: ANN401 — lazy
        self.add_error(field, forms.ValidationError(sentence, params=values))

    def wish(self, language: str) -> Wish:
        """What was asked, without what belongs to the other kind."""
        given, person = self.cleaned_data, self.is_person
        return Wish(
            name=given["name"],
            kind=Kind(given["kind"]),
            language=language,
            email=given["email"].strip(),
            contact_name=given["contact_name"],
            domain="" if person else given["domain"],
            mandate="" if person else given["mandate"],
            public_role=given["public_role"] if person else "",
            proof_url=given["proof_url"] if person else "",
            left_on=given["left_on"] if given["when"] == "before" else None,
            message=given["message"],
        )
