"""Handles, DIDs, and names that look like other names."""

import pytest

from coalition.networks.bluesky.identity import (
    as_punycode,
    is_did,
    is_handle,
    is_look_alike,
    tidy,
)


@pytest.mark.parametrize(
    "handle", ["ngo.be", "11.be", "a-b.ngo.be", "x.test", "xn--80ak6aa92e.com"]
)
def test_these_can_be_handles(handle: str) -> None:
    assert is_handle(handle)


@pytest.mark.parametrize(
    "handle",
    [
        *("", "ngo", ".be", "ngo.", "-ngo.be", "ngo-.be", "ngo..be", "ngo.1", "127.0.0.1", "[::1]"),
        *("NGO.be", "ngo.be/x", "ngo.be:80", "a@ngo.be", "ngo_x.be", "ngo.local", "x.localhost"),
        *("аpple.com", "ngo.be\n", f"{'a' * 64}.be", f"{'a.' * 130}be", "x.internal"),
    ],
)
def test_these_cannot(handle: str) -> None:
    assert not is_handle(handle)


@pytest.mark.parametrize("did", [f"did:plc:{'a' * 24}", "did:web:ngo.be", "did:web:localhost%3A80"])
def test_these_are_dids(did: str) -> None:
    assert is_did(did)


@pytest.mark.parametrize(
    "did", ["did:plc:a", f"did:plc:{'A' * 24}", "did:web:a/b", "did:key:x", ""]
)
def test_these_are_not(did: str) -> None:
    assert not is_did(did)


@pytest.mark.parametrize(
    "pasted",
    [
        " @NGO.be ",
        "https://bsky.app/profile/ngo.be",
        "https://bsky.app/profile/ngo.be/post/3jzf",
        "at://ngo.be",
        "\u202ango.be\u202c",
        "ngo.be.",
    ],
)
def test_a_pasted_handle_is_tidied(pasted: str) -> None:
    assert tidy(pasted) == "ngo.be"


@pytest.mark.parametrize("handle", ["ngo.be", "11.be", "a-b.bsky.social", "@NGO.be"])
def test_plain_names_look_like_themselves(handle: str) -> None:
    assert not is_look_alike(handle)


@pytest.mark.parametrize(
    ("handle", "reason"),
    [
        ("oхfam.org", "mixes scripts (cyrillic, latin): xn--ofam-d5d.org"),
        ("xn--ofam-d5d.org", "mixes scripts (cyrillic, latin): xn--ofam-d5d.org"),
        ("оху.org", "holds letters that may look like others: xn--n1aba.org"),
        ("ngö.be", "holds letters that may look like others: xn--ng-fka.be"),
        ("ng\u200bo.be", "holds invisible or combining characters: xn--ngo-eo0a.be"),
    ],
)
def test_look_alikes_are_shown_as_punycode(handle: str, reason: str) -> None:
    found = is_look_alike(handle)
    assert found.partition(":")[0] == reason.partition(":")[0]
    shown = found.rpartition(" ")[2]
    assert shown.isascii()
    assert shown.startswith("xn--")


def test_punycode_is_that_of_the_standard_library() -> None:
    assert as_punycode("münchen.de") == "münchen.de".encode("idna").decode()
