"""What pages and messages say: one catalogue a face and language, found by where it lies.

`web/<face>/words/<language>.json` holds nested groups; a phrase is named `face.group.key`. `workflows/words/` is the face
`workflows`. A phrase may have a sibling `key.one`, said where its `count` is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES
from avdet.words.digits import number

ROOT: Final = Path(__file__).resolve().parents[1]
_TURNED: Final = re.compile("[0-9]+[-/.][A-Za-z]")
"""Figures before Latin letters, which a Persian line would draw after them."""


def folders() -> dict[str, Path]:
    """Face → the folder of its catalogues."""
    found = {path.parent.name: path for path in sorted(ROOT.glob("web/*/words"))}
    return found | {path.parent.name: path for path in ROOT.glob("workflows/words")}


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every phrase of a language by its full name. `AvdetError` for a language that is not spoken here."""
    if language not in LANGUAGES:
        raise AvdetError(f"{language!r:.40} is no language here", where="language", cure=f"use {', '.join(LANGUAGES)}")
    return {f"{face}.{key}": text for face, folder in folders().items() for key, text in _read(folder / f"{language}.json")}


def _read(path: Path) -> Iterator[tuple[str, str]]:
    if path.exists():
        yield from _flat(json.loads(path.read_text(encoding="utf-8")))


def _flat(group: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in group.items():
        if isinstance(value, str):
            yield before + key, value
        else:
            yield from _flat(value, f"{before}{key}.")


def pattern(language: str, key: str, count: object = None) -> str:
    """A phrase with its places unfilled; the form for one where `count` is 1 and the language has such a form."""
    known = catalogue(language)
    text = (known.get(f"{key}.one") if count == 1 else None) or known.get(key)
    if text is None:
        where = f"words/{language}.json"
        raise AvdetError(f"no phrase is called {key!r:.80}", where=where, cure="write it in all three languages")
    return text


def phrase(language: str, key: str, **values: object) -> str:
    """A phrase as plain text; whole numbers take the language's digits.

    >>> phrase("en", "shared.ago.days", count=1), phrase("fa", "shared.ago.days", count=3)
    ('1 day ago', '۳ روز پیش')
    """
    text = pattern(language, key, values.get("count"))
    said = {name: _straight(spoken(value, language), language) for name, value in values.items()}
    return text.format(**said) if said else text


def _straight(text: str, language: str) -> str:
    """A number such as 12-R1 with a mark before it that nobody sees: a Persian line would draw its figures after its letters.

    >>> _straight("12-R1", "fa") == "\\u200e12-R1", _straight("12-R1", "tr"), _straight("A-1", "fa")
    (True, '12-R1', 'A-1')
    """
    return f"\u200e{text}" if language == "fa" and _TURNED.match(text) else text


def spoken(value: object, language: str) -> str:
    """A value as it stands in a phrase.

    >>> spoken(1200, "tr"), spoken("A-1", "fa")
    ('1.200', 'A-1')
    """
    return number(value, language) if isinstance(value, int) and not isinstance(value, bool) else str(value)
