import pytest

from coalition.joining.mailboxes import is_everybodys, is_shared, is_theirs, one_mailbox, owner_of


@pytest.mark.parametrize(
    "host", ["gmail.com", "hotmail.be", "yahoo.co.uk", "telenet.be", "proton.me", "gmx.de"]
)
def test_where_anybody_has_a_mailbox(host: str) -> None:
    assert is_everybodys(host)
    assert is_everybodys(f"mail.{host}")


@pytest.mark.parametrize("host", ["waterput.example", "planet.org", "home.be", "mail.waterput.be"])
def test_a_domain_of_ones_own_is_not_everybodys(host: str) -> None:
    assert not is_everybodys(host)


def test_a_page_on_somebodys_host_proves_nothing() -> None:
    assert is_shared("waterput.wordpress.com")
    assert is_shared("wordpress.com")
    assert not is_shared("notwordpress.com")


@pytest.mark.parametrize(
    ("email", "theirs"),
    [
        ("an@waterput.example", True),
        ("an@WATERPUT.example", True),
        ("an@gent.waterput.example", True),
        ("an@notwaterput.example", False),
        ("an@example", False),
        ("waterput.example@elders.example", False),
    ],
)
def test_a_mailbox_is_at_the_domain_or_a_part_of_it(email: str, *, theirs: bool) -> None:
    assert is_theirs(email, "waterput.example") is theirs


def test_one_mailbox_has_many_spellings() -> None:
    assert one_mailbox("An+x@Waterput.example") == one_mailbox("an@waterput.example")
    assert one_mailbox("a.n.n+1@googlemail.com") == one_mailbox("Ann@gmail.com")
    assert one_mailbox("a.n@waterput.example") != one_mailbox("an@waterput.example")


def test_one_owner_has_many_names() -> None:
    assert owner_of("a.b.waterput.example") == "waterput.example"
    assert owner_of("jong.waterput.co.uk") == "waterput.co.uk"
    assert owner_of("waterput.co.uk") == "waterput.co.uk"
