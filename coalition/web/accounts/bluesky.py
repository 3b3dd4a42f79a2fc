"""Opening a Bluesky account once, and saying in plain words why it did not open."""

import hashlib
from base64 import b32encode
from typing import Final, assert_never

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition import wiring
from coalition.networks.bluesky.connect import Connected, sign_in
from coalition.networks.bluesky.resolve import UNKNOWN_HANDLE
from coalition.networks.bluesky.session import SignInRefusal
from coalition.networks.outcome import Postponed, Refused
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
OTHERWISE: Final = _("Bluesky refuses, and does not say why. Try again, or post yourselves.")


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
            raise Refusal(_("Bluesky does not answer now. Nothing is kept; try in a minute."))
        case _:
            assert_never(answer)


def shown_handle(opened: Connected, handle: str) -> str:
    """The name that the network gives; one that it calls invalid stays as it was written."""
    return handle if opened.handle == UNKNOWN_HANDLE else opened.handle


def made_up_did(handle: str) -> str:
    """For rehearsals: the same made-up account for the same name."""
    digest = hashlib.sha256(handle.encode()).digest()
    return f"did:plc:{b32encode(digest).decode().lower()[:24]}"
