"""Keeping a list as somebody narrowed it, under a name that everybody who runs the exit sees."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign, SavedView
from coalition.campaigns.states import ListPage
from coalition.refusals import Refusal

if TYPE_CHECKING:
    from coalition.members.models import User

MOST: Final = 20
"""Of one list; more is a list of its own to search in."""


def save_view(
    campaign: Campaign | None,
    page: ListPage,
    name: str,
    *,
    show: str,
    search: str,
    actor: "User",
    now: datetime,
) -> SavedView:
    """Under a name that no other view of this list has."""
    name = " ".join(name.split())
    if not name:
        raise Refusal(_("Give the view a name."))
    if not show and not search:
        raise Refusal(_("Everything is shown: choose or search first, then keep that."))
    if SavedView.objects.filter(campaign=campaign, page=page).count() >= MOST:
        raise Refusal(_("Twenty views are kept already. Remove one first."))
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                campaign=campaign,
                page=page,
                name=name[:60],
                show=show[:40],
                search=search[:100],
                saved_by=actor,
                saved_at=now,
            )
    except IntegrityError:
        raise Refusal(_("A view of this name is there already. Give another name.")) from None


def drop_view(view: SavedView) -> None:
    """It is a link and nothing more: what it showed stays as it is."""
    view.delete()
