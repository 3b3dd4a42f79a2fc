"""Rehearsals that were asked for, and what each of them found."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Max, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.models import Campaign
from coalition.campaigns.phases import window_ends_at
from coalition.members.models import Organisation
from coalition.publishing.models import Post

QUIET: Final = timedelta(minutes=30)
"""From this long before any hour to its end nothing is rehearsed: hands and database are T's."""
LONGEST: Final = timedelta(minutes=10)
"""A rehearsal that takes longer has broken off."""
KEPT: Final = 10
"""So many reports of a campaign are kept."""


class Ending(TextChoices):
    """Why a rehearsal has no report."""

    NONE = "", _("none")
    BROKE_OFF = "broke off", _("It broke off. Nothing was harmed; start it again.")
    TOO_NEAR = "too near", _("An hour came near, so it was ended.")
    TOO_LONG = "too long", _("It took too long, so it was ended.")


class Rehearsal(models.Model):
    """One rehearsal: asked for, run once, in a process that can reach nothing. Ids only inside."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="rehearsals")
    about_exit_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    handed_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    posts = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    ending = models.CharField(max_length=12, choices=Ending, default=Ending.NONE, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign",),
                condition=Q(ended_at__isnull=True),
                name="one_rehearsal_of_a_campaign_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"rehearsal {self.pk} of {self.campaign}"


def rehearsals_of(campaign: Campaign) -> list[Rehearsal]:
    """The last ones, the newest first, without their reports."""
    return list(
        Rehearsal.objects.filter(campaign=campaign)
        .select_related("asked_by")
        .defer("report")[:KEPT]
    )


def rehearsal_at(campaign: Campaign, pk: int) -> Rehearsal | None:
    """One, with its report."""
    rows = Rehearsal.objects.select_related("asked_by")
    return rows.filter(campaign=campaign, pk=pk).first()


def is_quiet_time(now: datetime) -> bool:
    """Whether some campaign's hour is so near, or its window so lately over, that all is T's."""
    campaigns = Campaign.objects.filter(
        opened_at__isnull=False,
        called_off_at__isnull=True,
        exit_at__lte=now + QUIET,
        exit_at__gt=now - timedelta(days=1),
    ).annotate(last=Max("posts__offset_seconds", filter=~Q(posts__state="cancelled")))
    return any(
        window_ends_at(campaign, campaign.exit_at) + timedelta(seconds=campaign.last or 0) > now
        for campaign in campaigns
        if campaign.exit_at
    )


def lines_of(rehearsal: Rehearsal) -> list[Post]:
    """The posts that a report speaks of, as they stand today."""
    ids = [line["post"] for line in rehearsal.report.get("lines", []) if line["post"]]
    return list(Post.objects.filter(pk__in=ids).select_related("account__organisation"))


def organisations_of(rehearsal: Rehearsal) -> list[Organisation]:
    """The organisations that a report speaks of, as they are called today."""
    ids = {line["organisation"] for line in rehearsal.report.get("lines", [])}
    return list(Organisation.objects.filter(pk__in=ids))
