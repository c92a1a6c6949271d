"""Amounts and times as documents."""

from __future__ import annotations

from datetime import UTC, datetime

from avdet.core.errors import AvdetError
from avdet.web.api.shapes.plain import MoneySaid

Plain = dict[str, object]


def money(amount_minor: int, currency: str) -> Plain:
    """An amount, with the currency that it is of."""
    return {"amount_minor": amount_minor, "currency": currency}


def minor(said: MoneySaid | None, currency: str, where: str) -> int | None:
    """What an amount that came in is in minor units; `AvdetError` where it is of another currency."""
    if said is None:
        return None
    if said.currency != currency:
        what = f"{said.currency} in a store that sells in {currency}"
        raise AvdetError(what, where=f"{where}.currency", cure=f"give the amount in {currency}")
    return said.amount_minor


def columns(row: object, names: tuple[str, ...]) -> dict[str, object]:
    """Columns of a record as they are told: every time as UTC, whether it comes from the database or has just been made."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: value.astimezone(UTC) if isinstance(value, datetime) else value for name, value in values}
