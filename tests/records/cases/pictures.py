"""Pictures for tests: scenes that differ, and files that are not what they seem."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Some boxes on a table: the same for the same seed."""
    dice = random.Random(seed)
    made = Image.new("RGB", size, tuple(dice.randrange(60, 200) for _ in range(3)))
    draw = ImageDraw.Draw(made)
    for _ in range(14):
        x, y = dice.randrange(size[0]), dice.randrange(size[1])
        wide, high = dice.randrange(40, size[0] // 2), dice.randrange(40, size[1] // 2)
        draw.rectangle((x, y, x + wide, y + high), fill=tuple(dice.randrange(256) for _ in range(3)))
    return made


def file(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def photo(seed: int = 1, form: str = "JPEG", **how: Any) -> bytes:
    """A photograph as a phone would hand it in."""
    return file(scene(seed), form, **how)
