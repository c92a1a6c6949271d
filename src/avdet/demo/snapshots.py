"""Photographs for the demo's claims: the lines of a product's picture, drawn on a table, with what is wrong marked in red."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from avdet.demo.catalogue import DemoProduct
from avdet.demo.pictures import glyphs

WIDE: Final = 640
HIGH: Final = 480
_SCALE: Final = 3.4
_TOKEN: Final = re.compile(r"[MmLlHhVvCcSsAaZz]|-?[0-9]*\.?[0-9]+")
_TAKES: Final = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "a": 7, "z": 0}
_PIECES: Final = 14
_TABLE: Final = ((214, 203, 186), (198, 206, 203), (222, 214, 208), (205, 199, 190))
Point = tuple[float, float]


def snapshot(product: DemoProduct, side: int, seed: str) -> bytes:
    """A JPEG of 640 by 480 of one side (1 to 6) of a product; the same arguments give the same bytes."""
    drawn = blake2b(f"{product.sku} {seed} {side}".encode(), digest_size=6).digest()
    image = Image.new("RGB", (WIDE, HIGH), _TABLE[drawn[0] % len(_TABLE)])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 330 + drawn[1] % 40, WIDE, HIGH), fill=(150, 138, 122))
    left, top, turn = 110 + drawn[2] % 40, 30 + drawn[3] % 30, (side - 1) % 4 * math.pi / 2 * 0.12
    for line in glyphs()[product.category.glyph]:
        for stroke in strokes(line):
            pen.line([_placed(point, left, top, turn) for point in stroke], fill=(46, 52, 58), width=7, joint="curve")
    at = 200 + drawn[4], 150 + drawn[5] % 120
    pen.line([at, (at[0] + 22, at[1] + 30), (at[0] + 12, at[1] + 52), (at[0] + 38, at[1] + 84)], fill=(168, 42, 34), width=5)
    for dot in range(side):  # as many marks as the side has a number, as on a die
        pen.ellipse((24 + 22 * dot, HIGH - 34, 36 + 22 * dot, HIGH - 22), fill=(250, 248, 243))
    kept = BytesIO()
    image.save(kept, "JPEG", quality=82)
    return kept.getvalue()


def _placed(point: Point, left: float, top: float, turn: float) -> Point:
    x, y = (point[0] - 60) * _SCALE, (point[1] - 60) * _SCALE
    return left + 204 + x * math.cos(turn) - y * math.sin(turn), top + 190 + x * math.sin(turn) + y * math.cos(turn)


def strokes(line: str) -> list[list[Point]]:
    """The strokes of an SVG path as points; curves in short pieces.

    >>> strokes("M10 20h30v5l-5 5z")
    [[(10.0, 20.0), (40.0, 20.0), (40.0, 25.0), (35.0, 30.0), (10.0, 20.0)]]
    """
    found: list[list[Point]] = []
    for command, numbers in _commands(line):
        if command in "Mm":
            found.append([(numbers[0], numbers[1])])
        else:
            stroke = found[-1]
            stroke += [stroke[0]] if command in "Zz" else _DRAWN[command.lower()](stroke[-1], numbers)
    return found


def _commands(line: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with the numbers that it takes; one that is repeated is written once. All but M and z are relative."""
    tokens, command = iter(_TOKEN.findall(line)), ""
    numbers: list[float] = []
    for token in tokens:
        if token.isalpha():
            command = token
        else:
            numbers.append(float(token))
        if command and len(numbers) == _TAKES[command.lower()]:
            yield command, numbers
            numbers = []


def _straight(at: Point, to: Sequence[float]) -> list[Point]:
    return [(at[0] + to[0], at[1] + to[1])]


def _curve(at: Point, n: Sequence[float]) -> list[Point]:
    """A cubic curve."""
    found = []
    for piece in range(1, _PIECES + 1):
        t = piece / _PIECES
        first, second, third = 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        found.append(tuple(at[axis] + first * n[axis] + second * n[2 + axis] + third * n[4 + axis] for axis in (0, 1)))
    return [(x, y) for x, y in found]


def _arc(at: Point, n: Sequence[float]) -> list[Point]:
    """A circle's arc: radius, radius, turn, large, sweep, and where it ends."""
    large, sweep, dx, dy = n[3] != 0, n[4] != 0, n[5], n[6]
    apart = math.hypot(dx, dy)
    radius = max(n[0], apart / 2)
    off = math.sqrt(max(0.0, radius * radius - apart * apart / 4)) * (-1 if large == sweep else 1)
    middle = at[0] + dx / 2 - off * dy / (apart or 1), at[1] + dy / 2 + off * dx / (apart or 1)
    start = math.atan2(at[1] - middle[1], at[0] - middle[0])
    end = math.atan2(at[1] + dy - middle[1], at[0] + dx - middle[0])
    swept = (end - start) % (2 * math.pi) if sweep else -((start - end) % (2 * math.pi))
    return [
        (middle[0] + radius * math.cos(start + swept * i / _PIECES), middle[1] + radius * math.sin(start + swept * i / _PIECES))
        for i in range(1, _PIECES + 1)
    ]


_DRAWN: Final[dict[str, Callable[[Point, Sequence[float]], list[Point]]]] = {
    "l": _straight,
    "h": lambda at, n: _straight(at, (n[0], 0)),
    "v": lambda at, n: _straight(at, (0, n[0])),
    "c": _curve,
    "s": lambda at, n: _curve(at, (0, 0, *n)),
    "a": _arc,
}
