"""What each remedy of a case comes to: its pieces' invoiced price, whatever it is today, less what their customer bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from avdet.contract.gather import claimed_line
from avdet.contract.question import Order as Asked
from avdet.contract.question import convert_question
from avdet.contract.sums import delivery_price, goods_price
from avdet.core.errors import AvdetError
from avdet.core.remedies import Pieces, amounts
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Product
from avdet.records.inspections.queries import newest_of
from avdet.records.orders.models import Order
from avdet.records.parcels.queries import parcels_of_case
from avdet.records.payments.queries import is_paid, left_minor
from avdet.records.refunds.queries import given_by_remedies
from avdet.records.remedies.actions import Worth
from avdet.records.remedies.models import MONEY_BACK, SENT_ANEW, VISITS
from avdet.records.remedies.queries import carriages_of, given_to_others
from avdet.words.faults import coded

CHOOSABLE: Final = (*SENT_ANEW, *MONEY_BACK, *VISITS, "redelivery")


@dataclass(frozen=True, slots=True)
class Offer:
    """A remedy that may be chosen: what it comes to, and the clauses that grant it."""

    kind: str
    worth: Worth
    clauses: tuple[str, ...]


def granted_kinds(case: Case) -> tuple[str, ...]:
    """The remedies that a case's decision lets its customer choose among, in the decision's order.

    A refund and a cancellation come to the same.
    """
    granted: Sequence[str] = case.decision.get("remedies", ())
    found = [kind for kind in granted if kind in CHOOSABLE]
    if "refund" in found:
        found = [kind for kind in found if kind != "cancellation"]
    return tuple(kind for kind in found if can_be_carried_out(case, kind))


def can_be_carried_out(case: Case, kind: str) -> bool:
    """Whether a case's goods are where a remedy needs them: none can be brought that are lost, and only what came back
    undelivered is sent again. The carrier comes a second time with what it still has, or says that it has delivered.
    """
    back = case.order.state == "returned"
    match kind:
        case "redelivery":
            return back and case.goods != "lost"
        case "second_visit":
            return not back and case.goods == "with_customer"
    return kind not in VISITS or case.goods != "lost"


def offers(case: Case) -> list[Offer]:
    """Each remedy that may be chosen, with its sums; of another product, what is put towards it. Five statements at most."""
    kinds = granted_kinds(case)
    if not kinds:
        return []
    owed, given = _owed(case), given_by_remedies(case)
    return [Offer(kind, _worth(case, kind, owed, given), clauses_for(case, kind)) for kind in kinds]


def goods_minor(case: Case) -> int:
    """The invoiced price of a case's pieces as the order stood when it was claimed, to the last minor unit."""
    return goods_price(*_pieces(case))


def _pieces(case: Case) -> tuple[Asked, int, Pieces]:
    """The order as it stood, the line, and which of its pieces."""
    question = convert_question(case.question)
    line = claimed_line(question)
    if line is None or question.claim is None:
        raise coded(AvdetError, "claim.no_line", where=f"case {case.number}")
    return question.order, line, Pieces(case.quantity, question.order.lines[line].quantity, case.pieces_before)


def _owed(case: Case) -> tuple[int, int]:
    """The price of a case's pieces, and what is given back of their first delivery: never more than the others have left.

    Pieces that are claimed, let go of and claimed again in other numbers may share an odd minor unit; the last one yields.
    """
    asked, line, (goods, outbound) = _pieces(case), case.order_line, given_to_others(case)
    whole = max(0, min(goods_price(*asked), line.total_minor - line.cancelled_minor - goods))
    if case.decision.get("outbound_shipping") != "store":
        return whole, 0
    return whole, max(0, min(delivery_price(*asked), case.order.shipping_minor - outbound))


def worth_of(case: Case, kind: str, product: Product | None = None) -> Worth:
    """What a remedy comes to. A return that the store paid and the customer bears is taken off what is paid back.

    What an earlier remedy has given already stands for that much of the goods.
    """
    return _worth(case, kind, _owed(case), given_by_remedies(case), product)


def _worth(case: Case, kind: str, owed: tuple[int, int], given: int, product: Product | None = None) -> Worth:
    """The same; `owed` is the pieces' invoiced price and their first delivery, `given` how much an earlier remedy has given."""
    if kind in VISITS:
        return Worth()
    whole, delivery = owed
    goods = max(0, whole - given)
    if kind in MONEY_BACK:
        outbound = max(0, min(delivery, whole + delivery - given))
        bearing = carriages_of(case).get("return")
        charged = bearing is not None and (bearing.paid_by, bearing.borne_by, bearing.settled) == ("store", "customer", "")
        cost = bearing.amount_minor if bearing else 0
        sums = amounts(goods, outbound=outbound, return_cost=cost, customer_bears_return=charged)
        return Worth(goods, sums.deducted, _as_far_as_left(case.order, sums.refund), outbound_minor=outbound)
    price = whole if product is None else product.price_minor * case.quantity
    difference = price - goods
    return Worth(goods, 0, _as_far_as_left(case.order, max(0, -difference)), difference)


def _as_far_as_left(order: Order, owed_minor: int) -> int:
    """What is owed, or what is left of all that was paid where some of it has gone back otherwise: out of goodwill, or in the
    gateway's own panel. As long as an order is not paid in full, nothing is less by it: a person sees to that.
    """
    left = left_minor(order) if owed_minor else owed_minor
    return left if left < owed_minor and is_paid(order) else owed_minor


def clauses_for(case: Case, kind: str) -> tuple[str, ...]:
    """The clauses of a case's decision that grant a remedy."""
    return _clauses(case, "remedies", kind)


def outbound_clauses(case: Case) -> tuple[str, ...]:
    """The clauses of a case's decision that give the first delivery back."""
    return _clauses(case, "outbound_shipping", "store")


def _clauses(case: Case, effect: str, value: str) -> tuple[str, ...]:
    rows = case.decision.get("because", ())
    return tuple(dict.fromkeys(row["clause"] for row in rows if (row["effect"], row["value"]) == (effect, value)))


def grounds(case: Case) -> list[dict[str, Any]]:
    """Why a case's money is owed: the clauses that grant it and say until when, with the policy that they stand in."""
    mark = case.decision.get("policy", {})
    policy = {"policy": mark.get("store"), "version": mark.get("version"), "fingerprint": mark.get("fingerprint")}
    kept = ("outcome", "remedies", "return_shipping", "outbound_shipping", "deadlines.refund_from", "deadlines.refund_by")
    return [
        {**policy, "clause": row["clause"], "effect": row["effect"], "value": row["value"]}
        for row in case.decision.get("because", ())
        if row["effect"] in kept
    ]


def moment_of(case: Case, deadline: str) -> datetime | None:
    """When a deadline of a case's decision falls; `None` where it sets none, or what it runs from has not happened."""
    found: Mapping[str, Any] = case.decision.get("deadlines", {}).get(deadline, {})
    return datetime.fromisoformat(found["at"]) if "at" in found else None


def needs_first(case: Case, kind: str) -> str:
    """What a person has to see to before a remedy can be carried out: `carriage`, `gift`, or nothing.

    `carriage`: the store paid for a return that the customer bears, and nobody has written down what it cost. `gift`: the
    terms want a gift back, and it was not in the parcel; no clause says what then, so a colleague does.
    """
    if kind in MONEY_BACK and case.decision.get("return_shipping") == "customer":
        unknown = "return" not in carriages_of(case)
        if unknown and any(each.paid_by == "store" and each.state == "arrived" for each in parcels_of_case(case)):
            return "carriage"
    seen = newest_of(case)
    return "gift" if seen is not None and seen.checklist.get("gift_back") is False else ""
