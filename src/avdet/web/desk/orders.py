"""The list of orders: one table that is searched, narrowed, kept as a view, exported, and worked through with the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from avdet.core.spreadsheet import csv_lines
from avdet.ports.amounts import to_decimal
from avdet.records.access.views import views_of
from avdet.records.orders.models import Order
from avdet.records.stores.models import Store
from avdet.web.desk.asked import COLUMNS, PAYMENTS, SOURCES, Asked
from avdet.web.desk.order import carriers_named, is_late
from avdet.web.desk.pages import HANDS, page, titled, to
from avdet.web.desk.saved import ORDERS, own_first, queue_tabs, views_shown
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.lists import as_csv, marks, pager
from avdet.web.shared.states import ORDER_ICONS, ORDER_TONES
from avdet.words.phrases import phrase

ROWS: Final = 50
AT_ONCE: Final = 500
_TABS: Final = (
    ("all", ()), ("placed", ("placed",)), ("confirmed", ("confirmed",)), ("preparing", ("preparing",)),
    ("under_way", ("part_shipped", "shipped")), ("attempted", ("attempted",)), ("returned", ("returned",)),
    ("delivered", ("delivered",)), ("cancelled", ("cancelled",)),
)  # fmt: skip
"""The queues as tabs → the states of each."""


@open_to(*STAFF)
def orders(request: PageRequest) -> HttpResponse:
    """The list. Opened without any wish, it opens with the reader's own first view."""
    views = views_of(request.store, request.user, ORDERS)
    if elsewhere := own_first(request, ORDERS, views):
        return elsewhere
    asked, now = Asked.read(request.GET), timezone.now()
    found = asked.found(request.store, now, size=ROWS, **marks(request))
    shown, here = views_shown(request, ORDERS, views, asked.query()), asked.states + (("attempted",) if asked.attempted else ())
    context = {
        "asked": asked, "query": asked.query(), "pairs": asked.pairs(("q",)), "columns": asked.columns,
        "rows": [(order, ORDER_TONES[order.state], ORDER_ICONS[order.state], is_late(order, now)) for order in found.rows],
        "tabs": queue_tabs(request, ORDERS, "desk.tab", _TABS, here, asked.query(("state",))),
        "views": shown, "own": [view for view in shown if view["own"]],
        "choices": _choices(request), "hands": request.role in HANDS, **pager(to(request, "orders"), asked.query(), found),
    }  # fmt: skip
    return page(request, "orders", "orders", context)


def _choices(request: PageRequest) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and word."""
    say = request.language
    named = {"payment": ("desk.method", PAYMENTS), "source": ("desk.source", SOURCES),
             "due": ("desk.due", ("overdue", "today")), "column": ("desk.column", COLUMNS)}  # fmt: skip
    found = {name: [(each, phrase(say, f"{group}.{each}")) for each in known] for name, (group, known) in named.items()}
    return {**found, "carrier": carriers_named(request)}


# ---- as a file -------------------------------------------------------------------------------------------------------


@open_to(*STAFF)
def export(request: PageRequest) -> StreamingHttpResponse:
    """Everything that the list would show on all its pages, line by line, however much it is."""
    asked = Asked.read(request.GET)
    return as_file(request, _every(request.store, asked, timezone.now()))


def as_file(request: PageRequest, found: Iterable[Order]) -> StreamingHttpResponse:
    """Orders as CSV: a spreadsheet opens it, and takes nothing in it for a formula."""
    say = request.language
    head = [phrase(say, f"desk.column.{name}") for name in ("number", *COLUMNS, "currency")]
    lines = csv_lines(head, (_cells(order, say) for order in found), mark=True)
    return as_csv(lines, f"{request.store.slug}-{timezone.localdate():%Y-%m-%d}")


def _every(store: Store, asked: Asked, now: datetime) -> Iterator[Order]:
    """All of them, page by page, so that no more than one page is held."""
    after = ""
    while True:
        found = asked.found(store, now, size=AT_ONCE, after=after)
        yield from found.rows
        if not found.after:
            return
        after = found.after


def _cells(order: Order, language: str) -> list[str]:
    moments = (order.process_by, order.paid_at, order.handed_over_at, order.delivered_at)
    due, paid, handed_over, delivered = (timezone.localtime(at).isoformat(" ", "minutes") if at else "" for at in moments)
    return [
        order.number, str((order.contact or {}).get("name", "")), timezone.localtime(order.placed_at).isoformat(" ", "minutes"),
        titled(language, "desk.state", order.state), due, titled(language, "desk.method", order.payment_method),
        to_decimal(order.total_minor, order.currency), titled(language, "desk.source", order.source), order.country,
        paid, handed_over, delivered, order.currency,
    ]  # fmt: skip
