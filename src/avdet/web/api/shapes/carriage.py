"""What each way of a case's goods cost, and goods that are kept for their owner."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from avdet.core.vocabulary import PAYERS
from avdet.web.api.shapes.parcels import Carrier
from avdet.web.api.shapes.plain import PLAIN, Money, MoneySaid, Said, Shape, Short

Payer = Literal[PAYERS]  # type: ignore[valid-type]
Reference = Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN, description="The bank's own")]


class CarriageDocument(Shape):
    """One way of the goods: `return`, to the store, or `redelivery`. `paid_by` and `amount` are null until somebody says what
    it cost; `borne_by` is empty where the terms are silent. `settled`: paid, deducted, repaid, charged; empty while it is owed.
    """

    way: str
    borne_by: str
    paid_by: str | None
    amount: Money | None
    clauses: list[str]
    receipt: bool
    settled: str
    recorded_at: datetime | None


class Carriages(Shape):
    """Both ways of a case's goods."""

    data: list[CarriageDocument]


class CarriageSaid(Said):
    """Who paid how much at first. `receipt`: it was seen; what a customer laid out is repaid against it alone."""

    paid_by: Payer
    amount: MoneySaid
    receipt: bool = False


class SettlementSaid(Said):
    """The transfer by which it was repaid to the customer, or charged to them."""

    reference: Reference


class CustodyDocument(Shape):
    """Goods that are kept until `ends_at`. `asked`: their owner wants them sent. `ended`: taken, given_up; empty till then."""

    case: str
    started_at: datetime
    ends_at: datetime
    clauses: list[str]
    asked: bool
    ended: str
    ended_at: datetime | None


class GoodsMoveSaid(Said):
    """`hold`: kept for their owner, as long as the terms say. `send_back`: handed to a carrier. `give_back`: with their owner
    again, brought or fetched. `come_again`: nobody took them in. `lose`: the carrier lost them, and an expert decides anew."""

    move: Literal["hold", "send_back", "give_back", "come_again", "lose"]
    carrier: Carrier = ""
    tracking_number: Short = ""
