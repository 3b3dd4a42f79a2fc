"""The word given: an organisation's answer, what it waits for, and who was asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from coalition.campaigns.models import Campaign
from coalition.members.models import Organisation
from coalition.members.states import Language
from coalition.pledges.states import PROMISES, Answer, ConditionKind, ExitKind, Visibility


class Pledge(models.Model):
    """An organisation's word for one campaign; firm, conditional, or another answer.

    `holds_since` is derived by the solver and never typed by anybody: the pledge is a promise,
    not withdrawn, confirmed, and all its conditions hold.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="pledges")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="pledges")
    answer = models.CharField(max_length=14, choices=Answer)
    signatory_name = models.CharField(max_length=120, blank=True)
    signatory_mandate = models.CharField(max_length=120, blank=True)
    visibility = models.CharField(
        max_length=14, choices=Visibility, default=Visibility.COORDINATORS
    )
    condition_public = models.BooleanField(default=False)
    exit_kind = models.CharField(max_length=12, choices=ExitKind, default=ExitKind.DORMANT)
    paused_until = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    decides_on = models.DateField(null=True, blank=True)

    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_phone = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    date_confirmed_for = models.DateTimeField(null=True, blank=True)
    date_confirmed_sequence = models.PositiveIntegerField(default=0)
    goes_first = models.BooleanField(default=False, help_text="at T itself, before the waves")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    holds_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("answered_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "organisation"),
                name="one_answer_per_organisation_and_campaign",
            ),
            models.CheckConstraint(
                condition=Q(holds_since__isnull=True)
                | Q(
                    withdrawn_at__isnull=True,
                    confirmed_at__isnull=False,
                    answer__in=PROMISES,
                ),
                name="a_pledge_that_holds_is_a_confirmed_promise",
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.ALREADY_LEFT) | Q(left_on__isnull=False),
                name="already_left_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(exit_kind=ExitKind.PAUSE) | Q(paused_until__isnull=False),
                name="a_pause_has_an_end",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}: {self.answer}"

    def agrees_to_the_date(self, campaign: Campaign) -> bool:
        """It said yes to this very hour, since T moved last."""
        return (
            campaign.exit_at is not None
            and self.date_confirmed_for == campaign.exit_at
            and self.date_confirmed_sequence == campaign.date_sequence
        )


class Condition(models.Model):
    """One thing that a conditional pledge waits for; all of a pledge's conditions must hold."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(max_length=10, choices=ConditionKind)
    number = models.PositiveIntegerField(default=0, help_text="organisations, or per cent")
    organisations = models.ManyToManyField(Organisation, blank=True, related_name="waited_for_by")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=ConditionKind.NAMED) | Q(number__gte=1),
                name="a_counted_condition_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ConditionKind.PERCENT) | Q(number__lte=100),
                name="a_percentage_is_at_most_100",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number or ''}".strip()


class PledgeDraft(models.Model):
    """An answer that is still being written: nobody's word, seen by its own people alone."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    typed = models.JSONField(help_text="as the form had it, sound or not")
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "organisation"),
                name="one_draft_per_organisation_and_campaign",
            ),
        )

    def __str__(self) -> str:
        return f"draft of {self.organisation}"


class Invitation(models.Model):
    """A personal link for one organisation. Its token is never stored: it is signed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=Language)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-invited_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "organisation"),
                condition=Q(superseded_at__isnull=True),
                name="one_living_invitation_per_organisation",
            ),
        )

    def __str__(self) -> str:
        return f"invitation of {self.organisation}"
