"""Products: read, written one by one or many at once."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.core.errors import AvdetError
from avdet.records.catalogue import queries
from avdet.records.catalogue.models import Product
from avdet.web.api.answers import etag, listed, marks, reply, tagged, unchanged
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.documents.catalogue import product_document, summary
from avdet.web.api.documents.plain import minor
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.shapes.catalogue import (
    ProductChanges,
    ProductDocument,
    ProductPage,
    ProductQuery,
    ProductSaid,
    ProductsSaid,
    Written,
)
from avdet.workflows.catalogue import edit_products
from avdet.workflows.policy.if_returned import if_returned

door = Door("products")
READ: Final = "catalogue:read"
WRITE: Final = "catalogue:write"


def product_at(request: TokenRequest, sku: str) -> Product:
    """The product that the address names, with all that its document shows."""
    found = queries.product_of(request.store, sku) if sku.isprintable() else None
    if found is None:
        raise not_found("product")
    return found


@door.get("/products", READ, ProductPage)
def list_products(request: TokenRequest, wanted: Query[ProductQuery]) -> HttpResponse:
    """Products, the newest first."""
    category = "".join(sign for sign in wanted.category if sign.isprintable())
    narrowed = queries.Wanted(wanted.q, category, unmapped=wanted.unmapped == "true", on_sale=wanted.on_sale == "true")
    page = queries.products(request.store, narrowed, size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, lambda product: summary(product, request.store.currency))


@door.get("/products/{sku}", READ, ProductDocument)
def read_product(request: TokenRequest, sku: str) -> HttpResponse:
    """One product."""
    product = product_at(request, sku)
    return tagged(request, lambda: product_document(product, request.store.currency), product.revision)


@door.put("/products/{sku}", WRITE, ProductDocument, also=(412,))
def put_product(request: TokenRequest, sku: str, said: ProductSaid) -> HttpResponse:
    """Create a product, or write all of its fields anew."""
    known = queries.product_of(request.store, sku) if sku.isprintable() else None
    if known is not None:
        unchanged(request, known.revision)
    edit_products.put_products(request.store, {sku: _fields(request, said.model_dump(), said)}, now=timezone.now())
    return _as_it_stands(request, sku)


@door.patch("/products/{sku}", WRITE, ProductDocument, also=(412,))
def patch_product(request: TokenRequest, sku: str, said: ProductChanges) -> HttpResponse:
    """Change some fields of a product."""
    product = product_at(request, sku)
    unchanged(request, product.revision)
    fields = _fields(request, said.model_dump(exclude_none=True), said)
    edit_products.edit_product(product, fields, revision=product.revision, now=timezone.now())
    return _as_it_stands(request, sku)


@door.post("/products", WRITE, Written)
def put_products(request: TokenRequest, said: ProductsSaid) -> HttpResponse:
    """Create and change many products by SKU: all of them, or none."""
    changes = {}
    for at, each in enumerate(said.products):
        if each.sku in changes:
            raise AvdetError("a SKU stands twice", where=f"body.products[{at}].sku", cure="keep one of them")
        changes[each.sku] = _fields(request, each.model_dump(exclude_none=True, exclude={"sku"}), each, f"body.products[{at}]")
    edit_products.put_products(request.store, changes, now=timezone.now())
    return reply({"written": len(changes)})


@door.get("/products/{sku}/if-returned", READ, dict[str, Any])
def read_if_returned(request: TokenRequest, sku: str) -> HttpResponse:
    """What if it is returned? The terms in force, put to this product, with their clauses."""
    found = if_returned(request.store, product_at(request, sku), now=timezone.now(), language=request.language)
    if found is None:
        raise not_found("policy")
    return reply({"version": found.version, **found.document()})


def _fields(
    request: TokenRequest, values: dict[str, Any], said: ProductSaid | ProductChanges, where: str = "body"
) -> dict[str, Any]:
    price = minor(said.price, request.store.currency, f"{where}.price")
    values.pop("price", None)
    return values if price is None else {**values, "price_minor": price}


def _as_it_stands(request: TokenRequest, sku: str) -> HttpResponse:
    product = product_at(request, sku)
    return reply(product_document(product, request.store.currency), headers={"ETag": etag(product.revision)})
