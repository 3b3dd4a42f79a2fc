"""Left indeed: what was seen or said, when, and who checked."""

from django.db import models

from coalition.campaigns.models import Campaign
from coalition.evidence.states import Level
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
