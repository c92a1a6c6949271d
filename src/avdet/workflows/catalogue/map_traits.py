"""Products get their traits: by the store's rules, the first that fits; or by hand, which no rule ever overwrites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from avdet.core.folding import fold
from avdet.ports.jobs import Payload, job
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import every_product, products_by_sku
from avdet.records.connections.models import TraitRule
from avdet.records.connections.traits import mark, marks_of, rules_of, unmark
from avdet.records.stores.models import Store
from avdet.records.stores.queries import store_by_slug
from avdet.workflows.catalogue.edit_products import put_products
from avdet.workflows.notices.tell import PROGRAMS, hushed
from avdet.workflows.notices.tell_catalogue import tell_import

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Caught:
    """What a rule catches: how many products, some of them, and how many of those it would map that nobody has mapped."""

    count: int
    free: int
    sample: tuple[Product, ...]


def fits(rule: TraitRule, product: Product) -> bool:
    """Whether a rule catches a product. Letters are folded: كيبورد is کیبورد, and KLAVYE is klavye."""
    pattern = fold(rule.pattern)
    return bool(pattern) and any(_compare(rule.operator, fold(text), pattern) for text in _texts(rule.field, product))


def _compare(operator: str, text: str, pattern: str) -> bool:
    if operator == "is":
        return text == pattern
    return text.startswith(pattern) if operator == "begins_with" else pattern in text


def _texts(field: str, product: Product) -> Iterable[str]:
    return map(str, product.names.values()) if field == "name" else (str(getattr(product, field)),)


def caught_by(store: Store, rule: TraitRule, *, most: int = 20) -> Caught:
    """What a rule would catch, before it is kept. The catalogue is read once, a few products at a time."""
    count, free, sample = 0, 0, list[Product]()
    for product in every_product(store):
        if fits(rule, product):
            count += 1
            free += not product.mapped
            if len(sample) < most:
                sample.append(product)
    return Caught(count, free, tuple(sample))


def map_new(store: Store, skus: Sequence[str], *, now: datetime) -> int:
    """Applies the store's rules to products that have just been made; says how many they caught."""
    rules = rules_of(store) if skus else []
    return _apply(store, rules, list(products_by_sku(store, skus).values()), now) if rules else 0


def map_by_rules(store: Store, *, now: datetime) -> int:
    """Applies the rules to the whole catalogue; says how many products have other traits now than before.

    Changed are products that nobody has mapped, and those whose traits still are what a rule gave to them.
    """
    rules = rules_of(store)
    with hushed(PROGRAMS):
        changed = sum(_apply(store, rules, batch, now) for batch in _batches(every_product(store)))
    if changed:
        tell_import(store, 0, "mapped", {"changed": changed}, now=now)
    return changed


def map_by_hand(store: Store, skus: Iterable[str], traits: Sequence[str], *, now: datetime) -> int:
    """Gives products these traits, and no rule will change them; says how many there are. `AvdetError` for an unknown trait."""
    known = products_by_sku(store, skus)
    with transaction.atomic():
        put_products(store, {sku: {"traits": traits, "mapped": True} for sku in known}, now=now)
        unmark(store, known)
    return len(known)


def _batches(products: Iterator[Product]) -> Iterator[list[Product]]:
    batch: list[Product] = []
    for product in products:
        batch.append(product)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    yield batch


def _apply(store: Store, rules: Sequence[TraitRule], products: Sequence[Product], now: datetime) -> int:
    marked = marks_of(store, [product.sku for product in products])
    open_ones = [each for each in products if not each.mapped or (each.sku in marked and each.traits == marked[each.sku])]
    given = {product.sku: rule.traits for product in open_ones for rule in _first(rules, product)}
    changed = {each.sku: given[each.sku] for each in open_ones if each.sku in given and _news(each, given[each.sku])}
    if changed:
        with transaction.atomic():
            put_products(store, {sku: {"traits": traits, "mapped": True} for sku, traits in changed.items()}, now=now)
            mark(store, changed, now=now)
    return len(changed)


def _first(rules: Sequence[TraitRule], product: Product) -> list[TraitRule]:
    return next(([rule] for rule in rules if fits(rule, product)), [])


def _news(product: Product, traits: Sequence[str]) -> bool:
    return not product.mapped or product.traits != list(traits)


@job("map_traits", attempts=3)
def apply_rules(payload: Payload, now: datetime) -> None:
    """Applies a store's rules to its whole catalogue."""
    store = store_by_slug(payload["store"])
    if store is not None:
        map_by_rules(store, now=now)
