"""Letters: one row a letter and recipient. `key` makes writing the same letter twice impossible."""

from django.db import models
from django.db.models import Q


class Letter(models.Model):
    """One letter to one person. A letter found half sent is shown to a person, never sent again."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField()
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    link = models.CharField(
        max_length=120, blank=True, help_text="what the secret link opens; filled in when sent"
    )
    organisation_id = models.BigIntegerField(null=True, blank=True)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    written_at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("written_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sending_at__isnull=False),
                name="a_sent_letter_was_being_sent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"
