"""The secret links that letters carry, opened by their kind."""

from django.conf import settings

from coalition.joining.models import Candidate
from coalition.joining.queries import token_of
from coalition.pledges import invitations


def open_link(link: str) -> str:
    """The address that a letter's stored link stands for."""
    kind, _colon, pk = link.partition(":")
    if kind != "candidate":
        return invitations.open_link(link)
    found = Candidate.objects.select_related("campaign").get(pk=pk)
    path = f"/{found.language}/{found.campaign.slug}/join/{token_of(found)}/"
    return f"{settings.PUBLIC_URL}{path}"
