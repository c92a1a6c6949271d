"""Photographs, drawn anew from their pixels: nothing else of the file is kept, so no place, no camera and no script is."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from avdet.records.cases.evidence_limits import MOST_PIXELS, PHOTO_BYTES, EvidenceRefused, Made

LARGEST: Final = 2_400
"""Pixels of a kept photograph's longer side: fine print on a parcel's label can still be read."""
SMALL: Final = 320
FORMATS: Final = ("JPEG", "PNG", "WEBP")
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_FAULTS: Final = (OSError, ValueError, SyntaxError, MemoryError, EOFError)
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_PLAIN: Final = 12
"""Where a small grey copy has fewer steps than this between its darkest and lightest point, there is nothing to compare."""


def photograph(raw: bytes) -> Made:
    """The photograph as a JPEG without metadata, upright, with a thumbnail and its look. `EvidenceRefused` for what is none."""
    if len(raw) > PHOTO_BYTES:
        raise EvidenceRefused("size")
    if raw[4:8] == b"ftyp" and raw[8:12] in _HEIC:
        raise EvidenceRefused("heic")
    drawn = _drawn(raw)
    small = drawn.copy()
    small.thumbnail((SMALL, SMALL))
    return Made(_jpeg(drawn, 86), "image/jpeg", _jpeg(small, 80), drawn.width, drawn.height, look_of(small))


def look_of(picture: Image.Image) -> int | None:
    """64 bits that tell how brightness changes from left to right, signed; `None` for a picture too plain to be told by it.

    Photographs of one scene that were scaled, compressed or brightened differ in few bits; see `apart`.
    """
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    if max(grey) - min(grey) < _PLAIN:
        return None
    bits = 0
    for row in range(8):
        for at in range(8):
            bits = bits << 1 | (grey[row * 9 + at] > grey[row * 9 + at + 1])
    return None if bits.bit_count() in (0, 64) else bits - (bits >> 63 << 64)


def apart(one: int, other: int) -> int:
    """In how many of 64 bits two looks differ.

    >>> apart(-1, -1), apart(-1, 0), apart(5, 4)
    (0, 64, 1)
    """
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def _drawn(raw: bytes) -> Image.Image:
    """The pixels, upright and in colour, at most `LARGEST` wide or high. How many they are is known before any is drawn."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as looked_at:
                if looked_at.width * looked_at.height > MOST_PIXELS:
                    raise EvidenceRefused("pixels")
                looked_at.verify()
            with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
                opened.draft("RGB", (LARGEST, LARGEST))
                opened.load()
                return _on_white(ImageOps.exif_transpose(opened))
    except _BOMBS:
        raise EvidenceRefused("pixels") from None
    except UnidentifiedImageError:
        raise EvidenceRefused("form") from None
    except _FAULTS:
        raise EvidenceRefused("broken") from None


def _on_white(picture: Image.Image) -> Image.Image:
    see_through = "A" in picture.getbands() or "transparency" in picture.info
    picture = picture.convert("RGBA" if see_through else "RGB")
    picture.thumbnail((LARGEST, LARGEST))
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if see_through else None)
    return paper


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
