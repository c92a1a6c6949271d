"""An order that has arrived, so that its lines may be claimed, and what is said of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from avdet.records.orders.models import Order, OrderLine
from avdet.records.stores.models import Store
from avdet.workflows.claims.file_claim import Wanted
from tests.factories import make_customer, make_order, make_product
from tests.web.api.callers import ROOT, Caller

SEALED = {"sealed": True, "box_marked": False, "accessories_complete": True, "box_kept": True, "used": False}


def arrived(store: Store, *, pieces: int = 3, products: int = 1, days: int = 2, trait: str = "seven_day_test") -> Order:
    """An order of so many products, `pieces` of each, that was delivered so many days ago."""
    now = timezone.now()
    made = make_order(
        store, make_customer(store), products=[make_product(store, traits=[trait]) for _ in range(products)],
        state="delivered", placed_at=now - timedelta(days=days + 3), paid_at=now - timedelta(days=days + 3),
        handed_over_at=now - timedelta(days=days + 1), delivered_at=now - timedelta(days=days),
    )  # fmt: skip
    OrderLine.objects.filter(order=made).update(quantity=pieces, total_minor=pieces * 45_000_000)
    return Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk)


def line(position: int = 1, **changed: Any) -> dict[str, Any]:
    """A line of a claim: a sealed thing that is not wanted any more."""
    return {"position": position, "quantity": 1, "reason": "withdrawal", "answers": SEALED, **changed}


def a_line(order: Order) -> Wanted:
    """The same of its first line, as a workflow takes it."""
    return Wanted(OrderLine.objects.get(order=order, position=1).pk, 1, "withdrawal", SEALED)


def send_file(call: Caller, where: str, raw: bytes, name: str = "IMG.jpg", **said: Any) -> Any:
    """Hands a file in."""
    headers = {"Authorization": f"Bearer {call.text}", **said.pop("headers", {})}
    call.last = call.client.post(ROOT + where, {**said, "file": SimpleUploadedFile(name, raw)}, headers=headers)
    return call.last.json()
