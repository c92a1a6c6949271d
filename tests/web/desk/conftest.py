"""A store whose desk is open: a colleague signed in, an order that was placed as orders are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.orders.place_order import place_order
from tests.factories import NOW, make_product, make_staff, make_store

BEFORE = NOW - timedelta(days=3)
"""The pages look at the clock on the wall, which shows a later time than this."""
Place = Callable[..., Order]


@pytest.fixture
def store(db: None) -> Store:
    return make_store()


@pytest.fixture
def desk(store: Store, client: Client) -> Client:
    client.force_login(make_staff(store, "desk"))
    return client


@pytest.fixture
def place(store: Store) -> Place:
    """Places an order; what is not named is ordinary."""
    make_product(store, "A-1", on_hand=100)

    def placed(name: str = "علی رضایی", **fields: Any) -> Order:
        lines = fields.pop("lines", (DraftLine(sku="A-1", quantity=fields.pop("quantity", 1)),))
        address = {"recipient": name, "country": "IR", "province": "تهران", "street": "ولیعصر ۱", "phone": "+989121234567"}
        draft = OrderDraft(lines=lines, contact=Contact(name, "+989121234567", "ali@example.test"), address=address, language="fa", **fields)
        return place_order(store, draft, actor=Actor.system("test"), now=BEFORE)

    return placed
