"""Draws a product's picture: its category's lines on paper in the store's accent, with a mark of the product's own."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from html import escape
from typing import Final

from msgspec import Struct

from avdet.demo.catalogue import DemoProduct
from avdet.demo.reading import HERE, read

SIZE: Final = 480
_PAPERS: Final = ("#faf8f3", "#f7f7f4", "#f9f6f1", "#f6f8f8", "#f8f6f8", "#f5f7f2")
_TURNS: Final = (-6, -3, 0, 3, 6)


class _GlyphsFile(Struct, frozen=True, forbid_unknown_fields=True):
    glyphs: dict[str, list[str]]


@cache
def glyphs() -> dict[str, list[str]]:
    """Every glyph's lines, as SVG path data on a field of 120 by 120."""
    return read(HERE / "glyphs.yaml", _GlyphsFile).glyphs


def picture_svg(product: DemoProduct, accent: str) -> str:
    """An SVG document of 480 by 480 without style or script; the same product and accent give the same bytes."""
    seed = blake2b(product.sku.encode(), digest_size=4).digest()
    paper, turn = _PAPERS[seed[0] % len(_PAPERS)], _TURNS[seed[1] % len(_TURNS)]
    lines = "".join(f'<path d="{line}"/>' for line in glyphs()[product.category.glyph])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120" width="{SIZE}" height="{SIZE}" role="img">'
        f"<title>{escape(product.name)}</title>"
        f'<rect width="120" height="120" fill="{paper}"/>'
        f'<circle cx="{52 + seed[2] % 17}" cy="{54 + seed[3] % 13}" r="{36 + seed[2] % 9}" fill="{accent}" opacity="0.09"/>'
        f'<g transform="rotate({turn} 60 60) translate(9.6 9.6) scale(0.84)" fill="none" stroke="{accent}" stroke-width="2.6" '
        f'stroke-linecap="round" stroke-linejoin="round">{lines}</g>'
        f'{_mark(seed, accent)}<path d="M14 110.5h92" stroke="{accent}" stroke-width="0.6" opacity="0.45"/></svg>'
    )


def _mark(seed: bytes, accent: str) -> str:
    """A row of eight cells, filled by the product's own bits: two products of a shelf do not look the same."""
    strengths = [0.85 if seed[3] >> bit & 1 else 0.2 for bit in range(8)]
    return "".join(
        f'<rect x="{14 + 5 * i}" y="104.5" width="3" height="3" fill="{accent}" opacity="{strength}"/>'
        for i, strength in enumerate(strengths)
    )
