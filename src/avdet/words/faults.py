"""Errors in the language of whoever meets them: each code has what is wrong and what to do about it in three languages.

The English of a coded error comes from here as well. What only those who run Avdet meet has no code and is said in English.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from avdet.core.errors import AvdetError, Steps
from avdet.words.catalogue import HERE, PDI, capital, code
from avdet.words.digits import digits, number

_FSI: Final = "\u2068"
"""Isolates what somebody has written, whichever way it runs."""
_COMMA: Final = {"fa": "، "}
_ARROW: Final = {"fa": "←"}
E = TypeVar("E", bound=AvdetError)


class Said(NamedTuple):
    """An error as its reader is told of it."""

    what: str
    where: str
    cure: str


@cache
def faults(language: str) -> dict[str, dict[str, Any]]:
    """Group → name → its `what` and `cure`; the group `place` holds the words for where something stands."""
    found: dict[str, dict[str, Any]] = json.loads((HERE / f"faults.{language}.json").read_text(encoding="utf-8"))
    return found


def coded(kind: type[E], name: str, /, *, where: str = "", at: Steps = (), **values: object) -> E:
    """An error of a `kind` by its code, ready to be raised; in English until `said` says it in another language.

    >>> str(coded(AvdetError, "cell.not_whole", at=(("file", "a.csv"), ("row", 7), ("column", "quantity")), said="x"))
    "a.csv: row 7, column quantity: 'x' is no whole number → write figures only"
    """
    bare = kind("", where=where, code=name, values=values, at=at)
    what, place, cure = said(bare, "en")
    return kind(what, where=place, cure=cure, code=name, values=values, at=at)


def said(error: AvdetError, language: str) -> Said:
    """What is wrong, where, and what helps; in English where the error has no code."""
    if not error.code:
        return Said(error.what, error.where, error.cure)
    group, _, name = error.code.partition(".")
    known = faults(language)[group][name]
    values = {each: _spoken(value, language) for each, value in error.values.items()}
    place = _place(error.at, language) if error.at else error.where
    return Said(known["what"].format(**values), place, known["cure"].format(**values))


def in_words(error: AvdetError, language: str) -> str:
    """The whole of it in one line, as `str` says it in English."""
    what, where, cure = said(error, language)
    return (f"{where}: " if where else "") + what + (f" {_ARROW.get(language, '→')} {cure}" if cure else "")


def in_sentences(error: AvdetError, language: str) -> str:
    """What is wrong and what helps, as a page says it to somebody who looks at the place itself.

    >>> in_sentences(coded(AvdetError, "case.no_withdrawal"), "tr")
    'Bu talep artık geri alınamaz. Mağazaya sorun.'
    """
    what, _, cure = said(error, language)
    return " ".join(_sentence(part, language) for part in (what, cure) if part)


def _sentence(text: str, language: str) -> str:
    return capital(text, language) + ("" if text.endswith((".", "!", "?", "؟")) else ".")


def _spoken(value: object, language: str) -> str:
    """A whole number in the language's digits; what somebody has written with nothing in it that cannot be seen."""
    if isinstance(value, int):
        return number(value, language)
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value))
    return f"{_FSI}{text}{PDI}" if language == "fa" else text


def _place(at: Steps, language: str) -> str:
    file = next((code(str(value), language) for step, value in at if step == "file"), "")
    words = faults(language)["place"]
    steps = _COMMA.get(language, ", ").join(
        words[step].format(n=digits(str(value), language) if isinstance(value, int) else code(str(value), language))
        for step, value in at
        if step != "file"
    )
    return ": ".join(part for part in (file, steps) if part)
