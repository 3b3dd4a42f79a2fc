"""The press page. Before its instant it is nowhere; a secret link shows it to who holds one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page

from coalition.press.embargo import embargo_ends_at, is_public
from coalition.press.queries import Room, link_of, logo_at, room_of
from coalition.progress.queries import Progress
from coalition.web.progress.places import around, shown
from coalition.web.progress.press_kit import Facts, facts_of, packed
from coalition.web.progress.sharing import FROM_ANYWHERE

READ: Final = ("GET", "HEAD")
TYPES: Final = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A press kit, and how whoever asks came to see it."""

    state: Progress
    room: Room
    token: str  # empty: everybody may see it
    now: datetime

    @property
    def private(self) -> bool:
        """Whether it is still only for who holds the link."""
        return not is_public(self.state.campaign, self.now)

    @property
    def facts(self) -> Facts:
        """The numbers of this moment, under their embargo if there is one."""
        until = embargo_ends_at(self.state.campaign) if self.private else None
        return facts_of(self.state, private=self.private, until=until)

    def path(self, part: str, *args: object) -> str:
        """An address of the kit, reached the same way."""
        name = "progress_embargo" if self.token else "progress_press"
        way = [self.token] if self.token else []
        return reverse(f"{name}{part}", args=[self.state.campaign.slug, *way, *args])


type View[**P] = Callable[Concatenate[HttpRequest, Opened, P], HttpResponse]


def opened[**P](view: View[P]) -> Callable[..., HttpResponse]:
    """What may not be seen answers as an address that leads nowhere, whatever is asked of it.

    So that is decided before the method, and before a form's token is looked for.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, /, slug: str, token: str = "", *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        state, now = shown(slug), timezone.now()
        campaign = state.campaign
        may = link_of(token, campaign) is not None if token else state.press_is_public
        room = room_of(campaign) if may else None
        if room is None:
            raise Http404
        if request.method not in READ:
            return HttpResponseNotAllowed(READ)
        response = view(request, Opened(state, room, token, now), *args, **kwargs)
        if token:
            _for_their_eyes_only(response)
        return response

    return csrf_exempt(guarded)


def _for_their_eyes_only(response: HttpResponse) -> None:
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"


@conditional_page
@opened
def press(request: HttpRequest, at: Opened) -> HttpResponse:
    """The statement, the quotes, the numbers, the pictures, and whom to ask."""
    language = get_language() or "en"
    return render(
        request,
        "progress/press.html",
        {
            **around(at.state),
            "progress": at.state,
            "zone": at.state.zone,
            "room": at.room,
            "said": at.room.said(language),
            "voices": at.room.heard(language),
            "logos": [(one, at.path("_logo", one.pk, one.ending)) for one in at.room.logos],
            "zip": at.path("_zip"),
            "facts": at.facts,
            "private": at.private,
            "others": _elsewhere(at, language),
        },
    )


@conditional_page
@opened
def kit(_request: HttpRequest, at: Opened) -> HttpResponse:
    """Everything in one file: texts in every language, and the pictures."""
    named = f'attachment; filename="{at.state.campaign.slug}.zip"'
    content = packed(at.state.campaign, at.room, at.facts)
    headers = {"Content-Disposition": named, **({} if at.token else FROM_ANYWHERE)}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@conditional_page
@opened
def logo(_request: HttpRequest, at: Opened, pk: int, ending: str) -> HttpResponse:
    """One picture of the kit."""
    found = logo_at(at.state.campaign, pk)
    if found is None or found.ending != ending:
        raise Http404
    headers = {} if at.token else FROM_ANYWHERE
    return HttpResponse(bytes(found.content), content_type=TYPES[ending], headers=headers)


def _elsewhere(at: Opened, language: str) -> list[tuple[str, str, str]]:
    """The other languages in which there is a statement, and where."""
    found = []
    for code, name in settings.LANGUAGES:
        if code in at.room.statements and code != language:
            with translation.override(code):
                found.append((code, name, at.path("")))
    return found
