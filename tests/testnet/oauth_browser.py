"""A person at the PDS's own consent page, without a browser: signs in, then agrees or refuses."""

from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

API = "/@atproto/oauth-provider/~api"
NAVIGATION = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
FETCH = {
    "sec-fetch-mode": "same-origin",
    "sec-fetch-site": "same-origin",
    "sec-fetch-dest": "empty",
}
FOUND = {302, 303}


class OAuthBrowser:
    """Keeps its own cookies: they are `Secure`, and Python's jar would not send them over http."""

    def __init__(self, issuer: str, *, language: str = "de") -> None:
        self.issuer = issuer
        self.language = language
        self.cookies: dict[str, str] = {}
        self._client = httpx.Client(timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def authorize(
        self,
        address: str,
        username: str,
        password: str,
        *,
        agree: bool = True,
        scope: str | None = None,
    ) -> dict[str, str]:
        """Go through the consent page; what it hands to the app's redirect address."""
        self._go("GET", address, {**NAVIGATION, "sec-fetch-site": "cross-site"})
        credentials = {"username": username, "password": password, "remember": False}
        signed_in = self._post("sign-in", address, {"locale": self.language, **credentials})
        if agree:
            consent = {"did": signed_in["account"]["did"], **({"scope": scope} if scope else {})}
            answer = self._post("consent", address, consent, token=signed_in["ephemeralToken"])
        else:
            answer = self._post("reject", address, {})
        home = {**NAVIGATION, "sec-fetch-site": "same-origin", "referer": address}
        redirect = self._go("GET", answer["url"], home, expected=FOUND)
        parts = urlsplit(redirect.headers["location"])
        return dict(parse_qsl(parts.query or parts.fragment))

    def _post(self, step: str, page: str, body: dict[str, Any], *, token: str = "") -> Any:  # noqa: ANN401 — JSON
        headers = {
            **FETCH,
            "origin": self.issuer,
            "referer": page,
            "x-csrf-token": self.cookies["csrf-token"],
            **({"authorization": f"Bearer {token}"} if token else {}),
        }
        return self._go("POST", f"{self.issuer}{API}/{step}", headers, body).json()

    def _go(
        self,
        method: str,
        address: str,
        headers: dict[str, str],
        body: dict[str, Any] | None = None,
        *,
        expected: set[int] | None = None,
    ) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._client.request(
            method,
            address,
            headers={
                "user-agent": "Mozilla/5.0 (X11; Linux x86_64) test",
                "accept-language": self.language,
                **({"cookie": cookies} if cookies else {}),
                **headers,
            },
            json=body,
        )
        for line in answer.headers.get_list("set-cookie"):
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        if answer.status_code not in (expected or {200}):
            raise RuntimeError(f"{method} {address}: {answer.status_code} {answer.text[:400]}")
        return answer
