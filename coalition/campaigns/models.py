"""When: one coordinated exit, its words in each language, and the decisions about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from coalition.campaigns.states import ListPage


class Campaign(models.Model):
    """One coordinated exit; `exit_at` is its hour T. What happens once is a nullable timestamp."""

    slug = models.SlugField(max_length=60, unique=True)
    coalition_name = models.CharField(max_length=120)
    platform_name = models.CharField(max_length=40, default="X")
    time_zone = models.CharField(max_length=60, default="Europe/Brussels")
    contact_email = models.EmailField(blank=True)
    follow_list_url = models.URLField(max_length=300, blank=True)
    follow_pack_url = models.URLField(max_length=300, blank=True)
    threshold = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    exit_at = models.DateTimeField(null=True, blank=True)
    date_sequence = models.PositiveIntegerField(default=0, help_text="grows when T moves")
    opened_at = models.DateTimeField(null=True, blank=True)
    threshold_met_at = models.DateTimeField(null=True, blank=True)
    go_at = models.DateTimeField(null=True, blank=True)
    no_go_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)

    window_seconds = models.PositiveIntegerField(default=15 * 60)
    freeze_hours = models.PositiveIntegerField(default=24)
    quorum = models.PositiveIntegerField(default=2)
    decide_before_minutes = models.PositiveIntegerField(default=30)
    closed_sequence = models.PositiveIntegerField(
        null=True, blank=True, help_text="the date_sequence whose deadline for go has passed"
    )
    already_left_counts = models.BooleanField(default=False)
    similarity_limit = models.PositiveIntegerField(default=80, help_text="per cent")
    farewell_after_announcement = models.BooleanField(default=False)
    members_after_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="how long after those who go first"
    )
    spread_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="over how many minutes members leave; 0 or 1: together"
    )
    erase_credentials_after_days = models.PositiveIntegerField(default=14)
    report_published_at = models.DateTimeField(
        null=True, blank=True, help_text="from then on anybody may read the closing report"
    )

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(go_at__isnull=True) | Q(exit_at__isnull=False),
                name="a_campaign_that_goes_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(go_at__isnull=True) | Q(no_go_at__isnull=True),
                name="a_campaign_is_go_or_no_go",
            ),
            models.CheckConstraint(
                condition=Q(similarity_limit__lte=100), name="similarity_is_a_percentage"
            ),
            models.CheckConstraint(condition=Q(quorum__gte=2), name="go_takes_two_people"),
        )

    def __str__(self) -> str:
        return self.slug


class CampaignWords(models.Model):
    """What a campaign says, in one language."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    call = models.CharField(max_length=300, help_text="one or two sentences on the public page")
    why = models.TextField(blank=True)
    prompt = models.TextField(blank=True, help_text="what a member's own text could answer")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "language"), name="one_wording_per_campaign_and_language"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class Decision(models.Model):
    """One person's go or no-go, about one hour T."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="decisions")
    about_exit_at = models.DateTimeField()
    date_sequence = models.PositiveIntegerField(default=0, help_text="which move of T it is about")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    go = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ("decided_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "about_exit_at", "date_sequence", "decided_by"),
                name="a_person_decides_once_about_one_hour",
            ),
        )

    def __str__(self) -> str:
        return f"{'go' if self.go else 'no-go'} by {self.decided_by}"


class Decider(models.Model):
    """One of the named people who say go or no-go. While nobody is named, every coordinator may."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="deciders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "person"), name="a_person_is_named_once_a_campaign"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} decides about {self.campaign}"


class SavedView(models.Model):
    """A list as somebody narrowed it, under a name, for everybody who runs the exit."""

    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    page = models.CharField(max_length=20, choices=ListPage)
    name = models.CharField(max_length=60)
    show = models.CharField(max_length=40, blank=True)
    search = models.CharField(max_length=100, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("saved_at", "pk")
        constraints = (
            models.UniqueConstraint(
                "campaign", "page", Lower("name"), name="a_view_has_a_name_of_its_own"
            ),
            models.UniqueConstraint(
                "page",
                Lower("name"),
                condition=Q(campaign__isnull=True),
                name="also_a_view_of_no_campaign_has_a_name_of_its_own",
            ),
        )

    def __str__(self) -> str:
        return self.name
