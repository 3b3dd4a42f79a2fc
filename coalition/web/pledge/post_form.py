"""The form of one post: its words and all that goes along, kept together by one button."""

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

    def __init__(self, data: Any = None, files: Any = None, *, post: "Post") -> None:  # noqa: ANN401 — Django's own
        self.post, self.pictures = post, list(post.pictures.all())
        super().__init__(data, files, initial=_initial(post))
        on_x, language = post.network == NetworkChoices.X, post.language
        for one in self.pictures:
            self.fields[f"alt_{one.place}"] = forms.CharField(
                label=_("What it shows, in words"),
                required=False,
                max_length=5000,
                initial=one.alt,
                widget=_words(2, lang=language),
            )
            self.fields[f"away_{one.place}"] = forms.BooleanField(
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
        """Each picture that goes along, with its own two fields."""
        return [
            {
                "picture": one,
                "alt": self[f"alt_{one.place}"],
                "away": self[f"away_{one.place}"],
            }
            for one in self.pictures
        ]

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
        places = [one.place for one in self.pictures]
        card = None
        if "card_url" in said:
            card = CardWords(said["card_url"], said["card_title"], said["card_description"])
        return Edit(
            text=said["text"],
            alts={place: said[f"alt_{place}"] for place in places},
            away=frozenset(place for place in places if said[f"away_{place}"]),
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
