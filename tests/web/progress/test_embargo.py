"""Every public address, asked before and after there is something to hide: no byte may differ."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from coalition.campaigns.models import Campaign
from coalition.evidence.models import Evidence
from coalition.evidence.states import Level
from coalition.members.models import Organisation
from coalition.members.states import Kind, Membership, NetworkChoices, Proof
from coalition.pledges.actions import Wait, withdraw
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, ConditionKind, Visibility
from coalition.press.actions import Words, hand_out
from coalition.press.models import Logo
from coalition.publishing.states import State
from tests import factories
from tests.factories import NOW, T
from tests.web import doors
from tests.web.doors import DOORS, Door, Shared

pytestmark = pytest.mark.django_db
SECRET: Final = "verzwegen"
FORGERY: Final = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]{64}"')  # new each time
SLUG, OPEN = "samen-weg", ("waterput", "omroep", "vredesfluit")
HUSHED = ("hush-a", "hush-b", "hush-c", "hush-d", "hush-e")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        yield


def public() -> Campaign:
    """What anybody may see, and members who have said nothing: their number is no secret."""
    campaign = factories.campaign(slug=SLUG)
    put, omroep, fluit = (factories.organisation(slug, slug=slug) for slug in OPEN)
    factories.account(put, NetworkChoices.BLUESKY, handle="put.example", proof=Proof.DOMAIN)
    factories.pledge(campaign, put)
    withdraw(factories.pledge(campaign, omroep), actor=factories.person(), now=NOW)
    factories.pledge(campaign, fluit, answer=Answer.ALREADY_LEFT, left_on=date(2023, 3, 14))
    for slug in HUSHED:
        factories.organisation(f"{SECRET} {slug}", slug=slug, notes=SECRET)
    return campaign


def hide(campaign: Campaign) -> None:
    """Everything that may be known to some and not to all."""
    words = {"en": {"name": SECRET, "call": SECRET}}
    draft = factories.campaign(slug="draft", opened=False, coalition_name=SECRET, words=words)
    later = factories.campaign(slug="later", opened=False, words=words)
    Campaign.objects.filter(pk=later.pk).update(opened_at=T)
    a, b, c, d, e = (Organisation.objects.get(slug=slug) for slug in HUSHED)
    word = factories.pledge(campaign, a, visibility=Visibility.COORDINATORS)
    factories.account(a, NetworkChoices.BLUESKY, handle=f"{SECRET}.example", proof=Proof.DOMAIN)
    factories.post(word, factories.account(a), text=SECRET, state=State.DRAFT)
    factories.pledge(campaign, b, answer=Answer.NOT_NOW)
    factories.pledge(campaign, c, confirmed=False)
    waits = [Wait(ConditionKind.NAMED, organisations=[a, b])]
    private = factories.pledge(campaign, d, answer=Answer.LEAVE_IF, waits=waits)
    withdraw(private, actor=factories.person(), now=NOW + timedelta(hours=1))
    factories.pledge(campaign, e, answer=Answer.BOARD_DATE, decides_on=date(2027, 2, 1))
    mira = factories.organisation(SECRET, kind=Kind.PERSON, membership=Membership.INDEPENDENT)
    factories.pledge(campaign, mira)
    factories.pledge(draft, Organisation.objects.get(slug=OPEN[0]))
    factories.candidate(campaign, name=SECRET)
    factories.candidate(campaign, name=SECRET, confirmed_at=None)
    prepared(campaign)
    for hushed in (a, mira):
        Evidence.objects.create(
            campaign=campaign,
            organisation=hushed,
            level=Level.SEEN,
            left_at=NOW,
            url=f"https://x.com/{SECRET}/status/1",
            recorded_at=NOW,
            recorded_by=SECRET,
        )
    waterput = Organisation.objects.get(slug=OPEN[0])
    factories.account(waterput, NetworkChoices.BLUESKY, handle=f"{SECRET}.bsky.social")
    Pledge.objects.filter(organisation=waterput).update(signatory_name=SECRET)


def prepared(campaign: Campaign) -> None:
    """All that the press will read at T, and some already do by a link."""
    kit = factories.press_kit(campaign, {"nl": Words(SECRET, SECRET), "en": Words(SECRET, SECRET)})
    factories.quote(kit, Organisation.objects.get(slug=OPEN[0]), en=SECRET)
    hand_out(kit, given_to=SECRET, actor=factories.person(), now=NOW)
    columns = {"content": SECRET.encode(), "ending": "png", "width": 1, "height": 1}
    Logo.objects.create(pk=1, kit=kit, name=SECRET, added_at=NOW, **columns)


def addresses() -> list[str]:
    """Every address that anybody may look at, in every language, of who shows and who doesn't."""
    found = []
    for name, parts in sorted(doors.names().items()):
        door = DOORS[name]
        if not (isinstance(door, Shared) or (isinstance(door, Door) and doors.NOBODY in door.get)):
            continue
        for slug, organisation in ((SLUG, OPEN[0]), (SLUG, HUSHED[0]), ("draft", HUSHED[1])):
            known = {
                "slug": slug,
                "campaign": slug,
                "organisation": organisation,
                "theme": "light",
                "size": "normal",
                "token": "guessed",
                "pk": 1,
                "ending": "png",
            }
            for language, _name in settings.LANGUAGES:
                with translation.override(language):
                    found.append(reverse(name, kwargs={part: known[part] for part in parts}))
    return sorted(set(found))


def asked(client: Client, address: str) -> tuple[int, dict[str, str], bytes]:
    answer = client.get(address)
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    body = FORGERY.sub(b"", answer.getvalue())
    return answer.status_code, headers, body


def test_what_is_under_embargo_changes_no_byte_of_any_public_address(client: Client) -> None:
    campaign = public()
    here = addresses()
    assert len(here) > 150
    before = {address: asked(client, address) for address in here}
    hide(campaign)
    assert Campaign.objects.count() == 3
    different = [address for address in here if asked(client, address) != before[address]]
    assert different == []
    assert [address for address in here if SECRET.encode() in before[address][2]] == []


def test_the_crawl_would_notice(client: Client) -> None:
    campaign = public()
    here = addresses()
    before = {address: asked(client, address) for address in here}
    factories.pledge(campaign, Organisation.objects.get(slug=HUSHED[0]))
    different = [address for address in here if asked(client, address) != before[address]]
    assert {f"/nl/{SLUG}/", f"/fr/{SLUG}/data.csv"} <= set(different)
