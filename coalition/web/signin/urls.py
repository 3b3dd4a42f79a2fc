"""Our own pages where allauth has pages of the same name; and one that it hasn't."""

from django.urls import path

from coalition.web.signin import pages, sessions

urlpatterns = [
    path("2fa/", pages.second_step, name="mfa_index"),
    path("2fa/totp/activate/", pages.AddApp.as_view(), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", pages.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/", pages.Confirm.as_view(), name="mfa_reauthenticate_webauthn"
    ),
    path("2fa/authenticate/", pages.SecondStep.as_view(), name="mfa_authenticate"),
    path("2fa/webauthn/login/", pages.SignIn.as_view(), name="mfa_login_webauthn"),
    path("2fa/recovery-codes/generate/", pages.new_codes, name="mfa_generate_recovery_codes"),
    path("2fa/<int:pk>/remove/", pages.remove, name="second_step_remove"),
    path("sessions/", sessions.sessions, name="sessions"),
]
