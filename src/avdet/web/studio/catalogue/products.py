"""The list of products, and the form in which one is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import TRAITS
from avdet.records.catalogue import queries
from avdet.records.catalogue.editing import checked_sku
from avdet.records.catalogue.models import Product
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.context import NAMES
from avdet.web.shared.lists import marks, pager
from avdet.web.studio.catalogue.pages import KEEPERS, the_product, whole
from avdet.web.studio.pages import OWNERS, done, page, to
from avdet.words.phrases import phrase
from avdet.workflows.catalogue.catalogue_columns import MAPPED, Column, Problem, columns_of
from avdet.workflows.catalogue.edit_products import create_product, edit_product
from avdet.workflows.policy.traits_in_terms import traits_in_terms

BY_TICK = ("traits", "on_sale", MAPPED)
"""Columns that are ticked in the form, not typed."""
LONG = ("specification", "description")


@open_to(*KEEPERS, "expert", "accountant")
def products(request: PageRequest) -> HttpResponse:
    """Every product, the newest first; found by words, by shelf, or because nobody has said its traits yet."""
    sought = {name: request.GET.get(name, "")[:80] for name in ("q", "category", "show")}
    wanted = queries.Wanted(sought["q"], sought["category"], unmapped=sought["show"] == "unmapped")
    found = queries.products(request.store, wanted, size=50, **marks(request))
    shown = [(product, product.name_in(request.language), _traits(product, request.language)) for product in found.rows]
    context = {
        "shown": shown, "sought": sought, "categories": queries.categories(request.store),
        "unmapped": queries.unmapped(request.store), "keeper": request.role in KEEPERS,
        **pager("", urlencode({name: value for name, value in sought.items() if value}), found),
    }  # fmt: skip
    return page(request, "catalogue/products", "products", context)


@open_to(*KEEPERS)
def new(request: PageRequest) -> HttpResponse:
    """A product that is not there yet."""
    form = _Form(request, None)
    sku = request.POST.get("sku", "").strip()
    if request.method == "POST" and form.read():
        try:
            create_product(request.store, checked_sku(sku), form.fields, now=timezone.now())
        except Conflict:
            form.wrong("sku", "sku_taken")
        except AvdetError:
            form.wrong("sku", "sku")
        else:
            return done(request, "product", "product", {"sku": sku}, sku=sku)
    return _page(request, form, {"sku": sku})


@open_to(*KEEPERS)
def product(request: PageRequest, sku: str) -> HttpResponse:
    """One product: its names and figures, its specification table, its traits."""
    found = the_product(request, sku)
    form = _Form(request, found)
    if request.method == "POST" and form.read():
        try:
            edit_product(found, form.fields, revision=whole(request.POST.get("revision", "")) or 0, now=timezone.now())
        except Conflict:
            form.wrong("", "conflict")
        else:
            return done(request, "product", "product", {"sku": sku}, sku=sku)
    tabs = product_rooms(request, sku, "product")
    return _page(request, form, {"product": found, "tabs": tabs, "revision": request.POST.get("revision") or found.revision})


@dataclass(slots=True)
class _Form:
    """What is typed, what of it cannot be, and what is to be written."""

    request: PageRequest
    product: Product | None
    fields: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def wrong(self, name: str, problem: str) -> None:
        self.faults[name] = phrase(self.request.language, f"studio.problem.{problem}")

    def read(self) -> bool:
        """Reads what was sent; says whether all of it can be."""
        for name, column in self.columns().items():
            self._read(name, column, self.request.POST.get(name, "").replace("\r\n", "\n").strip())
        self.fields |= {
            "traits": [trait for trait in TRAITS if trait in self.request.POST.getlist("traits")],
            "on_sale": "on_sale" in self.request.POST, "mapped": True,
        }  # fmt: skip
        if not any(self.fields.get("names", {}).values()):
            self.wrong(f"name_{self.request.store.language}", "name_missing")
        return not self.faults

    def _read(self, name: str, column: Column, cell: str) -> None:
        if name == "price" and not cell:
            self.wrong(name, "price_missing")
            return
        try:
            column.into(self.fields, self.product, column.said(cell) if cell else "")
        except Problem as problem:
            self.wrong(name, str(problem))

    def columns(self) -> dict[str, Column]:
        return {name: column for name, column in columns_of(self.request.store).items() if name not in BY_TICK}

    def rows(self) -> list[dict[str, Any]]:
        """The controls: name, label, value, fault."""
        sent = self.request.POST if self.request.method == "POST" else None
        return [
            {
                "name": name, "label": self._label(name, column), "long": name.startswith(LONG), "lang": column.part,
                "value": sent.get(name, "") if sent is not None else column.text(self.product) if self.product else "",
                "fault": self.faults.get(name, ""), "hint": name if name in ("specification", "vat_percent") else "",
            }
            for name, column in self.columns().items()
        ]  # fmt: skip

    def _label(self, name: str, column: Column) -> str:
        said = phrase(self.request.language, f"studio.column.{name.removesuffix(f'_{column.part}')}")
        return f"{said} ({NAMES[column.part]})" if column.part else said

    def ticked(self) -> tuple[list[str], bool]:
        if self.request.method == "POST":
            return self.request.POST.getlist("traits"), "on_sale" in self.request.POST
        return (list(self.product.traits), self.product.on_sale) if self.product else ([], True)


def _page(request: PageRequest, form: _Form, context: dict[str, Any]) -> HttpResponse:
    language = request.language
    ticked, on_sale = form.ticked()
    in_terms = traits_in_terms(request.store, now=timezone.now(), language=language)
    traits = [(trait, BY_NAME[trait].asked(language), trait in ticked, in_terms[trait]) for trait in TRAITS]
    shown = {
        "rows": form.rows(), "traits": sorted(traits, key=lambda each: not each[3]), "on_sale": on_sale, "faults": form.faults,
        "errors": list(form.faults.items()), **context,
    }  # fmt: skip
    return page(request, "catalogue/product", "products", shown, status=422 if form.faults else 200)


def _traits(product: Product, language: str) -> list[str]:
    return [BY_NAME[trait].asked(language) for trait in product.traits if trait in BY_NAME]


def product_rooms(request: PageRequest, sku: str, here: str) -> list[dict[str, Any]]:
    """The pages of one product that its reader may open, as tabs."""
    names = ["product_stock"]
    if request.role in KEEPERS:
        names = ["product", "product_stock", "product_pictures", "product_gifts"]
    if request.role in OWNERS:
        names.append("product_embed")
    return [
        {"label": phrase(request.language, f"studio.tab.{name}"), "url": to(request, name, sku=sku), "current": name == here}
        for name in names
    ]
