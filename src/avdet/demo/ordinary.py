"""The many ordinary orders between the told ones: drawn from a fixed seed, so that they are the same on every machine."""

from __future__ import annotations

from random import Random
from typing import Final

from avdet.demo.catalogue import DemoProduct
from avdet.demo.recipes import Ago, Method, Recipe, RecipeLine
from avdet.demo.store import DemoStore

ORDERS: Final = 40
_STORIES: Final = {
    "delivered": 10, "delivered_same_week": 9, "closed": 8, "delivered_at_second_attempt": 3, "cancelled_and_refunded": 2,
    "cancelled_unpaid": 1, "returned_after_refusal": 1, "shipped": 3, "preparing": 2, "confirmed": 2,
}  # fmt: skip
"""Stories and how often they are drawn."""
_OPEN: Final = frozenset({"shipped", "preparing", "confirmed"})
_DOOR_LIMIT_MINOR: Final = {"TRY": 500_000, "IRR": 100_000_000}
"""Up to which total an order is paid at the door; Fetrashop's terms set the one in rials."""


def ordinary_recipes(store: DemoStore) -> list[Recipe]:
    """Forty orders of the last half year, most of them delivered long ago."""
    chance = Random(f"avdet demo {store.slug}")
    return [_recipe(store, chance) for _ in range(ORDERS)]


def _recipe(store: DemoStore, chance: Random) -> Recipe:
    story = chance.choices(list(_STORIES), weights=list(_STORIES.values()))[0]
    customer = chance.choice(list(store.customers.values()))
    lines = _lines(store, chance)
    days = chance.randint(1, 3) if story in _OPEN else chance.randint(5, 150)
    return Recipe(
        customer=customer.key, story=story, lines=lines, payment=_payment(store, lines, story, chance),
        ended=Ago(days=days, at=f"{chance.randint(10, 17):02d}:{chance.randrange(60):02d}"),
        payer="parent" if customer.guardian else "customer",
    )  # fmt: skip


def _lines(store: DemoStore, chance: Random) -> list[RecipeLine]:
    usual = [product for product in store.products.values() if product.price_minor and product.stock >= 10]
    chosen = chance.sample(usual, chance.choices([1, 2, 3], weights=[6, 3, 1])[0])
    return [_line(product, chance) for product in chosen]


def _line(product: DemoProduct, chance: Random) -> RecipeLine:
    quantity = 1 if product.stock < 40 else chance.choice([1, 1, 1, 2, 3])
    discount = product.price_minor * quantity // 20 // 100 * 100 if chance.random() < 0.15 else 0
    return RecipeLine(sku=product.sku, quantity=quantity, discount_minor=discount)


def _payment(store: DemoStore, lines: list[RecipeLine], story: str, chance: Random) -> Method:
    total = sum(store.products[line.sku].price_minor * line.quantity for line in lines) + store.delivery.shipping_minor
    methods: list[Method] = ["online", "online", "online", "online", "card_to_card", "cash_on_delivery"]
    method = chance.choice(methods)
    refusable = total <= _DOOR_LIMIT_MINOR[store.currency] and "cancelled" not in story
    return "online" if method == "cash_on_delivery" and not refusable else method
