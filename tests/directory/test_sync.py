"""A list and its starter packs on a real PDS: in line with the page, whatever breaks in between."""

import os
import random
from datetime import timedelta
from typing import Self

import pytest

from coalition import wiring
from coalition.campaigns.models import Campaign, CampaignWords
from coalition.directory.models import FollowList
from coalition.directory.sync import is_due, keep_lists, wanted_of
from coalition.members.actions import keep_secret
from coalition.members.models import Account
from coalition.networks.bluesky.lists import ITEM, LIST, PACK, Shelf
from coalition.pledges.models import Pledge
from coalition.pledges.states import Answer, Visibility
from tests.directory.shelves import Crash, Scene, breaking, did_of, dids, scene
from tests.factories import NOW, T
from tests.testnet.faultproxy import Fault, FaultProxy
from tests.testnet.pds import Pds

pytestmark = pytest.mark.django_db
SEED = 20270120


@pytest.fixture
def here(pds: Pds) -> Scene:
    return scene(pds)


def test_400_members_are_in_line_after_five_crashes_and_nobody_stands_twice(here: Scene) -> None:
    here.leaves(400)
    chance = random.Random(SEED)
    for number in range(5):
        shelf = breaking(chance.randint(1, 9), answered=chance.random() < 0.5)
        with pytest.raises(Crash):
            here.turn(shelf)
        assert here.held.synced_at is None, number
    assert here.turn() == 1
    everybody = dids(here.organisations)
    assert here.listed() == everybody
    packs = here.packs()
    assert {name: len(inside) for name, inside in packs.items()} == {
        "Together": 150,
        "Together (2)": 150,
        "Together (3)": 100,
    }
    assert sorted(did for inside in packs.values() for did in inside) == everybody
    assert len(here.there(ITEM)) == 800
    before = (here.there(LIST), here.there(ITEM), here.there(PACK))
    assert here.turn() == 1
    assert (here.there(LIST), here.there(ITEM), here.there(PACK)) == before


@pytest.mark.parametrize("at", range(4, 6))
@pytest.mark.parametrize("answered", [False, True])
def test_a_process_killed_at_any_write_leaves_nothing_double(
    here: Scene,
    at: int,
    answered: bool,  # noqa: FBT001
) -> None:
    here.leaves(160)
    secret = {"password": here.person.app_password, "host": here.pds.url}
    wanted = wanted_of(here.held)
    child = os.fork()
    if child == 0:
        try:
            from tests.directory.dying import write_and_die

            write_and_die(here.hosts, wanted, secret, at=at, answered=answered)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9
    assert here.turn() == 1
    assert here.listed() == dids(here.organisations)
    assert sum(len(inside) for inside in here.packs().values()) == 160


def test_one_more_than_fits_makes_a_second_pack_and_nobody_moves(here: Scene) -> None:
    here.leaves(150)
    here.turn()
    first = here.packs()
    assert list(first) == ["Together"]
    [late] = here.leaves()
    here.turn()
    assert here.packs() == {**first, "Together (2)": [did_of(late.organisation)]}
    assert len(here.held.pack_urls) == 2
    Pledge.objects.filter(organisation=here.organisations[3]).delete()
    here.turn()
    assert len(here.packs()["Together"]) == 149
    assert here.packs()["Together (2)"] == [did_of(late.organisation)]
    late.delete()
    here.turn()
    assert list(here.packs()) == ["Together"]
    assert len(here.held.pack_urls) == 1


def test_the_list_is_made_once_and_renamed_with_the_campaign(here: Scene) -> None:
    here.leaves(2)
    here.turn()
    [key, *_] = before = list(here.there(LIST))
    assert key in here.held.list_url or before[1] in here.held.list_url
    CampaignWords.objects.filter(campaign=here.campaign).update(name="Weg " * 30, call="Nu.")
    here.turn()
    assert list(here.there(LIST)) == before
    for value in here.there(LIST).values():
        assert value["name"].startswith("Weg Weg")
        assert value["name"].endswith("…")
        assert len(value["name"].encode()) <= 64
        assert value["description"] == "Nu."
    [pack] = here.there(PACK).values()
    assert len(pack["name"]) <= 50
    assert here.held.changed_by_hand_at is None


def test_only_who_left_and_is_named_is_there(here: Scene) -> None:
    stays, counted, waits, gone = here.leaves(4)
    Pledge.objects.filter(pk=counted.pk).update(visibility=Visibility.COUNTED)
    Pledge.objects.filter(pk=waits.pk).update(answer=Answer.LEAVE, left_on=None)
    Account.objects.filter(organisation=gone.organisation).update(proof="claimed")
    here.turn()
    assert here.listed() == [did_of(stays.organisation)]


def test_who_posts_again_is_taken_off(here: Scene) -> None:
    stays, back = here.leaves(2)
    here.turn()
    Pledge.objects.filter(pk=back.pk).update(answer=Answer.NOT_NOW, left_on=None)
    here.turn()
    assert here.listed() == [did_of(stays.organisation)]
    assert here.packs() == {"Together": [did_of(stays.organisation)]}


def test_a_changed_handle_changes_nothing(here: Scene) -> None:
    [one] = here.leaves()
    here.turn()
    before = here.there(ITEM)
    Account.objects.filter(organisation=one.organisation).update(handle="renamed.example")
    here.turn()
    assert here.there(ITEM) == before


def test_what_a_person_put_there_stays_and_is_told(here: Scene) -> None:
    one, other = here.leaves(2)
    here.turn()
    at = next(value["list"] for value in here.there(ITEM).values())
    ours = [key for key, value in here.there(ITEM).items() if value["list"] == at]
    for subject in ("did:plc:aaaabbbbccccddddeeeeffff", did_of(one.organisation)):
        record = {"subject": subject, "list": at, "createdAt": "2027-01-20T12:00:00.000Z"}
        here.by_hand("createRecord", collection=ITEM, record=record)
    here.turn()
    standing = [value["subject"] for value in here.there(ITEM).values() if value["list"] == at]
    assert sorted(standing) == sorted(
        ["did:plc:aaaabbbbccccddddeeeeffff", did_of(one.organisation), did_of(other.organisation)]
    )
    assert len(ours) == 2


def test_a_stranger_on_the_list_of_all_is_told(here: Scene) -> None:
    here.leaves()
    here.turn()
    key = here.held.list_url.rsplit("/", 1)[1]
    stranger = "did:plc:aaaabbbbccccddddeeeeffff"
    at = f"at://{here.person.did}/{LIST}/{key}"
    record = {"subject": stranger, "list": at, "createdAt": "2027-01-20T12:00:00.000Z"}
    here.by_hand("createRecord", collection=ITEM, record=record)
    here.turn()
    assert stranger in here.listed()
    assert here.held.by_hand == [stranger]


def test_what_a_person_took_away_or_renamed_comes_back_and_is_told(here: Scene) -> None:
    [one] = here.leaves()
    here.turn()
    key = here.held.list_url.rsplit("/", 1)[1]
    [item] = [k for k, v in here.there(ITEM).items() if v["list"].endswith(key)]
    here.by_hand("deleteRecord", collection=ITEM, rkey=item)
    renamed = {**here.there(LIST)[key], "name": "Something else"}
    here.by_hand("putRecord", collection=LIST, rkey=key, record=renamed)
    here.turn()
    assert here.listed() == [did_of(one.organisation)]
    assert here.there(LIST)[key]["name"] == "Together"
    assert here.held.put_back == [did_of(one.organisation)]
    assert here.held.changed_by_hand_at == here.now


def test_a_rate_limit_is_waited_out(here: Scene) -> None:
    here.leaves()
    with FaultProxy(here.pds.port, host="localhost") as proxy:
        point_at(here, proxy.url)
        proxy.arm(Fault("status", match="applyWrites", status=429, headers={"Retry-After": "9000"}))
        assert here.turn() == 0
        held = here.held
        assert held.again_at > here.now + timedelta(minutes=59)
        assert (held.lease_until, held.needs_person) == (None, False)
        assert "429" in held.trouble
        assert here.turn() == 1
    assert here.held.trouble == ""


@pytest.mark.parametrize("mode", ["drop", "reset", "cut"])
def test_a_lost_answer_is_read_back(here: Scene, mode: str) -> None:
    here.leaves(3)
    with FaultProxy(here.pds.port, host="localhost") as proxy:
        point_at(here, proxy.url)
        proxy.arm(Fault(mode, match="applyWrites"))  # type: ignore[arg-type]
        assert here.turn() == 0
        assert here.turn() == 1
    assert here.listed() == dids(here.organisations)


def test_a_password_that_opens_no_more_asks_for_a_person(here: Scene) -> None:
    here.leaves()
    account = here.account
    account.credential.delete()
    assert here.turn() == 0
    assert here.held.needs_person


def test_nothing_is_written_around_an_hour_or_before_the_page_is_open(here: Scene) -> None:
    held, wanted = here.held, wanted_of(here.held)
    Campaign.objects.filter(pk=here.campaign.pk).update(go_at=T - timedelta(hours=1))
    for minutes, due in ((-11, True), (-9, False), (1, False), (3, True)):
        assert is_due(held, wanted, T + timedelta(minutes=minutes)) is due, minutes
    held.campaign.opened_at = None
    assert not is_due(held, wanted, T + timedelta(hours=1))


def test_two_workers_have_one_turn(here: Scene) -> None:
    here.leaves()
    FollowList.objects.update(lease_until=here.now + timedelta(hours=3))
    assert here.turn() == 0
    assert here.there(LIST) == {}


def test_nothing_new_is_looked_at_once_an_hour(here: Scene) -> None:
    here.leaves()
    here.turn()

    class Untouched(Shelf):
        async def __aenter__(self) -> Self:
            raise AssertionError("nobody should knock")

    again = {"now": here.now + timedelta(minutes=5), "shelf": Untouched}
    assert keep_lists(here.hosts, dict, lambda *_: None, **again) == 0  # type: ignore[arg-type]


def point_at(here: Scene, url: str) -> None:
    """Sign in through the proxy."""
    secret = {"kind": "app password", "password": here.person.app_password, "host": url}
    keep_secret(here.account, secret, vault=wiring.vault(), now=NOW)
