"""A press kit: words in versions that are only ever added, quotes, pictures and secret links."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.press.states import Ending, Paper


class PressKit(models.Model):
    """One a campaign, from its first statement on. Nobody sees it before its instant."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="press_kit")
    public_at = models.DateTimeField(
        null=True, blank=True, help_text="when everybody may read it; empty: at T"
    )
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"press kit of {self.campaign}"


class Statement(models.Model):
    """What the coalition says in one language. The newest version counts; an empty one is none."""

    kit = models.ForeignKey(PressKit, on_delete=models.CASCADE, related_name="statements")
    language = models.CharField(max_length=2)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("language", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("kit", "language", "version"), name="one_statement_a_version_and_language"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.language}, version {self.version})"


class Quote(models.Model):
    """What somebody of an organisation says; shown once that organisation has approved it."""

    kit = models.ForeignKey(PressKit, on_delete=models.CASCADE, related_name="quotes")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="quotes")
    speaker = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approval_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True, approval_sha256="")
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approval_sha256="")
                ),
                name="an_approved_quote_has_its_hash",
            ),
        )

    def __str__(self) -> str:
        return f"{self.speaker}, {self.organisation}"


class QuoteWords(models.Model):
    """A quote in one language, with what the speaker is."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=2)
    function = models.CharField(max_length=120)
    words = models.CharField(max_length=600)

    class Meta:
        ordering = ("language",)
        constraints = (
            models.UniqueConstraint(
                fields=("quote", "language"), name="one_wording_per_quote_and_language"
            ),
        )

    def __str__(self) -> str:
        return self.words


class Logo(models.Model):
    """A picture for the press, made anew from what was uploaded: pixels and nothing else."""

    kit = models.ForeignKey(PressKit, on_delete=models.CASCADE, related_name="logos")
    name = models.CharField(max_length=120)
    paper = models.CharField(max_length=5, choices=Paper, default=Paper.LIGHT)
    content = models.BinaryField()
    ending = models.CharField(max_length=4, choices=Ending)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class PressLink(models.Model):
    """A link that shows the kit before its instant. Its secret is signed from this row."""

    kit = models.ForeignKey(PressKit, on_delete=models.CASCADE, related_name="links")
    given_to = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"embargo link for {self.given_to}"
