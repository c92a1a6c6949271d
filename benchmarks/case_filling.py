"""Fills a PostgreSQL database with cases, as fast as it takes them: rows are drawn by the database itself.

Each case has an order of its own, delivered two days ago in one parcel, a claim, a deadline, and the history of a claim that
was filed through the service: what was asked, what was decided and the events are copies of it. One case in twenty is still
open and waits for one of four, between ten days late and ten days early; the others are settled, as in a shop of some years.
Orders are found by their number and by the buyer's first and last name, as in `order_filling.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import AutoField, Model
from django.utils import timezone
from order_filling import ADDRESS, CONTACT, name_orders

from avdet.records.cases.models import Case, CaseDeadline, CaseEvent, Claim
from avdet.records.deliveries.models import Delivery, DeliveryEvent, DeliveryLine
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.claims.file_claim import Wanted, file_claim

ANSWERS: Final = {"sealed": True, "box_marked": False, "accessories_complete": True, "box_kept": True, "used": False}
"""What a customer says who has not opened the parcel."""
_OPEN: Final = "t.n %% 20 = 0"
"""Which of the cases are still open."""
_FOUR: Final = "(ARRAY['store', 'customer', 'carrier', 'bank'])[1 + t.n / 20 %% 4]"
_DUE: Final = "now() + (t.n / 20 %% 480 - 240) * interval '1 hour'"
_FILED: Final = "now() - (%(last)s - t.n) * interval '1 minute'"
_MADE: Final = "CREATE TEMPORARY TABLE made AS SELECT n FROM generate_series(1, %(last)s) AS n"
_CLAIMED: Final = """CREATE TEMPORARY TABLE claimed AS SELECT o.id AS order_id, l.id AS line, substr(o.number, 3)::bigint AS n
    FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
    WHERE o.store_id = %(store)s AND substr(o.number, 3)::bigint > %(open)s ORDER BY o.id"""
_TAKEN: Final = "(substr(t.number, 3)::bigint > %(open)s)::int"


def fill(store: Store, *, product_id: int, sku: str, cases: int, open_orders: int) -> list[str]:
    """Writes so many cases; gives the numbers of `open_orders` orders on which nothing has been claimed yet."""
    order, line, parcel = _sketch(store, product_id, sku)
    values = {"store": store.pk, "open": open_orders, "last": open_orders + cases}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # what rows lead to is there: nothing has to look it up
        for statement in (_MADE, *_orders(order.pk, parcel.pk), _CLAIMED, "ANALYZE claimed"):
            cursor.execute(statement, values)
        name_orders(store, "C", last=values["last"])
        wanted = Wanted(line.pk, 1, "withdrawal", ANSWERS)
        case = file_claim(order, [wanted], actor=Actor.system("bench"), channel="api", key="sketch", now=timezone.now())[0]
        for statement in _cases(case):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE made, claimed")
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")  # as years have done it: else the server does it while the pages are measured
    return [f"C-{n}" for n in range(1, open_orders + 1)]


def _sketch(store: Store, product_id: int, sku: str) -> tuple[Order, OrderLine, Delivery]:
    """The order C-0, which all others are copies of, with its line and its parcel."""
    now = timezone.now()
    sent, came = now - timedelta(days=3), now - timedelta(days=2)
    order = Order.objects.create(
        store=store, number="C-0", source="file", state="delivered", revision=4, language="fa", currency="IRR",
        goods_minor=45_000_000, vat_minor=4_090_909, total_minor=45_000_000, payment_method="online", contact=CONTACT,
        address=ADDRESS, country="IR", policy_version=store.policy_versions.first(), placed_at=now - timedelta(days=5),
        paid_at=now - timedelta(days=5), handed_over_at=sent, delivered_at=came,
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, position=1, product_id=product_id, sku=sku, name="Kettle", traits=["seven_day_test"], quantity=1,
        unit_price_minor=45_000_000, vat_basis_points=1000, total_minor=45_000_000,
    )  # fmt: skip
    parcel = Delivery.objects.create(
        order=order, number=1, state="delivered", revision=2, carrier="Post", handed_over_at=sent, delivered_at=came,
        created_at=sent,
    )  # fmt: skip
    DeliveryLine.objects.create(delivery=parcel, order_line=line, quantity=1)
    for kind, at in (("handed_over", sent), ("delivered", came)):
        DeliveryEvent.objects.create(delivery=parcel, kind=kind, at=at, recorded_at=at, source="carrier", reference=kind)
    return order, line, parcel


def _orders(order: int, parcel: int) -> list[str]:
    """Statements that copy the order with all that belongs to it, once for each number that is made."""
    parcels = f"deliveries_delivery t JOIN orders_orderline l ON l.order_id = t.order_id AND t.id <> {parcel}"
    return [
        _copied(Order, f"k.id = {order}", "made t", number="'C-' || t.n"),
        _copied(
            OrderLine, f"k.order_id = {order} AND t.id > k.order_id", "orders_order t", order_id="t.id", claimed_quantity=_TAKEN
        ),
        _copied(Delivery, f"k.id = {parcel} AND t.id > k.order_id", "orders_order t", order_id="t.id"),
        _copied(DeliveryLine, f"k.delivery_id = {parcel}", parcels, delivery_id="t.id", order_line_id="l.id"),
        _copied(DeliveryEvent, f"k.delivery_id = {parcel}", parcels, delivery_id="t.id"),
    ]


def _cases(case: Case) -> list[str]:
    """Statements that copy a case with all that belongs to it, once for each order that is claimed on."""
    claims = "claimed t JOIN cases_claim c ON c.order_id = t.order_id"
    cases = "claimed t JOIN cases_case c ON c.order_id = t.order_id"
    return [
        _copied(Claim, f"k.id = {case.claim_id}", "claimed t", order_id="t.order_id", filed_at=_FILED),
        _copied(
            Case, f"k.id = {case.pk}", claims, claim_id="c.id", order_id="t.order_id", order_line_id="t.line",
            number="'C-' || t.n || '-R1'", state=f"CASE WHEN {_OPEN} THEN k.state ELSE 'settled' END",
            goods=f"CASE WHEN {_OPEN} THEN k.goods ELSE 'kept' END",
            waits_for=f"CASE WHEN {_OPEN} THEN {_FOUR} ELSE 'nobody' END",
            due_at=f"CASE WHEN {_OPEN} THEN {_DUE} END", filed_at="c.filed_at", decided_at="c.filed_at",
            ended_at=f"CASE WHEN {_OPEN} THEN NULL ELSE c.filed_at END",
        ),
        _copied(CaseEvent, f"k.case_id = {case.pk}", cases, case_id="c.id", at="c.filed_at"),
        f"""INSERT INTO {CaseDeadline._meta.db_table}
            (case_id, kind, binds, due_at, remind_at, since, after, clauses, calendar, state)
        SELECT c.id, 'decide_by', 'store', coalesce(c.due_at, c.filed_at), c.filed_at, c.filed_at, 'filed', '[]', '',
            CASE WHEN c.due_at IS NULL THEN 'met' ELSE 'open' END
        FROM {cases}""",
    ]  # fmt: skip


def _copied(model: type[Model], key: str, source: str, **instead: Any) -> str:
    """A statement that copies the row `k` that a key names, once for each row of a source; some values are others."""
    columns = [each.column for each in model._meta.concrete_fields if not isinstance(each, AutoField)]
    values = ", ".join(instead.get(column, f"k.{column}") for column in columns)
    names, table = ", ".join(columns), model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}, {table} k WHERE {key}"
