"""What the networks themselves say happened, and where our tables disagree with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx
import libipld
from websockets.sync.client import connect

from coalition.mail.models import Letter
from coalition.members.states import NetworkChoices, Route
from coalition.networks.bluesky.record import key_time
from coalition.publishing.models import Post
from coalition.publishing.states import State
from tests.fakex.server import FakeX
from tests.testnet.pds import Pds

LATENESS = timedelta(seconds=4)
"""From the last instant of a claim to the receipt: a third of the lease, and a slow machine."""


class Wrong(StrEnum):
    """What we promise never happens."""

    DOUBLED = "doubled"
    EARLY = "early"
    LATE = "beyond its window"
    FORBIDDEN = "though it was withdrawn, stopped or called off"
    ALTERED = "not what was approved, or not from its account"
    FALSE_YES = "falsely published"
    FALSE_NO = "falsely not published"
    LOST = "lost"
    UNTOLD = "nobody was told"


class End(StrEnum):
    """Where a post may come to rest."""

    PUBLISHED = "published"
    TOLD = "in front of a person who was told"
    BY_HAND = "handed over, and its people were told"
    STILL = "not sent, because people said so"


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that the world can see, by a network's own log."""

    id: str
    account: str
    text: str
    at: float
    action: str = "create"


@dataclass
class Logs:
    """Both networks' logs, by what finds a post in them: its text on X, its key on Bluesky."""

    x: dict[str, list[Effect]] = field(default_factory=dict)
    bluesky: dict[str, list[Effect]] = field(default_factory=dict)
    said: dict[str, list[Effect]] = field(default_factory=dict)  # on Bluesky, under any key

    @classmethod
    def of(cls, fake_x: FakeX, pds: Pds) -> "Logs":
        """Read them whole."""
        logs = cls()
        for one in fake_x.effects():
            effect = Effect(one.id, one.user, one.text, one.received_at)
            logs.x.setdefault(one.text, []).append(effect)
        for effect in commits(pds):
            logs.bluesky.setdefault(effect.id.rpartition("/")[2], []).append(effect)
            logs.said.setdefault(effect.text, []).append(effect)
        return logs

    def effects(self, post: Post) -> list[Effect]:
        """All that became public of one post, in whatever account."""
        if post.network == NetworkChoices.X:
            return self.x.get(post.text, [])
        mine = self.bluesky.get(post.record_key, [])
        other_keys = [one for one in self.said.get(post.text, []) if one not in mine]
        return [*mine, *other_keys]


def records(pds: Pds, did: str) -> list[dict[str, Any]]:
    """What one repository holds; a deactivated one shows nothing."""
    try:
        return pds.records(did)
    except httpx.HTTPStatusError:
        return []


def commits(pds: Pds) -> Iterator[Effect]:
    """Every write to every repository, as the PDS tells the whole network."""
    address = f"ws://localhost:{pds.port}/xrpc/com.atproto.sync.subscribeRepos?cursor=0"
    with connect(address, max_size=None) as stream:
        while True:
            try:
                frame = stream.recv(timeout=1.5)
            except TimeoutError:
                return
            assert isinstance(frame, bytes)
            header, body = libipld.decode_dag_cbor_multi(frame)
            if header.get("t") == "#commit":
                yield from _operations(body)


def _operations(body: Mapping[str, Any]) -> Iterator[Effect]:
    """What the commit itself carries: it tells even where the account shows nothing any more."""
    at = key_time(body["rev"])
    assert at
    _header, blocks = libipld.decode_car(body["blocks"])
    for one in body["ops"]:
        if one["path"].startswith("app.bsky.feed.post/"):
            uri = f"at://{body['repo']}/{one['path']}"
            text = str(blocks.get(one["cid"], {}).get("text", ""))
            yield Effect(uri, body["repo"], text, at.timestamp(), one["action"])


@dataclass(frozen=True, slots=True)
class Due:
    """One post and what it may have come to."""

    post: int
    hour: datetime
    window: timedelta
    ends: frozenset[End] = frozenset({End.PUBLISHED})
    allowed: frozenset[Wrong] = frozenset()  # what the test itself brought about


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise."""

    wrong: Wrong
    what: str

    def __str__(self) -> str:
        return f"{self.wrong}: {self.what}"


def judge(dues: Iterable[Due], logs: Logs) -> list[Finding]:
    """Every promise that the logs, or our tables held against the logs, show broken."""
    found: list[Finding] = []
    for due in dues:
        post = Post.objects.select_related("account", "campaign").get(pk=due.post)
        effects = logs.effects(post)
        wrongs = [*_by_the_logs(due, post, effects), *_by_our_tables(due, post, effects)]
        what = f"{post} {post.detail!r} {[effect.id for effect in effects]}"
        found += [Finding(wrong, what) for wrong in wrongs if wrong not in due.allowed]
    return found


def _by_the_logs(due: Due, post: Post, effects: list[Effect]) -> Iterator[Wrong]:
    if len(effects) > 1:
        yield Wrong.DOUBLED
    if any(effect.at < due.hour.timestamp() for effect in effects):
        yield Wrong.EARLY
    if any(effect.at > (due.hour + due.window + LATENESS).timestamp() for effect in effects):
        yield Wrong.LATE
    if effects and due.ends == {End.STILL}:
        yield Wrong.FORBIDDEN
    approved = (post.account.network_id, post.text)
    if any((effect.account, effect.text) != approved for effect in effects):
        yield Wrong.ALTERED


def _by_our_tables(due: Due, post: Post, effects: list[Effect]) -> Iterator[Wrong]:
    ids = {effect.id for effect in effects}
    if post.state == State.PUBLISHED and post.network_post_id not in ids:
        yield Wrong.FALSE_YES
    if effects and post.state not in {State.PUBLISHED, State.UNCERTAIN, State.SENDING}:
        yield Wrong.FALSE_NO
    end = end_of(post)
    if end is None and waits_for_person(post):
        yield Wrong.UNTOLD
    elif end not in due.ends:
        yield Wrong.LOST


def waits_for_person(post: Post) -> bool:
    """Whether the machine has given it to people."""
    doubtful = post.state == State.UNCERTAIN and post.needs_person
    return doubtful or post.state in {State.REFUSED, State.MISSED}


def end_of(post: Post) -> End | None:
    """Where it rests; None when it is still on its way, or its people were not told."""
    if post.state == State.PUBLISHED:
        return End.PUBLISHED
    if waits_for_person(post):
        return End.TOLD if told(post, "needs-you") else None
    if post.state == State.APPROVED and post.route == Route.BY_HAND:
        return End.BY_HAND if told(post, "post-by-hand") else End.STILL  # a person said so
    if post.state in {State.DRAFT, State.APPROVED, State.CANCELLED}:
        return End.STILL
    return None


def told(post: Post, kind: str) -> bool:
    """Whether a letter about it was written."""
    return Letter.objects.filter(key__startswith=f"{kind}:{post.pk}:").exists()
