"""The list that a campaign keeps on Bluesky: whose account it stands at, and what was found."""

from django.conf import settings
from django.db import models

from coalition.campaigns.models import Campaign
from coalition.members.models import Account


class FollowList(models.Model):
    """One list of all, and its starter packs. The records themselves stand on Bluesky alone."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="follow_list")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="+", help_text="the coalition's own"
    )
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    list_url = models.CharField(max_length=300, blank=True)
    pack_urls = models.JSONField(default=list, blank=True)
    placed = models.JSONField(default=list, blank=True, help_text="DIDs, after the last whole turn")
    worded = models.CharField(max_length=120, blank=True, help_text="the name that was written")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="of what was wanted then")
    synced_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(help_text="not before this")
    lease_until = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    needs_person = models.BooleanField(default=False)
    by_hand = models.JSONField(default=list, blank=True, help_text="DIDs that a person put there")
    put_back = models.JSONField(default=list, blank=True, help_text="DIDs a person took away")
    changed_by_hand_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"list of {self.campaign}"
