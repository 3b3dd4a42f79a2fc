"""OAuth on the fake X: consent, PKCE, codes and tokens that are good once."""

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.fakex.server import FakeUser, FakeX, FakeXError

VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CALLBACK = "http://127.0.0.1:9/callback"
BASIC = (FakeX.client_id, FakeX.client_secret)
SCOPE = "tweet.read tweet.write users.read offline.access"


@pytest.fixture
def http(fake_x: FakeX) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fake_x.url, trust_env=False, timeout=5) as client:
        yield client


@pytest.fixture
def oxfam(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("oxfam_be")


def authorize_url(fake_x: FakeX, **changes: str) -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": FakeX.client_id,
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        "state": "a state & more",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    return f"{fake_x.url}/i/oauth2/authorize?{urlencode(asked | changes)}"


def consented(fake_x: FakeX, user: FakeUser, **changes: str) -> str:
    back = fake_x.consent(authorize_url(fake_x, **changes), user)
    return dict(parse_qsl(urlsplit(back).query))["code"]


def exchange(http: httpx.Client, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    return http.post("/2/oauth2/token", data=form | changes, auth=BASIC)


def refresh(http: httpx.Client, token: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return http.post("/2/oauth2/token", data=form, auth=BASIC)


def me(http: httpx.Client, access_token: str) -> httpx.Response:
    return http.get("/2/users/me", headers={"Authorization": f"Bearer {access_token}"})


def test_the_page_asks_and_sends_back_with_the_state(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser
) -> None:
    page = http.get(authorize_url(fake_x, username="oxfam_be"))
    assert page.status_code == 200
    assert '<form method="post"' in page.text
    assert 'value="oxfam_be"' in page.text
    back = fake_x.consent(authorize_url(fake_x), oxfam)
    assert back.startswith(f"{CALLBACK}?")
    assert dict(parse_qsl(urlsplit(back).query))["state"] == "a state & more"


def test_a_person_may_say_no(fake_x: FakeX, oxfam: FakeUser) -> None:
    back = fake_x.consent(authorize_url(fake_x), oxfam, allow=False)
    query = dict(parse_qsl(urlsplit(back).query))
    assert query == {"state": "a state & more", "error": "access_denied"}


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"redirect_uri": ""},
        {"scope": "everything"},
        {"state": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
)
def test_a_wrong_request_gets_no_form(
    fake_x: FakeX, http: httpx.Client, change: dict[str, str]
) -> None:
    page = http.get(authorize_url(fake_x, **change))
    assert page.status_code == 400
    assert "<form" not in page.text


def test_only_registered_callbacks_are_good(fake_x: FakeX, oxfam: FakeUser) -> None:
    fake_x.add_app("strict", "secret", ["https://ours.example/callback"])
    with pytest.raises(FakeXError, match="redirect_uri"):
        fake_x.consent(authorize_url(fake_x, client_id="strict"), oxfam)


def test_a_code_becomes_a_pair(fake_x: FakeX, http: httpx.Client, oxfam: FakeUser) -> None:
    pair = exchange(http, consented(fake_x, oxfam)).json()
    assert pair.keys() == {"token_type", "expires_in", "access_token", "scope", "refresh_token"}
    assert (pair["expires_in"], pair["scope"]) == (7200, SCOPE)
    name = {"id": oxfam.id, "name": "oxfam_be", "username": "oxfam_be"}
    assert me(http, pair["access_token"]).json() == {"data": name}
    fake_x.shift_clock(7200)
    assert me(http, pair["access_token"]).status_code == 401


def test_a_wrong_verifier_is_refused(fake_x: FakeX, http: httpx.Client, oxfam: FakeUser) -> None:
    refused = exchange(http, consented(fake_x, oxfam), code_verifier="x" * 43)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


def test_another_callback_is_refused(fake_x: FakeX, http: httpx.Client, oxfam: FakeUser) -> None:
    refused = exchange(http, consented(fake_x, oxfam), redirect_uri=CALLBACK + "2")
    assert refused.status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(28, 200), (30, 400)])
def test_a_code_lives_half_a_minute(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser, seconds: int, status: int
) -> None:
    code = consented(fake_x, oxfam)
    fake_x.shift_clock(seconds)
    assert exchange(http, code).status_code == status


def test_a_code_is_good_once(fake_x: FakeX, http: httpx.Client, oxfam: FakeUser) -> None:
    code = consented(fake_x, oxfam)
    assert exchange(http, code).status_code == 200
    assert exchange(http, code).status_code == 400


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_family(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser
) -> None:
    first = exchange(http, consented(fake_x, oxfam)).json()
    second = refresh(http, first["refresh_token"]).json()
    other_family = fake_x.issue(oxfam)
    assert second["refresh_token"] != first["refresh_token"]
    assert me(http, second["access_token"]).status_code == 200

    assert refresh(http, first["refresh_token"]).status_code == 400
    assert refresh(http, second["refresh_token"]).status_code == 400
    assert me(http, second["access_token"]).status_code == 401
    assert me(http, first["access_token"]).status_code == 401
    assert me(http, other_family.access_token).status_code == 200


def test_no_refresh_token_without_offline_access(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser
) -> None:
    code = consented(fake_x, oxfam, scope="tweet.read users.read")
    assert "refresh_token" not in exchange(http, code).json()


def test_scopes_are_honoured(fake_x: FakeX, http: httpx.Client, oxfam: FakeUser) -> None:
    tokens = fake_x.issue(oxfam, scopes=["tweet.read", "users.read"])
    assert me(http, tokens.access_token).status_code == 200
    refused = http.post("/2/tweets", json={"text": "We leave."}, headers=tokens.headers)
    assert refused.status_code == 403
    assert fake_x.effects() == []


@pytest.mark.parametrize("which", ["access", "refresh"])
def test_revoking_a_token_ends_that_one_alone_and_is_logged(
    fake_x: FakeX, http: httpx.Client, oxfam: FakeUser, which: str
) -> None:
    tokens = fake_x.issue(oxfam)
    form = {"token": getattr(tokens, f"{which}_token")}
    assert http.post("/2/oauth2/revoke", data=form, auth=BASIC).json() == {"revoked": True}
    assert fake_x.revocations() == [(oxfam.id, which)]
    fake_x.kill()
    fake_x.restart()
    assert me(http, tokens.access_token).status_code == (401 if which == "access" else 200)
    assert refresh(http, tokens.refresh_token).status_code == (400 if which == "refresh" else 200)
    assert http.post("/2/oauth2/revoke", data=form, auth=BASIC).status_code == 400


def test_an_app_proves_who_it_is(fake_x: FakeX, http: httpx.Client, oxfam: FakeUser) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": fake_x.issue(oxfam).refresh_token}
    wrong = http.post("/2/oauth2/token", data=form, auth=(FakeX.client_id, "guess"))
    bare = http.post("/2/oauth2/token", data=form | {"client_id": FakeX.client_id})
    assert (wrong.status_code, bare.status_code) == (401, 401)
    public = fake_x.issue(oxfam, client_id="fake-x-public")
    form = {"grant_type": "refresh_token", "refresh_token": public.refresh_token}
    named = http.post("/2/oauth2/token", data=form | {"client_id": "fake-x-public"})
    assert named.status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic eDp5"])
def test_no_token_no_answer(fake_x: FakeX, http: httpx.Client, header: str) -> None:
    for method, path in (("GET", "/2/users/me"), ("POST", "/2/tweets")):
        refused = http.request(method, path, headers={"Authorization": header})
        assert (refused.status_code, refused.json()["title"]) == (401, "Unauthorized")
    assert fake_x.effects() == []
