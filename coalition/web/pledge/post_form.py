"""The form of one post: its words and all that goes along, kept together by one button."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coalition.members.states import NetworkChoices
from coalition.publishing.attaching import MOST_PICTURES, CardWords, Edit
from coalition.publishing.imaging import LARGEST

if TYPE_CHECKING:
    from coalition.publishing.models import Post

PICTURES: Final = "image/jpeg,image/png,image/webp,image/gif"


WAYS: Final = {"earlier": -1, "later": 1}
"""The names of a picture's two buttons, and by how many places they move it."""


def _ways(index: int, total: int) -> list[str]:
    return [way for way, by in WAYS.items() if 0 <= index + by < total]


def _words(rows: int, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "short-words", **attributes})


class PostForm(forms.Form):
    """The words; a picture more; and on Bluesky a card and a pin."""

    text = forms.CharField(
        label=_("Your text"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    picture = forms.FileField(
        label=_("Add a picture"),
        required=False,
        allow_empty_file=True,  # the sentence about files that are no picture fits it better
        help_text=_("JPEG, PNG, WebP or GIF, up to 10 MB. Where and when it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    alt = forms.CharField(
        label=_("What it shows, in words"),
        required=False,
        max_length=5000,
        help_text=_("For people who can't see it. Every picture needs this."),
        widget=_words(2),
    )
    card_url = forms.CharField(
        label=_("Address of the page"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    card_title = forms.CharField(label=_("Title"), required=False, max_length=200)
    card_description = forms.CharField(
        label=_("In a sentence"), required=False, max_length=500, widget=_words(2)
    )
    pinned = forms.BooleanField(required=False, label=_("Pin it to our profile once it is out"))
    line = forms.CharField(
        label=_("And add this to the profile's words"),
        required=False,
        max_length=200,
        help_text=_("For example: since 20 January no longer on X."),
    )

    def __init__(
        self,
        data: Any = None,  # noqa: ANN401 — Django's own
        files: Any = None,  # noqa: ANN401
        *,
        post: "Post",
        before: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`before`: what was pressed to get here; the same button is at hand then."""
        self.post, self.pictures = post, list(post.pictures.all())
        self._before = self._pressed(before)
        super().__init__(data, files, initial=_initial(post))
        on_x, language = post.network == NetworkChoices.X, post.language
        for one in self.pictures:
            self.fields[f"alt_{one.pk}"] = forms.CharField(
                label=_("What it shows, in words"),
                required=False,
                max_length=5000,
                initial=one.alt,
                widget=_words(2, lang=language),
            )
            self.fields[f"away_{one.pk}"] = forms.BooleanField(
                required=False, label=_("Take this picture away")
            )
        if on_x:
            for name in ("card_url", "card_title", "card_description"):
                del self.fields[name]
        if on_x or not post.account.connected_at:
            del self.fields["pinned"], self.fields["line"]
        for name in {"text", "alt", "card_title", "card_description", "line"} & set(self.fields):
            self.fields[name].widget.attrs["lang"] = language
        address = reverse("member:preview", args=[post.account.organisation.slug, post.pk])
        self.fields["text"].widget.attrs.update(_previewed(address))

    @property
    def shown(self) -> list[dict[str, object]]:
        """Each picture that goes along, with its own two fields, and where it may go from here."""
        return [
            {
                "picture": one,
                "alt": self[f"alt_{one.pk}"],
                "away": self[f"away_{one.pk}"],
                "ways": _ways(index, len(self.pictures)),
                "at_hand": self._at_hand(one.pk, _ways(index, len(self.pictures))),
            }
            for index, one in enumerate(self.pictures)
        ]

    def _at_hand(self, pk: int, ways: list[str]) -> str:
        """The button that has the keys: the one pressed before, or at the end the other one."""
        if not self._before or self._before[1] != pk:
            return ""
        return self._before[0] if self._before[0] in ways else ways[0]

    @property
    def moved(self) -> tuple[str, int] | None:
        """Which way was pressed, and at which picture."""
        return self._pressed(self.data)

    def _pressed(self, said: Mapping[str, Any]) -> tuple[str, int] | None:
        pairs = ((way, one.pk) for way in WAYS for one in self.pictures)
        return next(((way, pk) for way, pk in pairs if said.get(way) == str(pk)), None)

    @property
    def most(self) -> int:
        """How many pictures may go along."""
        return MOST_PICTURES[NetworkChoices(self.post.network)]

    @property
    def card_open(self) -> bool:
        """Whether there is something of a card to be seen."""
        names = ("card_url", "card_title", "card_description")
        return any(self[name].value() or self[name].errors for name in names if name in self.fields)

    @property
    def pin_open(self) -> bool:
        """The same of the pin."""
        return "pinned" in self.fields and bool(self["pinned"].value() or self["line"].errors)

    def edit(self) -> Edit:
        """What is asked for; of an upload no more is read than may be there."""
        said, upload = self.cleaned_data, self.cleaned_data["picture"]
        numbers = [one.pk for one in self.pictures]
        card = None
        if "card_url" in said:
            card = CardWords(said["card_url"], said["card_title"], said["card_description"])
        return Edit(
            text=said["text"],
            alts={pk: said[f"alt_{pk}"] for pk in numbers},
            away=frozenset(pk for pk in numbers if said[f"away_{pk}"]),
            moved=(self.moved[1], WAYS[self.moved[0]]) if self.moved else None,
            upload=upload.read(LARGEST + 1) if upload else None,
            alt=said["alt"],
            card=card,
            pinned=said.get("pinned"),
            line=said.get("line", ""),
        )


def _initial(post: "Post") -> dict[str, object]:
    card, pin = getattr(post, "card", None), getattr(post, "pin", None)
    found: dict[str, object] = {"text": post.text, "pinned": bool(pin)}
    if card:
        found |= {"card_url": card.url, "card_title": card.title}
        found |= {"card_description": card.description}
    return {**found, "line": pin.line if pin else ""}


def _previewed(address: str) -> dict[str, str]:
    return {
        "hx-post": address,
        "hx-trigger": "input changed delay:400ms",
        "hx-target": "#preview",
        "hx-swap": "outerHTML",
        "hx-sync": "this:replace",
    }
