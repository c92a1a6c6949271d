"""Orders as documents. They are made of records that are at hand; nothing is fetched here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from avdet.core.lifecycles import ORDER
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.models import Order, OrderEvent, OrderLine
from avdet.web.api.documents.deliveries import delivery_document
from avdet.web.api.documents.plain import columns, moment, money
from avdet.workflows.policy.options_now import Option, Options

Plain = dict[str, Any]
HEAVY: Final = ("contact", "address", "breakdown", "note")
"""Columns that a list does without."""
_COLUMNS: Final = (
    "number", "source", "external_ref", "state", "revision", "language", "payment_method", "delivery_method", "country",
    "policy_fingerprint", "process_by", "placed_at", "paid_at", "invoiced_at", "handed_over_at", "delivered_at", "refused_at",
    "cancelled_at",
)  # fmt: skip


def summary(order: Order) -> Plain:
    """An order in a list."""
    currency = order.currency
    return {
        **columns(order, _COLUMNS),
        "moves": ORDER.moves(order.state),
        "amounts": {
            "goods": money(order.goods_minor, currency),
            "discount": money(order.discount_minor, currency),
            "shipping": money(order.shipping_minor, currency),
            "vat": money(order.vat_minor, currency),
            "total": money(order.total_minor, currency),
        },
    }


def order_document(order: Order, lines: Iterable[OrderLine], deliveries: Iterable[Delivery]) -> Plain:
    """A whole order."""
    rows = list(lines)
    positions = {line.pk: line.position for line in rows}
    return {
        **summary(order),
        "policy_version": order.policy_version.number if order.policy_version else None,
        "partial_consent": order.partial_consent,
        "recipient": order.recipient,
        "contact": order.contact or {},
        "address": order.address or {},
        "note": order.note,
        "lines": [_line(line, order.currency) for line in rows],
        "deliveries": [delivery_document(each, positions) for each in deliveries],
    }


def _line(line: OrderLine, currency: str) -> Plain:
    return {
        "position": line.position,
        "sku": line.sku,
        "name": line.name,
        "traits": line.traits,
        "quantity": line.quantity,
        "cancelled_quantity": line.cancelled_quantity,
        "unit_price": money(line.unit_price_minor, currency),
        "discount": money(line.discount_minor, currency),
        "vat_basis_points": line.vat_basis_points,
        "total": money(line.total_minor, currency),
    }


def event_document(event: OrderEvent) -> Plain:
    """One thing that happened to an order; who it was stays within the store."""
    names = ("kind", "from_state", "to_state", "actor", "source", "facts", "at", "recorded_at")
    return columns(event, names)


def options_document(found: Options | None) -> Plain:
    """What may be done with an order now."""
    if found is None:
        return {"decided": False, "data": []}
    positions = {line.pk: line.position for line in found.file.lines}
    return {"decided": True, "data": [_option(option, positions) for option in found.options]}


def _option(option: Option, positions: dict[int, int]) -> Plain:
    return {
        "kind": option.kind,
        "lines": [positions[line] for line in option.lines],
        "outcome": option.outcome,
        "open": option.is_open,
        "until": moment(option.until),
        "closed_at": moment(option.closed_at),
        "why": [{"clause": why.clause, "text": why.text} for why in option.why],
    }
