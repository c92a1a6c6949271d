"""The serial numbers of pieces that were sold, and whether one that is seen is among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from avdet.core.errors import AvdetError
from avdet.records.orders.models import OrderLine, SerialNumber
from avdet.words.faults import coded

LONGEST: Final = 80


def spelt(number: str) -> str:
    """A serial number without spaces, and with letters of one size: two spellings of one number are the same.

    >>> spelt(" ab 12-x")
    'AB12-X'
    """
    return "".join(number.split()).upper()


def among(seen: str, sold: Iterable[str]) -> str:
    """The sold number that was seen; empty where it is none of them.

    >>> among("a 1", ["A1", "A2"]), among("A3", ["A1"])
    ('A1', '')
    """
    return next((each for each in sold if spelt(each) == spelt(seen)), "")


def checked_serials(numbers: Sequence[str], quantity: int, where: str) -> tuple[str, ...]:
    """The numbers without what surrounds them; `AvdetError` for more than there are pieces, one twice, or one that is none."""
    found = tuple(each.strip() for each in numbers)
    if any(not each or len(each) > LONGEST or not each.isprintable() for each in found):
        raise coded(AvdetError, "order.serial", where=where, longest=LONGEST)
    if len(found) > quantity or len({spelt(each) for each in found}) != len(found):
        raise coded(AvdetError, "order.serials", where=where)
    return found


def name_serials(numbers: Mapping[OrderLine, Sequence[str]]) -> None:
    """Keeps the numbers of lines that have just been written. One statement, none where there are none."""
    rows = [
        SerialNumber(line_id=line.pk, number=number, spelt=spelt(number)) for line, each in numbers.items() for number in each
    ]
    if rows:
        SerialNumber.objects.bulk_create(rows)


def serials_of(line: OrderLine) -> list[str]:
    """The numbers of a line's pieces, as far as anybody has told us. One statement."""
    return list(SerialNumber.objects.filter(line=line).order_by("pk").values_list("number", flat=True))
