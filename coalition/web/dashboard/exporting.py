"""Everything that a coordinator may see, as one table or one workbook."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coalition.campaigns.queries import all_campaigns
from coalition.members.entries import COLUMNS
from coalition.members.queries import all_accounts, all_representatives, organisations
from coalition.members.states import NetworkChoices
from coalition.members.tables import Table, as_csv, as_xlsx
from coalition.pledges.board import Standing, board, rows_of
from coalition.publishing.wall import posts_in
from coalition.web.dashboard.door import coordinators_only

if TYPE_CHECKING:
    from coalition.campaigns.models import Campaign

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@coordinators_only
@require_safe
def csv(_request: HttpRequest) -> HttpResponse:
    """The list; importing it again changes nothing."""
    return _file(as_csv(_organisations()), "text/csv; charset=utf-8", "organisations.csv")


@coordinators_only
@require_safe
def xlsx(_request: HttpRequest) -> HttpResponse:
    """The list, accounts, people, and every campaign's answers and posts."""
    campaigns = all_campaigns()
    sheets = [
        *(_organisations(), _accounts(), _people()),
        *(_pledges(campaign) for campaign in campaigns),
        *(_posts(campaign) for campaign in campaigns),
    ]
    return _file(as_xlsx(sheets), XLSX, "coalition.xlsx")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _organisations() -> Table:
    handles: dict[tuple[int, str], list[str]] = {}
    for account in all_accounts():
        handles.setdefault((account.organisation_id, account.network), []).append(account.handle)
    rows = (
        [
            *(getattr(one, column) for column in COLUMNS),
            " ".join(handles.get((one.pk, NetworkChoices.X), [])),
            " ".join(handles.get((one.pk, NetworkChoices.BLUESKY), [])),
        ]
        for one in organisations()
    )
    return Table("organisations", [*COLUMNS, "x_handles", "bluesky_handles"], rows)


def _accounts() -> Table:
    heads = [
        *("organisation", "network", "handle", "id", "proof", "checked"),
        *("route", "leaves", "trouble"),
    ]
    rows = (
        [
            *(one.organisation.name, one.network, one.handle, one.network_id),
            *(one.proof, one.proof_checked_at, one.route, one.leaves, one.trouble),
        ]
        for one in all_accounts()
    )
    return Table("accounts", heads, rows)


def _people() -> Table:
    rows = (
        [one.organisation.name, one.user.name, one.user.email, one.role, one.added_at]
        for one in all_representatives()
    )
    return Table("people", ["organisation", "name", "email", "role", "since"], rows)


def _pledges(campaign: "Campaign") -> Table:
    heads = [
        *("organisation", "stands", "answer", "waits_for", "visibility", "exit_kind"),
        *("signatory", "mandate", "answered_at", "by_phone", "date_confirmed", "invitation"),
    ]
    found = board(campaign)
    rows = rows_of(campaign, found, found.names, now=timezone.now())
    return Table(f"pledges {campaign.slug}", heads, (_pledge(row) for row in rows))


def _pledge(row: Standing) -> list[object]:
    said = row.pledge
    given: list[object] = [""] * 8
    if said:
        given = [
            *(said.answer, ", ".join(_waits(row)), said.visibility, said.exit_kind),
            *(said.signatory_name, said.signatory_mandate, said.answered_at, said.by_phone),
        ]
    asked = row.asked.state.value
    return [row.organisation.name, row.stance.value, *given, row.date_confirmed, asked]


def _waits(row: Standing) -> Iterator[str]:
    if row.more:
        yield f"{row.more} more"
    yield from (one.name for one in row.waits_for)


def _posts(campaign: "Campaign") -> Table:
    heads = ["organisation", "network", "account", "route", "state", "published_at", "url"]
    rows = (
        [
            *(post.account.organisation.name, post.network, post.account.handle, post.route),
            *(post.state, post.published_at, post.url),
        ]
        for post in posts_in(campaign)
    )
    return Table(f"posts {campaign.slug}", heads, rows)
