"""What the interview asks, and how an answer is read: figures in any digits, dates in the reader's calendar."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from avdet.core import jalali
from avdet.core.facts import BY_NAME, MAX_MINOR, MAX_QUANTITY
from avdet.core.vocabulary import EVENTS
from avdet.words.catalogue import code, say
from avdet.words.digits import digits, number
from avdet.words.trace import value_words

Kind = Literal["yes_no", "menu", "day", "clock", "amount", "count"]
Reply = bool | int | str | date | None
"""What an answer comes to; for a day or a clock `None` means that it has not happened, or that noon will do."""


class Unclear(Exception):  # noqa: N818 - no fault of the program's
    """An answer that cannot be understood; its text is said to the person."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question. `key` is where its answer is kept; `values` are what a menu's numbers stand for."""

    key: str
    kind: Kind
    text: str
    values: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    empty: bool = False


def prompt(key: str, language: str, currency: str, today: date) -> Prompt:
    """The prompt for a key: a fact's name, `<event>_at`, or `<event>_at.clock`."""
    if key.endswith(".clock"):
        return Prompt(key, "clock", say(language, "ask", "clock", example=digits("14:30", language)), empty=True)
    if key.endswith("_at"):
        return _day(key, language, today)
    if key == "unit_price":
        return Prompt(key, "amount", say(language, "ask", "unit_price", currency=code(currency, language)))
    if key in ("quantity", "claimed_quantity"):
        return Prompt(key, "count", say(language, "ask", key))
    return _fact(key, language)


def _day(key: str, language: str, today: date) -> Prompt:
    example = _example(today - timedelta(days=9), language)
    if key in ("placed_at", "handed_to_carrier_at", "delivered_at"):
        return Prompt(key, "day", say(language, "ask", key, example=example), empty=key != "placed_at")
    label = BY_NAME[key.removesuffix("_at")].asked(language)
    return Prompt(key, "day", say(language, "ask", "event_at", label=label, example=example), empty=True)


def _fact(key: str, language: str) -> Prompt:
    fact = BY_NAME[key]
    label = fact.asked(language)
    if fact.kind == "enum":
        return Prompt(key, "menu", label, fact.values, tuple(value_words(fact, value, language) for value in fact.values))
    yes, no = keys(language)
    asked = label if fact.known_by != "record" else say(language, "ask", "fact", label=label)
    return Prompt(key, "yes_no", say(language, "ask", "yes_no", question=asked, yes=yes, no=no))


def keys(language: str) -> tuple[str, str]:
    """The letters for yes and no.

    >>> keys("tr")
    ('e', 'h')
    """
    yes, no = say(language, "ask", "keys").split()
    return yes, no


def _example(day: date, language: str) -> str:
    if language == "fa":
        year, month, number_ = jalali.from_gregorian(day)
        return digits(f"{year}/{month:02}/{number_:02}", language)
    return f"{day:%d.%m.%Y}" if language == "tr" else day.isoformat()


# ---- reading ---------------------------------------------------------------------------------------------------------

_ALL_YES: Final = frozenset({"y", "yes", "e", "evet", "ب", "بله", "آری"})
_ALL_NO: Final = frozenset({"n", "no", "h", "hayır", "hayir", "خ", "خیر", "نه"})
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.٫]([0-5][0-9])")


def understand(asked: Prompt, said: str, language: str, today: date) -> Reply:
    """The answer that was typed; `Unclear` with what to type instead.

    >>> understand(Prompt("unit_price", "amount", ""), "۴۵٬۰۰۰", "fa", date(2026, 4, 4))
    45000
    """
    text = digits(" ".join(said.split()), "en").casefold().replace("i\u0307", "i")
    if not text and asked.empty:
        return None
    if asked.kind == "yes_no":
        return _yes_no(text, language)
    if asked.kind == "menu":
        return asked.values[_whole(text, language, 1, len(asked.values)) - 1]
    if asked.kind == "day":
        return _date(text, language, today)
    if asked.kind == "clock":
        return _clock(text, language)
    return _whole(text, language, 0 if asked.kind == "amount" else 1, MAX_MINOR if asked.kind == "amount" else MAX_QUANTITY)


def _yes_no(text: str, language: str) -> bool:
    if text in _ALL_YES:
        return True
    if text in _ALL_NO:
        return False
    yes, no = keys(language)
    raise Unclear(say(language, "ask", "wrong_key", yes=yes, no=no))


def _whole(text: str, language: str, low: int, high: int) -> int:
    bare = re.sub(r"[\s.,٬،_']", "", text)
    if not bare.isdecimal() or len(bare) > 16 or not low <= int(bare) <= high:
        raise Unclear(say(language, "ask", "wrong_number", low=number(low, language), high=number(high, language)))
    return int(bare)


def _date(text: str, language: str, today: date) -> date:
    for key, back in (("today", 0), ("yesterday", 1)):
        if text == say(language, "ask", key):
            return today - timedelta(days=back)
    found = _calendar_date(re.split(r"[-/. ]", text))
    if found is None:
        raise Unclear(say(language, "ask", "wrong_day", example=_example(today, language)))
    if found > today:
        raise Unclear(say(language, "ask", "in_future"))
    return found


def _calendar_date(parts: Sequence[str]) -> date | None:
    """A date as year-month-day or day-month-year; a year before 1700 is Jalali."""
    if len(parts) != 3 or not all(part.isdecimal() and len(part) <= 4 for part in parts):
        return None
    first, month, last = map(int, parts)
    year, day = (first, last) if len(parts[0]) == 4 else (last, first)
    try:
        return jalali.to_gregorian(year, month, day) if 1200 < year < 1700 else date(year, month, day)
    except ValueError:
        return None


def _clock(text: str, language: str) -> int:
    """Minutes after midnight."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise Unclear(say(language, "ask", "wrong_clock", example=digits("14:30", language)))
    return int(match[1]) * 60 + int(match[2])


def event_key(fact: str) -> str | None:
    """The prompt that settles a fact about an event, or `None` if it is about something else.

    >>> event_key("days_since_delivery"), event_key("delivered"), event_key("sealed")
    ('delivered_at', 'delivered_at', None)
    """
    event = fact if fact in EVENTS else BY_NAME[fact].event
    return f"{event}_at" if event else None
