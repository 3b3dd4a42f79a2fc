"""How allauth behaves here: nobody signs up, letters are ours, and a browser is remembered."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from coalition.mail.actions import send_now
from coalition.members.access import is_coordinator
from coalition.members.sessions import SIGNED_IN, browser_in
from coalition.web.signin.gate import is_fresh

logger = logging.getLogger(__name__)


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up form: representatives claim an invitation, coordinators are added."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def login(self, request: HttpRequest, user: Any) -> None:  # noqa: ANN401
        """Into a session of its own, which says since when and in which browser."""
        super().login(request, user)
        remember(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where nobody asked for a page: to one's own."""
        return reverse("dashboard:home" if is_coordinator(request.user) else "member:home")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        """A passkey first, where there is one: it is one touch."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda one: "webauthn" not in one["id"])

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Changing a second step takes one that was shown a short while ago."""
        del app
        return not is_fresh(self.request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our own pages say what was done; of allauth's sentences only mistakes are left."""
        if kwargs.get("message"):
            super().add_message(*args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our own letter, at once: a code is waited for.

        A mail server that is down must not become a page of mistakes: the next page says what
        to do when no letter comes, to those whom we know and to those whom we don't alike.
        """
        if not template_prefix.endswith("login_code"):
            return  # who types a stranger's address does not make us write to them
        try:
            send_now(
                "sign-in-code",
                to=email,
                language=get_language() or "nl",
                context={"code": context["code"]},
            )
        except OSError:
            logger.exception("The letter with a sign-in code did not go out.")


def remember(request: HttpRequest) -> None:
    """What the list of one's sessions shows of this one."""
    request.session[SIGNED_IN] = {
        "at": timezone.now().isoformat(),
        "browser": browser_in(request.headers.get("User-Agent", "")),
    }


def not_there(_request: HttpRequest, page: str) -> HttpResponse:
    """A page that allauth brings along and that this house doesn't have."""
    del page
    raise Http404
