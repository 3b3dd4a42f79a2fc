"""Every operation of the API: what can be asked, and where its answer comes from."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import NinjaAPI, Query, Schema
from pydantic import Field

from coalition.evidence.states import Label
from coalition.members.states import Kind, Language
from coalition.progress.events import corrections as corrections_of
from coalition.progress.queries import (
    Progress,
    open_campaigns,
    public_progress,
    public_state,
)
from coalition.web.progress.api import answers, schemas
from coalition.web.progress.api.problems import explain
from coalition.web.progress.sharing import as_of

MOST: Final = 200
FURTHEST: Final = 1_000_000
ABOUT: Final = (
    "What the public page says, for programs: no key, no cookie, read-only, from any origin. "
    "Ask again with If-None-Match: nothing new costs nothing."
)
api: Final = NinjaAPI(
    title="Leaving together",
    version="1",
    description=ABOUT,
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
explain(api)
PROBLEMS: Final = {404: schemas.Problem, 422: schemas.Problem}

# No `type`: the document would not see through it, and say a parameter without a name.
Lang = Annotated[Language, Query(description="The language of names and sentences.")]


class Part(Schema):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = 100
    offset: Annotated[int, Field(ge=0, le=FURTHEST, description="How many to pass over.")] = 0

    def of[Item](self, found: Sequence[Item]) -> Sequence[Item]:
        """This part of what was found."""
        return found[self.offset : self.offset + self.limit]


class Choice(Schema):
    """Which organisations."""

    kind: Annotated[Kind | None, Field(description="Only this kind.")] = None
    language: Annotated[Language | None, Field(description="Only of this language.")] = None
    label: Annotated[Label | None, Field(description="Only with this label.")] = None
    member: Annotated[bool | None, Field(description="Only members, or only the others.")] = None


@api.get(
    "/campaigns",
    response={200: schemas.Page[schemas.Campaign], 422: schemas.Problem},
    operation_id="campaigns",
    summary="Every campaign that is public, newest first",
)
def campaigns(
    request: HttpRequest, part: Query[Part], lang: Lang = Language.EN
) -> schemas.Page[schemas.Campaign]:
    """Only the campaigns of this part are counted, so that a part costs what it shows."""
    now = timezone.now()
    found = open_campaigns(now)
    with translation.override(lang):
        states = [public_state(one, language=lang, now=now) for one in part.of(found)]
        items = [answers.campaign(state) for state in states]
        moment = as_of(states[0]) if states else now.replace(second=0, microsecond=0)
    return _page(request, items, len(found), part, moment)


@api.get(
    "/campaigns/{campaign}",
    response={200: schemas.Campaign, **PROBLEMS},
    operation_id="campaign",
    summary="One campaign",
)
def campaign(request: HttpRequest, campaign: str, lang: Lang = Language.EN) -> schemas.Campaign:
    """Its phase, its hour, its number, and where its other forms are."""
    with _state(campaign, lang) as state:
        return answers.campaign(state)


@api.get(
    "/campaigns/{campaign}/number",
    response={200: schemas.Number, **PROBLEMS},
    operation_id="number",
    summary="The number, with its definition and its moment",
)
def number(request: HttpRequest, campaign: str, lang: Lang = Language.EN) -> schemas.Number:
    """The smallest answer: for counters that ask often."""
    with _state(campaign, lang) as state:
        return answers.the_number(state)


@api.get(
    "/campaigns/{campaign}/curve",
    response={200: schemas.Curve, **PROBLEMS},
    operation_id="curve",
    summary="How promises grew, day by day",
)
def curve(request: HttpRequest, campaign: str) -> schemas.Curve:
    """One point for each day on which a member's promise came, in the campaign's own zone."""
    with _state(campaign, Language.EN) as state:
        days = [schemas.Day(day=day, promises=count) for day, count in state.grown]
        return schemas.Curve(days=days, as_of=as_of(state))


@api.get(
    "/campaigns/{campaign}/organisations",
    response={200: schemas.Page[schemas.Organisation], **PROBLEMS},
    operation_id="organisations",
    summary="Every organisation that lets itself be named",
)
def organisations(
    request: HttpRequest,
    campaign: str,
    choice: Query[Choice],
    part: Query[Part],
    lang: Lang = Language.EN,
) -> schemas.Page[schemas.Organisation]:
    """In the page's own order: who has left first, as they left; then who is to leave."""
    with _state(campaign, lang) as state:
        wanted = choice.dict(exclude_none=True).items()
        rows = [
            row for row in state.rows if all(getattr(row, key) == value for key, value in wanted)
        ]
        items = [answers.organisation(state, row) for row in part.of(rows)]
        return _page(request, items, len(rows), part, as_of(state))


@api.get(
    "/campaigns/{campaign}/organisations/{organisation}",
    response={200: schemas.Organisation, **PROBLEMS},
    operation_id="organisation",
    summary="One organisation",
)
def organisation(
    request: HttpRequest, campaign: str, organisation: str, lang: Lang = Language.EN
) -> schemas.Organisation:
    """One that is not named answers exactly as one that does not exist."""
    with _state(campaign, lang) as state:
        for row in state.rows:
            if row.slug == organisation:
                return answers.organisation(state, row)
    raise Http404


@api.get(
    "/campaigns/{campaign}/corrections",
    response={200: schemas.Page[schemas.Correction], **PROBLEMS},
    operation_id="corrections",
    summary="What was said before and is not said any more",
)
def corrections(
    request: HttpRequest,
    campaign: str,
    part: Query[Part],
    lang: Lang = Language.EN,
) -> schemas.Page[schemas.Correction]:
    """Withdrawals and mistakes, newest first."""
    with _state(campaign, lang) as state:
        found = corrections_of(state)
        items = [answers.correction(state, event) for event in part.of(found)]
        return _page(request, items, len(found), part, as_of(state))


@api.get(
    "/campaigns/{campaign}/handles.json",
    response={200: schemas.Handles, **PROBLEMS},
    operation_id="handles",
    summary="From each old name on X to the proved new one, for tools",
)
def handles(request: HttpRequest, campaign: str, response: HttpResponse) -> schemas.Handles:
    """Follow the DID: handles change. An old name whose proof is `claimed` is only claimed."""
    response["Content-Language"] = Language.EN.value  # the same for everybody: it is a file too
    with _state(campaign, Language.EN) as state:
        return answers.handles(state)


@contextmanager
def _state(slug: str, language: Language) -> Iterator[Progress]:
    """What the public may know, while its language is spoken."""
    state = public_progress(slug, language=language, now=timezone.now())
    if state is None:
        raise Http404
    with translation.override(language):
        yield state


def _page[Item](
    request: HttpRequest, items: list[Item], total: int, part: Part, moment: datetime
) -> schemas.Page[Item]:
    further = part.offset + part.limit
    query = urlencode({**request.GET.dict(), "limit": part.limit, "offset": further})
    return schemas.Page(
        items=items,
        total=total,
        limit=part.limit,
        offset=part.offset,
        next=f"{settings.PUBLIC_URL}{request.path}?{query}" if further < total else None,
        as_of=moment,
    )
