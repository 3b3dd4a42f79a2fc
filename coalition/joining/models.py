"""Who asks to leave too. What waits for its mailbox is nothing to anybody but that mailbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.joining.states import Verdict
from coalition.members.models import Organisation
from coalition.members.states import Kind, Language


class Candidate(models.Model):
    """One organisation, or one person, that asks to leave too.

    `target` is what is written to at most once: a domain, or a person's mailbox. `sender_sha256`
    counts what comes from one connection on one day, and can't be read back.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="candidates")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind)
    language = models.CharField(max_length=2, choices=Language)
    domain = models.CharField(max_length=253, blank=True)
    email = models.EmailField()
    contact_name = models.CharField(max_length=120)
    mandate = models.CharField(max_length=120, blank=True)
    public_role = models.CharField(max_length=160, blank=True)
    proof_url = models.CharField(max_length=300, blank=True)
    left_on = models.DateField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)

    target = models.CharField(max_length=254)
    sender_sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    disowned_at = models.DateTimeField(null=True, blank=True, help_text="“this was not us”")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    sentence = models.CharField(max_length=500, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="candidates"
    )

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "target"),
                condition=Q(decided_at__isnull=True),
                name="one_open_candidate_per_target",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True)
                | Q(confirmed_at__isnull=False) & ~Q(verdict=""),
                name="a_decided_candidate_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(disowned_at__isnull=True),
                name="a_candidate_is_confirmed_or_disowned",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.REFUSED) | ~Q(sentence=""),
                name="a_refusal_has_its_sentence",
            ),
        )

    def __str__(self) -> str:
        return self.name
