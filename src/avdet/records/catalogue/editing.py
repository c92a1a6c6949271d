"""How products are written: checked field by field, found again by their folded words, never over somebody else's change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F

from avdet.core.errors import AvdetError
from avdet.core.facts import MAX_MINOR
from avdet.core.folding import fold
from avdet.core.vocabulary import LANGUAGES, TRAITS
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import products_by_sku
from avdet.records.catalogue.shelf import AT_ONCE
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store

Fields = Mapping[str, Any]
"""Field of `Product` → its value. What is not named stays as it is."""
MAX_ROWS: Final = 100
"""Rows of one specification table at most."""
_SKU: Final = re.compile(r"[\w][\w .+/#:-]{0,59}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def put(store: Store, changes: Mapping[str, Fields], *, now: datetime) -> dict[str, Product]:
    """Creates and changes products by SKU, all of them or none; a new one needs a name and a price. Gives them as they stand.

    Four statements for every two hundred products. What they have on hand is counted elsewhere: `actions.count`.
    """
    wanted = {checked_sku(sku): checked(fields) for sku, fields in changes.items()}
    with transaction.atomic():
        known = products_by_sku(store, wanted)
        for sku, fields in wanted.items():
            known[sku] = _filled(known.get(sku) or Product(store=store, sku=sku), fields, now)
        new = [product for product in known.values() if product.pk is None]
        old = [product for product in known.values() if product.pk is not None]
        touched = sorted({"words", "revision", "updated_at"}.union(*wanted.values()))
        Product.objects.bulk_create(new, batch_size=AT_ONCE)
        Product.objects.bulk_create(old, update_conflicts=True, unique_fields=["id"], update_fields=touched, batch_size=AT_ONCE)
    return known


def edit(product: Product, fields: Fields, *, revision: int, now: datetime) -> None:
    """Changes one product, if it still is what its editor saw. `Conflict` otherwise."""
    changed = _filled(product, checked(fields), now)
    columns = {name: getattr(changed, name) for name in (*fields, "words", "updated_at")}
    rows = Product.objects.filter(pk=product.pk, revision=revision)
    if not rows.update(**columns, revision=F("revision") + 1):
        raise Conflict("somebody else has changed this product meanwhile", where=product.sku, cure="look at it again")


def create(store: Store, sku: str, fields: Fields, *, now: datetime) -> Product:
    """A new product. `Conflict` where the SKU is taken."""
    product = _filled(Product(store=store, sku=checked_sku(sku)), checked(fields), now)
    try:
        with transaction.atomic():
            product.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"there is a product {sku} already", where="sku", cure="choose another SKU, or edit that one") from None
    return product


def _filled(product: Product, fields: Fields, now: datetime) -> Product:
    for name, value in fields.items():
        setattr(product, name, value)
    if not product.names or product.price_minor is None:
        raise AvdetError("a new product needs a name and a price", where=product.sku, cure="give both")
    product.words = fold(" ".join((product.sku, *product.names.values(), product.category, product.seller)))
    product.updated_at = now
    product.revision += 1
    return product


# ---- what a field may be ---------------------------------------------------------------------------------------------


def checked_sku(sku: str) -> str:
    """A SKU as it may stand in an address and on a label; `AvdetError` otherwise."""
    if not _SKU.fullmatch(sku) or sku != sku.strip():
        raise AvdetError(f"{sku!r:.80} is no SKU", where="sku", cure="use up to 60 letters, digits and - _ . / +")
    return sku


def checked(fields: Fields) -> dict[str, Any]:
    """The fields, each in its bounds; `AvdetError` names the one that is not."""
    unknown = set(fields) - set(_CHECKS)
    if unknown:
        raise AvdetError(f"a product has no {sorted(unknown)[0]!r:.40}", where="fields", cure=f"use {', '.join(_CHECKS)}")
    return {name: _CHECKS[name](name, value) for name, value in fields.items()}


def _text(name: str, value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or _CONTROL.search(value):
        raise AvdetError(f"{name} is not a text of at most {longest:,} characters", where=name, cure="shorten or correct it")
    return value.strip()


def _texts(longest: int) -> Callable[[str, Any], dict[str, str]]:
    def check(name: str, value: Any) -> dict[str, str]:
        if not isinstance(value, Mapping) or not set(value) <= set(LANGUAGES):
            raise AvdetError(f"{name} are texts by language", where=name, cure=f"use {', '.join(LANGUAGES)}")
        texts = {language: _text(f"{name}.{language}", text, longest) for language, text in value.items()}
        return {language: text for language, text in texts.items() if text}

    return check


def _short(longest: int) -> Callable[[str, Any], str]:
    return lambda name, value: _text(name, value, longest)


def _whole(most: int) -> Callable[[str, Any], int]:
    def check(name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise AvdetError(f"{name} is not a whole number from 0 to {most:,}", where=name, cure="correct it")
        return value

    return check


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise AvdetError(f"{name} is yes or no", where=name, cure="give true or false")
    return value


def _traits(name: str, value: Any) -> list[str]:
    unknown = [each for each in value if each not in TRAITS]
    if unknown:
        raise AvdetError(f"{unknown[0]!r:.40} is no trait", where=name, cure=f"use {', '.join(TRAITS)}")
    return [trait for trait in TRAITS if trait in value]


def _specification(name: str, value: Any) -> list[dict[str, str]]:
    return list(_rows(name, value))


def _rows(name: str, rows: Iterable[Any]) -> Iterator[dict[str, str]]:
    for at, row in enumerate(rows):
        where = f"{name}[{at}]"
        if at >= MAX_ROWS:
            raise AvdetError(f"more than {MAX_ROWS} rows", where=name, cure="keep the table to what decides a purchase")
        if not isinstance(row, Mapping) or not {"label", "value"} <= set(row) <= {"group", "label", "value"}:
            raise AvdetError("a row has a label and a value, and perhaps a group", where=where, cure="correct it")
        yield {key: _text(where, row.get(key, ""), 500) for key in ("group", "label", "value")}


_CHECKS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "names": _texts(300), "category": _short(80), "descriptions": _texts(10_000), "specification": _specification,
    "traits": _traits, "price_minor": _whole(MAX_MINOR), "vat_basis_points": _whole(10_000), "seller": _short(80),
    "weight_grams": _whole(100_000_000), "on_sale": _flag, "mapped": _flag,
}  # fmt: skip
