"""Placing an order: what was agreed is frozen, its pieces are promised, and its customer is told."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from avdet.records.catalogue.actions import reserve
from avdet.records.catalogue.queries import gifts_of, products_to_sell
from avdet.records.orders.actions import write
from avdet.records.orders.drafts import OrderDraft
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.numbers import next_number
from avdet.records.orders.serials import name_serials
from avdet.records.people.buyers import buyer_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.records.stores.terms import Terms, calendar_in_force, terms_in_force, terms_of
from avdet.workflows.notices.tell_catalogue import tell_stock
from avdet.workflows.notices.tell_order import tell_order
from avdet.workflows.orders.draft_order import buyer, check, rows, sell
from avdet.workflows.policy.ask_policy import Denied, OrderFile, ask, because


def place_order(store: Store, draft: OrderDraft, *, actor: Actor, now: datetime) -> Order:
    """Places an order: all of it, or nothing.

    What a customer orders is put to the terms first (`checkout`), and `Denied` where they deny it; what comes from a shop or
    the staff has been agreed already, and the history keeps what the terms say of it.

    `OutOfStock` where pieces are short, `Conflict` where its number or reference is taken, `AvdetError` for a draft of which
    no order can be made.
    """
    draft = check(draft, now)
    placed_at = draft.placed_at or now
    products = products_to_sell(store, (line.sku for line in draft.lines))
    sold = sell(draft, products, gifts_of(products.values()) if draft.gifts else [])
    terms = _terms(store, draft, placed_at)
    order, lines = rows(store, draft, sold, terms)
    facts = _put_to_the_terms(order, lines, terms, actor) if terms and draft.follows is None else {}
    order.number = draft.number or next_number(store)
    try:
        with transaction.atomic():
            order.customer = draft.customer or buyer_of(store, buyer(store, draft), now=now)
            write(order, lines, actor=actor, now=now, facts=facts)
            name_serials({line: each.line.serials for line, each in zip(lines, sold, strict=True)})
            tell_order(order, "order_placed", now=now)
            if draft.reserve:
                _reserve(order, lines, actor, now)
    except IntegrityError as fault:
        if any(name in str(fault) for name in _TAKEN):
            raise Conflict("an order of this number or reference is there already", where="number", cure="look it up") from None
        raise
    return order


_TAKEN = ("order_number_once", "order_ref_once", "orders_order.")
"""How PostgreSQL and SQLite name the rule that was broken."""


def _terms(store: Store, draft: OrderDraft, placed_at: datetime) -> Terms | None:
    """Those in force; of an order that makes another good, those that decided it."""
    if draft.policy_version is None:
        return terms_in_force(store, placed_at)
    return terms_of(store, draft.policy_version, calendar_in_force(store, placed_at))


def _put_to_the_terms(order: Order, lines: list[OrderLine], terms: Terms, actor: Actor) -> dict[str, object]:
    """What the history keeps where the terms do not simply grant an order. Terms in another currency say nothing of it."""
    if order.currency != terms.policy.currency:
        return {}
    at = order.placed_at
    answer = ask(OrderFile(order, lines, [], terms, at, None if order.store.takes_orders else at), "checkout")
    if actor.kind == "customer" and answer.outcome == "deny":
        raise Denied(answer, where="checkout")
    return {} if answer.outcome == "approve" else {"checkout": answer.outcome, "because": because(answer)}


def _reserve(order: Order, lines: list[OrderLine], actor: Actor, now: datetime) -> None:
    """Last of all, so that nobody waits for the stock's rows longer than need be."""
    pieces = [(line.product_id, line.quantity) for line in lines if line.product_id is not None]
    if pieces:
        reserve(order.store, order.number, pieces, now=now, actor=actor)
        tell_stock(order.store, [product for product, _ in pieces], why="reserved", reference=order.number, now=now)
