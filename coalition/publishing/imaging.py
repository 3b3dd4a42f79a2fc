"""An uploaded file becomes a picture as networks take it: decoded, turned, cleaned, made anew.

Nothing of the file itself is kept: no place, no camera, no second frame, nothing hidden behind it.
"""

import hashlib
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from coalition.refusals import Refusal

LARGEST: Final = 10_000_000
"""Bytes of a file that somebody uploads."""
MOST_PIXELS: Final = {"JPEG": 25, "PNG": 25, "WEBP": 12, "GIF": 12}
"""Millions, by format: the last two take twice the memory. Read from the file's head, before
anything is decoded: 20 kB can claim to be 169 million."""
LONGEST_SIDE: Final = 2000
SHORTEST_SIDE: Final = 8
MOST_BYTES: Final = 1_000_000
"""What every Bluesky server takes; newer ones take twice that, and X five times."""

_DRAWN: Final = {"PNG", "GIF"}
"""Drawings and letters stay sharp; photographs become JPEG."""
_QUALITIES: Final = (90, 84, 76, 66)
_SMALLER: Final = 0.8
_WHITE: Final = (255, 255, 255)
_one_at_a_time = threading.Lock()
"""In each process: decoding is where memory goes."""


@dataclass(frozen=True, slots=True)
class Made:
    """A picture of our own making."""

    content_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """What an approval is bound to."""
        return hashlib.sha256(self.content).hexdigest()


def make(upload: bytes) -> Made:
    """The picture in this file; or a sentence that says what to do instead."""
    if len(upload) > LARGEST:
        raise Refusal(_("That file is larger than 10 MB. Make it smaller, then add it again."))
    with _one_at_a_time:
        image, drawn = _decoded(upload)
        return _encoded(image, drawn=drawn)


def _decoded(upload: bytes) -> tuple[Image.Image, bool]:
    """Its first frame, upright, no larger than it will be shown; and whether it is drawn."""
    unreadable = Refusal(
        _("That file can't be read as a picture. Save it as JPEG or PNG, then add that.")
    )
    try:
        image = Image.open(BytesIO(upload), formats=tuple(MOST_PIXELS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many(MOST_PIXELS["PNG"]) from error
    except Exception as error:  # whatever a decoder stumbles over
        raise unreadable from error
    kind, (width, height) = str(image.format), image.size
    if width * height > MOST_PIXELS[kind] * 1_000_000:
        raise _too_many(MOST_PIXELS[kind])
    if min(width, height) < SHORTEST_SIDE:
        raise unreadable
    try:
        return _shown(image), kind in _DRAWN
    except Exception as error:  # cut off, or broken inside
        raise unreadable from error


def _too_many(millions: int) -> Refusal:
    words = _("That picture has more than %(most)d million pixels. Make it smaller, then add it.")
    return Refusal(words % {"most": millions})


def _shown(image: Image.Image) -> Image.Image:
    """Small first, then its colours: what is large is touched as seldom as can be."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a fraction
    image.load()
    if image.mode.startswith(("I", "F")):  # 16 bits of grey
        image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif image.mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _in_srgb(ImageOps.exif_transpose(image))


def _in_srgb(image: Image.Image) -> Image.Image:
    """In the colours that every screen takes for granted, and without anything beside them."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image if image.mode == "CMYK" else image.convert("RGB")
    if profile := image.info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError):  # a profile of something else
            colours = ImageCms.profileToProfile(  # type: ignore[assignment]  # never in place
                colours, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    clean = Image.new("RGB", colours.size)
    clean.paste(colours.convert("RGB"))
    if alpha is not None and alpha.getextrema() != (255, 255):
        clean.putalpha(alpha)
    return clean


def _encoded(image: Image.Image, *, drawn: bool) -> Made:
    """As PNG where that is apt and fits; else as JPEG, as good as fits."""
    if drawn or image.mode == "RGBA":
        out = BytesIO()
        image.save(out, "PNG")
        if out.tell() <= MOST_BYTES:
            return Made("image/png", *image.size, out.getvalue())
    flat = Image.new("RGB", image.size, _WHITE)
    flat.paste(image, mask=image if image.mode == "RGBA" else None)
    while True:
        for quality in _QUALITIES:
            out = BytesIO()
            flat.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= MOST_BYTES:
                return Made("image/jpeg", *flat.size, out.getvalue())
        flat = flat.resize(
            (max(1, int(flat.width * _SMALLER)), max(1, int(flat.height * _SMALLER)))
        )
