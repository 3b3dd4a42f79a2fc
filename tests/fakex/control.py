"""The tests' back door, on the same port: people, tokens, faults, balance, clock."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tests.fakex import oauth
from tests.fakex.exchange import Answer, Call, as_json
from tests.fakex.faults import Fault, Faults, Kind
from tests.fakex.grants import DEFAULT_APP
from tests.fakex.lines import read_lines
from tests.fakex.problems import NAMED
from tests.fakex.users import USERNAME, User
from tests.fakex.world import World

type Said = dict[str, Any]


class WrongOrderError(Exception):
    """A test asked for something that isn't there."""


def handle(world: World, faults: Faults, name: str, call: Call) -> Answer:
    """Answer one call to /_control/<name>."""
    if name == "reset":
        faults.disarm()
        world.reset()
        return as_json(200, {})
    if name == "faults":
        return _arm(world, faults, call.json())
    if name == "state":
        armed = [asdict(fault) for fault in faults.armed]
        state = {"dollars": world.balance / 1000, "faults": armed, "shift": world.shift}
        return as_json(200, {**state, "settings": asdict(world.settings)})
    if name not in ORDERS:
        return as_json(404, {"error": name})
    try:
        return as_json(200, ORDERS[name](world, call.json()))
    except (WrongOrderError, KeyError, TypeError, ValueError) as error:
        return as_json(400, {"error": repr(error)})


def _user(world: World, username: str) -> User:
    user = world.people.named(username)
    if user is None:
        message = f"nobody is called {username}"
        raise WrongOrderError(message)
    return user


def _arm(world: World, faults: Faults, order: Said) -> Answer:
    try:
        username = order.pop("user", "")
        user = _user(world, username).id if username else ""
        fault = Fault(**{**order, "kind": Kind(order["kind"]), "user": user})
    except (WrongOrderError, KeyError, TypeError, ValueError) as error:
        return as_json(400, {"error": repr(error)})
    if fault.problem and fault.problem not in NAMED:
        return as_json(400, {"error": f"no problem is called {fault.problem}"})
    faults.armed.append(fault)
    return as_json(200, {})


def _add_users(world: World, order: Said) -> Said:
    added = []
    for username in order["usernames"]:
        if not USERNAME.fullmatch(username) or world.people.named(username):
            message = f"{username} is no username, or taken"
            raise WrongOrderError(message)
        user_id = str(world.ids.next())
        world.record("user", id=user_id, username=username)
        added.append({"id": user_id, "username": username})
    return {"users": added}


def _issue(world: World, order: Said) -> Said:
    scopes = tuple(order.get("scopes", sorted(oauth.SCOPES)))
    client_id = order.get("client_id", DEFAULT_APP.client_id)
    pairs = []
    for username in order["usernames"]:
        family = secrets.token_urlsafe(8)
        grant = oauth.issue(world, _user(world, username).id, client_id, scopes, family)
        pairs.append(oauth.pair(grant))
    return {"tokens": pairs}


def _suspend(world: World, order: Said) -> Said:
    user = _user(world, order["user"])
    world.record("suspended", user=user.id, suspended=bool(order["suspended"]))
    return {}


def _balance(world: World, order: Said) -> Said:
    mills = round(order["dollars"] * 1000)
    world.record("balance", mills=mills, after=world.effects_count)
    return {}


def _shift(world: World, order: Said) -> Said:
    world.record("shift", seconds=float(order["seconds"]))
    return {}


def _app(world: World, order: Said) -> Said:
    world.record("app", app={"client_secret": "", "redirect_uris": [], **order})
    return {}


def _settings(world: World, order: Said) -> Said:
    for name, value in order.items():
        if name not in asdict(world.settings):
            raise WrongOrderError(name)
        setattr(world.settings, name, value)
    return {}


def _effects(world: World, _order: Said) -> Said:
    return {"effects": read_lines(world.effects.path)}


ORDERS: dict[str, Callable[[World, Said], Said]] = {
    "users": _add_users,
    "issue": _issue,
    "suspend": _suspend,
    "balance": _balance,
    "shift": _shift,
    "app": _app,
    "settings": _settings,
    "effects": _effects,
}
