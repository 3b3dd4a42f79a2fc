"""Who did what. Rows are only ever added; the database refuses anything else."""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One act. Ids, not foreign keys: the journal outlives what it speaks of."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=120, help_text="a person's address, or the machine")
    verb = models.CharField(max_length=60)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    organisation_id = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)

    position = models.PositiveBigIntegerField(null=True, blank=True, unique=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "entries"
        constraints = (
            models.CheckConstraint(
                condition=Q(position__isnull=True, sha256="")
                | (Q(position__isnull=False) & ~Q(sha256="")),
                name="a_chained_entry_has_its_place_and_hash",
            ),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor}: {self.verb}"
