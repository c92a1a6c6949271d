"""What is read of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from avdet.core.folding import words
from avdet.records.catalogue.models import (
    CatalogueImport,
    CatalogueImportRow,
    Gift,
    Incoming,
    Picture,
    Product,
    Reservation,
    Stock,
    StockMove,
)
from avdet.records.catalogue.shelf import AT_ONCE
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of products is to hold. Every word of `text` must occur in a product's SKU, names, category or seller."""

    text: str = ""
    category: str = ""
    unmapped: bool = False
    on_sale: bool = False


def products_by_sku(store: Store, skus: Iterable[str]) -> dict[str, Product]:
    """A store's products by SKU, with their stock where it is counted; one statement for every two hundred."""
    wanted = list(dict.fromkeys(skus))
    batches = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    rows = Product.objects.filter(store=store).select_related("stock")
    return {product.sku: product for batch in batches for product in rows.filter(sku__in=batch)}


def products_to_sell(store: Store, skus: Iterable[str]) -> dict[str, Product]:
    """A store's products by SKU, with what an order freezes of them and no more; `gives` says whether gifts go with one."""
    wanted = list(dict.fromkeys(skus))
    batches = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    rows = Product.objects.filter(store=store).annotate(gives=Exists(Gift.objects.filter(product=OuterRef("pk"))))
    rows = rows.only("sku", "names", "traits", "price_minor", "vat_basis_points")
    return {product.sku: product for batch in batches for product in rows.filter(sku__in=batch)}


def gifts_of(products: Iterable[Product]) -> list[Gift]:
    """What is sent along with `products_to_sell` at no charge, in the order of their ids; no statement where none is."""
    giving = [product.pk for product in products if getattr(product, "gives", True)]
    if not giving:
        return []
    return list(Gift.objects.filter(product__in=giving).select_related("gift").order_by("product_id", "id"))


def reservations_of(store: Store, order_number: str) -> dict[int, Reservation]:
    """What is promised to an order, by product."""
    rows = Reservation.objects.filter(order_number=order_number, product__store=store)
    return {row.product_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Level:
    """How much there is of a product, and the newest row of its history."""

    sku: str
    on_hand: int
    reserved: int
    move: int

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


def levels_of(store: Store, products: Iterable[int]) -> list[Level]:
    """The stock of these products (row ids) by SKU; those whose pieces are counted elsewhere are left out. One statement."""
    newest = StockMove.objects.filter(product=OuterRef("product")).order_by("-pk").values("pk")[:1]
    rows = Stock.objects.filter(product__store=store, product__in=list(products)).order_by("product__sku")
    moves = rows.values_list("product__sku", "on_hand", "reserved", Coalesce(Subquery(newest), 0))
    return [Level(*row) for row in moves]


def free_pieces_of(product_id: int) -> int | None:
    """How many pieces of a product nobody has been promised; `None` where they are counted elsewhere."""
    row = Stock.objects.filter(product_id=product_id).first()
    return row.free if row is not None else None


def product_of(store: Store, sku: str, *, on_sale: bool = False) -> Product | None:
    """One product with all that its page shows: stock, pictures, what is expected, gifts. Four statements."""
    rows = Product.objects.filter(store=store, sku=sku, **({"on_sale": True} if on_sale else {}))
    expected = Incoming.objects.filter(received_at=None).order_by("expected_on", "pk")
    gifts = Gift.objects.select_related("gift").order_by("pk")
    shown = (_pictures(), Prefetch("incoming", expected, "expected"), Prefetch("gifts", gifts, "given"))
    return rows.select_related("stock").prefetch_related(*shown).first()


def products(store: Store, wanted: Wanted, *, size: int = 30, after: str = "", before: str = "") -> Page[Product]:
    """A page of products, the newest first, with stock, pictures and what is expected. Three statements."""
    expected = Incoming.objects.filter(received_at=None).order_by("expected_on", "pk")
    rows = _chosen(store, wanted).select_related("stock").defer("descriptions", "specification")
    shown = rows.prefetch_related(_pictures(), Prefetch("incoming", expected, "expected"))
    return newest_first(shown, size=size, after=after, before=before)


def every_product(store: Store) -> Iterator[Product]:
    """All products with their stock, in the order of their SKUs, a few at a time."""
    return Product.objects.filter(store=store).select_related("stock").order_by("sku").iterator(chunk_size=500)


def categories(store: Store, *, on_sale: bool = False) -> list[tuple[str, int]]:
    """Every category with the number of products in it, by name; products without one are left out."""
    rows = _chosen(store, Wanted(on_sale=on_sale)).exclude(category="").order_by("category")
    return [(row["category"], row["n"]) for row in rows.values("category").annotate(n=Count("pk"))]


def unmapped(store: Store) -> int:
    """How many products nobody has said the traits of."""
    return _chosen(store, Wanted(unmapped=True)).count()


def stock_moves(product: Product, *, size: int = 50, after: str = "", before: str = "") -> Page[StockMove]:
    """What has happened to a product's stock, the newest first."""
    return newest_first(StockMove.objects.filter(product=product), size=size, after=after, before=before)


def last_receipt(product: Product) -> int:
    """The number of the newest receipt of goods in a product's history, 0 where there is none."""
    return StockMove.objects.filter(product=product, kind="received").order_by("-pk").values_list("pk", flat=True).first() or 0


def catalogue_imports(store: Store, *, size: int = 20, after: str = "", before: str = "") -> Page[CatalogueImport]:
    """Files that were read into the catalogue, the newest first."""
    return newest_first(CatalogueImport.objects.filter(store=store), size=size, after=after, before=before)


def catalogue_import(store: Store, number: int) -> CatalogueImport | None:
    """One such file."""
    return CatalogueImport.objects.filter(store=store, pk=number).first()


def import_rows(run: CatalogueImport, *, kind: str = "", beyond: int = 0, size: int = 50) -> list[CatalogueImportRow]:
    """What a file's rows would change or say wrongly, in the file's order, beginning after row number `beyond`."""
    rows = CatalogueImportRow.objects.filter(run=run, number__gt=beyond, **({"kind": kind} if kind else {}))
    return list(rows.order_by("number")[:size])


def _pictures() -> Prefetch[str, QuerySet[Picture], str]:
    return Prefetch("pictures", Picture.objects.order_by("position", "pk"), "shown")


def _chosen(store: Store, wanted: Wanted) -> QuerySet[Product]:
    rows = Product.objects.filter(store=store)
    for word in words(wanted.text)[:8]:
        rows = rows.filter(words__contains=word)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.unmapped:
        rows = rows.filter(mapped=False)
    return rows.filter(on_sale=True, price_minor__gt=0) if wanted.on_sale else rows  # gifts come with something, never alone
