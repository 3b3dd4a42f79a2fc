"""The picture for a phone's camera, held against another library's picture of the same address."""

import re

import pytest
import qrcode
import segno
from qrcode.constants import ERROR_CORRECT_M

from coalition.templatetags.house import qr

FILLED = (62, 84, 106)
"""So many letters fill a picture to its edge: what stands behind fewer, each library chooses."""


@pytest.mark.parametrize("letters", FILLED)
def test_it_is_the_picture_that_another_library_draws(letters: int) -> None:
    page = "/posts/1/by-hand/"
    address = f"{'https://exit.example.org/nl/member/'.ljust(letters - len(page), 'w')}{page}"
    mine = segno.make_qr(address, error="m")
    other = qrcode.QRCode(
        version=int(mine.version),
        error_correction=ERROR_CORRECT_M,
        mask_pattern=mine.mask,
        border=4,
    )
    assert mine.error == "M"
    other.add_data(address, optimize=0)
    other.make(fit=False)
    assert drawn(qr(address)) == other.get_matrix()


def drawn(picture: str) -> list[list[bool]]:
    """What is black."""
    [size] = re.findall(r'viewBox="0 0 (\d+) ', picture)
    dots = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", picture)}
    return [[(x, y) in dots for x in range(int(size))] for y in range(int(size))]


def test_no_address_can_break_out_of_it() -> None:
    assert "<script" not in qr("https://x.example/<script>&\"'")
