"""OAuth 2.0 with PKCE as X does it: consent page, codes, token pairs that rotate, revocation."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import asdict
from html import escape
from urllib.parse import unquote_plus, urlencode

from tests.fakex.exchange import HTML, Answer, Call, as_json
from tests.fakex.grants import ACCESS_SECONDS, CODE_SECONDS, REFRESH_SECONDS, App, Code, Grant
from tests.fakex.world import World

SCOPES = {
    "tweet.read",
    "tweet.write",
    "users.read",
    "offline.access",
    "media.write",
}
ASKED = ("client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Authorize — fake X</title>
<h1>{client} wants to access your X account</h1><p>It asks for: {scope}</p>
<form method="post" action="/i/oauth2/authorize">{hidden}
<label>Your username <input name="username" value="{username}" required></label>
<button name="decision" value="allow">Authorize app</button>
<button name="decision" value="deny" formnovalidate>Cancel</button></form></html>"""
SORRY = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Something went wrong</title>
<h1>Something went wrong</h1><p>You weren't able to give access to the App: {why}.</p></html>"""


def consent_page(world: World, call: Call) -> Answer:
    """GET /i/oauth2/authorize: asks the person; `?username=` fills in who."""
    asked = call.query
    why = _wrong_request(world, asked)
    if why or asked.get("response_type") != "code":
        return _sorry(why or "response_type")
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
        for name in ASKED
    )
    page = PAGE.format(
        client=escape(asked["client_id"]),
        scope=escape(asked["scope"]),
        hidden=hidden,
        username=escape(asked.get("username", "")),
    )
    return Answer(200, page.encode(), content_type=HTML)


def consent(world: World, call: Call) -> Answer:
    """POST of that page: a code and the state go back to the app."""
    asked = call.form
    why = _wrong_request(world, asked)
    if why:
        return _sorry(why)
    back = {"state": asked["state"]}
    if asked.get("decision") != "allow":
        return _back(asked["redirect_uri"], back | {"error": "access_denied"})
    user = world.people.named(asked.get("username", ""))
    if user is None:
        return _sorry("no such user")
    code = Code(
        code=secrets.token_urlsafe(32),
        client_id=asked["client_id"],
        redirect_uri=asked["redirect_uri"],
        challenge=asked["code_challenge"],
        user=user.id,
        scopes=tuple(asked["scope"].split()),
        at=world.now(),
    )
    world.record("code", code=asdict(code))
    return _back(asked["redirect_uri"], back | {"code": code.code})


def _wrong_request(world: World, asked: dict[str, str]) -> str:
    app = world.grants.apps.get(asked.get("client_id", ""))
    redirect = asked.get("redirect_uri", "")
    scopes = set(asked.get("scope", "").split())
    checks = {
        "client_id": app is not None,
        "redirect_uri": bool(redirect)
        and (app is None or not app.redirect_uris or redirect in app.redirect_uris),
        "scope": bool(scopes) and scopes <= SCOPES,
        "state": bool(asked.get("state")),
        "code_challenge": bool(asked.get("code_challenge")),
        "code_challenge_method": asked.get("code_challenge_method") == "S256",
    }
    return next((name for name, good in checks.items() if not good), "")


def _sorry(why: str) -> Answer:
    return Answer(400, SORRY.format(why=escape(why)).encode(), content_type=HTML)


def _back(redirect_uri: str, answer: dict[str, str]) -> Answer:
    glue = "&" if "?" in redirect_uri else "?"
    return Answer(302, b"", {"Location": redirect_uri + glue + urlencode(answer)}, HTML)


def token(world: World, call: Call) -> Answer:
    """POST /2/oauth2/token."""
    app = _client(world, call)
    if app is None:
        return _unauthorized()
    match call.form.get("grant_type"):
        case "authorization_code":
            return _from_code(world, call.form, app)
        case "refresh_token":
            return _from_refresh(world, call.form, app)
        case _:
            return _error("Missing required parameter [grant_type].")


def _client(world: World, call: Call) -> App | None:
    """Find who calls: a confidential app by HTTP Basic, a public one by its client_id."""
    kind, _, encoded = call.request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        app = world.grants.apps.get(call.form.get("client_id", ""))
        return app if app and not app.client_secret else None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None
    app = world.grants.apps.get(unquote_plus(name))
    good = app and hmac.compare_digest(app.client_secret.encode(), unquote_plus(secret).encode())
    return app if good else None


def _from_code(world: World, form: dict[str, str], app: App) -> Answer:
    code = world.grants.codes.get(form.get("code", ""))
    if code is None:
        return _error("Value passed for the authorization code was invalid.")
    world.record("code used", code=code.code)
    fresh = world.now() < code.at + CODE_SECONDS
    if not fresh or code.client_id != app.client_id:
        return _error("Value passed for the authorization code was invalid.")
    if code.redirect_uri != form.get("redirect_uri"):
        return _error("Value passed for the redirect uri did not match the uri of the auth code.")
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != code.challenge.rstrip("="):
        return _error("Value passed for the code verifier did not match the code challenge.")
    family = secrets.token_urlsafe(8)
    return _pair(issue(world, code.user, app.client_id, code.scopes, family))


def _from_refresh(world: World, form: dict[str, str], app: App) -> Answer:
    value = form.get("refresh_token", "")
    old = world.grants.by_refresh.get(value)
    dead = old is None or old.family in world.grants.dead or value in world.grants.revoked
    if old is None or dead or old.client_id != app.client_id:
        return _error("Value passed for the token was invalid.")
    if value in world.grants.spent:
        world.record("family dead", family=old.family)
        return _error("Value passed for the token was invalid.")
    if world.now() >= old.at + REFRESH_SECONDS:
        return _error("Value passed for the token was invalid.")
    new = issue(world, old.user, app.client_id, old.scopes, old.family, replaces=value)
    return _pair(new)


def issue(
    world: World,
    user: str,
    client_id: str,
    scopes: tuple[str, ...],
    family: str,
    *,
    replaces: str = "",
) -> Grant:
    """Hand out a pair."""
    refresh = secrets.token_urlsafe(32) if "offline.access" in scopes else ""
    access = secrets.token_urlsafe(32)
    grant = Grant(access, refresh, family, client_id, user, scopes, world.now())
    world.record("grant", grant=asdict(grant), replaces=replaces)
    return grant


def pair(grant: Grant) -> dict[str, str | int]:
    """Show a grant as the token endpoint does."""
    shown: dict[str, str | int] = {
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "access_token": grant.access,
        "scope": " ".join(grant.scopes),
    }
    return shown | ({"refresh_token": grant.refresh} if grant.refresh else {})


def _pair(grant: Grant) -> Answer:
    return as_json(200, pair(grant), {"Cache-Control": "no-store"})


def revoke(world: World, call: Call) -> Answer:
    """POST /2/oauth2/revoke: that one token ends, and no other: who wants both gone says both."""
    app = _client(world, call)
    if app is None:
        return _unauthorized()
    value = call.form.get("token", "")
    grant = world.grants.by_refresh.get(value) or world.grants.by_access.get(value)
    if grant is None or grant.client_id != app.client_id or value in world.grants.revoked:
        return _error("Value passed for the token was invalid.")
    world.revoke(grant, value)
    return as_json(200, {"revoked": True})


def holder(world: World, call: Call) -> str:
    """Tell whose tokens a call at the token endpoint is about; empty when nobody's."""
    grants, form = world.grants, call.form
    refresh = grants.by_refresh.get(form.get("refresh_token", ""))
    token = form.get("token", "")
    given_back = grants.by_refresh.get(token) or grants.by_access.get(token)
    code = grants.codes.get(form.get("code", ""))
    found = refresh or given_back or code
    return found.user if found else ""


def _error(description: str) -> Answer:
    return as_json(400, {"error": "invalid_request", "error_description": description})


def _unauthorized() -> Answer:
    said = "Missing valid authorization header"
    return as_json(401, {"error": "unauthorized_client", "error_description": said})
