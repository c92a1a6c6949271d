"""Fills a PostgreSQL database with cases, as fast as it takes them: rows are drawn by the database itself.

Each case has an order of its own, delivered two days ago, a claim, and the history of a claim that was filed through the
service: what was asked, what was decided and the events are copies of it. One case in twenty is still open, the others are
settled, as in a shop of some years.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.utils import timezone
from order_filling import ADDRESS, CONTACT

from avdet.records.cases.models import Case
from avdet.records.orders.models import OrderLine
from avdet.records.orders.queries import order_by_number
from avdet.records.shared.actors import Actor
from avdet.records.shared.sealed import SealedJson
from avdet.records.stores.models import Store
from avdet.workflows.file_claim import Wanted, file_claim

ANSWERS: Final = {"sealed": True, "box_marked": False, "accessories_complete": True, "box_kept": True, "used": False}
"""What a customer says who has not opened the parcel."""

_ORDERS: Final = (
    """INSERT INTO orders_order (store_id, number, source, external_ref, state, revision, language, currency, goods_minor,
        discount_minor, shipping_minor, vat_minor, total_minor, breakdown, payment_method, delivery_method, recipient, contact,
        address, country, policy_version_id, policy_fingerprint, placed_at, paid_at, handed_over_at, delivered_at, note)
    SELECT %(store)s, 'C-' || n, 'file', '', 'delivered', 4, 'fa', 'IRR', 45000000, 0, 0, 4090909, 45000000, '{}', 'online',
        'carrier', 'customer', %(contact)s, %(address)s, 'IR', %(version)s, 'x', now() - interval '5 days',
        now() - interval '5 days', now() - interval '3 days', now() - interval '2 days', ''
    FROM generate_series(0, %(last)s) AS n""",
    """INSERT INTO orders_orderline (order_id, position, product_id, sku, name, traits, quantity, unit_price_minor,
        discount_minor, vat_basis_points, total_minor, cancelled_quantity, claimed_quantity)
    SELECT id, 1, %(product)s, %(sku)s, 'Kettle', '["seven_day_test"]', 1, 45000000, 0, 1000, 45000000, 0, 0
    FROM orders_order WHERE store_id = %(store)s AND number LIKE 'C-%%'""",
)
_CASES: Final = (
    """CREATE TEMPORARY TABLE to_claim AS SELECT o.id, o.number, l.id AS line, substr(o.number, 3)::bigint AS n
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.store_id = %(store)s AND o.number LIKE 'C-%%' AND substr(o.number, 3)::bigint > %(open)s""",
    """UPDATE orders_orderline SET claimed_quantity = 1 WHERE id IN (SELECT line FROM to_claim)""",
    """INSERT INTO cases_claim (store_id, order_id, key, channel, language, words, filed_by, filed_at)
    SELECT %(store)s, id, number, 'portal', 'fa', '', 'customer', now() - n * interval '1 minute' FROM to_claim""",
    """INSERT INTO cases_case (store_id, claim_id, order_id, order_line_id, number, quantity, pieces_before, reason, answers,
        state, goods, revision, chain, waits_for, due_at, outcome, question, decision, decided_at_point, policy_version_id,
        policy_fingerprint, overridden, filed_at, decided_at)
    SELECT %(store)s, c.id, t.id, t.line, t.number || '-R1', 1, 0, k.reason, k.answers,
        CASE WHEN t.n %% 20 = 0 THEN k.state ELSE 'settled' END, CASE WHEN t.n %% 20 = 0 THEN k.goods ELSE 'kept' END,
        k.revision, k.chain, CASE WHEN t.n %% 20 = 0 THEN k.waits_for ELSE 'nobody' END,
        CASE WHEN t.n %% 20 = 0 THEN now() + interval '7 days' END, k.outcome, k.question, k.decision, k.decided_at_point,
        k.policy_version_id, k.policy_fingerprint, false, c.filed_at, c.filed_at
    FROM to_claim t JOIN cases_claim c ON c.order_id = t.id JOIN cases_case k ON k.id = %(model)s""",
    """INSERT INTO cases_caseevent (case_id, number, kind, axis, from_state, to_state, actor, source, facts, at, chain)
    SELECT c.id, e.number, e.kind, e.axis, e.from_state, e.to_state, e.actor, e.source, e.facts, c.filed_at, e.chain
    FROM cases_case c JOIN to_claim t ON t.id = c.order_id JOIN cases_caseevent e ON e.case_id = %(model)s""",
    "DROP TABLE to_claim",
)


def fill(store: Store, *, product_id: int, sku: str, cases: int, open_orders: int) -> list[str]:
    """Writes so many cases; gives the numbers of `open_orders` orders on which nothing has been claimed yet."""
    sealed = SealedJson()
    values: dict[str, Any] = {
        "store": store.pk, "contact": sealed.get_prep_value(CONTACT), "address": sealed.get_prep_value(ADDRESS),
        "version": store.policy_versions.values_list("pk", flat=True).first(), "product": product_id, "sku": sku,
        "open": open_orders, "last": open_orders + cases,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _ORDERS:
            cursor.execute(statement, values)
        values["model"] = _model(store).pk
        for statement in _CASES:
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")
    return [f"C-{n}" for n in range(1, open_orders + 1)]


def _model(store: Store) -> Case:
    """The case that all others are copies of, filed through the service."""
    order = order_by_number(store, "C-0")
    assert order is not None
    line = OrderLine.objects.get(order=order)
    wanted = Wanted(line.pk, 1, "withdrawal", ANSWERS)
    return file_claim(order, [wanted], actor=Actor.system("bench"), channel="api", key="model", now=timezone.now())[0]
