"""Gathers the stages' models for Django's registry; nobody else imports this."""

from coalition.afterwards.models import Survey, Tick
from coalition.campaigns.models import Campaign, CampaignWords, Decider, Decision, SavedView
from coalition.directory.models import FollowList
from coalition.evidence.models import Evidence, Look, Question
from coalition.health.models import Pulse
from coalition.joining.models import Candidate
from coalition.journal.models import Entry
from coalition.mail.models import Letter
from coalition.members.models import (
    Account,
    Consent,
    Coordinator,
    Credential,
    GivenBack,
    Heading,
    Organisation,
    Representative,
    SignInLink,
    User,
    Vouching,
)
from coalition.pledges.models import Condition, Invitation, Pledge, PledgeDraft
from coalition.press.models import Logo, PressKit, PressLink, Quote, QuoteWords, Statement
from coalition.publishing.checked import Checkup, Finding
from coalition.publishing.models import Attempt, Breaker, Card, Hold, Picture, Pin, Post
from coalition.publishing.rehearsed import Rehearsal

__all__ = [
    "Account",
    "Attempt",
    "Breaker",
    "Campaign",
    "CampaignWords",
    "Candidate",
    "Card",
    "Checkup",
    "Condition",
    "Consent",
    "Coordinator",
    "Credential",
    "Decider",
    "Decision",
    "Entry",
    "Evidence",
    "Finding",
    "FollowList",
    "GivenBack",
    "Heading",
    "Hold",
    "Invitation",
    "Letter",
    "Logo",
    "Look",
    "Organisation",
    "Picture",
    "Pin",
    "Pledge",
    "PledgeDraft",
    "Post",
    "PressKit",
    "PressLink",
    "Pulse",
    "Question",
    "Quote",
    "QuoteWords",
    "Rehearsal",
    "Representative",
    "SavedView",
    "SignInLink",
    "Statement",
    "Survey",
    "Tick",
    "User",
    "Vouching",
]
