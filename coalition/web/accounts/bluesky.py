"""Opening a Bluesky account once, and saying in plain words why it did not open."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Mapping
from typing import Final, assert_never

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition import wiring
from coalition.networks.bluesky.connect import Connected, sign_in
from coalition.networks.bluesky.oauth.client import Client
from coalition.networks.bluesky.oauth.consent import Asked, ask
from coalition.networks.bluesky.oauth.consent import answer as answered
from coalition.networks.bluesky.oauth.tokens import NOT_ENOUGH
from coalition.networks.bluesky.resolve import UNKNOWN_HANDLE
from coalition.networks.bluesky.session import SignInRefusal
from coalition.networks.outcome import Postponed, Reason, Refused
from coalition.refusals import Refusal

WHY: Final[dict[str, str | Promise]] = {
    SignInRefusal.MAIN_PASSWORD: _(
        "That is your main password: it opens everything, so we refuse it and have not kept it. "
        "Make an app password, as described here. To be safe, change the main one too."
    ),
    SignInRefusal.PRIVILEGED_PASSWORD: _(
        "That app password may read your private messages. Make one without that box ticked."
    ),
    SignInRefusal.WRONG_PASSWORD: _(
        "Bluesky does not accept this password for this account. Copy it again, or make a new one."
    ),
    SignInRefusal.OTHER_ACCOUNT: _("This password opens another account than the one named here."),
    SignInRefusal.NOT_ACTIVE: _("Bluesky says that this account is not active now."),
    SignInRefusal.NO_SUCH_ACCOUNT: _("Bluesky knows no account of this name. Is it spelt right?"),
}
WHY_NOT: Final[dict[str, str | Promise]] = {
    **WHY,
    NOT_ENOUGH: _(
        "You did not allow us to post, so nothing was connected. Leave that ticked, or post "
        "yourselves."
    ),
}
OTHERWISE: Final = _("Bluesky refuses, and does not say why. Try again, or post yourselves.")

NO_ANSWER: Final = _("Bluesky does not answer now. Nothing is kept; try in a minute.")


def open_account(handle: str, did: str, password: str) -> Connected:
    """The account behind this password; a rehearsal makes one up and asks nobody."""
    if settings.NETWORKS == "rehearsal":
        return Connected(
            did or made_up_did(handle), handle, "https://rehearsal.invalid", {"kind": "rehearsal"}
        )
    if settings.NETWORKS != "live":
        raise Refusal(_("Networks are off here: no account can be connected."))
    answer = async_to_sync(sign_in)(did or handle, password, wiring.bluesky_hosts())
    match answer:
        case Connected():
            return answer
        case Refused(_reason, detail):
            raise Refusal(WHY.get(detail, OTHERWISE))
        case Postponed():
            raise Refusal(NO_ANSWER)
        case _:
            assert_never(answer)


def can_consent() -> bool:
    """Whether people can say yes at their own server: it must be able to look at ours."""
    return settings.NETWORKS == "live" and wiring.bluesky_client() is not None


def ask_their_server(handle: str, did: str, *, state: str, pinning: bool = False) -> Asked:
    """Where to send the person; their server now knows who comes, and for what."""
    client = _client()
    answer = async_to_sync(ask)(
        did or handle,
        state=state,
        seed=_seed(state),
        client=client,
        hosts=wiring.bluesky_hosts(),
        pinning=pinning,
    )
    match answer:
        case Asked():
            return answer
        case Refused(Reason.APP):
            raise Refusal(
                _(
                    "Your server does not accept our program. Connect with an app password, or "
                    "post yourselves."
                )
            )
        case Refused(_reason, detail):
            raise Refusal(WHY_NOT.get(detail, OTHERWISE))
        case Postponed():
            raise Refusal(NO_ANSWER)
        case _:
            assert_never(answer)


def read_their_answer(asked: Mapping[str, str], handle: str, given: Mapping[str, str]) -> Connected:
    """The account that really said yes: the one that was asked for, or a refusal naming both."""
    if "code" not in given:
        raise Refusal(_("Nothing was allowed, so nothing has changed. You can try again."))
    answer = async_to_sync(answered)(
        asked,
        code=given["code"],
        issuer=given.get("iss", ""),
        seed=_seed(given["state"]),
        client=_client(),
        hosts=wiring.bluesky_hosts(),
    )
    match answer:
        case Connected():
            return answer
        case Refused(Reason.WRONG_ACCOUNT, found):
            raise Refusal(
                _(
                    "You signed in to Bluesky as @%(found)s, not as @%(handle)s. Nothing was "
                    "connected: sign in there as @%(handle)s, and try again."
                )
                % {"found": found, "handle": handle}
            )
        case Refused(_reason, detail):
            raise Refusal(WHY_NOT.get(detail, OTHERWISE))
        case Postponed():
            raise Refusal(NO_ANSWER)
        case _:
            assert_never(answer)


def _client() -> Client:
    client = wiring.bluesky_client()
    if client is None:
        raise Refusal(OTHERWISE)
    return client


def _seed(state: str) -> bytes:
    """What a way's keys follow from: its state, which we don't keep, and our own secret."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"consent {state}".encode(), hashlib.sha256)


def shown_handle(opened: Connected, handle: str) -> str:
    """The name that the network gives; one that it calls invalid stays as it was written."""
    return handle if opened.handle == UNKNOWN_HANDLE else opened.handle


def made_up_did(handle: str) -> str:
    """For rehearsals: the same made-up account for the same name."""
    digest = hashlib.sha256(handle.encode()).digest()
    return f"did:plc:{b32encode(digest).decode().lower()[:24]}"
