"""Opening a campaign, choosing its hour, stopping it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coalition.campaigns.lock import hold
from coalition.campaigns.models import Campaign, CampaignWords
from coalition.campaigns.phases import Phase, phase
from coalition.journal.actions import Act, note
from coalition.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Waves:
    """Who leaves when, after T: all together, unless these say otherwise."""

    members_after_minutes: int = 0
    spread_minutes: int = 0
    farewell_after_announcement: bool = False

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        """As they stand."""
        return cls(
            campaign.members_after_minutes,
            campaign.spread_minutes,
            campaign.farewell_after_announcement,
        )


@transaction.atomic
def create_campaign(
    *,
    slug: str,
    coalition_name: str,
    words: Mapping[str, Mapping[str, str]],
    actor: AbstractBaseUser,
    now: datetime,
    **fields: Any,
) -> Campaign:
    """A draft: nothing is public until opened. `words`: language → name, call, why, prompt."""
    campaign = Campaign.objects.create(
        slug=slug, coalition_name=coalition_name, created_at=now, **fields
    )
    for language, wording in words.items():
        CampaignWords.objects.create(campaign=campaign, language=language, **wording)
    note(Act("campaign created", f"person {actor.pk}", campaign.pk), now=now)
    return campaign


@transaction.atomic
def change_campaign(
    campaign: Campaign,
    *,
    words: Mapping[str, Mapping[str, str]],
    actor: AbstractBaseUser,
    now: datetime,
    **fields: Any,
) -> None:
    """Say it otherwise, or set it otherwise. A threshold that was met stays met."""
    hold(campaign.pk)
    campaign.refresh_from_db()
    if campaign.exit_at and fields.get("time_zone", campaign.time_zone) != campaign.time_zone:
        raise Refusal(
            _("The hour is set in this time zone: people have it in their calendars. It stays.")
        )
    changed = sorted(name for name, value in fields.items() if getattr(campaign, name) != value)
    Campaign.objects.filter(pk=campaign.pk).update(**fields)
    for language, wording in words.items():
        CampaignWords.objects.update_or_create(
            campaign=campaign, language=language, defaults=dict(wording)
        )
    CampaignWords.objects.filter(campaign=campaign).exclude(language__in=list(words)).delete()
    facts = {"fields": changed, "languages": sorted(words)}
    note(Act("campaign changed", f"person {actor.pk}", campaign.pk, facts=facts), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def open_campaign(campaign: Campaign, *, actor: AbstractBaseUser, now: datetime) -> None:
    """Make it public. Once."""
    if Campaign.objects.filter(pk=campaign.pk, opened_at__isnull=True).update(opened_at=now):
        note(Act("campaign opened", f"person {actor.pk}", campaign.pk), now=now)
    campaign.refresh_from_db()


def hour_in(zone: str, wall: datetime, *, later_of_two: bool | None = None) -> datetime:
    """The instant of a wall-clock hour; a skipped one is refused, a repeated one asked about."""
    here = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=here, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(here).replace(tzinfo=None) != wall:
        raise Refusal(_("That hour does not exist: the clocks go forward. Choose another one."))
    if first.utcoffset() != second.utcoffset():
        if later_of_two is None:
            raise Refusal(
                _(
                    "That hour comes twice: the clocks go back. "
                    "Say whether you mean the first or the second."
                )
            )
        return (second if later_of_two else first).astimezone(UTC)
    return first.astimezone(UTC)


@transaction.atomic
def set_exit_at(
    campaign: Campaign,
    exit_at: datetime,
    *,
    waves: Waves | None = None,
    anew: bool = False,
    actor: AbstractBaseUser,
    now: datetime,
) -> None:
    """Choose or move T, or who leaves when: one UPDATE. What was agreed about the old plan falls.

    `anew`: the plan is another one though its numbers are the same: others go first.
    """
    hold(campaign.pk)
    campaign.refresh_from_db()
    if exit_at <= now:
        raise Refusal(_("That hour has passed. Choose one in the future."))
    if campaign.called_off_at:
        raise Refusal(_("This exit was called off. Start a new one."))
    if phase(campaign, now) in {Phase.RELEASING, Phase.OVER}:
        raise Refusal(_("The hour has come: it can't be moved any more. You can still stop."))
    waves = waves or Waves.of(campaign)
    if campaign.exit_at == exit_at and waves == Waves.of(campaign) and not anew:
        return
    was = campaign.exit_at
    Campaign.objects.filter(pk=campaign.pk).update(
        exit_at=exit_at,
        go_at=None,
        no_go_at=None,
        date_sequence=campaign.date_sequence + 1,
        **asdict(waves),
    )
    facts = {"from": was.isoformat() if was else None, "to": exit_at.isoformat(), **asdict(waves)}
    note(Act("date set", f"person {actor.pk}", campaign.pk, facts=facts), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def stop(campaign: Campaign, *, actor: AbstractBaseUser, now: datetime) -> None:
    """From the commit of this on, no post begins to be sent."""
    hold(campaign.pk)
    if Campaign.objects.filter(pk=campaign.pk, stopped_at__isnull=True).update(stopped_at=now):
        note(Act("stopped", f"person {actor.pk}", campaign.pk), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def resume(campaign: Campaign, *, actor: AbstractBaseUser, now: datetime) -> None:
    """Go on after a stop: what is still inside its window goes, what is beyond it is missed."""
    hold(campaign.pk)
    if Campaign.objects.filter(pk=campaign.pk, stopped_at__isnull=False).update(stopped_at=None):
        note(Act("resumed", f"person {actor.pk}", campaign.pk), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def publish_report(campaign: Campaign, *, actor: AbstractBaseUser, now: datetime) -> None:
    """From now on anybody may read the closing report."""
    if phase(campaign, now) is not Phase.OVER:
        raise Refusal(_("The exit isn't over: there is nothing to close yet."))
    if Campaign.objects.filter(pk=campaign.pk, report_published_at__isnull=True).update(
        report_published_at=now
    ):
        note(Act("report published", f"person {actor.pk}", campaign.pk), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def take_report_back(campaign: Campaign, *, actor: AbstractBaseUser, now: datetime) -> None:
    """Only coordinators read it again; it can be published anew."""
    if Campaign.objects.filter(pk=campaign.pk, report_published_at__isnull=False).update(
        report_published_at=None
    ):
        note(Act("report taken back", f"person {actor.pk}", campaign.pk), now=now)
    campaign.refresh_from_db()


@transaction.atomic
def call_off(campaign: Campaign, *, actor: AbstractBaseUser, now: datetime) -> None:
    """The exit does not happen. For good."""
    hold(campaign.pk)
    if Campaign.objects.filter(pk=campaign.pk, called_off_at__isnull=True).update(
        called_off_at=now
    ):
        note(Act("called off", f"person {actor.pk}", campaign.pk), now=now)
    campaign.refresh_from_db()
