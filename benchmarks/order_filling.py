"""Fills a PostgreSQL database with so many orders, as fast as it takes them: rows are drawn by the database itself.

Each order has two lines, one event, four words it is found by, and a sealed contact and address, which are the same for all.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from avdet.records.shared.sealed import SealedJson
from avdet.records.stores.models import Store

STATES: Final = ("placed", "confirmed", "preparing", "shipped", "delivered", "closed", "cancelled")
CONTACT: Final = {"name": "Sara Ahmadi", "phone": "+989121234567", "email": "sara@example.test"}
ADDRESS: Final = {"country": "IR", "province": "Tehran", "street": "Valiasr 1", "postcode": "1234567890"}

_ORDERS: Final = """
    INSERT INTO orders_order (store_id, number, source, external_ref, state, revision, language, currency, goods_minor,
        discount_minor, shipping_minor, vat_minor, total_minor, breakdown, payment_method, delivery_method, recipient, contact,
        address, country, policy_version_id, policy_fingerprint, placed_at, note)
    SELECT %(store)s, 'B-' || n, 'file', '', (%(states)s::text[])[1 + n %% %(count)s], 0, 'fa', 'IRR', 90000000, 0, 0, 8181818,
        90000000, '{}', 'online', 'carrier', 'customer', %(contact)s, %(address)s, 'IR', %(version)s, 'x',
        now() - n * interval '1 minute', ''
    FROM generate_series(%(first)s, %(last)s) AS n
"""
_REST: Final = (
    """INSERT INTO orders_orderline (order_id, position, product_id, sku, name, traits, quantity, unit_price_minor,
        discount_minor, vat_basis_points, total_minor, cancelled_quantity)
    SELECT o.id, p, %(product)s, %(sku)s, 'Kettle', '[]', 1, 45000000, 0, 1000, 45000000, 0
    FROM orders_order o, generate_series(1, 2) AS p WHERE o.store_id = %(store)s AND o.source = 'file'""",
    """INSERT INTO orders_orderevent (order_id, kind, from_state, to_state, actor, source, facts, at, recorded_at)
    SELECT o.id, 'placed', '', 'placed', 'system', 'file', '{}', o.placed_at, o.placed_at
    FROM orders_order o WHERE o.store_id = %(store)s AND o.source = 'file'""",
    """INSERT INTO orders_orderword (store_id, word, order_id)
    SELECT o.store_id, hashtextextended(o.number, w), o.id
    FROM orders_order o, generate_series(1, 4) AS w WHERE o.store_id = %(store)s AND o.source = 'file'""",
)


def fill(store: Store, *, product_id: int, sku: str, orders: int) -> None:
    """Writes the orders B-1 to B-<orders>, and has the database look at what it holds now."""
    sealed = SealedJson()
    values: dict[str, Any] = {
        "store": store.pk, "states": list(STATES), "count": len(STATES), "contact": sealed.get_prep_value(CONTACT),
        "address": sealed.get_prep_value(ADDRESS), "version": store.policy_versions.values_list("pk", flat=True).first(),
        "product": product_id, "sku": sku, "first": 1, "last": orders,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_ORDERS, *_REST):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
