"""A network that answers like the real one and sends nothing: for rehearsals, demo, tests."""

import asyncio
import hashlib
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

from coalition.networks.bluesky import record
from coalition.networks.effects import Effect, EffectLog
from coalition.networks.network import (
    Alone,
    Draft,
    Keep,
    NetworkName,
    Secret,
    Session,
    Whereabouts,
    nobody_else,
)
from coalition.networks.outcome import (
    Absent,
    Outcome,
    Pinned,
    Postponed,
    Published,
    Reason,
    Refused,
    Sighting,
    Unknown,
)
from coalition.networks.pictures import Fetch
from coalition.networks.seen import Seen
from coalition.networks.x import identity


@dataclass(frozen=True, slots=True)
class Answer:
    """Says this and applies nothing."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """The post goes out, and the answer never comes back."""

    detail: str = "the connection was cut after the request had left"


@dataclass(frozen=True, slots=True)
class Slow:
    """Everything goes well, `seconds` late."""

    seconds: float


def lost_request() -> Answer:
    """Nothing went out, and nobody can know it from the answer."""
    return Answer(Unknown("the connection was cut after the request had left"))


def duplicate() -> Answer:
    """X's 403 for a text that it has already."""
    return Answer(Unknown("duplicate"))


def refuse(reason: Reason = Reason.OTHER, detail: str = "refused by the script") -> Answer:
    """A refusal that trying again does not change."""
    return Answer(Refused(reason, detail))


def postpone(seconds: float = 1.0, detail: str = "rate limited by the script") -> Answer:
    """Nothing left; again in a moment."""
    return Answer(Postponed(seconds, detail))


type Step = Answer | LostAnswer | Slow
type SignIn = Refused | Postponed | Unknown
"""What a scripted sign-in can fail with."""


def _now() -> datetime:
    return datetime.now(UTC)


class Rehearsal:
    """Implements Network. Scripts are keyed by handle or by post; past their end all goes well."""

    def __init__(
        self,
        name: NetworkName,
        *,
        effects: Path | None = None,
        latency: float = 0.0,
        script: Mapping[str, Iterable[Step]] | None = None,
        sign_ins: Mapping[str, Iterable[SignIn]] | None = None,
        sightings: Mapping[str, Iterable[Sighting]] | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._name = name
        self._latency = latency
        self._clock = clock
        self._log = EffectLog(effects)
        self._script = _queues(script)
        self._sign_ins = _queues(sign_ins)
        self._sightings = _queues(sightings)

    @property
    def name(self) -> NetworkName:
        """The network that is rehearsed."""
        return self._name

    @property
    def effects(self) -> list[Effect]:
        """Everything that would be public now."""
        return self._log.all()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace

    async def prepare(
        self, draft: Draft, secret: Secret, keep: Keep, alone: Alone = nobody_else
    ) -> Session | Refused | Postponed | Unknown:
        """A session at once, or what the script says."""
        del secret, keep, alone  # a rehearsal opens no account
        await asyncio.sleep(self._latency)
        failure = _next(self._sign_ins, draft)
        return failure or Session(draft.account_id, "https://rehearsal.invalid")

    async def bring(
        self, draft: Draft, session: Session, fetch: Fetch
    ) -> Session | Refused | Postponed | Unknown:
        """Nothing is brought anywhere; it takes its time all the same."""
        del fetch
        await asyncio.sleep(self._latency * len(draft.pictures))
        return replace(session, media=tuple(one.sha256 for one in draft.pictures))

    async def publish(self, draft: Draft, session: Session) -> Outcome:
        """Answer as the script says, or take the post."""
        await asyncio.sleep(self._latency)
        if session.account_id != draft.account_id:
            return Refused(Reason.WRONG_ACCOUNT, session.account_id)
        if len(session.media) != len(draft.pictures):
            return Refused(Reason.PICTURE, "its picture was not brought along")
        step = _next(self._script, draft)
        match step:
            case None:
                return self._take(draft)
            case Slow(seconds):
                await asyncio.sleep(seconds)
                return self._take(draft)
            case LostAnswer(detail):
                self._take(draft)
                return Unknown(detail)
            case Answer(outcome):
                return outcome
            case _:
                assert_never(step)

    async def look_at(self, draft: Draft, session: Session) -> Seen:
        """Nothing has changed."""
        del session
        return Seen(draft.handle, self._clock())

    async def read_back(self, draft: Draft, session: Session, since: datetime) -> Sighting:
        """Look in the effect log, as one would on the account's own page."""
        await asyncio.sleep(self._latency)
        scripted = _next(self._sightings, draft)
        if scripted is not None:
            return scripted
        with self._log.locked():
            if self._name is NetworkName.BLUESKY and draft.record_key:
                seen = self._log.with_id(record.record_uri(session.account_id, draft.record_key))
                return self._published(seen, draft) if seen else Absent()
            text = _sha256(draft.text)
            for seen in self._log.of_account(session.account_id):
                if seen.text_sha256 == text and datetime.fromisoformat(seen.received_at) >= since:
                    return self._published(seen, draft)
        return Absent()

    async def pin(self, session: Session, post_id: str, line: str) -> Pinned | Refused | Postponed:
        """As if it stood there."""
        del session, post_id, line
        await asyncio.sleep(self._latency)
        return Pinned()

    async def whereabouts(self, account_id: str) -> Whereabouts | None:
        """A rehearsal asks nobody."""
        del account_id
        return None

    async def give_back(self, secret: Secret) -> bool:
        """Nobody has to be told."""
        del secret
        return True

    def _take(self, draft: Draft) -> Published | Refused:
        received_at = self._clock()
        effect = Effect(
            post=draft.post,
            network=self._name,
            account=draft.account_id,
            text_sha256=_sha256(draft.text),
            received_at=received_at.isoformat(),
            id=self._id(draft, received_at),
        )
        with self._log.locked():
            standing = self._log.with_id(
                effect.id
            )  # only Bluesky's ids can stand already: we choose them
            if standing is None:
                self._log.append(effect)
        if standing is not None and standing.text_sha256 != effect.text_sha256:
            return Refused(Reason.CONFLICT, "another record stands under this key")
        return self._published(standing or effect, draft)

    def _id(self, draft: Draft, received_at: datetime) -> str:
        if self._name is NetworkName.BLUESKY:
            return record.record_uri(
                draft.account_id, draft.record_key or record.new_record_key(received_at)
            )
        return str(identity.first_id_at(received_at) + secrets.randbits(22))

    def _published(self, effect: Effect, draft: Draft) -> Published:
        if self._name is NetworkName.BLUESKY:
            url = record.post_url(effect.id, draft.handle)
        else:
            url = identity.post_url(draft.handle, effect.id)
        return Published(effect.id, url, datetime.fromisoformat(effect.received_at))


def _queues[T](script: Mapping[str, Iterable[T]] | None) -> dict[str, deque[T]]:
    return {key: deque(steps) for key, steps in (script or {}).items()}


def _next[T](queues: Mapping[str, deque[T]], draft: Draft) -> T | None:
    queue = queues.get(draft.post) or queues.get(draft.handle)
    return queue.popleft() if queue else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
