"""Left well: what an organisation ticked off, and what it said four weeks later."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from coalition.afterwards.states import Chore
from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation


class Tick(models.Model):
    """One thing of the leaving list that is done."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="ticks")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ticks")
    chore = models.CharField(max_length=8, choices=Chore)
    ticked_at = models.DateTimeField()
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "organisation", "chore"), name="a_chore_is_ticked_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}: {self.chore}"


class Survey(models.Model):
    """“Did you do it?”, asked once of an organisation; what its people answered last counts."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="surveys")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="surveys")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answers = models.JSONField(default=dict, help_text="chore → yes, not yet, never")
    remark = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "organisation"), name="an_organisation_is_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False) | Q(remark="", answers={}),
                name="an_answer_has_its_moment",
            ),
        )

    def __str__(self) -> str:
        return f"survey of {self.organisation}"
