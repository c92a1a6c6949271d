"""What a store sells, for everybody; and for each product: what if I return it?"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from csp.constants import SELF
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from avdet.records.catalogue import queries
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.pictures import picture_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.words.digits import decimal, number
from avdet.workflows.policy.if_returned import if_returned

FEW: Final = 5
"""Pieces left at which a page says how many."""


@open_to("anyone")
def products(request: PageRequest) -> HttpResponse:
    """The shelves: search, categories, newest first."""
    sought = {"q": request.GET.get("q", "")[:100], "category": request.GET.get("category", "")[:80]}
    wanted = queries.Wanted(sought["q"], sought["category"], on_sale=True)
    page = queries.products(request.store, wanted, size=24, **marks(request))
    categories = queries.categories(request.store, on_sale=True)
    context = {
        "page": page, "few": FEW, "categories": categories, **sought,
        **pager("", urlencode({name: value for name, value in sought.items() if value}), page),
        "shown": [(product, product.name_in(request.language)) for product in page.rows],
    }  # fmt: skip
    return render(request, "portal/products.html", context)


@open_to("anyone")
def product(request: PageRequest, sku: str) -> HttpResponse:
    """One product: its pictures, what is promised of it, its specification table, and what holds if it comes back."""
    found = _product(request, sku)
    language = request.language
    context = {
        "product": found, "name": found.name_in(language), "few": FEW, "groups": _groups(found),
        "vat": _percent(found.vat_basis_points, language),
        "description": found.descriptions.get(language) or next(iter(found.descriptions.values()), ""),
        "gifts": [(gift, gift.gift.name_in(language)) for gift in getattr(found, "given", ())],
        "answer": if_returned(request.store, found, now=timezone.now(), language=language),
    }  # fmt: skip
    return render(request, "portal/product.html", context)


@open_to("anyone")
def product_returns(request: PageRequest, sku: str) -> HttpResponse:
    """*What if I return it?* alone on a page, to be framed by the shops that the store has named."""
    found = _product(request, sku)
    answer = if_returned(request.store, found, now=timezone.now(), language=request.language)
    context = {"product": found, "name": found.name_in(request.language), "answer": answer}
    response = render(request, "portal/product_returns.html", context)
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": [SELF, *request.store.embed_origins]}  # type: ignore[attr-defined]
    return response


@open_to("anyone")
def product_picture(request: PageRequest, sku: str, picture: int) -> HttpResponseBase:
    """A picture. Its number is never used for another one, so that it may be kept for long."""
    found = picture_of(request.store, sku, picture)
    if found is None:
        raise Http404
    kept, kind = found
    response = FileResponse(kept.file.open("rb"), content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}  # type: ignore[attr-defined]
    return response


def _product(request: PageRequest, sku: str) -> Product:
    found = queries.product_of(request.store, sku, on_sale=True)
    if found is None:
        raise Http404
    return found


def _percent(basis_points: int, language: str) -> str:
    whole, rest = divmod(basis_points, 100)
    return decimal(basis_points, 2, language) if rest else number(whole, language)


def _groups(product: Product) -> list[tuple[str, list[dict[str, str]]]]:
    """The specification table by its groups, in the table's own order."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in product.specification:
        groups.setdefault(row.get("group", ""), []).append(row)
    return list(groups.items())
