"""Goods that are sent anew go out with an order of their own: it follows the first one, and what was taken back pays for it."""

from __future__ import annotations

from datetime import datetime

from avdet.core import bookings
from avdet.core.breakdown import vat_within
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Product
from avdet.records.ledger.actions import Draft, post_all
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.remedies.actions import carried_by
from avdet.records.remedies.models import Remedy
from avdet.records.shared.actors import Actor
from avdet.workflows.money.book_order import free_minor
from avdet.workflows.notices.tell import PEOPLE, hushed
from avdet.workflows.orders.confirm_order import confirm_order
from avdet.workflows.orders.place_order import place_order

SOURCE = "exchange"


def exchange_order(remedy: Remedy, case: Case, *, product: Product | None, actor: Actor, now: datetime) -> Order:
    """Places the order of a remedy, its pieces reserved; it is confirmed at once unless its customer has to pay up first.

    `OutOfStock` where pieces are short: then nothing is kept. The customer is told of the choice, not of an order placed.
    """
    credit = min(remedy.goods_minor, remedy.goods_minor + remedy.difference_minor)
    with hushed(PEOPLE):
        order = place_order(case.store, _draft(remedy, case, product, credit), actor=actor, now=now)
        carried_by(remedy, order)
        _pay_by_credit(remedy, case, order, credit, now)
        if to_pay_minor(order) == 0:
            confirm_order(order, actor=actor, now=now, paid_at=now)
    return order


def _draft(remedy: Remedy, case: Case, product: Product | None, credit: int) -> OrderDraft:
    first = case.order
    contact, total = first.contact or {}, remedy.goods_minor + remedy.difference_minor
    return OrderDraft(
        lines=(_same(case, total) if product is None else DraftLine(product.sku, case.quantity),), source=SOURCE,
        external_ref=f"{case.number}/{remedy.pk}", customer=first.customer, address=first.address or {},
        contact=Contact(contact.get("name", ""), contact.get("phone", ""), contact.get("email", "")),
        language=case.claim.language, currency=first.currency, payment_method="credit", delivery_method=first.delivery_method,
        recipient=first.recipient, partial_consent=first.partial_consent, gifts=False, follows=first,
        policy_version=case.policy_version, credit_minor=credit,
    )  # fmt: skip


def _same(case: Case, total: int) -> DraftLine:
    """The same goods at what was paid for them, whatever they cost today."""
    line = case.order_line
    price = max(line.unit_price_minor, -(-total // case.quantity))
    return DraftLine(
        line.sku, case.quantity, line.name, price, price * case.quantity - total, line.vat_basis_points, tuple(line.traits)
    )


def _pay_by_credit(remedy: Remedy, case: Case, order: Order, credit: int, now: datetime) -> None:
    """The first sale is taken back as far as it pays for this one."""
    if not credit:
        return
    first, currency = case.order, order.currency
    vat = vat_within(credit, case.order_line.vat_basis_points)
    given = bookings.credit_given(credit, currency, held_minor=free_minor(first), vat_minor=vat)
    used = bookings.credit_used(credit, currency)
    drafts = [
        Draft(f"remedy:{remedy.pk}:given", "credit_given", given, first.number, case.number),
        Draft(f"remedy:{remedy.pk}:used", "credit_used", used, order.number, case.number),
    ]
    post_all(case.store, drafts, now=now)
