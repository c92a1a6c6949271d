"""What may be done with an order now: the lifecycle's moves that its reader may make, each with what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from avdet.core.lifecycles import DELIVERY, ORDER
from avdet.records.deliveries.actions import MOVES
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import left_to_send
from avdet.records.orders.models import Order, OrderLine
from avdet.records.refunds.shown import MoneyShown
from avdet.web.desk.pages import HANDS, PURSES, WRITERS
from avdet.words import money as priced
from avdet.words.phrases import phrase

WHO: Final = {
    "approve": HANDS, "pay": ("desk", *PURSES), "prepare": HANDS, "hand_over": HANDS, "plan": HANDS, "happened": HANDS,
    "cancel": HANDS, "invoice": ("desk", *PURSES), "close": HANDS, "goodwill": PURSES, "note": WRITERS,
}  # fmt: skip
"""Move → who may make it."""
_KINDS: Final = {
    "cancel": "danger", "note": "plain", "invoice": "plain", "plan": "plain", "happened": "plain", "pay": "plain",
    "goodwill": "plain",
}  # fmt: skip
_ICONS: Final = {
    "approve": "circle-check", "pay": "credit-card", "prepare": "package", "hand_over": "truck", "plan": "boxes",
    "happened": "map-pin", "cancel": "circle-x", "invoice": "receipt-text", "close": "check", "goodwill": "hand-coins",
    "note": "pencil",
}  # fmt: skip
_TOLD: Final = ("approve", "pay", "prepare", "hand_over", "happened", "cancel")
"""Moves of which the customer is told."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One move: what follows, sentence by sentence; and the key that opens it, if it has one."""

    name: str
    icon: str
    kind: str
    follows: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """An order as it lies on the desk: what the moves and their forms are made of."""

    order: Order
    lines: list[OrderLine]
    deliveries: list[Delivery]
    money: MoneyShown

    @property
    def left(self) -> list[tuple[OrderLine, int]]:
        """The lines of which pieces are still to be sent, and how many."""
        there = left_to_send(self.lines, self.deliveries)
        return [(line, there[line.pk]) for line in self.lines if line.pk in there]

    @property
    def planned(self) -> list[Delivery]:
        """Deliveries that nobody has handed over yet."""
        return [each for each in self.deliveries if each.state == DELIVERY.first]

    @property
    def news(self) -> list[tuple[Delivery, list[str]]]:
        """What may be told of each delivery: the kinds of event whose move its lifecycle allows, and notes."""
        found = []
        for each in self.deliveries:
            kinds = [kind for kind, move in MOVES.items() if kind != "handed_over" and DELIVERY.allows(each.state, move)]
            if kinds:
                found.append((each, [*kinds, "on_the_way"]))
        return found


def offered(desk: Desk, role: str | None, language: str) -> list[Offered]:
    """The allowed moves, the one that leads on first. The first of them is the page's main one."""
    made = [
        Offered(name, _ICONS[name], _KINDS.get(name, "plain"), tuple(_follows(name, desk, language)))
        for name in _open(desk)
        if role in WHO[name]
    ]
    main = next((at for at, each in enumerate(made) if each.name in ("approve", "prepare", "hand_over", "close")), None)
    if main is not None:
        first = made.pop(main)
        made.insert(0, Offered(first.name, first.icon, "main", first.follows))
    return made


def _open(desk: Desk) -> Iterator[str]:
    order, state = desk.order, desk.order.state
    on_delivery = order.payment_method == "cash_on_delivery"
    if ORDER.allows(state, "pay") and (on_delivery or order.paid_at):
        yield "approve"
    if ORDER.allows(state, "prepare"):
        yield "prepare"
    sendable = ORDER.allows(state, "ship") or ORDER.allows(state, "ship_again") or state == "shipped"
    if sendable and (desk.left or desk.planned):
        yield "hand_over"
    if ORDER.allows(state, "close"):
        yield "close"
    if desk.news:
        yield "happened"
    if desk.money.due_minor:
        yield "pay"
    if sendable and desk.left:
        yield "plan"
    if order.invoiced_at is None and state not in ("placed", "cancelled"):
        yield "invoice"
    if ORDER.allows(state, "cancel") or state in ("part_shipped", "shipped"):
        yield "cancel"
    if desk.money.left_minor:
        yield "goodwill"
    yield "note"


def _follows(name: str, desk: Desk, language: str) -> Iterator[str]:
    """The consequences, as sentences."""
    order = desk.order
    recall = name == "cancel" and not ORDER.allows(order.state, "cancel")
    most = priced(desk.money.left_minor, order.currency, language)
    yield phrase(language, f"desk.follows.{'recall' if recall else name}", **({"amount": most} if name == "goodwill" else {}))
    if name == "pay":
        yield phrase(language, "desk.follows.due", amount=priced(desk.money.due_minor, order.currency, language))
    if name == "cancel" and not recall:
        left = desk.money.left_minor
        yield phrase(
            language, "desk.follows.refund" if left else "desk.follows.no_refund", amount=priced(left, order.currency, language)
        )
    if name in _TOLD and not recall:
        yield phrase(language, f"desk.follows.{channels(order)}")


def channels(order: Order) -> str:
    """The phrase that says by which ways its customer is told."""
    contact = order.contact or {}
    told = [name for name in ("phone", "email") if contact.get(name)]
    return "told_both" if len(told) == 2 else f"told_{told[0]}" if told else "told_nobody"
