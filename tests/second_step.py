"""What people show beside the code from a letter."""

from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret

from coalition.members.models import User


def set_up_an_app(of: User, at: datetime) -> None:
    """An app that shows codes."""
    secret = get_adapter().encrypt(generate_totp_secret())
    Authenticator.objects.create(
        user=of, type=Authenticator.Type.TOTP, data={"secret": secret}, created_at=at
    )
