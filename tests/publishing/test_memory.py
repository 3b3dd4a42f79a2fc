"""The hungriest picture of each kind, made anew in a process of its own, and what that took."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from coalition.publishing.imaging import LARGEST
from tests.publishing.test_imaging import a_png, file_of

ROOT = Path(__file__).parents[2]
MEASURED = """
import re, sys
from contextlib import suppress
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from coalition.publishing.imaging import make
from coalition.refusals import Refusal
def most():
    return int(re.search(r"VmHWM:\\s+([0-9]+)", Path("/proc/self/status").read_text())[1])
before = most()
with suppress(Refusal):
    make(Path(sys.argv[1]).read_bytes())
print(most() - before)
"""


def worst(kind: str) -> bytes:
    """The hungriest file of each kind that is still taken."""
    match kind:
        case "progressive":
            image = Image.new("RGB", (5000, 5000), "teal")
            return file_of(image, "JPEG", progressive=True, subsampling=0)
        case "cmyk":
            image = Image.new("CMYK", (5000, 5000))
            return file_of(image, "JPEG", progressive=True, subsampling=0)
        case "see-through":
            return file_of(Image.new("RGBA", (5000, 5000), (1, 2, 3, 4)), "PNG")
        case "palette":
            image = Image.new("P", (5000, 5000))
            return file_of(image, "PNG", transparency=0)
        case "sixteen bits":
            return file_of(Image.new("I;16", (5000, 5000), 9), "PNG")
        case "webp":
            return file_of(Image.new("RGBA", (3460, 3460), (1, 2, 3, 4)), "WEBP")
        case _:
            return a_png(13_000, 13_000)


@pytest.mark.parametrize(
    "kind",
    ["progressive", "cmyk", "see-through", "palette", "sixteen bits", "webp", "a bomb"],
)
def test_no_file_takes_more_memory_than_a_web_process_has_to_spare(
    kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "upload"
    file.write_bytes(worst(kind))
    assert file.stat().st_size < LARGEST
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(file)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    kilobytes = int(done.stdout.split()[-1])
    assert kilobytes < CEILING, f"{kilobytes // 1024} MB"


CEILING = 320 * 1024
