"""What is typed into the desk's forms: amounts, moments, pieces, days. What cannot be meant is an `AvdetError`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import figure
from avdet.ports.amounts import exponent
from avdet.records.orders.models import OrderLine
from avdet.words.digits import digits
from avdet.words.typed_dates import read_day

YEARS: Final = range(1970, 2200)
YES_NO: Final = {"yes": True, "no": False}
SAID: Final[dict[object, str]] = {True: "yes", False: "no"}


def amount(text: str, currency: str) -> int:
    """An amount as people write it, in minor units; more than nothing."""
    try:
        found = figure(text.strip(), exponent(currency))
    except ValueError:
        found = 0
    if found <= 0 or found > 10**15:
        raise AvdetError("not an amount", where="amount_minor", cure="write a number, such as 4500000")
    return found


def moment(text: str, zone: str, now: datetime) -> datetime:
    """A moment on the store's clock, as a browser or a person writes it; nothing means now. Never one that is yet to come."""
    if not text.strip():
        return now
    typed, _, clock = digits(text.strip(), "en").replace("T", " ").rpartition(" ")
    try:
        on, at = day(typed), time.fromisoformat(clock)
    except (AvdetError, ValueError):
        on = None
    if on is None:
        raise AvdetError("not a moment", where="at", cure="choose a day and a time")
    found = datetime.combine(on, at)
    aware = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    if aware > now:
        raise AvdetError("yet to come", where="at", cure="give the time at which it happened")
    return aware


def day(text: str) -> date | None:
    """A day in any calendar of ours, or none. One so far away that no clock of the store's knows it is no day."""
    if not text.strip():
        return None
    found = read_day(text)
    if found is None or found.year not in YEARS:
        raise AvdetError("not a day", where="at", cure="choose a day")
    return found


def pieces(said: Mapping[str, Any], left: Iterable[tuple[OrderLine, int]]) -> dict[int, int]:
    """Order line id → how many of its pieces; all that are left where nothing is said of a line."""
    found = {}
    for line, most in left:
        text = digits(str(said.get(f"line-{line.pk}", most)).strip() or str(most), "en")
        count = int(text) if text.isdecimal() and len(text) < 10 else most + 1
        if count > most:
            raise AvdetError("more pieces than are left", where="pieces", cure="look at how many are left")
        if count:
            found[line.pk] = count
    if not found:
        raise AvdetError("no pieces are named", where="pieces", cure="name at least one")
    return found
