"""How many pieces of a product there are: received, counted, expected, and everything that has happened to them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.catalogue.actions import MAX_PIECES
from avdet.records.catalogue.expected import expect, forget
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import last_receipt, stock_moves
from avdet.records.people.staff import names_of
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.web.studio.catalogue.pages import KEEPERS, the_product, whole
from avdet.web.studio.catalogue.products import product_rooms
from avdet.web.studio.history import who_ids, who_of
from avdet.web.studio.pages import actor_of, done, page, to
from avdet.words.phrases import phrase
from avdet.words.typed_dates import read_day
from avdet.workflows.catalogue.count_stock import count_stock, take_in_expected
from avdet.workflows.catalogue.receive_stock import receive_stock

Faults = dict[str, str]


@open_to(*KEEPERS, "expert", "accountant")
def stock(request: PageRequest, sku: str) -> HttpResponse:
    """A product's stock, and what may be done to it by those who keep the goods."""
    product = the_product(request, sku)
    faults: Faults = {}
    if request.method == "POST" and request.role in KEEPERS:
        what = request.POST.get("do", "")
        if what in _DOES:
            faults = _DOES[what](request, product)
            if not faults:
                return done(request, f"stock_{what}", "product_stock", {"sku": sku}, sku=sku)
    moves = stock_moves(product, **marks(request))
    names = names_of(who_ids(move.actor for move in moves.rows))
    said = {name: phrase(request.language, f"studio.problem.{key}") for name, key in faults.items()}
    context = {
        "product": product, "tabs": product_rooms(request, sku, "product_stock"), "keeper": request.role in KEEPERS,
        "last_receipt": last_receipt(product), "moves": [(move, who_of(move.actor, names)) for move in moves.rows],
        "faults": said, "errors": list(said.items()),
        "typed": request.POST if faults else {}, **pager(to(request, "product_stock", sku=sku), "", moves),
    }  # fmt: skip
    return page(request, "catalogue/stock", "products", context, status=422 if faults else 200)


def _pieces(request: PageRequest, name: str, least: int) -> int | None:
    found = whole(request.POST.get(name, ""))
    return found if found is not None and least <= found <= MAX_PIECES else None


def _receive(request: PageRequest, product: Product) -> Faults:
    pieces, seen = _pieces(request, "received", 1), whole(request.POST.get("after", ""))
    if pieces is None:
        return {"received": "pieces"}
    reference = request.POST.get("reference", "").strip()[:80]
    try:
        receive_stock(product, pieces, after=seen or 0, reference=reference, now=timezone.now(), actor=actor_of(request))
    except Conflict:
        return {"received": "received_twice"}
    return {}


def _count(request: PageRequest, product: Product) -> Faults:
    pieces = _pieces(request, "counted", 0)
    if pieces is None:
        return {"counted": "pieces"}
    try:
        count_stock(request.store, [(product.pk, pieces)], now=timezone.now(), actor=actor_of(request))
    except AvdetError:
        return {"counted": "promised"}
    return {}


def _expect(request: PageRequest, product: Product) -> Faults:
    pieces, first = _pieces(request, "quantity", 1), read_day(request.POST.get("expected_on", ""))
    written = request.POST.get("latest_on", "").strip()
    last = read_day(written)
    if pieces is None:
        return {"quantity": "pieces"}
    if first is None:
        return {"expected_on": "day"}
    if written and last is None:
        return {"latest_on": "day"}
    try:
        expect(product, pieces, first, latest_on=last, today=timezone.localdate())
    except AvdetError as fault:
        return {fault.where: f"{fault.where}_bounds"}
    return {}


def _arrived(request: PageRequest, product: Product) -> Faults:
    number = whole(request.POST.get("number", ""))
    take_in_expected(product, number or 0, now=timezone.now(), actor=actor_of(request))
    return {}


def _forget(request: PageRequest, product: Product) -> Faults:
    forget(product, whole(request.POST.get("number", "")) or 0)
    return {}


_DOES: dict[str, Callable[[PageRequest, Product], Faults]] = {
    "receive": _receive, "count": _count, "expect": _expect, "arrived": _arrived, "forget": _forget,
}  # fmt: skip
