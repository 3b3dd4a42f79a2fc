"""A campaign with ten organisations or a thousand: every kind of row that a page reads, at once."""

from django.db import connection

from coalition.campaigns.models import Campaign
from coalition.joining.models import Candidate
from coalition.mail.models import Letter
from coalition.members.models import Account, Organisation
from coalition.members.states import NetworkChoices, Route
from coalition.pledges.models import Condition, Invitation, Pledge
from coalition.pledges.states import Answer, ConditionKind
from coalition.publishing.models import Post
from coalition.publishing.states import PostKind
from tests.factories import NOW, T


def crowd(to: Campaign, count: int) -> None:
    """So many: two fifths firm, two fifths conditional, a fifth invited and silent."""
    Organisation.objects.bulk_create(
        Organisation(
            slug=f"one-of-many-{n}",
            name=f"Vereniging {n}",
            domain=f"vereniging{n}.example",
            contact_email=f"contact@vereniging{n}.example",
            created_at=NOW,
        )
        for n in range(count)
    )
    everybody = list(Organisation.objects.filter(slug__startswith="one-of-many-"))
    answers(to, everybody)
    letters(to, everybody)
    posts(to, everybody)
    candidates(to, count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself, a minute later


def answers(to: Campaign, everybody: list[Organisation]) -> None:
    """Some wait for more than there are."""
    Pledge.objects.bulk_create(
        Pledge(
            campaign=to,
            organisation=one,
            answer=(Answer.LEAVE, Answer.LEAVE_IF)[n % 2],
            answered_at=NOW,
            confirmed_at=NOW,
            holds_since=None if n % 2 else NOW,
        )
        for n, one in enumerate(everybody)
        if n % 5
    )
    words = list(Pledge.objects.filter(organisation__in=everybody))
    conditional = [word for word in words if word.answer == Answer.LEAVE_IF]
    Condition.objects.bulk_create(
        Condition(pledge=word, kind=ConditionKind.AT_LEAST, number=len(everybody) - n % 7)
        for n, word in enumerate(conditional)
    )


def letters(to: Campaign, everybody: list[Organisation]) -> None:
    """The silent are invited; everybody was written to."""
    Invitation.objects.bulk_create(
        Invitation(
            campaign=to,
            organisation=one,
            email=one.contact_email,
            language="nl",
            invited_at=NOW,
            expires_at=T,
        )
        for one in everybody[::5]
    )
    Letter.objects.bulk_create(
        Letter(
            key=f"crowd:{one.pk}",
            kind="reminder",
            to=one.contact_email,
            language="nl",
            subject="Open",
            text="Open",
            written_at=NOW,
            organisation_id=one.pk,
            campaign_id=to.pk,
        )
        for one in everybody
    )


def posts(to: Campaign, everybody: list[Organisation]) -> None:
    """An account and an empty post on each network for whoever answered."""
    words = list(Pledge.objects.filter(organisation__in=everybody))
    Account.objects.bulk_create(
        Account(
            organisation=word.organisation,
            network=network,
            handle=f"vereniging{word.pk}{network[0]}.example",
            added_at=NOW,
        )
        for word in words
        for network in NetworkChoices
    )
    Post.objects.bulk_create(
        Post(
            campaign=to,
            pledge=Pledge(pk=word_pk),
            account_id=pk,
            network=network,
            kind=PostKind.FAREWELL if network == "x" else PostKind.ANNOUNCEMENT,
            language="nl",
            route=Route.BY_HAND,
            created_at=NOW,
        )
        for pk, network, word_pk in Account.objects.filter(organisation__in=everybody).values_list(
            "pk", "network", "organisation__pledges"
        )
    )


def candidates(to: Campaign, count: int) -> None:
    """As many that ask to leave too."""
    Candidate.objects.bulk_create(
        Candidate(
            campaign=to,
            name=f"Kandidaat {n}",
            kind="media",
            language="nl",
            domain=f"kandidaat{n}.example",
            email=f"an@kandidaat{n}.example",
            contact_name="An",
            target=f"kandidaat{n}.example",
            expires_at=T,
            asked_at=NOW,
            confirmed_at=NOW,
        )
        for n in range(count)
    )
