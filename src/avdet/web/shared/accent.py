"""A store's one colour, made fit to read: dark enough for text on light paper, light enough on dark."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LIGHT_PAPER: Final = (0xF3, 0xF1, 0xEA)
DARK_PAPER: Final = (0x24, 0x22, 0x1E)
"""The least favourable paper of each scheme: the tint that rows and panels have."""
WHITE: Final = (255, 255, 255)
INK: Final = (0x15, 0x14, 0x12)
READABLE: Final = 4.6
"""A contrast a little above the 4.5 that WCAG 2.2 asks of text."""
CLEAR: Final = 7.0
"""What light letters on dark paper need to look as clear."""
USUAL: Final = "#1f4e79"

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Accent:
    """`light` and `dark` are text colours on the paper of each scheme; `on_light` and `on_dark` are text upon them."""

    light: str
    on_light: str
    dark: str
    on_dark: str


@lru_cache(maxsize=256)
def accent(chosen: str) -> Accent:
    """The readable pair nearest to a chosen `#rrggbb`; what is no colour becomes the usual one.

    >>> accent("#0b5d57").light, accent("#ffee00").on_dark
    ('#0b5d57', '#151412')
    """
    colour = _parsed(chosen if re.fullmatch(r"#[0-9a-fA-F]{6}", chosen) else USUAL)
    light, dark = _moved(colour, LIGHT_PAPER, -1, READABLE), _moved(colour, DARK_PAPER, 1, CLEAR)
    return Accent(_hex(light), _hex(_upon(light)), _hex(dark), _hex(_upon(dark)))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21.

    >>> round(contrast((0, 0, 0), (255, 255, 255)))
    21
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _moved(colour: Colour, paper: Colour, way: int, wanted: float) -> Colour:
    """The colour itself where it reads well on the paper, else the same hue made darker or lighter until it does."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    for step in range(101):
        moved = _rgb(hue, min(1.0, max(0.0, lightness + way * step / 100)), saturation)
        if contrast(moved, paper) >= wanted:
            return moved
    raise AssertionError("black and white read well on every paper")


def _rgb(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue, lightness, saturation))
    return red, green, blue


def _upon(colour: Colour) -> Colour:
    return max((WHITE, INK), key=lambda text: contrast(text, colour))


def _parsed(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
