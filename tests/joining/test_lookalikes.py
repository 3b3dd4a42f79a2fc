import pytest

from coalition.joining.lookalikes import Named, alike, faced, is_encoded, mixes_scripts
from coalition.joining.states import Alike
from coalition.members.entries import tidy_domain

LISTED = [
    Named(1, "De Denkbeeldige Waterput vzw", "waterput.example"),
    Named(2, "Koepel Voorbeeld", "koepelvoorbeeld.example"),
    Named(3, "11.11.11", "11.example"),
    Named(4, "Omroep Nergens", "omroepnergens.example"),
]


def how(name: str, website: str = "") -> list[tuple[int, Alike]]:
    found = alike(Named(0, name, tidy_domain(website)), map(faced, LISTED))
    return [(each.key, each.how) for each in found]


@pytest.mark.parametrize(
    "website",
    [
        "waterput.example",
        "WATERPUT.example",
        "www.waterput.example",
        "https://www.Waterput.example./pad?x=1",
        "waterput.example.",
    ],
)
def test_a_domain_is_the_same_however_it_is_written(website: str) -> None:
    assert how("Iets heel anders", website) == [(1, Alike.DOMAIN)]


@pytest.mark.parametrize(
    "name",
    ["denkbeeldige waterput", "DE DENKBEELDIGE WATERPUT ASBL", "De  Denkbeeldige-Waterput, v.z.w."],
)
def test_a_name_is_the_same_without_what_many_share(name: str) -> None:
    assert how(name, "elders.example") == [(1, Alike.NAME)]


def test_signs_of_another_alphabet_are_seen_through() -> None:
    cyrillic = "Кoepel Vооrbeeld"
    assert mixes_scripts(cyrillic)
    assert how(cyrillic, "elders.example") == [(2, Alike.SIGNS)]
    website = tidy_domain("wаterput.example")  # its second letter is Cyrillic
    assert website.startswith("xn--")
    assert is_encoded(website)
    assert how("Iets heel anders", website) == [(1, Alike.SIGNS)]


@pytest.mark.parametrize("name", ["Omroep Nergens", "Радио Свобода", "Ελλάδα", "11.11.11"])
def test_one_alphabet_is_no_trick(name: str) -> None:
    assert not mixes_scripts(name)


def test_near_names_and_near_domains_are_shown() -> None:
    assert how("Omroep Nergenss") == [(4, Alike.NEAR_NAME)]
    assert how("Iets heel anders", "omroepnergen.example") == [(4, Alike.NEAR_DOMAIN)]
    assert how("Iets heel anders", "jong.waterput.example") == [(1, Alike.WITHIN)]


def test_a_namesake_is_shown_and_a_stranger_is_not() -> None:
    assert how("CNCD-11.11.11") == []
    assert how("11.11.11") == [(3, Alike.NAME)]
    assert how("Bakkerij Zonder Naam", "bakkerij.example") == []


def test_the_surest_stands_first() -> None:
    found = how("Omroep Nergens", "waterput.example")
    assert found == [(1, Alike.DOMAIN), (4, Alike.NAME)]
