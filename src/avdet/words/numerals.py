"""Number words in Turkish, Persian and English, and the words for units of time."""

from __future__ import annotations

import re
from typing import Final

_TR: Final = (
    "bir iki üç dört beş altı yedi sekiz dokuz", "on yirmi otuz kırk elli altmış yetmiş seksen doksan",
    "yüz", "bin", "milyon",
)  # fmt: skip
_EN: Final = (
    "one two three four five six seven eight nine", "ten twenty thirty forty fifty sixty seventy eighty ninety",
    "hundred", "thousand", "million",
)  # fmt: skip
_FA: Final = (
    "یک دو سه چهار پنج شش هفت هشت نه", "ده بیست سی چهل پنجاه شصت هفتاد هشتاد نود", "صد", "هزار", "میلیون",
)  # fmt: skip


def _table(units: str, tens: str, *powers: str) -> dict[str, int]:
    found = {word: n for n, word in enumerate(units.split(), 1)}
    found |= {word: 10 * n for n, word in enumerate(tens.split(), 1)}
    return found | dict(zip(powers, (100, 1_000, 1_000_000), strict=True))


WORDS: Final = {"tr": _table(*_TR), "fa": _table(*_FA), "en": _table(*_EN)}
WORDS["en"] |= dict(zip(
    ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    range(11, 20), strict=True))  # fmt: skip
WORDS["fa"] |= dict(zip(
    ("یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده"),
    range(11, 20), strict=True))  # fmt: skip
WORDS["fa"] |= {"دویست": 200, "سیصد": 300, "چهارصد": 400, "پانصد": 500, "ششصد": 600, "هفتصد": 700, "هشتصد": 800,
                "نهصد": 900, "هیجده": 18, "شیش": 6}  # fmt: skip
POWERS: Final = frozenset({100, 1_000, 1_000_000})

NOT_ALONE: Final = {"tr": frozenset({"yüz", "bin"}), "fa": frozenset({"نه"}), "en": frozenset[str]()}
"""Words that also mean something else (a face, *board!*, *no*): a figure only beside a unit or another number word."""

BOTH: Final = {"tr": ("her", "iki"), "fa": ("هر", "دو"), "en": ("", "")}
"""*Both*: the second word counts nothing after the first."""

KIND_OF: Final = {
    "tr": re.compile(r"boyutlu|adımlı|aşamalı|yön|taraf"), "fa": re.compile(r"بعدی|مرحله‌ای|طرف|سر\b|سوی\b"),
    "en": re.compile(r"dimensional|step|ways?\b|sided|directions"),
}  # fmt: skip
"""Words before which a spelt number tells the kind of thing, or means *both*: three-dimensional, two-step, iki yön."""

JOINTS: Final = {
    "tr": frozenset({"ile", "ila", "ilâ", "ve", "veya", "ya", "da", "en", "çok", "-", "–"}),
    "fa": frozenset({"تا", "یا", "و", "الی", "-", "–"}),
    "en": frozenset({"to", "or", "and", "-", "–"}),
}
"""Words between two figures that share the unit which follows the second."""

TOMAN: Final = frozenset({"تومان", "تومن", "toman", "tomans", "tümen"})

_UNIT_WORDS: Final = {
    "tr": ((r"iş gün(?!c)\w*", "working_days"), (r"(?:iş|mesai|çalışma) saat\w*", "working_hours"),
           (r"(?:takvim )?gün(?!c)\w*", "days"),
           (r"saat\w*", "hours"), (r"hafta\w*", "weeks"), (r"ay(?:ı|ın|ında|da|dan|a|lık|dır)?", "months"),
           (r"(?:yıl|sene)\w*", "years")),
    "fa": ((r"روز ?کاری", "working_days"), (r"ساعت ?کاری", "working_hours"), (r"روز(?:ه|ی)?", "days"),
           (r"ساعت(?:ه|ی)?", "hours"), (r"هفته(?:ای|ٔ)?", "weeks"), (r"ماه(?:ه|ی)?", "months"),
           (r"سال(?:ه|ی)?", "years")),
    "en": ((r"(?:full )?(?:working|business) days?", "working_days"), (r"(?:working|business) hours?", "working_hours"),
           (r"(?:calendar |full )?days?", "days"), (r"hours?", "hours"), (r"weeks?", "weeks"), (r"months?", "months"),
           (r"years?", "years")),
}  # fmt: skip

UNITS: Final = {
    language: tuple((re.compile(rf"{pattern}(?!\S)"), unit) for pattern, unit in words)
    for language, words in _UNIT_WORDS.items()
}
"""Language → (pattern over words joined by single spaces, unit), the longest first."""
