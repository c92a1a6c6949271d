"""What every document is made of: amounts, times, columns of a record."""

from __future__ import annotations

from datetime import UTC, datetime

from avdet.core.errors import AvdetError
from avdet.web.api.shapes.plain import MoneySaid
from avdet.web.api.shapes.remedies import DifferenceSaid
from avdet.words.faults import coded

Plain = dict[str, object]


def money(amount_minor: int, currency: str) -> Plain:
    """An amount, with the currency that it is of."""
    return {"amount_minor": amount_minor, "currency": currency}


def minor(said: MoneySaid | DifferenceSaid | None, currency: str, where: str) -> int | None:
    """What an amount that came in is in minor units; `AvdetError` where it is of another currency."""
    if said is None:
        return None
    if said.currency != currency:
        raise coded(AvdetError, "asked.currency", where=f"{where}.currency", said=said.currency, currency=currency)
    return said.amount_minor


def columns(row: object, names: tuple[str, ...]) -> dict[str, object]:
    """Columns of a record as they are told: times as `moment` has them, whether they come from the database or are new."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: moment(value) if isinstance(value, datetime) else value for name, value in values}


def moment(at: datetime | None) -> datetime | None:
    """A time in UTC and whole seconds: the last instant of a day is its last second.

    >>> moment(datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC)).isoformat()
    '2026-11-22T23:59:59+00:00'
    """
    return at.astimezone(UTC).replace(microsecond=0) if at else None
