"""The rows of one release, copied out to be rehearsed: no secret, no password, no note leaves."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Q

from coalition.campaigns.models import Campaign, CampaignWords
from coalition.members.models import (
    Account,
    Coordinator,
    Credential,
    Organisation,
    Representative,
    User,
)
from coalition.members.states import Trouble
from coalition.networks.outcome import Reason
from coalition.pledges.models import Pledge
from coalition.publishing.models import Breaker, Card, Picture, Pin, Post

COPIED: Final[tuple[type[models.Model], ...]] = (
    *(User, Coordinator, Organisation, Representative, Account),
    *(Campaign, CampaignWords, Pledge, Breaker, Post, Picture, Card, Pin),
)
"""In the order in which they lean on each other."""
STAYS: Final = frozenset({"password", "last_login", "notes", "phone", "content"})
"""Columns that nobody needs for it."""
NO_KEY: Final = "nothing is kept to sign in with"
SIGN_IN_FAILS: Final = {
    Trouble.RECONNECT: Reason.RECONNECT,
    Trouble.LOST: Reason.RECONNECT,
    Trouble.SUSPENDED: Reason.SUSPENDED,
    Trouble.DEACTIVATED: Reason.SUSPENDED,
}


class Exact(DjangoJSONEncoder):
    """Django's own cuts moments off at the millisecond; an approval is bound to the whole of T."""

    def default(self, o: Any) -> Any:  # noqa: ANN401 — as Django says it
        """Every moment as it is."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def copy_out(campaign: int) -> str:
    """Everything that the release of one campaign reads, as it stands at one instant.

    One transaction that can't write; it takes no lock that anybody waits for.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = [_table(model, _rows(model, campaign)) for model in COPIED]
        sealed = set(Credential.objects.values_list("account_id", flat=True))
        fails = {
            account.pk: (SIGN_IN_FAILS[Trouble(account.trouble)], account.get_trouble_display())
            for account in _rows(Account, campaign).filter(trouble__in=SIGN_IN_FAILS)
        }
        for account in _rows(Account, campaign).filter(connected_at__isnull=False):
            if account.pk not in sealed:
                fails.setdefault(account.pk, (Reason.RECONNECT, NO_KEY))
    whole = {"campaign": campaign, "tables": tables, "fails": fails}
    return json.dumps(whole, cls=Exact)


def copy_in(tables: Sequence[Any]) -> None:
    """Into an empty database; what was left behind is empty here."""
    with transaction.atomic():
        for model, (names, rows) in zip(COPIED, tables, strict=True):
            fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001
            model._default_manager.bulk_create(  # noqa: SLF001 — public, for all its underscore
                model(**{n: fields[n].to_python(v) for n, v in zip(names, row, strict=True)})
                for row in rows
            )


def _rows(model: type[models.Model], campaign: int) -> "models.QuerySet[Any]":
    """Which of them this release is about."""
    own = {
        Organisation: Q(pledges__campaign=campaign),
        Account: Q(organisation__pledges__campaign=campaign),
        Representative: Q(organisation__pledges__campaign=campaign),
        Campaign: Q(pk=campaign),
        CampaignWords: Q(campaign=campaign),
        Pledge: Q(campaign=campaign),
        Post: Q(campaign=campaign),
        Picture: Q(post__campaign=campaign),
        Card: Q(post__campaign=campaign),
        Pin: Q(post__campaign=campaign),
    }
    return model._default_manager.filter(own.get(model, Q())).order_by("pk").distinct()  # noqa: SLF001


def _table(model: type[models.Model], rows: "models.QuerySet[Any]") -> tuple[list[str], list[Any]]:
    """Names of columns, and rows; without who stands in a table that stays."""
    names = list(_names(model))
    return names, [list(row) for row in rows.values_list(*names)]


def _names(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:  # noqa: SLF001
        if field.name in STAYS:
            continue
        if field.is_relation and field.related_model not in COPIED:
            continue
        yield field.attname
