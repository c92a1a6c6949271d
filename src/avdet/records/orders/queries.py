"""What is read of orders, always in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects

from avdet.core.lifecycles import ORDER
from avdet.records.orders.models import Order, OrderEvent, OrderLine, OrderWord
from avdet.records.orders.words import asked
from avdet.records.people.models import Customer
from avdet.records.shared.composed import composed, keep
from avdet.records.shared.counted import counted
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store

LIGHT: Final = ("policy_version__source", "policy_version__findings", "policy_version__fares")
"""Long texts of a policy's version, which are fetched only where they are read."""
QUEUES: Final = ("placed", "confirmed", "preparing", "part_shipped", "shipped", "returned")
"""States in which somebody waits for something."""
WAITING: Final = ("confirmed", "preparing")
"""States that the processing queue is made of."""
MOST_WORDS: Final = 8
"""Words of a search that count."""
MOST: Final = 1_000
"""Beyond so many, a count says only that there are more."""


def order_by_number(store: Store, number: str) -> Order | None:
    """The order that a number names, with its store, its customer and the version of the policy that decides it."""
    for found in _by_number(store.pk, number):
        found.store = store  # it is at hand: fetching it again would cost more than the order itself
        return found
    return None


@composed
def _by_number(store: int, number: str) -> QuerySet[Order]:
    return Order.objects.filter(store=store, number=number).select_related("customer", "policy_version").defer(*LIGHT)


def order_by_id(order_id: int) -> Order | None:
    """An order by its row's id, as a job names it."""
    return _whole(Order.objects.filter(pk=order_id)).first()


def orders_by_numbers(store: Store, numbers: Iterable[str]) -> list[Order]:
    """The orders that these numbers name, the newest first, as `order_by_number` gives them; one statement."""
    return list(_whole(Order.objects.filter(store=store, number__in=list(numbers))).order_by("-pk"))


def fresh(order: Order) -> Order:
    """The same order as it stands now, after somebody else was faster."""
    return _whole(Order.objects.filter(pk=order.pk)).get()


def _whole(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.select_related("store", "customer", "policy_version").defer(*LIGHT)


def lines_of(order: Order) -> list[OrderLine]:
    """An order's lines, in their order; fetched once and kept with it, until `cancel_pieces` changes them."""
    if "lines" not in getattr(order, "_prefetched_objects_cache", {}):
        found = _lines(order.pk)
        for line in found:
            line.order = order
        keep(order, "lines", found)
    return list(order.lines.all())


def cost_minor(order: Order) -> int:
    """What an order costs without the pieces that were cancelled. No statement where its lines are at hand."""
    return order.total_minor - sum(line.cancelled_minor for line in lines_of(order))


def to_pay_minor(order: Order) -> int:
    """What its customer has to pay of that: not what goods that were taken back pay."""
    return max(0, cost_minor(order) - order.credit_minor)


@composed
def _lines(order: int) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(order=order).order_by("position")


def with_lines(orders: Iterable[Order]) -> list[Order]:
    """The same orders with their lines at hand; one statement."""

    found = list(orders)

    prefetch_related_objects(found, Prefetch("lines", OrderLine.objects.order_by("position")))
    return found


def events_of(order: Order) -> list[OrderEvent]:
    """Everything that has happened to an order, as it was recorded."""
    return list(OrderEvent.objects.filter(order=order).order_by("id"))


def has_event(order: Order, kind: str) -> bool:
    """Whether something of that kind has happened to an order."""
    return OrderEvent.objects.filter(order=order, kind=kind).exists()


def orders_of(
    customer: Customer, *, text: str = "", states: Iterable[str] = (), size: int = 20, after: str = "", before: str = ""
) -> Page[Order]:
    """A customer's orders, the newest first, with their lines; those in some states, or that a number or product names.

    `text` is looked for in the number, and in the names and SKUs of what was bought; every word of it must be found.
    """
    rows = Order.objects.filter(customer=customer, **({"state__in": list(states)} if states else {}))
    for word in text.split()[:MOST_WORDS]:
        bought = OrderLine.objects.filter(Q(name__icontains=word) | Q(sku__icontains=word), order=OuterRef("pk"))
        rows = rows.filter(Q(number__icontains=word) | Q(Exists(bought)))
    page = newest_first(rows.select_related("store"), size=size, after=after, before=before)
    with_lines(page.rows)
    return page


# ---- finding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of orders is narrowed to; nothing where it is left out. `product` is an SKU."""

    states: tuple[str, ...] = ()
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    payment_method: str = ""
    country: str = ""
    source: str = ""
    product: str = ""
    overdue_at: datetime | None = None


def search(
    store: Store, text: str = "", filters: Filters = Filters(), *, size: int = 50, after: str = "", before: str = "",
    also: Q | None = None, without: Iterable[str] = (),
) -> Page[Order]:  # fmt: skip
    """Orders that answer to what somebody typed (number, name, phone, e-mail) and to the filters, the newest first.

    `also` narrows them further, by what stands in rooms that an order does not know: a delivery's carrier, for one. Columns
    that the list is `without` are not fetched, and sealed ones not opened.
    """
    found = Order.objects.filter(_filtered(filters), store=store).defer(*without)
    for alternatives in asked(text, store.country):
        words = OrderWord.objects.filter(store=store, order=OuterRef("pk"), word__in=alternatives)
        found = found.filter(Exists(words))
    return newest_first(found if also is None else found.filter(also), size=size, after=after, before=before)


def _filtered(filters: Filters) -> Q:
    wanted = Q()
    if filters.states:
        wanted &= Q(state__in=filters.states)
    if filters.placed_from:
        wanted &= Q(placed_at__gte=filters.placed_from)
    if filters.placed_to:
        wanted &= Q(placed_at__lt=filters.placed_to)
    for column in ("payment_method", "country", "source"):
        if getattr(filters, column):
            wanted &= Q(**{column: getattr(filters, column)})
    if filters.product:
        wanted &= Q(Exists(OrderLine.objects.filter(order=OuterRef("pk"), sku=filters.product)))
    if filters.overdue_at:
        wanted &= Q(state__in=WAITING, process_by__lt=filters.overdue_at)
    return wanted


# ---- queues ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queue:
    """Orders in one state: how many, up to `MOST`, and when the oldest of them was placed."""

    state: str
    count: int
    more: bool
    oldest_at: datetime | None


def counts_by_state(store: Store) -> dict[str, Queue]:
    """Every state's queue, in one statement that looks at no more than `MOST` orders of each."""

    columns: dict[str, Subquery] = {}
    for state in ORDER.states:
        rows = Order.objects.filter(store=OuterRef("pk"), state=state)
        columns[f"count_{state}"] = counted(rows, MOST)
        if state in QUEUES:
            columns[f"oldest_{state}"] = Subquery(rows.order_by("pk").values("placed_at")[:1])
    found = Store.objects.filter(pk=store.pk).annotate(**columns).values(*columns).get()
    return {
        state: Queue(state, min(found[f"count_{state}"], MOST), found[f"count_{state}"] > MOST, found.get(f"oldest_{state}"))
        for state in ORDER.states
    }


def due(store: Store, until: datetime, *, size: int = 200) -> list[Order]:
    """Orders whose working day ends by a moment and which still wait, the most urgent first: number, state, contact, when."""
    waiting = Order.objects.filter(store=store, state__in=WAITING, process_by__lte=until)
    waiting = waiting.only("number", "state", "contact", "process_by")
    return list(waiting.order_by("process_by", "pk")[:size])
