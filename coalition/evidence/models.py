"""Left indeed: what was seen or said, when, and who checked; and whether it stays so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from coalition.campaigns.models import Campaign
from coalition.evidence.states import Ending, Level, Reply, Sight
from coalition.members.models import Account, Organisation


class Evidence(models.Model):
    """One reason to say that an organisation has left. Posts that we sent need none."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="evidence")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="evidence"
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence"
    )
    level = models.CharField(max_length=14, choices=Level)
    left_at = models.DateTimeField()
    url = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)
    overturned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("recorded_at", "pk")
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.level}: {self.organisation}"


class Look(models.Model):
    """One account on X at which a person is to look, whether it is silent since it left."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="looks")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="looks")
    days = models.PositiveSmallIntegerField(help_text="the round: so many days after T")
    left_at = models.DateTimeField(help_text="silent since then?")
    asked_at = models.DateTimeField()
    sight = models.CharField(max_length=8, choices=Sight, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    evidence = models.ForeignKey(
        Evidence, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("days", "account", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "account", "days"),
                name="an_account_is_looked_at_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(sight="", looked_at__isnull=True)
                | (~Q(sight="") & Q(looked_at__isnull=False)),
                name="what_was_seen_has_its_moment",
            ),
        )

    def __str__(self) -> str:
        return f"look at {self.account} after {self.days} days"


class Question(models.Model):
    """What an organisation was asked whose account seems to post again, and what it said.

    Public from `shown_at` until `closed_at`; never before the organisation was asked, and answered
    or let the days that the letter named go by.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="questions")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="questions")
    link = models.CharField(max_length=400, blank=True, help_text="what was seen")
    seen_at = models.DateTimeField(help_text="since when it posts again, as far as we know")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer_by = models.DateTimeField(help_text="until then nothing is public without an answer")
    reply = models.CharField(max_length=8, choices=Reply, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shown_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=6, choices=Ending, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "account"),
                condition=Q(closed_at__isnull=True),
                name="one_open_question_per_account",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gt=F("asked_at")), name="a_question_leaves_days_to_answer"
            ),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True)
                | Q(shown_at__gte=F("answer_by"))
                | Q(replied_at__isnull=False, shown_at__gte=F("replied_at")),
                name="posting_again_is_shown_only_after_asking",
            ),
            models.CheckConstraint(
                condition=Q(ending="", closed_at__isnull=True)
                | (~Q(ending="") & Q(closed_at__isnull=False)),
                name="a_closed_question_says_how_it_ended",
            ),
        )

    def __str__(self) -> str:
        return f"does {self.account} post again?"
