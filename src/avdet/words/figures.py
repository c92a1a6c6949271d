"""Reads the figures that a sentence states, in digits or in words, each with the unit of time that follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from avdet.words.digits import digits
from avdet.words.numerals import BOTH, JOINTS, KIND_OF, NOT_ALONE, POWERS, TOMAN, UNITS, WORDS

_CODE: Final = re.compile(r"(?<![A-Z])[A-Z]{2,}(?:-[A-Z0-9.]+)+|(?<![A-Za-z])[A-Za-z]+\d\w*|(?<!\d)\d+[A-Z]+\b")
_GROUPED: Final = r"\d{1,3}(?:[.,٬،\u00a0\u202f]\d{3})+(?!\d)"
_CLOCK: Final = r"(?:[01]?\d|2[0-3])[:٫][0-5]\d(?!\d)"
_WORD: Final = r"[^\W\d_]+(?:\u200c[^\W\d_]+)*"
_TOKEN: Final = re.compile(rf"(?P<clock>{_CLOCK})|(?P<number>{_GROUPED}|\d+)|(?P<word>{_WORD})|(?P<mark>\S)")
_KASRA: Final = str.maketrans("", "", "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u200e\u200f")
_HYPHENS: Final = frozenset("-–\u200c")
_WITHIN: Final = {"fa": "و", "en": "-", "tr": ""}
"""What may stand inside one number, after its tens: بیست و چهار, twenty-four."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as stated. `unit` is hours, days, working_days, working_hours, weeks, months, years, `clock` or nothing.

    A clock time counts minutes since midnight. `article` marks a lone word for one (*bir*, *یک*, *a*), which may be no
    figure at all.
    """

    count: int
    unit: str = ""
    article: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: str


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """What a sentence states, in its order.

    >>> figures("yirmi dört saat, en geç 7 ila 10 iş günü", "tr")[0]
    Figure(count=24, unit='hours', article=False)
    >>> [(f.count, f.unit) for f in figures("۷ تا ۱۰ روز کاری", "fa")]
    [(7, 'working_days'), (10, 'working_days')]
    """
    return tuple(_read(list(_tokens(text, language)), language))


def _tokens(text: str, language: str) -> Iterator[_Token]:
    text = digits(_CODE.sub(" ", text.translate(_KASRA)), "en")
    text = text.replace("İ", "i").replace("I", "ı") if language == "tr" else text
    for match in _TOKEN.finditer(text.lower()):
        kind = str(match.lastgroup)
        for piece in _pieces(match.group(), language) if kind == "word" else [match.group()]:
            yield _Token(piece, kind)


def _pieces(word: str, language: str) -> list[str]:
    """`بیست‌وچهار` and `هفت‌روزه` come apart; `سه‌شنبه`, which is no number, does not."""
    parts = [part for piece in word.split("\u200c") for part in _joined(piece, language)]
    numbers = [part in WORDS[language] or part in JOINTS[language] for part in parts]
    if numbers[0] and (all(numbers) or any(pattern.match(parts[-1]) for pattern, _ in UNITS[language])):
        return parts
    return [word]


def _joined(piece: str, language: str) -> list[str]:
    return ["و", piece[1:]] if language == "fa" and piece[0] == "و" and piece[1:] in WORDS["fa"] else [piece]


def _read(tokens: Sequence[_Token], language: str) -> Iterator[Figure]:
    found: list[tuple[Figure, int, int]] = []
    at = 0
    while at < len(tokens):
        figure, after = _figure(tokens, at, language)
        if figure is not None:
            found.append((figure, at, after))
        at = max(after, at + 1)
    for i, (figure, start, after) in enumerate(found):
        unit = figure.unit or _unit(tokens, after, language) or _shared(tokens, found[i + 1 :], after, language)
        if not _mistaken(tokens, start, after, unit, language):
            yield Figure(_toman(tokens, after, figure.count), unit, figure.article)


def _figure(tokens: Sequence[_Token], at: int, language: str) -> tuple[Figure | None, int]:
    token = tokens[at]
    if token.kind == "clock":
        hours, minutes = re.split("[:٫]", token.text)
        return Figure(60 * int(hours) + int(minutes), "clock"), at + 1
    if token.kind == "number":
        count, after = int(re.sub(r"\D", "", token.text)), at + 1
        while after < len(tokens) and WORDS[language].get(tokens[after].text, 0) in POWERS - {100}:
            count, after = count * WORDS[language][tokens[after].text], after + 1
        return Figure(count), after
    return _spelt(tokens, at, language)


def _spelt(tokens: Sequence[_Token], at: int, language: str) -> tuple[Figure | None, int]:
    """The longest run of number words that is one number: each smaller than the last, or a power that multiplies."""
    words, total, part, last, after = WORDS[language], 0, 0, 0, at
    while after < len(tokens):
        step = after + 1 if last >= 20 and tokens[after].text == _WITHIN[language] else after
        value = words.get(tokens[step].text, 0) if step < len(tokens) else 0
        if value in POWERS and (part or not total):
            part = max(part, 1) * value
            total, part = (total + part, 0) if value > 100 else (total, part)
        elif value and (not last or (last > value and (last >= 20 or (language == "tr" and last == 10)))):
            part += value
        else:
            break
        last, after = value, step + 1
    if after == at:
        article = language == "en" and tokens[at].text in ("a", "an")
        return (Figure(1, "", True), at + 1) if article else (None, at)
    return Figure(total + part, "", total + part == 1), after


def _unit(tokens: Sequence[_Token], after: int, language: str) -> str:
    """The unit right after a figure; a hyphen or a Turkish apostrophe ending may stand between."""
    rest = [token.text for token in tokens[after : after + 4] if token.text not in _HYPHENS]
    text = " ".join(rest)
    return next((unit for pattern, unit in UNITS[language] if pattern.match(text)), "")


def _shared(tokens: Sequence[_Token], later: Sequence[tuple[Figure, int, int]], after: int, language: str) -> str:
    """The unit of the next figure, where only *to*, *or* or a dash lies between."""
    if not later:
        return ""
    _, start, end = later[0]
    between = tokens[after:start]
    linked = between and all(token.text in JOINTS[language] for token in between)
    return (_unit(tokens, end, language) or _shared(tokens, later[1:], end, language)) if linked else ""


def _mistaken(tokens: Sequence[_Token], start: int, after: int, unit: str, language: str) -> bool:
    first, second = BOTH[language]
    alone = after == start + 1
    rest = [token.text for token in tokens[after : after + 2] if token.text not in _HYPHENS]
    if tokens[start].kind == "word" and rest and KIND_OF[language].match(rest[0]):
        return True
    if alone and tokens[start].text == second and start and tokens[start - 1].text == first:
        return True
    return alone and tokens[start].text in NOT_ALONE[language] and not unit


def _toman(tokens: Sequence[_Token], after: int, count: int) -> int:
    """Ten rial to the toman, which is what people say."""
    return count * 10 if after < len(tokens) and tokens[after].text in TOMAN else count
