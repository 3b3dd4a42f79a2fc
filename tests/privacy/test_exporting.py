"""An export holds everything of one, no secret, and nothing of another."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from coalition.journal.actions import Act, note
from coalition.members.actions import make_sign_in_link
from coalition.members.models import User
from coalition.privacy.exporting import export_organisation, export_person
from tests import factories
from tests.factories import NOW
from tests.web import doors
from tests.web.town import CANARY, Town

pytestmark = pytest.mark.django_db


def unpacked(packed: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(packed)) as zipped:
        return {
            name: zipped.read(name).decode("utf-8-sig", "replace") for name in zipped.namelist()
        }


@pytest.fixture
def town() -> Town:
    return Town()


def owner_of(town: Town) -> User:
    found = town.people[doors.OWNER]
    assert found
    return found


@pytest.fixture
def of_theirs(town: Town) -> dict[str, str]:
    return unpacked(export_organisation(town.theirs.organisation, now=NOW))


@pytest.mark.parametrize(
    ("file", "holds"),
    [
        ("organisation", "kanarie notes"),
        ("organisation", "+32 kanarie"),
        ("pledge", "kanarie signatory"),
        ("post", "kanarie words"),
        ("post", "kanarie detail"),
        ("account", "kanarie.example"),
        ("invitation", "contact@kanarie.example"),
        ("letter", "contact@kanarie.example"),
        ("entry", "kanarie verb"),
        ("representative", "kanarie owner"),
        ("condition", "Vriend van theirs"),
    ],
)
def test_an_organisation_is_handed_all_that_is_kept(
    of_theirs: dict[str, str], file: str, holds: str
) -> None:
    assert holds in of_theirs[f"{file}.json"]
    assert holds in of_theirs[f"{file}.csv"]


def test_an_organisation_is_handed_nothing_of_another_and_no_secret(town: Town) -> None:
    ours = "".join(unpacked(export_organisation(town.ours.organisation, now=NOW)).values())
    assert "ours words" in ours
    assert CANARY not in ours
    assert "ours secret" not in ours
    assert "sealed_at" in ours
    assert '"sealed"' not in ours


def test_pictures_are_handed_over_as_files(town: Town) -> None:
    kept = town.ours.post.pictures.defer(None).get()
    packed = export_organisation(town.ours.organisation, now=NOW)
    [row] = json.loads(unpacked(packed)["picture.json"])
    assert row["alt"] == "ours picture"
    with ZipFile(BytesIO(packed)) as zipped:
        assert zipped.read(row["content"]) == bytes(kept.content)
        assert sum(name.endswith(".png") for name in zipped.namelist()) == 1


def test_a_person_is_handed_what_is_theirs_alone(town: Town) -> None:
    owner = owner_of(town)
    token = make_sign_in_link(owner, now=NOW)
    found = unpacked(export_person(owner, now=NOW))
    everything = "".join(found.values())
    assert json.loads(found["user.json"])[0]["email"] == owner.email
    assert json.loads(found["representative.json"])[0]["user"] == str(owner)
    assert json.loads(found["post.json"])[0]["written_by"] == str(owner)
    assert "ours verb" not in found["user.json"]
    assert "ours words" not in everything
    assert "token_sha256" not in everything
    assert "password" not in everything
    assert token not in everything
    assert CANARY not in everything


def test_a_person_is_handed_their_own_acts_and_nobody_elses_of_the_same_name(town: Town) -> None:
    mine, theirs = factories.person(name="An"), factories.person(name="An")
    for person, verb in ((mine, "mine"), (theirs, "theirs")):
        note(Act(verb, person.number), now=NOW)
    note(Act("added", theirs.number, facts={"who": mine.number}), now=NOW)
    entries = unpacked(export_person(mine, now=NOW))["entry.json"]
    assert [entry["actor"] for entry in json.loads(entries)] == [mine.number, theirs.number]
    assert town.campaign.slug not in entries


def test_no_cell_of_an_export_is_a_formula(town: Town) -> None:
    organisation = town.ours.organisation
    organisation.notes = '=HYPERLINK("https://elsewhere.example")'
    organisation.save(update_fields=["notes"])
    assert "'=HYPERLINK" in unpacked(export_organisation(organisation, now=NOW))["organisation.csv"]
