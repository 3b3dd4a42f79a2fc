"""The word kept: posts, and every attempt at sending one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet

from coalition.campaigns.models import Campaign
from coalition.members.models import Account
from coalition.members.states import Language, NetworkChoices, Route
from coalition.networks.outcome import Reason
from coalition.pledges.models import Pledge
from coalition.publishing.states import PostKind, State

APPROVED_ONCE = (State.APPROVED, State.SENDING, State.UNCERTAIN, State.MISSED, State.REFUSED)


class Post(models.Model):
    """Words for one account at one hour. Its hour is its campaign's T plus `offset_seconds`."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="posts")
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="posts")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="posts")
    network = models.CharField(max_length=10, choices=NetworkChoices)
    kind = models.CharField(max_length=12, choices=PostKind)
    language = models.CharField(max_length=2, choices=Language)
    text = models.TextField(blank=True)
    route = models.CharField(max_length=8, choices=Route, default=Route.BY_HAND)
    offset_seconds = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approval_waived = models.BooleanField(default=False)
    approval_sha256 = models.CharField(max_length=64, blank=True)
    approved_for = models.DateTimeField(
        null=True, blank=True, help_text="the T it was approved for"
    )
    approved_sequence = models.PositiveIntegerField(default=0, help_text="and which move of T")
    thawed_at = models.DateTimeField(
        null=True, blank=True, help_text="when a coordinator opened it after the freeze"
    )
    record_key = models.CharField(max_length=13, blank=True)
    record = models.TextField(blank=True)

    fence = models.PositiveIntegerField(default=0, help_text="grows at every claim")
    lease_until = models.DateTimeField(null=True, blank=True)
    armed_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    settled_fence = models.PositiveIntegerField(
        default=0, help_text="nothing of the claims up to this one can come true any more"
    )
    looks = models.PositiveIntegerField(default=0, help_text="read-backs that found nothing")
    needs_person = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True, help_text="when its people were told")
    reason = models.CharField(
        max_length=20, blank=True, choices=[(reason.value, reason.value) for reason in Reason]
    )
    detail = models.CharField(max_length=300, blank=True)
    network_post_id = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=400, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="when X showed us a post by hand as this account's"
    )
    reminded = models.CharField(
        max_length=24,
        blank=True,
        default="",
        db_default="",
        help_text="its last reminder: move of T, and moment",
    )

    class Meta:
        ordering = ("campaign", "offset_seconds", "pk")
        indexes = (
            models.Index(fields=("campaign", "state", "offset_seconds"), name="posts_by_hour"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "account", "kind", "language"),
                condition=~Q(state=State.CANCELLED),
                name="one_post_per_account_kind_and_language",
            ),
            models.UniqueConstraint(
                fields=("network", "network_post_id"),
                condition=~Q(network_post_id=""),
                name="a_network_id_belongs_to_one_post",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | (~Q(network_post_id="") & Q(published_at__isnull=False)),
                name="published_posts_have_an_id",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(lease_until__isnull=False),
                name="posts_being_sent_have_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=APPROVED_ONCE)
                | (
                    ~Q(approval_sha256="")
                    & Q(approved_at__isnull=False)
                    & Q(approved_for__isnull=False)
                ),
                name="only_approved_posts_move_on",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(written_by__isnull=True)
                | ~Q(approved_by=F("written_by"))
                | Q(approval_waived=True),
                name="a_second_person_approves",
            ),
            models.CheckConstraint(
                condition=~Q(network=NetworkChoices.BLUESKY)
                | ~Q(state__in=APPROVED_ONCE)
                | ~Q(route=Route.DIRECT)
                | (~Q(record_key="") & ~Q(record="")),
                name="direct_bluesky_posts_have_their_record_before_the_first_try",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.account} ({self.state})"

    def stands_for(self, campaign: Campaign) -> bool:
        """It was approved for this very hour, and since T moved last."""
        return (
            self.approved_for == campaign.exit_at
            and self.approved_sequence == campaign.date_sequence
        )

    @property
    def is_stale(self) -> bool:
        """Approved, but for another hour: it must be approved again."""
        return self.state == State.APPROVED and not self.stands_for(self.campaign)


class Pictures(models.Manager["Picture"]):
    """Without their bytes, which are read one by one where they are needed."""

    def get_queryset(self) -> QuerySet["Picture"]:
        """Rows only."""
        return super().get_queryset().defer("content")


class Picture(models.Model):
    """A picture on a post, made anew by us, with the words for who can't see it."""

    LONGEST_ALT = 1000

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="pictures")
    place = models.PositiveSmallIntegerField()
    alt = models.CharField(max_length=LONGEST_ALT)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content = models.BinaryField()
    added_at = models.DateTimeField()

    objects = Pictures()

    class Meta:
        ordering = ("post", "place")
        constraints = (
            models.UniqueConstraint(fields=("post", "place"), name="one_picture_a_place"),
            models.CheckConstraint(condition=~Q(alt=""), name="pictures_have_words"),
        )

    def __str__(self) -> str:
        return f"picture {self.place} of post {self.post_id}"


class Card(models.Model):
    """A link on a post, shown as a card: all of it our own words, nothing read from the address."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="card")
    url = models.CharField(max_length=500)
    title = models.CharField(max_length=200)
    description = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"card of post {self.post_id}"


class Pin(models.Model):
    """A post that is to be pinned to its profile once it is out; it costs the post nothing."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="pin")
    line = models.CharField(max_length=200, blank=True, help_text="what the profile then says too")
    again_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"pin of post {self.post_id}"


class Attempt(models.Model):
    """One try at sending a post: opened by the claim, closed once by the record, never changed."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attempts")
    fence = models.PositiveIntegerField()
    worker = models.CharField(max_length=80)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("post", "fence")
        constraints = (
            models.UniqueConstraint(fields=("post", "fence"), name="one_attempt_per_claim"),
        )

    def __str__(self) -> str:
        return f"attempt {self.fence} at post {self.post_id}"


class Breaker(models.Model):
    """A network refused our app: until it is closed, its direct posts are hand-offs."""

    network = models.CharField(max_length=10, choices=NetworkChoices)
    detail = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("network",),
                condition=Q(closed_at__isnull=True),
                name="one_open_breaker_per_network",
            ),
        )

    def __str__(self) -> str:
        return f"breaker of {self.network}"


class Hold(models.Model):
    """A machine has sent more than this database knows of: until it is ended, nothing is sent."""

    sent = models.BigIntegerField(unique=True, help_text="the last attempt that the machine knows")
    known = models.BigIntegerField(help_text="the last attempt in the database then")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"held at {self.known} of {self.sent}"
