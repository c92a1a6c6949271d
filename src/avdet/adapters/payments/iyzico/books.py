"""A payment as Iyzico's reporting service tells it, in the port's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from avdet.ports.amounts import to_minor
from avdet.ports.payments import Movement, PaymentState, PaymentStatus

_ISTANBUL: Final = ZoneInfo("Europe/Istanbul")
_SUCCESS, _WAITING = 1, 0
_RETURNED: Final[dict[str, PaymentState]] = {"TOTALLY_REFUNDED": "refunded", "PARTIALLY_REFUNDED": "partly_refunded"}
_Kind = Literal["reverse", "refund"]


def status_of(payment: dict[str, Any]) -> PaymentStatus:
    """The payment, with a movement for each key: one amount-based refund stands on several basket items. Of those that were not
    begun here, and have no key, there is one for each reference.
    """
    currency = str(payment.get("currency") or "TRY")
    refunds = [each for item in payment.get("itemTransactions") or [] for each in item.get("refunds") or []]
    movements = (*_movements(payment.get("cancels") or [], "reverse", currency), *_movements(refunds, "refund", currency))
    return PaymentStatus(
        reference=str(payment["paymentId"]),
        state=_state(payment, movements),
        paid_minor=to_minor(str(payment.get("paidPrice") or "0"), currency)[0],
        returned_minor=sum(each.amount_minor for each in movements if each.state != "failed"),
        currency=currency,
        paid_at=_moment(payment.get("createdDate")),
        movements=movements,
    )


def _state(payment: dict[str, Any], movements: Iterable[Movement]) -> PaymentState:
    if any(each.kind == "reverse" and each.state != "failed" for each in movements):
        return "reversed"
    if payment.get("paymentStatus") == _WAITING:
        return "waiting"
    if payment.get("paymentStatus") != _SUCCESS:
        return "failed"
    return _RETURNED.get(str(payment.get("paymentRefundStatus")), "paid")


def _movements(rows: list[dict[str, Any]], kind: _Kind, currency: str) -> Iterator[Movement]:
    by_key: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        key, reference = str(row.get("refundConversationId") or row.get("conversationId") or ""), _reference(row)
        by_key[key, "" if key else reference].append(row)
    for (key, _), parts in by_key.items():
        yield Movement(
            kind=kind,
            reference=_reference(parts[0]),
            key=key,
            amount_minor=sum(to_minor(str(part.get("refundPrice") or "0"), currency)[0] for part in parts),
            at=_moment(parts[0].get("createdDate")),
            state=_movement_state(parts),
        )


def _reference(row: dict[str, Any]) -> str:
    return str(row.get("hostReference") or row.get("refundTxId") or "")


def _movement_state(parts: list[dict[str, Any]]) -> Literal["done", "pending", "failed"]:
    states = {part.get("refundStatus") for part in parts}
    return "done" if states == {_SUCCESS} else "pending" if states <= {_SUCCESS, _WAITING} else "failed"


def _moment(said: Any) -> datetime | None:
    """Iyzico writes the time of Istanbul without saying so."""
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_ISTANBUL)
