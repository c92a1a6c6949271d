"""The words of the slip, the interview and the trace: one file a language, all with the same keys."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES

HERE: Final = Path(__file__).parent
LRI, RLI, PDI, RLM, LRM = "\u2066", "\u2067", "\u2069", "\u200f", "\u200e"
"""Unicode's isolates and marks: how a left-to-right code stands inside right-to-left text."""

Words = dict[str, dict[str, str]]


@cache
def words(language: str) -> Words:
    """Every group of words of a language; `AvdetError` for one that has no catalogue."""
    if language not in LANGUAGES:
        raise AvdetError(f"{language!r:.40} is no language here", where="language", cure=f"use {', '.join(LANGUAGES)}")
    found: Words = json.loads((HERE / f"{language}.json").read_text(encoding="utf-8"))
    return found


def say(language: str, group: str, key: str, **values: str) -> str:
    """One phrase with its places filled.

    >>> say("en", "remedy", "refund"), say("tr", "payer", "store")
    ('your money back', 'mağaza öder')
    """
    text = words(language)[group][key]
    return text.format(**values) if values else text


def outcome(language: str, result: str, point: str) -> str:
    """The sentence that stands at the top of a slip.

    >>> outcome("en", "approve", "refund"), outcome("en", "review", "refund")
    ('Your refund can be paid.', 'A member of our team will look at this and decide.')
    """
    group = words(language)["outcome"]
    return group.get(f"{result}.{point}") or group[result]


def capital(text: str, language: str) -> str:
    """Words as they stand alone, such as in a list to choose from.

    >>> capital("iade", "tr"), capital("your money back", "en")
    ('İade', 'Your money back')
    """
    return ("İ" if language == "tr" and text.startswith("i") else text[:1].upper()) + text[1:]


def code(text: str, language: str) -> str:
    """A clause id, number or option as it stands in running text: isolated where the text runs right to left."""
    return f"{LRI}{text}{PDI}" if language == "fa" else text
