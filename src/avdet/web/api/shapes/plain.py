"""What every shape is made of. What comes in is read strictly: no unknown field, no number that is a text."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from avdet.core.facts import MAX_MINOR, MAX_QUANTITY

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"
"""Text in one line."""
LINES: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Text that may have several."""


class Shape(BaseModel):
    """What goes out."""

    model_config = ConfigDict(extra="forbid")


class Said(BaseModel):
    """What comes in as a document."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Asked(BaseModel):
    """What comes in as parameters of the address."""


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            found = datetime.fromisoformat(value.upper())
            if 1900 <= found.year <= 2200:
                return found
    except ValueError:
        pass
    raise PydanticCustomError("not_a_moment", "not a time with an offset")


def _day(value: Any) -> Any:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("not_a_day", "not a day")


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _figures(value: Any) -> Any:
    """A number in an address: ASCII digits, and nothing else that Python would take for a number."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return value


Moment = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Whole = Annotated[int, BeforeValidator(_whole)]
Figure = Annotated[int, BeforeValidator(_figures)]
Minor = Annotated[Whole, Field(ge=0, le=MAX_MINOR)]
Pieces = Annotated[Whole, Field(ge=1, le=MAX_QUANTITY)]
Line = Annotated[str, Field(max_length=200, pattern=PLAIN)]
Short = Annotated[str, Field(max_length=80, pattern=PLAIN)]
Sku = Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
Note = Annotated[str, Field(max_length=4_000, pattern=LINES)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]


class PageQuery(Asked):
    """Which part of a list."""

    limit: Annotated[Figure, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=60)] = ""


class Money(Shape):
    """An amount in minor units: TRY in kuruş, IRR in rial."""

    amount_minor: int
    currency: Currency


class MoneySaid(Said):
    """An amount in minor units, in the store's own currency."""

    amount_minor: Minor
    currency: Currency
