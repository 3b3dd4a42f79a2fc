"""X's own SDK is the judge of the fake X: it must be able to use it, and accept its answers."""

import base64
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from xdk import Client  # type: ignore[import-untyped]
from xdk.media.models import CreateMetadataRequest, UploadRequest  # type: ignore[import-untyped]
from xdk.posts.models import CreateRequest  # type: ignore[import-untyped]

from tests.fakex.server import FakeUser, FakeX

CALLBACK = "http://127.0.0.1:9/callback"
SCOPES = ["tweet.read", "tweet.write", "users.read", "offline.access", "media.write"]


@pytest.fixture
def oxfam(fake_x: FakeX) -> FakeUser:
    return fake_x.add_user("oxfam_be")


@pytest.fixture
def client(fake_x: FakeX, oxfam: FakeUser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """An SDK client whose person has been through the consent page."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = Client(
        base_url=fake_x.url,
        authorization_base_url=f"{fake_x.url}/i",
        client_id=fake_x.client_id,
        client_secret=fake_x.client_secret,
        redirect_uri=CALLBACK,
        scope=SCOPES,
    )
    back = fake_x.consent(client.get_authorization_url("a state"), oxfam)
    query = dict(parse_qsl(urlsplit(back).query))
    assert query["state"] == "a state"
    client.exchange_code(query["code"])
    client.access_token = client.token["access_token"]
    yield client
    client.oauth2_session.close()
    client.session.close()


def test_it_posts_and_reads_its_own_timeline(
    fake_x: FakeX, client: Client, oxfam: FakeUser
) -> None:
    created = client.posts.create(CreateRequest(text="We leave. See ngo.bsky.social"))
    [effect] = fake_x.effects()
    assert created.data.id == effect.id
    assert effect.text == "We leave. See ngo.bsky.social"

    assert client.users.get_me().data.id == oxfam.id
    [page] = client.users.get_posts(oxfam.id, post_fields=["created_at", "entities"])
    [seen] = page.data
    assert (seen.id, seen.text) == (effect.id, created.data.text)
    assert seen.entities.urls[0].expanded_url == "http://ngo.bsky.social"
    assert page.meta.result_count == 1


def test_it_follows_the_pages(client: Client, oxfam: FakeUser) -> None:
    for number in range(12):
        client.posts.create(CreateRequest(text=f"Post {number}"))
    pages = list(client.users.get_posts(oxfam.id, max_results=5))
    assert [len(page.data) for page in pages] == [5, 5, 2]
    assert pages[-1].data[-1].text == "Post 0"


def test_it_refreshes(client: Client) -> None:
    first = dict(client.token)
    client.refresh_token()
    assert client.token["refresh_token"] != first["refresh_token"]
    assert client.access_token != first["access_token"]
    assert client.posts.create(CreateRequest(text="We leave.")).data.id


def test_it_refreshes_by_itself_when_the_token_ran_out(fake_x: FakeX, client: Client) -> None:
    first = client.access_token
    fake_x.shift_clock(7200)
    client.token["expires_at"] = 0
    assert client.posts.create(CreateRequest(text="We leave.")).data.id
    assert client.access_token != first


def test_it_uploads_a_picture(fake_x: FakeX, client: Client) -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()
    media = client.media.upload(UploadRequest(media=picture, media_category="tweet_image")).data
    alt = {"id": media.id, "metadata": {"alt_text": {"text": "An open door"}}}
    assert client.media.create_metadata(CreateMetadataRequest(**alt)).data.id == media.id
    post = {"text": "We leave.", "media": {"media_ids": [media.id]}}
    client.posts.create(CreateRequest(**post))
    assert fake_x.effects()[0].media[0]["alt_text"] == "An open door"


def refused(act: Callable[[], object]) -> int:
    with pytest.raises(requests.HTTPError) as refusal:
        act()
    assert refusal.value.response is not None
    return refusal.value.response.status_code


def uploaded(client: Client, content: bytes = b"\x89PNG\r\n\x1a\n" + bytes(64)) -> str:
    picture = base64.b64encode(content).decode()
    request = UploadRequest(media=picture, media_category="tweet_image")
    return str(client.media.upload(request).data.id)


def carrying(media: str) -> CreateRequest:
    return CreateRequest(text="We leave.", media={"media_ids": [media]})


def test_it_is_refused_a_picture_that_is_not_its_own(fake_x: FakeX, client: Client) -> None:
    other = fake_x.issue(fake_x.add_user("other_be"))
    body = {
        "media": base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode(),
        "media_category": "tweet_image",
    }
    answer = requests.post(
        f"{fake_x.url}/2/media/upload", json=body, headers=other.headers, timeout=5
    )
    media = answer.json()["data"]["id"]
    assert refused(lambda: client.posts.create(carrying(media))) == 400
    alt = {"id": media, "metadata": {"alt_text": {"text": "A door"}}}
    assert refused(lambda: client.media.create_metadata(CreateMetadataRequest(**alt))) == 400
    assert fake_x.effects() == []


def test_it_is_refused_a_picture_that_ran_out(fake_x: FakeX, client: Client) -> None:
    media = uploaded(client)
    fake_x.shift_clock(25 * 3600)
    client.token["expires_at"] = 0  # so that it renews its token, which ran out as well
    alt = {"id": media, "metadata": {"alt_text": {"text": "A door"}}}
    assert refused(lambda: client.media.create_metadata(CreateMetadataRequest(**alt))) == 400
    assert refused(lambda: client.posts.create(carrying(media))) == 400
    assert fake_x.effects() == []


def test_it_is_refused_what_is_too_large_or_no_picture(client: Client) -> None:
    large = b"\x89PNG\r\n\x1a\n" + bytes(5 * 1024 * 1024)
    assert refused(lambda: uploaded(client, large)) == 413
    assert refused(lambda: uploaded(client, b"<svg/>")) == 400


def test_it_understands_a_refusal(client: Client) -> None:
    client.posts.create(CreateRequest(text="We leave."))
    with pytest.raises(requests.HTTPError) as refusal:
        client.posts.create(CreateRequest(text="We leave."))
    refused = refusal.value.response
    assert refused is not None
    assert (refused.status_code, refused.json()["title"]) == (403, "Forbidden")
