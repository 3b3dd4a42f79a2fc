"""The checks before the day: when each was due, and what it found."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.members.models import Account, Organisation


class Occasion(TextChoices):
    """When a campaign is checked."""

    WEEK = "7d", _("7 days before")
    DAY = "24h", _("24 hours before")
    HOUR = "1h", _("1 hour before")
    MINUTES = "10min", _("10 minutes before")
    ASKED = "asked", _("asked for")


BEFORE: Final = {
    Occasion.WEEK: timedelta(days=7),
    Occasion.DAY: timedelta(hours=24),
    Occasion.HOUR: timedelta(hours=1),
    Occasion.MINUTES: timedelta(minutes=10),
}


class What(TextChoices):
    """What was looked at; the words say what is wrong where it is."""

    SIGN_IN = "sign-in", _("the network turns us away")
    ACCOUNT = "account", _("the key opens another account than the one connected")
    HANDLE = "handle", _("the handle has changed")
    REACH = "reach", _("could not be reached")
    SECRET = "secret", _("what we sign in with runs out before the hour")
    TEXT = "text", _("the text doesn't fit its network any more")
    APPROVAL = "approval", _("not approved for this hour")
    BY_HAND = "by hand", _("nobody with a phone number to post it by hand")
    APP = "app", _("the network refuses our program")
    CREDITS = "credits", _("the credit for X")
    CLOCK = "clock", _("clocks disagree")

    @property
    def advice(self) -> Promise:
        """What to do, in one sentence."""
        return ADVICE[self]


ADVICE: Final[dict[What, Promise]] = {
    What.SIGN_IN: _("Connect the account again, or choose to post by hand."),
    What.ACCOUNT: _("Connect the right account, or choose to post by hand."),
    What.HANDLE: _("Look whether a text names the old one; it must be approved again then."),
    What.REACH: _("Nothing to do yet: it is tried again, and at the hour as well."),
    What.SECRET: _("Connect the account again: it takes a minute."),
    What.TEXT: _("Open the text and mend what is marked."),
    What.APPROVAL: _("Have a second person approve the text."),
    What.BY_HAND: _("Give us somebody who can post it, and their number."),
    What.APP: _("Look at the app in X's console, or let everybody post by hand."),
    What.CREDITS: _("Buy credit in X's console, and write the budget into X_BUDGET."),
    What.CLOCK: _("Let the machine's clock be set by the network (NTP)."),
}


class Colour(TextChoices):
    """How bad, in the words of the readiness board."""

    FAILS = "fails", _("red")
    SHAKY = "shaky", _("amber")
    READY = "ready", _("green")


class Checkup(models.Model):
    """One round of checks; each occasion once for each hour, whoever ticks and whatever dies."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="checkups")
    date_sequence = models.PositiveIntegerField()
    occasion = models.CharField(max_length=6, choices=Occasion)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handed_until = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    accounts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "date_sequence", "occasion"),
                condition=~Q(occasion=Occasion.ASKED),
                name="each_occasion_is_checked_once",
            ),
            models.UniqueConstraint(
                fields=("campaign",),
                condition=Q(occasion=Occasion.ASKED, ended_at__isnull=True),
                name="one_check_is_asked_for_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"check {self.occasion} of {self.campaign}"


class Finding(models.Model):
    """One thing that was looked at."""

    checkup = models.ForeignKey(Checkup, on_delete=models.CASCADE, related_name="findings")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    what = models.CharField(max_length=10, choices=What)
    colour = models.CharField(max_length=6, choices=Colour)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.colour}: {self.what}"

    @property
    def advice(self) -> Promise:
        """What to do about it."""
        return What(self.what).advice


def last_checkup(campaign: Campaign) -> Checkup | None:
    """The last one that came to its end about the hour that stands."""
    rows = Checkup.objects.filter(campaign=campaign, date_sequence=campaign.date_sequence)
    return rows.filter(ended_at__isnull=False).order_by("-ended_at").first()


def checking_now(campaign: Campaign) -> bool:
    """Whether one is under way."""
    return Checkup.objects.filter(campaign=campaign, ended_at__isnull=True).exists()


def findings_of(checkup: Checkup) -> list[Finding]:
    """What isn't green, red first."""
    rows = Finding.objects.filter(checkup=checkup).exclude(colour=Colour.READY)
    found = list(rows.select_related("organisation", "account"))
    order = list(Colour)
    return sorted(
        found,
        key=lambda one: (
            order.index(Colour(one.colour)),
            one.organisation.name.casefold() if one.organisation else "",
        ),
    )


def due_occasion(exit_at: datetime, now: datetime) -> Occasion | None:
    """The last one whose time has come; those that were slept through are not made up for."""
    if now >= exit_at:
        return None
    passed = [one for one, before in BEFORE.items() if exit_at - before <= now]
    return passed[-1] if passed else None
