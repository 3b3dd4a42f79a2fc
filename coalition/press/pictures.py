"""A picture that somebody uploads, drawn anew: of the file nothing is kept but its pixels."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from coalition.refusals import Refusal

LARGEST: Final = 3 * 1024 * 1024
MOST_PIXELS: Final = 24_000_000
LARGEST_KEPT: Final = 1024 * 1024
SIDES: Final = (1600, 1200, 800, 500)
KINDS: Final = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True)
class Made:
    """A picture of our own making."""

    content_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int
    content: bytes


def make(upload: bytes) -> Made:
    """The same pixels, upright, in sRGB, at most 1600 on a side; refused where that can't be.

    Its measures are read from the head of the file and refused before anything is unpacked.
    """
    if len(upload) > LARGEST:
        raise Refusal(_("This picture is larger than 3 MB. Save a smaller one, and try again."))
    pixels, out = _pixels(upload), BytesIO()
    for side in SIDES:
        pixels.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        pixels.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST_KEPT:
            break
    return Made("image/png", *pixels.size, out.getvalue())


def _pixels(upload: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(upload), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refusal(
                    _("This picture has more than 24 million pixels. Save a smaller one.")
                )
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            fresh = Image.new(mode, upright.size)
            fresh.paste(upright.convert(mode))
            return fresh
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refusal(
            _("This picture has more than 24 million pixels. Save a smaller one.")
        ) from bomb
    except (OSError, ValueError, SyntaxError, ArithmeticError, EOFError) as broken:
        raise Refusal(
            _("This is no picture that we can read. Save it as PNG, JPEG or WebP, and try again.")
        ) from broken
