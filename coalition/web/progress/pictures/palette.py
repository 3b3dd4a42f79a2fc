"""The colours of static/css/tokens.css, where no stylesheet reaches. A test compares them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Theme(StrEnum):
    """On what kind of page a picture stands."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Palette:
    """Paper and ink; one blue; one warm accent for the day alone."""

    paper: str
    ink: str
    ink_soft: str
    line: str
    line_firm: str
    blue: str
    blue_pale: str
    grey: str
    day: str
    day_pale: str


PALETTES: Final = {
    Theme.LIGHT: Palette(
        paper="#fbf9f4",
        ink="#15202b",
        ink_soft="#515c67",
        line="#dcd7cb",
        line_firm="#84888c",
        blue="#0a59cc",
        blue_pale="#c9dcf7",
        grey="#858b93",
        day="#ad430d",
        day_pale="#f7ece0",
    ),
    Theme.DARK: Palette(
        paper="#0f151e",
        ink="#ece8df",
        ink_soft="#a4aeb9",
        line="#2a3442",
        line_firm="#75808d",
        blue="#78b6ff",
        blue_pale="#23405f",
        grey="#7c8692",
        day="#ffad69",
        day_pale="#241d19",
    ),
}
