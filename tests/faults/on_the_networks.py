"""What goes wrong between us and one account's network."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx

from coalition.publishing.models import Post
from tests.faults.day import BLUESKY, Case, X
from tests.faults.house import Member
from tests.faults.oracle import End, Wrong
from tests.testnet.faultproxy import Fault

PUBLISHED = frozenset({End.PUBLISHED})
TOLD = frozenset({End.TOLD})
EITHER = PUBLISHED | TOLD
PUT = "com.atproto.repo.putRecord"
EXPIRED = b'{"error":"ExpiredToken","message":"Token has expired"}'
TAKEN_DOWN = b'{"error":"AccountTakedown","message":"Account has been taken down"}'
TWICE = b'{"error":"InternalServerError","message":"Internal Server Error"}'

ON_BLUESKY: dict[str, tuple[frozenset[End], list[Fault]]] = {
    "the request is lost, twice": (PUBLISHED, [Fault("refuse", PUT, 2)]),
    "the answer is lost": (PUBLISHED, [Fault("drop", PUT)]),
    "the connection is reset": (PUBLISHED, [Fault("reset", PUT)]),
    "no answer for a minute": (PUBLISHED, [Fault("hang", PUT, seconds=60)]),
    "the answer is cut": (PUBLISHED, [Fault("cut", PUT)]),
    "the answer comes after the lease": (PUBLISHED, [Fault("delay", PUT, seconds=9)]),
    "the answer is lost, and looking fails": (
        PUBLISHED,
        [Fault("drop", PUT), Fault("refuse", "getRecord", 2)],
    ),
    "502 six times": (PUBLISHED, [Fault("status", PUT, 6, 502)]),
    "429 three times": (PUBLISHED, [Fault("status", PUT, 3, 429, {"Retry-After": "1"})]),
    "429 at signing in": (
        PUBLISHED,
        [Fault("status", "createSession", 2, 429, {"Retry-After": "1"})],
    ),
    "500, as for a key used twice": (PUBLISHED, [Fault("status", PUT, 2, 500, body=TWICE)]),
    "the token has expired": (PUBLISHED, [Fault("status", PUT, 1, 400, body=EXPIRED)]),
    "the account is taken down": (TOLD, [Fault("status", PUT, 9, 400, body=TAKEN_DOWN)]),
}
ON_X: dict[str, tuple[frozenset[End], list[dict[str, Any]]]] = {
    "it is done, then silence": (PUBLISHED, [{"kind": "commit-then-hang", "seconds": 60}]),
    "it is done, the answer is cut": (PUBLISHED, [{"kind": "commit-then-cut"}]),
    "it is done, then a reset": (PUBLISHED, [{"kind": "commit-then-reset"}]),
    "it is done, then 503": (PUBLISHED, [{"kind": "commit-then-status"}]),
    "it is done, then 403 duplicate": (
        PUBLISHED,
        [{"kind": "commit-then-status", "problem": "duplicate"}],
    ),
    "it is done, and looking fails": (
        PUBLISHED,
        [{"kind": "commit-then-reset"}, {"kind": "status", "on": "timeline", "times": 2}],
    ),
    "it is done after the lease": (PUBLISHED, [{"kind": "delay", "seconds": 9}]),
    "403 duplicate, and none is ours": (TOLD, [{"kind": "status", "problem": "duplicate"}]),
    "nothing is done, silence": (TOLD, [{"kind": "hang", "seconds": 60}]),
    "nothing is done, a reset": (TOLD, [{"kind": "reset"}]),
    "nothing is done, 503": (TOLD, [{"kind": "status"}]),
    "503, and it is done later": (EITHER, [{"kind": "late", "seconds": 2}]),
    "503, and it is done after the last look": (EITHER, [{"kind": "late", "seconds": 12}]),
    "429 for two seconds": (PUBLISHED, [{"kind": "status", "status": 429, "seconds": 2}]),
    "one false 401": (PUBLISHED, [{"kind": "status", "status": 401}]),
    "the name is asked, 503": (PUBLISHED, [{"kind": "status", "on": "me", "times": 2}]),
}


def bluesky_line(ends: frozenset[End], faults: list[Fault], case: Case) -> None:
    """A member's own line to its PDS fails."""
    member = case.house.member(line=True)
    case.wants(member, networks=[BLUESKY], ends=ends)
    assert member.line
    line = member.line
    line.arm(*(Fault(**vars(fault)) for fault in faults))
    case.really(lambda: all(fault.times <= 0 or ends == TOLD for fault in line.faults))


def x_fault(ends: frozenset[End], faults: list[dict[str, Any]], case: Case) -> None:
    """X fails for one user."""
    member = case.house.member()
    case.wants(member, networks=[X], ends=ends)
    for fault in faults:
        case.house.fake_x.arm(user=member.user, **fault)
    case.really(
        lambda: not any(fault["user"] == member.user.id for fault in case.house.fake_x.armed())
    )


def x_token_revoked(case: Case) -> None:
    """By its owner, on X's own page, after the worker had signed in."""
    member = case.house.member()
    secret = case.house.tokens(member.user)
    case.house.keep(member.x, secret)
    case.wants(member, networks=[X], ends=TOLD)
    form = {"client_id": case.house.fake_x.client_id}
    auth = (case.house.fake_x.client_id, case.house.fake_x.client_secret)

    def revoke() -> None:
        for name in ("access_token", "refresh_token"):
            httpx.post(
                f"{case.house.fake_x.url}/2/oauth2/revoke",
                data={**form, "token": secret[name]},
                auth=auth,
            ).raise_for_status()

    case.at(-1, revoke)


def x_suspended(case: Case) -> None:
    """Half a second before T."""
    member = case.house.member()
    case.wants(member, networks=[X], ends=TOLD)
    case.at(-0.5, lambda: case.house.fake_x.suspend(member.user))


def x_wrong_account(case: Case) -> None:
    """Its secret opens somebody else's account."""
    member, other = case.house.member(), case.house.fake_x.add_user("somebody_else")
    case.house.keep(member.x, case.house.tokens(other))
    case.wants(member, networks=[X], ends=TOLD)


def x_token_old(case: Case) -> None:
    """The token must be refreshed, and two workers arm the same post at once."""
    member = case.house.member(expires_at="2026-01-01T00:00:00+00:00")
    case.wants(member, networks=[X])


def bluesky_wrong_account(case: Case) -> None:
    """Its secret opens somebody else's account."""
    member, other = case.house.member(), case.house.pds.person()
    secret = case.house.app_password(member) | {"password": other.app_password}
    case.house.keep(member.bluesky, secret)
    case.wants(member, networks=[BLUESKY], ends=TOLD)


def bluesky_deactivated(case: Case) -> None:
    """By its owner, after the worker had signed in."""
    member = case.house.member()
    case.wants(member, networks=[BLUESKY], ends=TOLD)
    case.at(-2, lambda: by_its_owner(case, member, "com.atproto.server.deactivateAccount"))


def bluesky_password_revoked(case: Case) -> None:
    """What is signed in stays so for a while; only then a person is needed."""
    member = case.house.member()
    case.wants(member, networks=[BLUESKY], ends=EITHER)
    name = "com.atproto.server.revokeAppPassword"
    case.at(-2, lambda: by_its_owner(case, member, name, name="tests"))


def bluesky_there_already(case: Case) -> None:
    """Our very record, under our key, as after a lost answer that nobody remembers."""
    member = case.house.member()
    case.wants(member, networks=[BLUESKY], allowed=[Wrong.EARLY])
    case.at(-3, lambda: write_under(case, member, case.post(BLUESKY).record))


def bluesky_taken_key(case: Case) -> None:
    """Something else stands under our key: a person decides."""
    member = case.house.member()
    allowed = [Wrong.EARLY, Wrong.ALTERED, Wrong.FALSE_NO]
    case.wants(member, networks=[BLUESKY], ends=TOLD, allowed=allowed)
    record = (
        '{"$type":"app.bsky.feed.post","text":"iets anders","createdAt":"2026-01-01T00:00:00Z"}'
    )
    case.at(-3, lambda: write_under(case, member, record))


def by_its_owner(case: Case, member: Member, procedure: str, **body: str) -> None:
    """As the person with the main password."""
    person = member.person
    session = case.house.pds.call(
        "com.atproto.server.createSession", identifier=person.did, password=person.password
    )
    answer = httpx.post(
        f"{case.house.pds.url}/xrpc/{procedure}",
        json=body,
        headers={"authorization": f"Bearer {session['accessJwt']}"},
        timeout=20,
    )
    answer.raise_for_status()


def write_under(case: Case, member: Member, record: str) -> None:
    """Somebody with the member's own account writes under our post's key, if it is free."""
    post: Post = case.post(BLUESKY)
    session = case.house.pds.call(
        "com.atproto.server.createSession",
        identifier=member.person.did,
        password=member.person.app_password,
    )
    case.house.pds.call(
        "com.atproto.repo.createRecord",
        token=session["accessJwt"],
        repo=member.person.did,
        collection="app.bsky.feed.post",
        rkey=post.record_key,
        record=json.loads(record),
    )


CASES: dict[str, Callable[[Case], None]] = {
    **{f"Bluesky: {name}": partial(bluesky_line, *fault) for name, fault in ON_BLUESKY.items()},
    **{f"X: {name}": partial(x_fault, *fault) for name, fault in ON_X.items()},
    "X: the token is revoked": x_token_revoked,
    "X: the user is suspended": x_suspended,
    "X: the secret is another account's": x_wrong_account,
    "X: the token is old": x_token_old,
    "Bluesky: the secret is another account's": bluesky_wrong_account,
    "Bluesky: the account is deactivated": bluesky_deactivated,
    "Bluesky: the app password is revoked": bluesky_password_revoked,
    "Bluesky: our record is there already": bluesky_there_already,
    "Bluesky: another record has our key": bluesky_taken_key,
}
