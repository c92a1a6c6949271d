"""A picture that somebody uploads, drawn anew: what is kept is our own PNG, whatever the file had in it."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from avdet.core.errors import AvdetError

MAX_BYTES = 2_000_000
MAX_PIXELS = 25_000_000
LARGEST = (640, 200)
"""Pixels; a larger logo is made smaller. Pages show it 36 high, so that is enough for any screen and for paper."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def logo_png(raw: bytes) -> bytes:
    """The picture as a PNG without metadata. `AvdetError` for what is no picture of an accepted kind, or too large."""
    if len(raw) > MAX_BYTES:
        raise AvdetError("the picture is larger than 2 MB", where="logo.size", cure="save it smaller")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
                return _drawn(picture)
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise AvdetError(
            "this is no picture that can be read", where="logo.kind", cure="choose a PNG, JPEG, WebP or GIF file"
        ) from None


def _drawn(picture: Image.Image) -> bytes:
    if picture.width * picture.height > MAX_PIXELS:
        raise AvdetError("the picture has too many pixels", where="logo.size", cure="save it smaller")
    drawn = picture.convert("RGBA")
    drawn.thumbnail(LARGEST)
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()
