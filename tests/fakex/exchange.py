"""What comes in and what goes out: every endpoint is a plain function from a Call to an Answer."""

import json
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakex.grants import Grant

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass
class Call:
    """One request, wholly read."""

    request: web.BaseRequest
    body: bytes
    received_at: float
    grant: Grant | None = None

    @property
    def query(self) -> dict[str, str]:
        """The query string."""
        return dict(self.request.query)

    @cached_property
    def form(self) -> dict[str, str]:
        """The body as an HTML form, or as JSON when it says so."""
        if self.request.content_type == "application/json":
            return {name: value for name, value in self.json().items() if isinstance(value, str)}
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """Read the body as a JSON object; empty when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def parts(self) -> dict[str, bytes]:
        """Read the body as multipart/form-data, part by name."""
        head = f"Content-Type: {self.request.headers.get('Content-Type', '')}\r\n\r\n"
        message = message_from_bytes(head.encode() + self.body, policy=HTTP)
        found: dict[str, bytes] = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                found[name] = content
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, not yet on its way."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON

    def response(self) -> web.Response:
        """Turn it into what aiohttp sends."""
        headers = {"Content-Type": self.content_type, **self.headers}
        return web.Response(status=self.status, body=self.body, headers=headers)


def as_json(status: int, value: object, headers: dict[str, str] | None = None) -> Answer:
    """Answer with JSON."""
    return Answer(status, json.dumps(value, separators=(",", ":")).encode(), headers or {})
