"""The orders to come, as recipes: who bought what, how it was paid, and how the story ended how long ago."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from avdet.demo.catalogue import DemoProduct
from avdet.demo.claims import ClaimRecipe, claim_stories
from avdet.demo.people import Address, DemoCustomer, Line, Phone
from avdet.demo.reading import HERE, bad, read

EventName = Literal["placed", "paid", "approved", "consented", "preparing", "invoiced", "handed_over", "attempted", "delivered",
                    "refused", "returned", "cancelled", "refunded", "closed"]  # fmt: skip
Method = Literal["online", "card_to_card", "cash_on_delivery"]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Gap(Struct, frozen=True, forbid_unknown_fields=True):
    """How long after the event before: one of the three, working days being the store's."""

    minutes: Annotated[int, Meta(ge=1, le=600)] | None = None
    days: Annotated[int, Meta(ge=1, le=30)] | None = None
    working_days: Annotated[int, Meta(ge=1, le=30)] | None = None


class Beat(Struct, frozen=True, forbid_unknown_fields=True):
    """One event of a story. `parcel` counts from 1; `by` is customer or store where both could have done it."""

    event: EventName
    after: Gap = Gap()
    at: TimeOfDay | None = None
    parcel: Literal[1, 2] = 1
    by: Literal["customer", "store"] | None = None


class Story(Struct, frozen=True, forbid_unknown_fields=True):
    """A course of events. What the order's state is at its end, the events say."""

    events: Annotated[list[Beat], Meta(min_length=1)]


class Ago(Struct, frozen=True, forbid_unknown_fields=True):
    """When a story's last event was: so many hours ago, or so many days ago at a time of day in the store's zone."""

    hours: Annotated[int, Meta(ge=1, le=72)] | None = None
    days: Annotated[int, Meta(ge=1, le=400)] | None = None
    at: TimeOfDay = "14:00"


class RecipeLine(Struct, frozen=True, forbid_unknown_fields=True):
    """A line: `unit_minor` only where another price than today's was paid; `parcel: 2` waits for incoming stock."""

    sku: str
    quantity: Annotated[int, Meta(ge=1, le=1000)] = 1
    discount_minor: Annotated[int, Meta(ge=0)] = 0
    unit_minor: Annotated[int, Meta(ge=1)] | None = None
    parcel: Literal[1, 2] = 1


class Recipient(Struct, frozen=True, forbid_unknown_fields=True):
    """Who receives the parcel, and where."""

    name: Line
    phone: Phone
    address: Address


class Recipe(Struct, frozen=True, forbid_unknown_fields=True):
    """One order to come. `carrier` is `direct` for the store's own vehicle; absent, one of the store's is drawn."""

    customer: str
    story: str
    ended: Ago
    lines: Annotated[list[RecipeLine], Meta(min_length=1, max_length=20)]
    payment: Method = "online"
    payer: Literal["customer", "parent", "other"] = "customer"
    shipping_minor: Annotated[int, Meta(ge=0)] | None = None
    carrier: str | None = None
    recipient: Recipient | None = None
    note: str = ""
    claim: ClaimRecipe | None = None


class _RecipesFile(Struct, frozen=True, forbid_unknown_fields=True):
    orders: list[Recipe]


class _StoriesFile(Struct, frozen=True, forbid_unknown_fields=True):
    stories: dict[str, Story]


@cache
def stories() -> dict[str, Story]:
    """Every story by name."""
    return read(HERE / "stories.yaml", _StoriesFile).stories


def read_recipes(path: Path, products: dict[str, DemoProduct], customers: dict[str, DemoCustomer]) -> tuple[Recipe, ...]:
    """The recipes of an `orders.yaml`; every customer, product and story in them exists."""
    found = tuple(read(path, _RecipesFile).orders)
    for i, recipe in enumerate(found):
        place = f"$.orders[{i}]"
        if recipe.customer not in customers:
            raise bad(path, f"{place}.customer", f"{recipe.customer} is no customer", "name one of people.yaml")
        if recipe.story not in stories():
            raise bad(path, f"{place}.story", f"{recipe.story!r} is no story", f"use one of {', '.join(stories())}")
        if (recipe.ended.hours is None) == (recipe.ended.days is None):
            raise bad(path, f"{place}.ended", "say hours or days, one of them", "write e.g. {days: 3, at: \"14:00\"}")
        for j, line in enumerate(recipe.lines):
            if line.sku not in products:
                raise bad(path, f"{place}.lines[{j}].sku", f"{line.sku} is no product", "name one of products.yaml")
        if recipe.claim and recipe.claim.story not in claim_stories():
            what, cure = f"{recipe.claim.story!r} is no story", f"use one of {', '.join(claim_stories())}"
            raise bad(path, f"{place}.claim.story", what, cure)
    return found
