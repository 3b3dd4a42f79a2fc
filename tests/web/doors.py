"""Every address, who may look at it, and who may act there. A new address is one more line.

    "member:post": Door(get=TEAM, post=WRITERS, posted=200, at="post"),

says: the organisation's team may look (200), its writers may act (an empty form is answered with
200 here; 302 where nothing is said), every other method is 405; nobody signed in is sent to the
sign-in, and to everybody else it is not there. `at` says which row of town.py `pk` names.
"""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from coalition.urls import SHUT
from tests.web import policies
from tests.web.door import (
    ALL,
    APPROVER,
    APPROVERS,
    COORDINATOR,
    EX_COORDINATOR,
    EX_MEMBER,
    METHODS,
    NOBODY,
    NONE,
    OFF,
    OTHERS,
    OWNER,
    OWNERS,
    ROLES,
    SIGNED_IN,
    STAFF,
    STRANGER,
    TEAM,
    WRITER,
    WRITERS,
    Door,
    Shared,
    Theirs,
    page,
)

__all__ = [
    "ALL",
    "APPROVER",
    "APPROVERS",
    "COORDINATOR",
    "DOORS",
    "EX_COORDINATOR",
    "EX_MEMBER",
    "METHODS",
    "NOBODY",
    "NONE",
    "OFF",
    "OTHERS",
    "OWNER",
    "OWNERS",
    "ROLES",
    "SIGNED_IN",
    "STAFF",
    "STRANGER",
    "TEAM",
    "WRITER",
    "WRITERS",
    "Door",
    "Shared",
    "Theirs",
    "names",
    "page",
]

TAKE_ALONG = Shared("200 200 405 405 405 405 204")
NOT_NAMED = Shared("404 404 405 405 405 405 204")
NOWHERE = Shared("404 404 404 404 404 404 404", headers={})  # whatever is asked
NO_LOGO = Shared(NOWHERE.answers, headers={}, at="logo")
BY_A_LINK = Door(get=ALL, at="press link", tokenless=True, headers=policies.SECRET)
NO_BADGE = Shared(NOT_NAMED.answers, headers={})  # as for what is nowhere
FRAMED = Shared(TAKE_ALONG.answers, headers=policies.FRAMED)

MUST_SIGN_IN = MUST_BE_OUT = ELSEWHERE = "302 302 302 302 302 302 302"
NO_SUCH_KEY = "404 404 404 404 404 404 404"
FORM = "200 200 200 200 405 405 200"

DOORS: dict[str, Door | Theirs | Shared] = {
    # -- anyone -------------------------------------------------------------------------------
    "root": page(got=302),
    "home": page(),
    "privacy": page(),
    "healthz": page(),
    "metrics": page(got=404),  # without a token in the settings
    "styleguide": page(got=404),
    "progress": page(),
    "progress_method": page(),
    "progress_corrections": page(),
    "progress_withdrawals": page(),
    "progress_report": page(got=404),  # nobody has published it
    "progress_join": Door(get=ALL, post=ALL, posted=422, tokenless=True),
    "progress_join_sent": page(),
    "progress_join_confirm": Door(
        get=ALL, post=ALL, posted=200, at="candidate link", tokenless=True
    ),
    **dict.fromkeys(("progress_press", "progress_press_zip"), NOWHERE),  # before its hour
    **dict.fromkeys(("progress_press_logo", "progress_embargo_logo"), NO_LOGO),
    **dict.fromkeys(("progress_embargo", "progress_embargo_zip"), BY_A_LINK),
    "progress_csv": TAKE_ALONG,
    "progress_json": TAKE_ALONG,
    "progress_now": TAKE_ALONG,
    "progress_xlsx": TAKE_ALONG,
    "progress_feed": TAKE_ALONG,
    "progress_calendar": TAKE_ALONG,
    "progress_picture": TAKE_ALONG,
    "progress_embed": Door(get=ALL, headers=policies.FRAMES_ITS_OWN),
    "embed_counter": FRAMED,
    "embed_list": FRAMED,
    "embed_counter_svg": TAKE_ALONG,
    "embed_list_svg": TAKE_ALONG,
    "embed_badge": NO_BADGE,
    "api:docs": page(),
    "api:openapi": TAKE_ALONG,
    "api:campaigns": TAKE_ALONG,
    "api:campaign": TAKE_ALONG,
    "api:number": TAKE_ALONG,
    "api:curve": TAKE_ALONG,
    "api:organisations": TAKE_ALONG,
    "api:organisation": NOT_NAMED,
    "api:corrections": TAKE_ALONG,
    "api:handles": TAKE_ALONG,
    "api:nothing": NOT_NAMED,
    # -- signing in ---------------------------------------------------------------------------
    "shut": Theirs(NO_SUCH_KEY, NO_SUCH_KEY, remembers=False),
    "account_login": Theirs(FORM, MUST_BE_OUT),
    "account_logout": Theirs("302 302 302 405 405 405 200", "200 200 302 405 405 405 200"),
    "account_inactive": Theirs("200 200 405 405 405 405 200", "200 200 405 405 405 405 200"),
    "account_request_login_code": Theirs(FORM, MUST_BE_OUT),
    "account_confirm_login_code": Theirs(ELSEWHERE, ELSEWHERE),
    "account_reauthenticate": Theirs(MUST_SIGN_IN, ELSEWHERE),
    "mfa_index": Door(get=SIGNED_IN),
    "mfa_authenticate": Theirs(ELSEWHERE, ELSEWHERE),
    "mfa_reauthenticate": Theirs(MUST_SIGN_IN, FORM),
    "mfa_activate_totp": Theirs(ELSEWHERE, ELSEWHERE),  # everybody here has one
    "mfa_generate_recovery_codes": Door(get=SIGNED_IN, post=SIGNED_IN, posted=200),
    "mfa_add_webauthn": Theirs(MUST_SIGN_IN, FORM),
    "mfa_reauthenticate_webauthn": Theirs(MUST_SIGN_IN, ELSEWHERE),
    "second_step_remove": Door(get=NONE),
    "sessions": Door(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_login_webauthn": Theirs("302 302 302 302 405 405 200", MUST_BE_OUT),
    # -- representatives ----------------------------------------------------------------------
    "member:home": Door(get=SIGNED_IN, got=302, got_by_others=200),
    "member:invitation": Door(get=ALL, post=ALL, posted=200, at="invitation"),
    "member:enter": Door(get=ALL, post=ALL, at="sign-in link"),
    "member:organisation": Door(get=TEAM),
    "member:pledge": Door(get=OWNERS, post=OWNERS, posted=200),
    "member:takes": Door(post=OWNERS, posted=200),
    "member:date": Door(post=OWNERS),
    "member:withdraw": Door(get=OWNERS, post=OWNERS),
    "member:colleagues": Door(get=TEAM, post=OWNERS, posted=200),
    "member:colleague_remove": Door(get=OWNERS, post=OWNERS, at="person"),
    "member:quotes": Door(get=TEAM),
    "member:quote_approve": Door(post=APPROVERS, at="quote"),
    "member:quote_take_back": Door(post=TEAM, at="quote"),
    "member:left": Door(get=OWNERS, post=OWNERS, posted=422),
    "member:leaving": Door(get=TEAM, post=TEAM),
    "member:survey": Door(get=TEAM, post=TEAM, posted=422),
    "member:question": Door(get=TEAM, post=TEAM, posted=422, at="question"),
    "member:erased": Door(get=TEAM),
    "member:data": Door(get=OWNERS, post=OWNERS, posted=422),
    "member:your_data": Door(get=SIGNED_IN, post=SIGNED_IN, posted=422),
    "member:calendar": Door(get=TEAM),
    "member:sheet": Door(get=TEAM),
    "member:post": Door(get=TEAM, post=WRITERS, posted=200, at="post"),
    "member:picture": Door(get=TEAM, at="post"),
    "member:preview": Door(post=WRITERS, posted=200, at="post"),
    "member:approve": Door(post=APPROVERS, posted=200, at="post"),
    "member:take_back": Door(post=TEAM, at="post"),
    "member:route": Door(post=WRITERS, posted=200, at="post"),
    "member:ourselves": Door(post=TEAM, at="post"),
    "member:by_hand": Door(get=TEAM, post=TEAM, posted=200, at="post"),
    "member:by_hand_calendar": Door(get=TEAM, at="post"),
    "accounts:all": Door(get=TEAM, post=OWNERS, posted=200),
    "accounts:account": Door(get=TEAM, post=OWNERS, posted=200, at="account"),
    "accounts:x_start": Door(post=OWNERS, posted=404, at="account"),  # X is not configured
    "accounts:prove_domain": Door(post=OWNERS, posted=302, at="account"),
    "accounts:prove_page": Door(post=OWNERS, at="account"),
    "accounts:consent": Door(post=OWNERS, posted=404, at="account"),  # nor is Bluesky's consent
    "accounts:erase": Door(post=OWNERS, at="account"),
    "x_callback": Door(get=SIGNED_IN, got=404),  # the same
    "bluesky_callback": Door(get=SIGNED_IN, got=302, remembers=True),
    "oauth_metadata": page(got=404),
    "oauth_jwks": page(got=404),
    # -- coordinators -------------------------------------------------------------------------
    "dashboard:home": Door(get=STAFF),
    "dashboard:new": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:import": Door(get=STAFF, post=STAFF, posted=200),
    "dashboard:import_columns": Door(get=STAFF, post=STAFF, got=302, remembers=True),
    "dashboard:import_review": Door(get=STAFF, post=STAFF, got=302, remembers=True),
    "dashboard:members": Door(get=STAFF),
    "dashboard:organisation_new": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:export_csv": Door(get=STAFF),
    "dashboard:export_xlsx": Door(get=STAFF),
    "dashboard:member": Door(get=STAFF, post=STAFF),
    "dashboard:correct": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:person_remove": Door(get=STAFF, post=STAFF, at="person"),
    "dashboard:left": Door(get=STAFF, post=STAFF),
    "dashboard:view_save": Door(post=STAFF, posted=404),  # without the list that it is of
    "dashboard:view_remove": Door(post=STAFF, at="view"),
    "dashboard:erased": Door(get=STAFF),
    "dashboard:letters": Door(get=STAFF),
    "dashboard:letter": Door(get=STAFF, at="letter"),
    "dashboard:letter_again": Door(post=STAFF, at="letter"),
    "dashboard:letter_bounced": Door(post=STAFF, at="letter"),
    "dashboard:coordinators": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:coordinator_remove": Door(get=STAFF, post=STAFF, at="coordinator"),
    "dashboard:vouch": Door(get=STAFF, post=STAFF, at="somebody"),
    "dashboard:vouch_back": Door(post=STAFF, posted=404, at="somebody"),  # nobody vouched
    "dashboard:campaign": Door(get=STAFF),
    "dashboard:words": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:following": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:press": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:press_logo": Door(get=STAFF, at="logo"),
    **{f"dashboard:press_{one}_new": Door(post=STAFF, posted=422) for one in ("logo", "link")},
    **{f"dashboard:press_{one}_remove": Door(post=STAFF, at=one) for one in ("logo", "quote")},
    "dashboard:press_link_revoke": Door(post=STAFF, at="link"),
    "dashboard:press_quote_new": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:press_quote": Door(get=STAFF, post=STAFF, posted=422, at="quote"),
    "dashboard:open": Door(get=STAFF, post=STAFF),
    "dashboard:board": Door(get=STAFF),
    "dashboard:confirm": Door(post=STAFF, at="pledge"),
    "dashboard:answer": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:readiness": Door(get=STAFF),
    "dashboard:invitations": Door(get=STAFF, post=STAFF),
    "dashboard:remind": Door(post=STAFF),
    "dashboard:invite": Door(post=STAFF),
    "dashboard:joining": Door(get=STAFF),
    "dashboard:candidate": Door(get=STAFF, post=STAFF, posted=200, at="candidate"),
    "dashboard:date": Door(get=STAFF, post=STAFF, posted=200),
    "dashboard:decide": Door(get=STAFF, post=STAFF, posted=200),
    "dashboard:deciders": Door(get=STAFF, post=STAFF, posted=200),
    "dashboard:check": Door(post=STAFF),
    "dashboard:rehearsals": Door(get=STAFF, post=STAFF),
    "dashboard:rehearsal": Door(get=STAFF, at="rehearsal"),
    "dashboard:call_off": Door(get=STAFF, post=STAFF),
    "dashboard:sheets": Door(get=STAFF),
    "dashboard:day": Door(get=STAFF),
    "dashboard:after": Door(get=STAFF),
    "dashboard:look": Door(post=STAFF, at="look"),
    "dashboard:noticed": Door(post=STAFF, at="left_account"),
    "dashboard:question": Door(post=STAFF, at="question"),
    "dashboard:evidence_wrong": Door(post=STAFF, at="evidence"),
    "dashboard:record": Door(get=STAFF, post=STAFF, posted=422),
    "dashboard:survey": Door(get=STAFF),
    "dashboard:report": Door(get=STAFF, post=STAFF),
    "dashboard:stop": Door(get=STAFF, post=STAFF),
    "dashboard:resume": Door(get=STAFF, post=STAFF),
    "dashboard:breaker": Door(get=STAFF, post=STAFF),
    "dashboard:held": Door(get=STAFF, post=STAFF),
    "dashboard:picture": Door(get=STAFF, at="post"),
    "dashboard:post": Door(get=STAFF, post=STAFF, posted=200, at="post"),
}


def names() -> dict[str, frozenset[str]]:
    """Every address of the site by its name (its pattern where it has none), and its parts."""
    return dict(_walk(get_resolver().url_patterns, "", "", frozenset()))


def _is_shut(path: str) -> bool:
    """What allauth brings along and our own urls.py shuts before it."""
    return bool(re.match(SHUT, path.partition("/")[2].replace("^", "")))


def _walk(
    patterns: "list[URLPattern | URLResolver]", space: str, path: str, parts: frozenset[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    for one in patterns:
        here, wanted = path + str(one.pattern), parts | set(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, inner, here, wanted)
        elif not _is_shut(here) or one.name == "shut":
            yield f"{space}{one.name}" if one.name else here, wanted
