"""An order's money as its customer is shown it, without what only the books need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import RefundEvent


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment: `state` is expected, paid or failed, `at` when the money came in."""

    state: str
    amount_minor: int
    card_last_digits: str
    at: datetime | None
    pk: int = 0
    reference: str = ""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund: `at` is when it arrived, else when it was granted; `due_by` until when it has to arrive.

    `asks` is what its customer was asked for last, and may still give: an `account`, or the payer's `documents`.
    """

    state: str
    amount_minor: int
    at: datetime
    due_by: datetime | None
    pk: int = 0
    asks: str = ""


@dataclass(frozen=True, slots=True)
class MoneyShown:
    """What came in and what goes back, the oldest first; minor units of the order's currency.

    `due_minor` is still to be paid; `left_minor` came in and can still be promised back.
    """

    payments: list[Paid]
    refunds: list[GivenBack]
    due_minor: int
    left_minor: int = 0

    @property
    def asks(self) -> str:
        """What the customer is asked for before money can go back: an account, the payer's documents, or nothing."""
        return next((each.asks for each in self.refunds if each.asks), "")


_ASKING: Final = {"account_asked": "account", "documents_asked": "documents"}
_ANSWERS: Final = ("account_chosen", "documents_checked")
_PAID: Final = ("pk", "state", "amount_minor", "card_last_digits", "paid_at", "reference", "refunded_minor")
_BACK: Final = tuple(f"refunds__{each}" for each in ("pk", "state", "amount_minor", "confirmed_at", "granted_at", "due_by"))


def money_shown(order: Order) -> MoneyShown:
    """One statement, whatever was paid and paid back; another one for the order's lines unless they are at hand."""
    said = RefundEvent.objects.filter(refund=OuterRef("refunds__pk"), kind__in=(*_ASKING, *_ANSWERS)).order_by("-id")
    known = Payment.objects.filter(order=order).annotate(asked=Subquery(said.values("kind")[:1])).order_by("pk", "refunds__pk")
    rows = list(known.values(*_PAID, *_BACK, "asked"))
    payments, promised = {row["pk"]: _paid(row) for row in rows}, {row["pk"]: row["refunded_minor"] for row in rows}
    paid = sum(each.amount_minor for each in payments.values() if each.state == "paid")
    owed = 0 if order.state == "cancelled" else to_pay_minor(order)
    refunds = [_back(row) for row in rows if row["refunds__pk"]]
    return MoneyShown(list(payments.values()), refunds, max(0, owed - paid), paid - sum(promised.values()))


def _paid(row: dict[str, Any]) -> Paid:
    return Paid(row["state"], row["amount_minor"], row["card_last_digits"], row["paid_at"], row["pk"], row["reference"])


def _back(row: dict[str, Any]) -> GivenBack:
    at = row["refunds__confirmed_at"] or row["refunds__granted_at"]
    state = row["refunds__state"]
    asks = _ASKING.get(row["asked"], "") if state in ("granted", "failed") else ""
    return GivenBack(state, row["refunds__amount_minor"], at, row["refunds__due_by"], row["refunds__pk"], asks)
