"""How it should not be done: each is plausible, and each posts twice. The suite must see it."""

import asyncio
import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from coalition.campaigns.models import Campaign
from coalition.networks.bluesky.network import Bluesky
from coalition.networks.network import Draft, Session
from coalition.networks.outcome import Outcome, Postponed, Published, Unknown
from coalition.networks.wire import Reply, call
from coalition.networks.x.network import X
from coalition.publishing.arming import Hands, load
from coalition.publishing.claim import LEASE, Claimed
from coalition.publishing.models import Post
from coalition.publishing.queries import due_posts
from coalition.publishing.states import State


class Killed(BaseException):
    """The worker is gone: nothing after this line runs."""


class RetriesWhatIsUnknown(X):
    """No answer, so again."""

    async def publish(self, draft: Draft, session: Session) -> Outcome:
        outcome = await super().publish(draft, session)
        return Postponed(0, "again") if isinstance(outcome, Unknown) else outcome


class ChoosesNoKey(Bluesky):
    """createRecord, where the host chooses a key, and again when no answer comes."""

    async def publish(self, draft: Draft, session: Session) -> Outcome:
        record: dict[str, Any] = json.loads(draft.record)
        body = {"repo": draft.account_id, "collection": record["$type"], "record": record}
        answer = await call(
            self._pool,
            "POST",
            f"{session.host}/xrpc/com.atproto.repo.createRecord",
            headers={**session.headers, "Content-Type": "application/json"},
            body=json.dumps(body).encode(),
        )
        if isinstance(answer, Reply) and "uri" in answer.json():
            return Published(str(answer.json()["uri"]), "https://example.org")
        return Postponed(0, "again")


_both_have_read = threading.Barrier(2)


def claims_what_it_has_read(
    campaign: int, ids: Sequence[int], *, worker: str, now: datetime, lease: timedelta = LEASE
) -> list[Claimed]:
    """Reads what is due, then writes that it is ours; between the two, somebody else reads."""
    del worker
    due = due_posts(Campaign.objects.get(pk=campaign), now).filter(pk__in=ids)
    taken = list(due.values_list("pk", "fence", "approval_sha256"))
    if taken:
        with suppress(threading.BrokenBarrierError):  # it has gone through once
            _both_have_read.wait(20)
    Post.objects.filter(pk__in=[pk for pk, _fence, _approval in taken]).update(
        state=State.SENDING, fence=F("fence") + 1, lease_until=now + lease
    )
    return [Claimed(pk, fence + 1, approval) for pk, fence, approval in taken]


def sweeps_back(now: datetime) -> int:
    """A lease that ran out: so it was not sent, so again."""
    return Post.objects.filter(state=State.SENDING, lease_until__lt=now).update(
        state=State.APPROVED, lease_until=None, armed_until=None
    )


def sends_before_its_commit(ids: Sequence[int], hands: Hands) -> None:
    """Claim, send and record in one transaction; it dies before the end, and all is undone."""
    armed = load(ids)
    time.sleep(max(0.0, max(item.hour for item in armed).timestamp() - time.time()))
    with suppress(Killed), transaction.atomic():
        Post.objects.filter(pk__in=ids).update(state=State.SENDING, lease_until=F("created_at"))
        for item in armed:
            asyncio.run(_send(item.draft, hands.open_secret(item.account), hands, item.network))
        raise Killed
    Post.objects.filter(pk__in=ids).update(armed_until=None)


async def _send(draft: Draft, secret: Any, hands: Hands, name: Any) -> None:  # noqa: ANN401
    async def keep(_secret: object) -> None:
        return None

    async with hands.networks[name]() as network:
        session = await network.prepare(draft, secret, keep)
        assert isinstance(session, Session)
        await network.publish(draft, session)
