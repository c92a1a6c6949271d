"""The list of orders: one table that is searched, narrowed, kept as a view, exported, and worked through with the keyboard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import csv_lines
from avdet.ports.amounts import to_decimal
from avdet.records.access.models import SavedView
from avdet.records.access.views import views_of
from avdet.records.deliveries.carriers import carriers_of
from avdet.records.orders.models import Order
from avdet.records.orders.queries import WAITING
from avdet.records.shared.pages import Page
from avdet.records.stores.models import Store
from avdet.web.desk.asked import COLUMNS, PAYMENTS, SOURCES, Asked
from avdet.web.desk.pages import HANDS, marks, page, pager, titled, to
from avdet.web.desk.states import ORDER_ICONS, ORDER_TONES
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.words.phrases import phrase

ROWS: Final = 50
AT_ONCE: Final = 500
PAGE: Final = "orders"
_TABS: Final = (
    ("all", ()), ("placed", ("placed",)), ("confirmed", ("confirmed",)), ("preparing", ("preparing",)),
    ("under_way", ("part_shipped", "shipped")), ("attempted", ("attempted",)), ("returned", ("returned",)),
    ("delivered", ("delivered",)), ("cancelled", ("cancelled",)),
)  # fmt: skip
"""The queues as tabs → the states of each."""


@open_to(*STAFF)
def orders(request: PageRequest) -> HttpResponse:
    """The list. Opened without any wish, it opens with the reader's own first view."""
    views = views_of(request.store, request.user, PAGE)
    first = next((view for view in views if view.opens_first and view.user_id == request.user.pk), None)
    if not request.GET and first is not None and first.query:
        return redirect(f"{to(request, 'orders')}?{first.query}")
    asked, now = Asked.read(request.GET), timezone.now()
    found, shown = _found(request, asked, now), _views(request, views, asked)
    context = {
        "asked": asked, "query": asked.query(), "pairs": asked.pairs(("q",)), "columns": asked.columns,
        "rows": [(order, ORDER_TONES[order.state], ORDER_ICONS[order.state], _late(order, now)) for order in found.rows],
        "tabs": _tabs(request, asked), "views": shown, "own": [view for view in shown if view["own"]],
        "choices": _choices(request), "hands": request.role in HANDS, **pager(to(request, "orders"), asked.query(), found),
    }  # fmt: skip
    return page(request, "orders", "orders", context)


def _found(request: PageRequest, asked: Asked, now: datetime) -> Page[Order]:
    after, before = marks(request)
    try:
        return asked.found(request.store, now, size=ROWS, after=after, before=before)
    except AvdetError:
        return asked.found(request.store, now, size=ROWS)


def _late(order: Order, now: datetime) -> bool:
    return order.state in WAITING and order.process_by is not None and order.process_by < now


def _tabs(request: PageRequest, asked: Asked) -> list[dict[str, Any]]:
    here = (*asked.states, *(("attempted",) if asked.attempted else ()))
    rest, found = asked.query(("state",)), []
    for name, states in _TABS:
        query = "&".join([*(f"state={state}" for state in states), *([rest] if rest else [])]) or "show=all"
        found.append(
            {
                "label": phrase(request.language, f"desk.tab.{name}"),
                "url": f"{to(request, 'orders')}?{query}",
                "current": states == here,
            }
        )
    return found


def _views(request: PageRequest, views: Iterable[SavedView], asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "id": view.pk, "name": view.name, "url": f"{to(request, 'orders')}?{view.query or 'show=all'}",
            "own": view.user_id == request.user.pk, "shared": view.shared, "opens_first": view.opens_first,
            "current": view.query == asked.query(),
        }
        for view in views
    ]  # fmt: skip


def _choices(request: PageRequest) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and word."""
    say = request.language
    carriers = [(each.key, each.names.get(say, each.names["en"])) for each in carriers_of(request.store.country)]
    named = {"payment": ("desk.method", PAYMENTS), "source": ("desk.source", SOURCES),
             "due": ("desk.due", ("overdue", "today")), "column": ("desk.column", COLUMNS)}  # fmt: skip
    found = {name: [(each, phrase(say, f"{group}.{each}")) for each in known] for name, (group, known) in named.items()}
    return {**found, "carrier": carriers}


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
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"{request.store.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
