"""A payment as Zarinpal's own record tells it, in the port's words. Amounts are rial throughout."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from avdet.ports.payments import Movement, PaymentState, PaymentStatus

_TEHRAN: Final = ZoneInfo("Asia/Tehran")
_STATES: Final[dict[str, PaymentState]] = {
    "IN_BANK": "waiting",
    "ACTIVE": "waiting",
    "PAID": "paid",
    "VERIFIED": "paid",
    "REFUNDED": "refunded",
    "REVERSED": "reversed",
}
_ARRIVED: Final = frozenset({"PAID", "DONE", "SUCCESS", "RECONCILED"})
_CAME_BACK: Final = frozenset({"FAILED", "REJECTED", "CANCELED", "REVERSED"})


def status_of(session: dict[str, Any], *, reversed_at_bank: bool) -> PaymentStatus:
    """The payment; `reversed_at_bank` is what the inquiry says, which the record itself may not show."""
    amount = int(session.get("amount") or 0)
    movement = movement_of(session)
    returned = amount if reversed_at_bank else movement.amount_minor if movement and movement.state != "failed" else 0
    state = _STATES.get(str(session.get("status")), "failed")
    return PaymentStatus(
        reference=str(session.get("reference_id") or session.get("authority") or ""),
        state="reversed" if reversed_at_bank else _returned(state, returned, amount),
        paid_minor=amount,
        returned_minor=returned,
        currency="IRR",
        paid_at=_moment(_timeline(session).get("verified_time") or session.get("created_at")),
        movements=(movement,) if movement else (),
    )


def movement_of(session: dict[str, Any]) -> Movement | None:
    """The payment's one way back, if it has been asked for."""
    refund = session.get("refund")
    if not isinstance(refund, dict) or not refund.get("id"):
        return None
    payout = refund.get("instant_payout") or {}
    told = _timeline(session)
    return Movement(
        kind="refund",
        reference=str(refund["id"]),
        key="",
        amount_minor=int(payout.get("amount") or told.get("refund_amount") or 0),
        at=_moment(payout.get("reconciled_at") or told.get("refund_time")),
        state=_state(str(payout.get("status") or told.get("refund_status") or "")),
    )


def _state(said: str) -> Literal["done", "pending", "failed"]:
    return "done" if said in _ARRIVED else "failed" if said in _CAME_BACK else "pending"


def _returned(state: PaymentState, returned: int, amount: int) -> PaymentState:
    if state not in {"paid", "refunded"} or not returned:
        return "paid" if state == "refunded" else state
    return "refunded" if returned >= amount else "partly_refunded"


def _timeline(session: dict[str, Any]) -> dict[str, Any]:
    told = session.get("timeline") or {}
    return told[-1] if isinstance(told, list) and told else told if isinstance(told, dict) else {}


def _moment(said: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=_TEHRAN)
