"""Stock: how much there is, what has come in, what was counted."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.core.errors import AvdetError
from avdet.records.catalogue import queries
from avdet.records.catalogue.models import Product
from avdet.web.api.answers import listed, marks, reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.catalogue import stock_document, stock_move_document
from avdet.web.api.doors import Door
from avdet.web.api.routes.products import product_at
from avdet.web.api.shapes.catalogue import CountSaid, ReceiptSaid, StockLevels, StockMoves
from avdet.web.api.shapes.plain import PageQuery
from avdet.workflows.catalogue.count_stock import count_stock as count
from avdet.workflows.catalogue.count_stock import take_in

door = Door("stock")


@door.get("/products/{sku}/stock-moves", "catalogue:read", StockMoves)
def list_stock_moves(request: TokenRequest, sku: str, wanted: Query[PageQuery]) -> HttpResponse:
    """What has happened to a product's stock, the newest first."""
    page = queries.stock_moves(product_at(request, sku), size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, stock_move_document)


@door.post("/stock/receipts", "stock:write", StockLevels)
def receive_stock(request: TokenRequest, said: ReceiptSaid) -> HttpResponse:
    """Put on the shelf what a supplier has sent."""
    products = _named(request, [each.sku for each in said.pieces])
    pieces = [(products[each.sku].pk, each.quantity) for each in said.pieces]
    take_in(request.store, pieces, now=timezone.now(), actor=ACTOR, reference=said.reference)
    return _levels(request, products)


@door.post("/stock/counts", "stock:write", StockLevels)
def count_stock(request: TokenRequest, said: CountSaid) -> HttpResponse:
    """Set what is on hand to what was counted."""
    products = _named(request, [each.sku for each in said.pieces])
    if len(products) < len(said.pieces):
        raise AvdetError("a SKU stands twice", where="body.pieces", cure="count each product once")
    counted = [(products[each.sku].pk, each.on_hand) for each in said.pieces]
    count(request.store, counted, now=timezone.now(), actor=ACTOR, reference=said.reference)
    return _levels(request, products)


def _named(request: TokenRequest, skus: list[str]) -> dict[str, Product]:
    found = queries.products_by_sku(request.store, skus)
    missing = next((at for at, sku in enumerate(skus) if sku not in found), None)
    if missing is not None:
        what = f"no product {skus[missing]!r:.80}"
        raise AvdetError(what, where=f"body.pieces[{missing}].sku", cure="correct the SKU, or create the product first")
    return found


def _levels(request: TokenRequest, skus: Iterable[str]) -> HttpResponse:
    found = queries.products_by_sku(request.store, skus)
    return reply({"data": [{"sku": sku, **(stock_document(product.stock) or {})} for sku, product in found.items()]})
