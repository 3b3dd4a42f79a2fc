"""`manage.py coordinator EMAIL`: a deployment's first coordinator, or one who is locked out."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from coalition.members.actions import add_coordinator, make_sign_in_link
from coalition.members.models import User
from coalition.members.vouching import forget_second_step


class Command(BaseCommand):
    """Only who has a shell on the machine can do this; it stands in the journal."""

    help = "Let a person run the exit; prints a link that signs them in, once, for 24 hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who."""
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--lost-second-step",
            action="store_true",
            help="forget it as well, at once: where no other coordinator can vouch",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the person if need be, and the link."""
        email = User.objects.normalize_email(options["email"]).lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address") from None
        now = datetime.now(UTC)
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User.objects.create_user(email, name=options["name"])
        add_coordinator(user, now=now)
        if options["lost_second_step"]:
            forget_second_step(user, actor="somebody with a shell", now=now)
        token = make_sign_in_link(user, next_path="/nl/dashboard/", now=now)
        self.stdout.write(
            f"{email} runs the exit. This link signs them in, once, for 24 hours:\n"
            f"{settings.PUBLIC_URL}/member/enter/{token}/"
        )
