"""One's own second step: why, setting it up, the codes for a lost phone, taking one away."""

from typing import TYPE_CHECKING, Any, Final, cast

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as recovery
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.internal import flows as webauthn
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
)
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from coalition.members.access import is_coordinator
from coalition.members.factors import has_second_step
from coalition.members.people import second_step_changed
from coalition.web.signin.forms import ConfirmForm, PasskeyForm, SecondStepForm, SignInForm
from coalition.web.signin.gate import confirmed, wanted

if TYPE_CHECKING:
    from coalition.members.models import User

FEW: Final = 3
"""With so few recovery codes left it is time for new ones."""


@login_required
@require_safe
@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """What one has, or why to set one up."""
    rows = Authenticator.objects.filter(user=_person(request)).order_by("created_at")
    kinds = {kind: [one for one in rows if one.type == kind] for kind in Authenticator.Type}
    codes = kinds[Authenticator.Type.RECOVERY_CODES]
    left = len(codes[0].wrap().get_unused_codes()) if codes else 0
    steps = [*kinds[Authenticator.Type.WEBAUTHN], *kinds[Authenticator.Type.TOTP]]
    return render(
        request,
        "signin/second_step.html",
        {
            "steps": steps,
            "has_app": bool(kinds[Authenticator.Type.TOTP]),
            "left": left,
            "few": left <= FEW,
            "runs_the_exit": is_coordinator(request.user),
            "next": wanted(request),
        },
    )


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """A passkey that this device keeps and opens with a finger, a face or a PIN."""

    template_name = "signin/passkey.html"
    form_class = PasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked to make: one that signs in by itself."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return {**context, "js_data": {"creation_options": options}, "next": wanted(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401
        """Kept; making it was showing it."""
        given = form.cleaned_data
        made, codes = webauthn.add_authenticator(self.request, given["name"], given["credential"])
        return _set_up(self.request, made, codes, _("The passkey is set up."))


class AddApp(ActivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    """An app that shows a new code every half a minute."""

    template_name = "signin/app.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One is enough: another phone's takes its place."""
        if request.user.is_authenticated and _app_of(request):
            return redirect("mfa_index")
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where to go afterwards."""
        return {**super().get_context_data(**kwargs), "next": wanted(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401
        """Kept; the code that was typed was its first."""
        made, codes = totp.activate_totp(self.request, form)
        return _set_up(self.request, made, codes, _("The app is set up."))


class Confirm(ReauthenticateWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """Is it you? By a passkey; allauth leads on to codes where there is none."""

    form_class = ConfirmForm

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ANN401
        """Asked once more, in the same place."""
        del form
        messages.error(self.request, _("That did not work. Try again, or use a code."))
        return redirect(_with_next(reverse("mfa_reauthenticate_webauthn"), wanted(self.request)))


class SignIn(LoginWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """By a passkey alone, without a letter."""

    form_class = SignInForm


class SecondStep(AuthenticateView):  # type: ignore[misc]  # allauth ships no types
    """The code from the letter was right; what only this person has comes next."""

    webauthn_form_class = SecondStepForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@confirmed
def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old; they are shown in this one answer and never again."""
    if not has_second_step(_person(request)):
        return redirect("mfa_index")
    if request.method != "POST":
        return render(request, "signin/new_codes.html", {"next": wanted(request)})
    made = recovery.generate_recovery_codes(request)
    second_step_changed(_person(request), "new codes", now=timezone.now())
    return _codes(request, made)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey or the app away; of a coordinator never the last."""
    mine = Authenticator.objects.filter(user=_person(request))
    one = mine.exclude(type=Authenticator.Type.RECOVERY_CODES).filter(pk=pk).first()
    if one is None:
        raise Http404
    return _remove(request, one)


@confirmed
def _remove(request: HttpRequest, one: Authenticator) -> HttpResponse:
    steps = Authenticator.objects.filter(user=_person(request)).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    last = steps.count() == 1
    kept = last and is_coordinator(request.user)
    if request.method != "POST" or kept:
        context = {"one": one, "last": last, "kept": kept}
        return render(request, "signin/remove.html", context, status=409 if request.POST else 200)
    if last:
        Authenticator.objects.filter(user=_person(request)).delete()
    else:
        one.delete()
    second_step_changed(_person(request), "removed", now=timezone.now())
    messages.success(request, _("It signs nobody in any more."))
    return redirect("mfa_index")


def _set_up(
    request: HttpRequest, made: Authenticator, codes: Authenticator | None, done: str
) -> HttpResponse:
    """Noted and written to its person; with the first one come the recovery codes."""
    record_authentication(
        request, request.user, "mfa", id=made.pk, type=made.type, reauthenticated=True
    )
    second_step_changed(_person(request), "added", now=timezone.now())
    messages.success(request, done)
    if codes:
        return _codes(request, codes)
    return redirect(wanted(request) or "mfa_index")


def _codes(request: HttpRequest, made: Authenticator) -> HttpResponse:
    context = {
        "codes": made.wrap().get_unused_codes(),
        "next": wanted(request),
        "day": timezone.now(),
    }
    answer = render(request, "signin/codes.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _app_of(request: HttpRequest) -> bool:
    mine = Authenticator.objects.filter(user=_person(request))
    return bool(mine.filter(type=Authenticator.Type.TOTP).exists())


def _with_next(address: str, path: str) -> str:
    return f"{address}?{urlencode({'next': path})}" if path else address


def _person(request: HttpRequest) -> "User":
    return cast("User", request.user)
