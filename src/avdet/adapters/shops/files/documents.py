"""JSON files: a list, or a document a line, each one a shop's own order or product; read one by one, never all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from avdet.core.errors import AvdetError
from avdet.words.faults import coded

_CHUNK: Final = 1 << 16
_LARGEST: Final = 8_000_000
_BETWEEN: Final = " \t\r\n,"


def documents(path: Path) -> Iterator[tuple[int, Any]]:
    """(number, document), from 1. Raises AvdetError where the file breaks off or is no JSON."""
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8-sig") as file:
        try:
            held = _begin(file)
            number = 0
            while held := _filled(file, held):
                if held[0] == "]":
                    return
                number += 1
                document, held = _next(file, decoder, held, path.name, number)
                yield number, document
        except UnicodeDecodeError:
            raise coded(AvdetError, "file.json_letters", at=(("file", path.name),)) from None


def _begin(file: IO[str]) -> str:
    """The text after a list's bracket, or all of it where documents stand one a line."""
    held = file.read(_CHUNK).lstrip()
    return held[1:] if held.startswith("[") else held


def _filled(file: IO[str], held: str) -> str:
    """The text from the next document on; empty at the end of the file."""
    held = held.lstrip(_BETWEEN)
    while not held and (more := file.read(_CHUNK)):
        held = more.lstrip(_BETWEEN)
    return held


def _next(file: IO[str], decoder: json.JSONDecoder, held: str, name: str, number: int) -> tuple[Any, str]:
    while True:
        try:
            document, end = decoder.raw_decode(held)
            return document, held[end:]
        except json.JSONDecodeError:
            more = file.read(_CHUNK) if len(held) < _LARGEST else ""
            if not more:
                raise coded(AvdetError, "file.not_json", at=(("file", name), ("document", number))) from None
            held += more
