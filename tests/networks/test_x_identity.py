"""What an X id and a pasted link tell."""

from datetime import UTC, datetime, timedelta

import pytest

from coalition.networks.x.identity import first_id_at, parse_post_link, post_time, post_url

ID = "1880000000000000000"


def test_a_posts_time_is_in_its_id() -> None:
    assert post_time("20") == datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
    assert post_time(ID) == datetime(2025, 1, 16, 21, 11, 43, 367000, tzinfo=UTC)


def test_the_first_id_of_a_moment_has_that_time() -> None:
    noon = datetime(2027, 1, 20, 11, tzinfo=UTC)
    assert post_time(first_id_at(noon)) == noon
    assert post_time(first_id_at(noon) - 1) == noon - timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "link",
    [
        f"https://x.com/Ngo_1/status/{ID}",
        f"https://www.x.com/Ngo_1/status/{ID}",
        f"https://mobile.twitter.com/Ngo_1/status/{ID}",
        f"https://twitter.com/Ngo_1/status/{ID}?s=20&t=x",
        f" https://x.com/Ngo_1/status/{ID}/photo/1\n",
        f"https://x.com/Ngo_1/status/{ID}#x",
        f"http://x.com/Ngo_1/status/{ID}",
        f"x.com/Ngo_1/status/{ID}?s=46&t=IOFZel46hzT0N_93kr8PLg",
        f"https://m.twitter.com/Ngo_1/status/{ID}?ref_src=twsrc%5Etfw",
        f"https://twitter.com/#!/Ngo_1/statuses/{ID}",
        f"HTTPS://X.COM/Ngo_1/status/{ID}/",
        f"https://fixupx.com/Ngo_1/status/{ID}",
        f"https://vxtwitter.com/Ngo_1/status/{ID}",
        f"https://fxtwitter.com/Ngo_1/status/{ID}/en",
        f"https://fixvx.com/Ngo_1/status/{ID}",
    ],
)
def test_a_pasted_link_names_handle_and_id(link: str) -> None:
    assert parse_post_link(link) == ("Ngo_1", ID)


@pytest.mark.parametrize("path", ["i/web/status", "i/status"])
def test_a_link_of_the_app_names_the_id_alone(path: str) -> None:
    assert parse_post_link(f"https://x.com/{path}/{ID}?s=20") == ("", ID)


@pytest.mark.parametrize(
    "link",
    [
        "",
        f"ftp://x.com/ngo/status/{ID}",
        f"https://notx.com/ngo/status/{ID}",
        f"https://x.company/ngo/status/{ID}",
        "https://t.co/abcdefgh",
        f"https://x.com.evil.example/ngo/status/{ID}",
        f"https://evil.example/https://x.com/ngo/status/{ID}",
        f"https://x.com@evil.example/ngo/status/{ID}",
        f"https://x.com/a_name_of_sixteen/status/{ID}",
        "https://x.com/ngo/status/12345678901234",
        f"https://x.com/ngo/status/{ID}0000",
        f"https://x.com/ngo/status/{ID}x",
        "https://x.com/ngo/status/99999999999999999999",
        "https://x.com/ngo/status/１８８０００００００００００００００",
        f"https://x.com/i/lists/status/{ID}",
        f"https://x.com//status/{ID}",
    ],
)
def test_anything_else_is_no_post(link: str) -> None:
    assert parse_post_link(link) is None


def test_a_posts_address_is_read_back() -> None:
    assert parse_post_link(post_url("ngo", ID)) == ("ngo", ID)
