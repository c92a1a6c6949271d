"""What an answer comes to in money, in minor units of the order's currency."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from avdet.contract.question import Order, Question
from avdet.contract.shape import Answer, Money
from avdet.core.decide import Decision
from avdet.core.remedies import Pieces, amounts, delivery_shares, paid_for


def money_of(question: Question, line: int, said: Decision | Answer) -> Money | UnsetType:
    """What the claimed line comes to by what is `said` of remedies and carriage; nothing where no remedy is about money."""
    claim, order = question.claim, question.order
    if claim is None or not {"refund", "other_product"} & set(said.remedies):
        return UNSET
    pieces = Pieces(claim.quantity, order.lines[line].quantity, order.lines[line].returned)
    gives_back = said.outbound_shipping == "store" and "refund" in said.remedies
    outbound = delivery_price(order, line, pieces) if gives_back else 0
    found = amounts(goods_price(order, line, pieces), outbound=outbound, return_cost=claim.return_cost,
                    other_price=claim.other_price, customer_bears_return=said.return_shipping == "customer")  # fmt: skip
    difference = UNSET if found.difference is None else found.difference
    kept = outbound if gives_back else UNSET
    return Money(order.lines[line].currency, found.goods, found.deducted, found.refund, difference, kept)


def goods_price(order: Order, line: int, pieces: Pieces) -> int:
    """What was paid for pieces of a line."""
    return pieces.share(_paid(order)[line])


def delivery_price(order: Order, line: int, pieces: Pieces) -> int:
    """What was paid for their first delivery."""
    return pieces.share(delivery_shares(order.shipping, _paid(order))[line])


def _paid(order: Order) -> tuple[int, ...]:
    return paid_for([each.unit_price * each.quantity - each.discount for each in order.lines], order.discount)
