"""What people upload, and what tries to pass for a picture: either ours anew, or a sentence."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from coalition.publishing.imaging import LARGEST, LONGEST_SIDE, MOST_BYTES, Made, make
from coalition.refusals import Refusal

ROOT = Path(__file__).parents[2]
CANARY = b"kanarie"
UNREADABLE = "can't be read as a picture"


def file_of(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """What no encoder can make small."""
    return Image.merge(
        mode, [Image.effect_noise((width, height), 120) for _ in Image.new(mode, (1, 1)).getbands()]
    )


def opened(made: Made) -> Image.Image:
    image = Image.open(BytesIO(made.content))
    image.load()
    assert image.size == (made.width, made.height)
    assert Image.MIME[str(image.format)] == made.content_type
    return image


def refused(upload: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        make(upload)
    return str(refusal.value)


def a_png(width: int, height: int, *, claims: tuple[int, int] | None = None) -> bytes:
    """Black, one bit a pixel, by hand: thousands of times smaller than what it unfolds to."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", *(claims or (width, height)), 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    whole = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole


def test_a_photograph_becomes_a_jpeg_that_every_network_takes() -> None:
    made = make(file_of(noise(3000, 2250), "JPEG", quality=95))
    image = opened(made)
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert max(image.size) <= LONGEST_SIDE
    assert abs(image.width / image.height - 4 / 3) < 0.01
    assert len(made.content) <= MOST_BYTES


def test_a_drawing_stays_sharp_and_see_through() -> None:
    logo = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    logo.paste((10, 89, 204, 255), (50, 50, 350, 150))
    image = opened(make(file_of(logo, "PNG")))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (400, 200))
    assert image.getpixel((60, 60)) == (10, 89, 204, 255)
    assert image.getpixel((5, 5)) == (0, 0, 0, 0)


def test_a_drawing_that_is_too_large_becomes_a_jpeg_on_white() -> None:
    large = noise(1600, 1200, "RGBA")
    large.paste((0, 0, 0, 0), (0, 0, 300, 300))
    made = make(file_of(large, "PNG"))
    assert made.content_type == "image/jpeg"
    assert len(made.content) <= MOST_BYTES
    pixel = opened(made).getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 245


def test_a_small_picture_stays_as_small_as_it_is() -> None:
    assert opened(make(file_of(Image.new("RGB", (64, 48)), "JPEG"))).size == (64, 48)


def test_what_a_camera_wrote_beside_it_is_gone_and_it_stands_upright() -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.paste("red", (0, 0, 20, 40))  # left: after a quarter turn, on top
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = CANARY.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = CANARY.decode()
    upload = file_of(image, "JPEG", exif=exif, comment=CANARY, quality=95)
    assert CANARY in upload
    made = make(upload)
    shown = opened(made)
    assert shown.size == (40, 60)
    top, bottom = shown.getpixel((20, 8)), shown.getpixel((20, 50))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[1] < 60 < bottom[1]
    assert CANARY not in made.content
    assert not shown.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & shown.info.keys()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_words_hidden_in_a_file_are_gone(kind: str) -> None:
    image = Image.new("RGB", (64, 64), "navy")
    options: dict[str, object] = {"xmp": CANARY}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY.decode())
        text.add_itxt("XML:com.adobe.xmp", CANARY.decode())
        options = {"pnginfo": text}
    upload = file_of(image, kind, **options)
    assert CANARY in upload
    assert CANARY not in make(upload).content


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_other_colours_become_those_of_every_screen(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    wide = Image.new("RGB", (64, 64), (255, 0, 0))
    upload = file_of(wide, kind, icc_profile=profile.tobytes(), quality=95)
    shown = opened(make(upload))  # a profile of another kind of colours is passed over
    assert "icc_profile" not in shown.info
    red = shown.getpixel((30, 30))
    assert isinstance(red, tuple)
    assert red[0] > 240


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("L", "PNG"),
        ("1", "PNG"),
        ("P", "PNG"),
        ("LA", "PNG"),
        ("P", "GIF"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_kind_of_colours_is_shown_in_red_green_and_blue(mode: str, kind: str) -> None:
    image = opened(make(file_of(Image.new(mode, (50, 40)), kind)))
    assert image.mode in {"RGB", "RGBA"}
    assert image.size == (50, 40)


def test_sixteen_bits_of_grey_keep_their_tones() -> None:
    grey = Image.new("I;16", (60, 40), 0x8000)
    image = opened(make(file_of(grey, "PNG")))
    pixel = image.getpixel((30, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] in range(126, 131)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_what_moves_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue", "lime")]
    upload = file_of(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    assert getattr(Image.open(BytesIO(upload)), "n_frames", 1) == 3
    image = opened(make(upload))
    assert getattr(image, "n_frames", 1) == 1
    pixel = image.convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 240
    assert pixel[2] < 20


def test_a_file_named_otherwise_is_what_its_bytes_say() -> None:
    assert make(file_of(Image.new("RGB", (64, 64)), "PNG")).content_type == "image/png"


def test_what_hangs_behind_a_picture_does_not_come_along() -> None:
    page = b"<script>alert('" + CANARY + b"')</script>PK\x03\x04" + CANARY
    for kind in ("JPEG", "PNG", "GIF"):
        upload = file_of(Image.new("RGB", (64, 64), "teal"), kind) + page
        content = make(upload).content
        assert CANARY not in content
        assert b"<script" not in content


@pytest.mark.parametrize(
    ("name", "upload"),
    [
        ("nothing", b""),
        ("svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("html", b"<!doctype html><script>alert(1)</script>"),
        ("pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj"),
        ("zip", b"PK\x03\x04" + bytes(200)),
        ("a signature and no more", b"\x89PNG\r\n\x1a\n"),
        ("a jpeg's first bytes", b"\xff\xd8\xff\xe0" + bytes(64)),
        ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("one pixel", file_of(Image.new("RGB", (1, 1)), "PNG")),
        ("a line", file_of(Image.new("RGB", (5000, 2)), "PNG")),
        ("bmp", file_of(Image.new("RGB", (64, 64)), "BMP")),
        ("tiff", file_of(Image.new("RGB", (64, 64)), "TIFF")),
        ("ico", file_of(Image.new("RGB", (64, 64)), "ICO")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_is_refused_in_a_sentence(name: str, upload: bytes) -> None:
    del name
    assert UNREADABLE in refused(upload)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_a_file_that_was_cut_off_is_refused(kind: str, part: float) -> None:
    upload = file_of(noise(200, 200), kind)
    assert UNREADABLE in refused(upload[: int(len(upload) * part)])


def test_bits_that_fell_over_make_a_picture_or_a_sentence_and_nothing_else() -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        upload = file_of(noise(64, 48), kind)
        for at in range(0, len(upload), max(1, len(upload) // 60)):
            broken = bytearray(upload)
            broken[at] ^= 0xFF
            with suppress(Refusal):
                opened(make(bytes(broken)))


def test_more_bytes_than_we_take_are_refused_before_they_are_looked_at() -> None:
    assert "larger than 10 MB" in refused(b"\xff\xd8\xff" + bytes(LARGEST))


@pytest.mark.parametrize(
    ("width", "height"), [(13_000, 13_000), (30_000, 30_000), (5001, 5001), (25_000_001, 8)]
)
def test_a_small_file_of_very_many_pixels_is_refused_from_its_head(width: int, height: int) -> None:
    upload = a_png(100, 100, claims=(width, height))
    assert len(upload) < 1000
    assert "more than 25 million pixels" in refused(upload)


def test_formats_that_take_more_memory_may_have_fewer_pixels() -> None:
    moving = Image.new("P", (4000, 3100))
    assert "more than 12 million pixels" in refused(file_of(moving, "GIF"))


def test_a_whole_bomb_is_refused_too() -> None:
    bomb = a_png(13_000, 13_000)
    assert len(bomb) < 30_000
    assert "more than 25 million pixels" in refused(bomb)
