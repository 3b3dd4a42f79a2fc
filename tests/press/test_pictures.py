import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from coalition.press.pictures import LARGEST, make
from coalition.refusals import Refusal

type Pixels = tuple[int, ...]


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def of(colour: str = "#0a59cc", size: tuple[int, int] = (40, 20), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, colour)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_rasters_come_back_as_png(kind: str) -> None:
    made = make(saved(of(), kind))
    assert (made.content_type, made.width, made.height) == ("image/png", 40, 20)
    assert made.content.startswith(b"\x89PNG")


def test_notes_places_and_profiles_stay_behind() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "kanarie")
    exif = Image.Exif()
    exif[0x010E] = "kanarie"
    loud = saved(of(), "PNG", pnginfo=info, exif=exif, icc_profile=b"kanarie")
    assert b"kanarie" in loud or b"iCCP" in loud
    quiet = make(loud).content
    chunks = {quiet[at + 4 : at + 8] for at in starts(quiet)}
    assert chunks == {b"IHDR", b"IDAT", b"IEND"}


def starts(png: bytes) -> list[int]:
    found, at = [], 8
    while at < len(png):
        found.append(at)
        at += 12 + struct.unpack(">I", png[at : at + 4])[0]
    return found


def test_what_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = make(saved(of(), "JPEG", exif=exif))
    assert (made.width, made.height) == (20, 40)


def test_what_shines_through_still_does() -> None:
    made = make(saved(of("#00000000", mode="RGBA"), "PNG"))
    assert Image.open(io.BytesIO(made.content)).getpixel((0, 0)) == (0, 0, 0, 0)


def test_large_ones_become_smaller() -> None:
    made = make(saved(of(size=(3200, 1600)), "PNG"))
    assert (made.width, made.height) == (1600, 800)


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(6000, 5000), (12000, 12000), (60000, 60000)])
def test_a_bomb_is_refused_by_its_head(size: tuple[int, int]) -> None:
    with pytest.raises(Refusal, match="million pixels"):
        make(claims(*size))


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"GIF89a",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        saved(of(), "PNG")[:60],
        saved(of(), "GIF"),
        b"%PDF-1.7",
    ],
)
def test_anything_else_is_refused_in_one_sentence(upload: bytes) -> None:
    with pytest.raises(Refusal, match="PNG, JPEG or WebP"):
        make(upload)


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(Refusal, match="3 MB"):
        make(b"x" * (LARGEST + 1))
