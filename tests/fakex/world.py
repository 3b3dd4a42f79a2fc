"""Everything the fake X knows, and the two files that bring it back after a kill.

The effect log holds what became visible; the journal beside it holds people, tokens and settings.
"""

import hashlib
import time
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.fakex import length
from tests.fakex.grants import App, Code, Grant, Grants
from tests.fakex.limits import Limits
from tests.fakex.lines import JsonLines, read_lines
from tests.fakex.users import Media, People, Post, Snowflakes, User

MILLS, MILLS_WITH_URL = 15, 200  # thousandths of a dollar: $0.015, and $0.20 with a URL
PLENTY = 1_000_000_000


@dataclass
class Settings:
    """What the command line sets and the control API may change."""

    latency: float = 0.0
    rate_limits: bool = False
    duplicates_allowed: bool = False


def price(text: str) -> int:
    """Tell what a post costs, in thousandths of a dollar."""
    return MILLS_WITH_URL if length.urls(text) else MILLS


def alike(text: str) -> str:
    """Reduce a text to what the duplicate check compares."""
    return " ".join(unicodedata.normalize("NFC", text).split())


class World:
    """The state; every change that must survive a restart goes through `record` or `publish`."""

    def __init__(self, effects: Path, settings: Settings) -> None:
        """Open the files and rebuild what they tell."""
        self.settings = settings
        self._settings_at_start = replace(settings)
        self.effects = JsonLines(effects)
        self.journal = JsonLines(effects.with_name(effects.name + ".state"))
        self.revocations = JsonLines(effects.with_name(effects.name + ".revoked"))
        self._begin()
        for entry in read_lines(self.journal.path):
            self._apply(entry)
        for number, effect in enumerate(read_lines(effects)):
            self._load(number, effect)

    def _begin(self) -> None:
        self.people = People()
        self.grants = Grants()
        self.media: dict[str, Media] = {}
        self.limits = Limits()
        self.ids = Snowflakes()
        self.shift = 0.0
        self.balance = PLENTY
        self.effects_count = 0
        self._charged_from = 0

    def reset(self) -> None:
        """Forget everybody and everything, the files too."""
        self.effects.clear()
        self.journal.clear()
        self.revocations.clear()
        self.settings = replace(self._settings_at_start)
        self._begin()

    def now(self) -> float:
        """Tell the time that tokens, codes and limits live by: the real one, shifted by a test."""
        return time.time() + self.shift

    def record(self, event: str, **facts: object) -> None:
        """Write a change down, then make it."""
        entry = {"event": event, **facts}
        self.journal.append(entry)
        self._apply(entry)

    def revoke(self, grant: Grant, token: str) -> None:
        """End one token, and log it: a test reads there what was really given back."""
        self.record("revoked", token=token)
        self.revocations.append(
            {
                "user": grant.user,
                "kind": "refresh" if token == grant.refresh else "access",
                "token_sha256": hashlib.sha256(token.encode()).hexdigest(),
                "applied_at": round(time.time(), 6),
            }
        )

    def publish(
        self, user: User, text: str, media: list[str], received_at: float, tag: str
    ) -> Post:
        """Make a post visible and log it: the only place where an effect is written."""
        post = Post(self.ids.next(), text, tuple(media))
        effect: dict[str, Any] = {
            "id": str(post.id),
            "user": user.id,
            "username": user.username,
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "received_at": round(received_at, 6),
            "applied_at": round(time.time(), 6),
            "client_request": tag,
        }
        if media:
            effect["media"] = [self.media[each].as_effect() for each in media]
        self.effects.append(effect)
        self._take_up(user, post)
        return post

    def _take_up(self, user: User, post: Post) -> None:
        user.posts.append(post)
        user.said.add(alike(post.text))
        self.balance -= price(post.text)
        self.effects_count += 1

    def _load(self, number: int, effect: dict[str, Any]) -> None:
        user = self.people.by_id[effect["user"]]
        media = tuple(each["id"] for each in effect.get("media", ()))
        post = Post(int(effect["id"]), effect["text"], media)
        balance = self.balance
        self._take_up(user, post)
        if number < self._charged_from:  # paid for before the balance was last set
            self.balance = balance

    def _apply(self, entry: dict[str, Any]) -> None:  # noqa: C901, PLR0912 -- one arm per event
        match entry:
            case {"event": "user", "id": user_id, "username": username}:
                self.people.add(User(user_id, username))
            case {"event": "suspended", "user": user_id, "suspended": suspended}:
                self.people.by_id[user_id].suspended = suspended
            case {"event": "balance", "mills": mills, "after": after}:
                self.balance, self._charged_from = mills, after
            case {"event": "shift", "seconds": seconds}:
                self.shift = seconds
            case {"event": "app", "app": app}:
                app = App(**{**app, "redirect_uris": tuple(app["redirect_uris"])})
                self.grants.apps[app.client_id] = app
            case {"event": "code", "code": code}:
                self.grants.codes[code["code"]] = Code(**{**code, "scopes": tuple(code["scopes"])})
            case {"event": "code used", "code": code}:
                self.grants.codes.pop(code, None)
            case {"event": "grant", "grant": grant, "replaces": replaces}:
                self.grants.add(Grant(**{**grant, "scopes": tuple(grant["scopes"])}), replaces)
            case {"event": "family dead", "family": family}:
                self.grants.dead.add(family)
            case {"event": "revoked", "token": token}:
                self.grants.revoked.add(token)
            case {"event": "media", "media": media}:
                self.media[media["id"]] = Media(**media)
            case {"event": "alt text", "media": media_id, "text": text}:
                self.media[media_id].alt_text = text
            case _:
                raise ValueError(entry)
