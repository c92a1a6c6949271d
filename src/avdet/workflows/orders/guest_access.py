"""A guest asks to see one order: a code goes to the order's own phone or e-mail, and whoever has it may look."""

from __future__ import annotations

import uuid
from datetime import datetime
from hmac import compare_digest

from django.db import transaction

from avdet.core.folding import fold
from avdet.records.orders.models import Order
from avdet.records.orders.owners import new_code, use_code
from avdet.records.orders.queries import order_by_id, order_by_number
from avdet.records.shared.phones import e164
from avdet.records.stores.models import Store
from avdet.workflows.notices.tell import tell


def ask_code(store: Store, number: str, channel: str, contact: str, *, language: str, now: datetime) -> int:
    """Sends a code if an order has this number and this contact; gives its id, or 0.

    `channel` is `email` or `phone`, `contact` in its one spelling. The caller must not let the difference be seen.
    """
    order = order_by_number(store, _spelled(number))
    if order is None or not _belongs(order, channel, contact):
        return 0
    with transaction.atomic():
        code = new_code(order, "sms" if channel == "phone" else "email", now=now)
        if code:
            tell(
                store, kind="guest_code", order_number=order.number, to={channel: contact}, language=language,
                values={"code": code}, key=f"guest_code:{order.pk}:{uuid.uuid4().hex}", now=now,
            )  # fmt: skip
    return order.pk


def open_order(store: Store, order_id: int, code: str, *, now: datetime) -> Order | None:
    """The order that a code opens; nothing for a code that is wrong, late, used, or another store's."""
    order = order_by_id(order_id) if order_id else None
    if order is None or order.store_id != store.pk:
        return None
    return order if use_code(order.pk, code, now=now) else None


def _spelled(number: str) -> str:
    """An order's number with Latin digits; its letters stay as they are."""
    written = number.strip()[:60]
    return "".join(fold(sign) if sign.isdigit() else sign for sign in written)


def _belongs(order: Order, channel: str, contact: str) -> bool:
    known = str((order.contact or {}).get(channel, ""))
    spelled = e164(known, order.store.country) if channel == "phone" else known.strip().lower()
    return bool(spelled) and compare_digest(spelled.encode(), contact.encode())
