"""What people and programs wait for finds its rows by an index, however many orders there are: PostgreSQL says so itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from avdet.records.orders import due, queries
from avdet.records.orders.models import Order
from avdet.records.orders.queries import Filters
from avdet.records.orders.words import hashed
from avdet.records.stores.models import Store
from tests.factories import NOW, make_customer, make_store

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.POSTGRES, reason="SQLite's plans know nothing of how many rows there are"),
]
COUNT = 20_000
BIG = frozenset({"orders_order", "orders_orderword"})
DAY = timedelta(days=1)
_ORDERS = """
    INSERT INTO orders_order (store_id, number, source, external_ref, customer_id, state, revision, language, currency, goods_minor,
        discount_minor, shipping_minor, vat_minor, total_minor, breakdown, payment_method, delivery_method, recipient, contact, address,
        country, policy_fingerprint, process_by, placed_at, over_at, note)
    SELECT %(store)s, 'P-' || n, 'api', 'r' || n, CASE WHEN n %% 2000 = 0 THEN %(customer)s END,
        CASE WHEN n %% 40 < 4 THEN (ARRAY['confirmed', 'preparing', 'shipped', 'placed'])[n %% 4 + 1]
             WHEN n %% 200 = 7 THEN 'delivered' ELSE 'closed' END,
        0, 'fa', 'IRR', 1, 0, 0, 0, 1, '{}', 'online', 'carrier', 'customer', '', '', 'IR', '',
        %(now)s - n * interval '1 minute', %(now)s - n * interval '1 minute', %(now)s, ''
    FROM generate_series(1, %(count)s) AS n
"""
_WORDS = """
    INSERT INTO orders_orderword (store_id, word, order_id)
    SELECT store_id, CASE k WHEN 0 THEN %(word)s ELSE hashtext(number || k) END, id
    FROM orders_order CROSS JOIN generate_series(0, 3) AS k WHERE k > 0 OR id %% 1000 = 0
"""


@pytest.fixture
def store() -> Store:
    """A store with orders of every age, most of them closed, and four words each."""
    made = make_store("persianpetshop")
    customer = make_customer(made)
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, {"store": made.pk, "customer": customer.pk, "now": NOW, "count": COUNT})
        cursor.execute(_WORDS, {"word": hashed("number", "4711")})
        cursor.execute("ANALYZE orders_order")
        cursor.execute("ANALYZE orders_orderword")
    return made


def scanned(read: Callable[[], Any], big: frozenset[str] = BIG) -> set[str]:
    """The big tables that a read goes through from end to end."""
    with CaptureQueriesContext(connection) as seen:
        read()
    found: set[str] = set()
    with connection.cursor() as cursor:
        for each in seen.captured_queries:
            if each["sql"].startswith("SELECT"):
                cursor.execute(f"EXPLAIN (FORMAT JSON) {each['sql']}")
                (plan,) = cursor.fetchone()
                found |= {node["Relation Name"] for node in _nodes(_plain(plan)) if node["Node Type"].endswith("Seq Scan")}
    return found & big


def _plain(plan: Any) -> Any:
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan, but for a scan that a limit ends early since most rows are what is looked for."""
    yield plan
    for child in plan.get("Plans", ()):
        if plan["Node Type"] != "Limit" or child["Plan Rows"] < 5 * plan["Plan Rows"]:
            yield from _nodes(child)


def test_a_read_that_no_index_serves_is_noticed(store: Store) -> None:
    assert scanned(lambda: list(Order.objects.filter(Q(note="x")))) == {"orders_order"}


def test_the_reads_that_people_wait_for_use_an_index(store: Store) -> None:
    order = queries.order_by_number(store, "P-19999")
    assert order is not None
    customer = Order.objects.filter(customer__isnull=False)[0].customer
    assert customer is not None
    page = queries.search(store, size=50)
    reads: dict[str, Callable[[], Any]] = {
        "read": lambda: queries.order_by_number(store, "P-19999"),
        "list": lambda: queries.search(store, size=50),
        "next page": lambda: queries.search(store, size=50, after=page.after),
        "one state": lambda: queries.search(store, filters=Filters(states=("preparing",))),
        "between days": lambda: queries.search(store, filters=Filters(placed_from=NOW - DAY / 24, placed_to=NOW), size=50),
        "overdue": lambda: queries.search(store, filters=Filters(overdue_at=NOW - 13 * DAY)),
        "search": lambda: queries.search(store, "4711"),
        "search in vain": lambda: queries.search(store, "nobody at all"),
        "queues": lambda: queries.counts_by_state(store),
        "due": lambda: queries.due(store, NOW - 13 * DAY),
        "to close": lambda: due.delivered_until(NOW),
        "a customer's": lambda: queries.orders_of(customer),
        "events": lambda: queries.events_of(order),
    }
    assert {name: tables for name, read in reads.items() if (tables := scanned(read))} == {}
