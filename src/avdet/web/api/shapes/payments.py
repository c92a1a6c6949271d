"""Money that came in, money on its way back, and sums that are given without a return."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from avdet.web.api.shapes.choices import PaymentState, RefundState
from avdet.web.api.shapes.orders import Method
from avdet.web.api.shapes.plain import LINES, PLAIN, Line, Moment, Money, MoneySaid, PageQuery, Said, Shape


class PaymentDocument(Shape):
    """One payment; `refunded` is what has been promised back of it."""

    id: int
    order: str
    method: str
    gateway: str
    reference: str
    amount: Money
    refunded: Money
    state: str
    card_last_digits: str
    paid_at: datetime | None
    created_at: datetime


class PaymentPage(Shape):
    """Payments. `next` is the cursor of the page that follows."""

    data: list[PaymentDocument]
    next: str | None


class PaymentQuery(PageQuery):
    """What a list of payments is narrowed to."""

    state: PaymentState | None = None


class PaymentSaid(Said):
    """A payment that came in. The same gateway and reference again change nothing."""

    amount: MoneySaid
    method: Method
    gateway: Annotated[str, Field(max_length=30, pattern=PLAIN)] = "manual"
    reference: Annotated[str, Field(max_length=120, pattern=PLAIN)] = ""
    paid_at: Moment | None = None
    card_last_digits: Annotated[str, Field(pattern="^([0-9]{4})?$")] = ""
    payer_name: Line = ""


class RefundDocument(Shape):
    """A sum that is owed back: granted is a promise, confirmed is a fact."""

    id: int
    order: str
    payment: int
    remedy: int | None
    amount: Money
    state: str
    reason: str
    because: list[dict[str, Any]]
    due_by: datetime | None
    granted_at: datetime
    confirmed_at: datetime | None
    attempts: int


class RefundPage(Shape):
    """Refunds. `next` is the cursor of the page that follows."""

    data: list[RefundDocument]
    next: str | None


class RefundQuery(PageQuery):
    """What a list of refunds is narrowed to."""

    state: RefundState | None = None


class AccountSaid(Said):
    """A card or an IBAN of the customer's; `consent` is the sentence that they agreed to. A minor's may be a parent's, the
    father's first. The number is kept sealed, and no answer shows it.
    """

    number: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
    holder: Literal["self", "father", "mother"] = "self"
    holder_name: Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN)]
    consent: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]
    no_father: bool = False


class GoodwillSaid(Said):
    """A sum that the store gives back without a return, and why."""

    amount: MoneySaid
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=LINES)]


class GoodwillDocument(Shape):
    """A sum without a return: `waiting` for a second person, `granted` or `refused`."""

    id: int
    order: str
    amount: Money
    reason: str
    state: str
    made_at: datetime
    ended_at: datetime | None


class GoodwillList(Shape):
    """Sums that wait for a second person, the oldest first."""

    data: list[GoodwillDocument]
