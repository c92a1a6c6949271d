"""A demo store as a whole: who it is, what it sells, who buys there. `load("fetrashop")` reads and checks all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from avdet.core.errors import AvdetError
from avdet.demo.catalogue import DemoProduct, Names, read_products
from avdet.demo.people import DemoCustomer, Email, Language, Line, Phone, mod97_holds, read_people
from avdet.demo.reading import HERE, bad, read
from avdet.demo.recipes import Recipe, read_recipes
from avdet.policies import STORES

Role = Literal["owner", "desk", "expert", "accountant"]
Landline = Annotated[str, Meta(pattern=r"^\+[0-9]{12}$")]


class Texts(Struct, frozen=True, forbid_unknown_fields=True):
    """Short texts of a store, each in three languages."""

    welcome: Names
    hours: Names
    returns: Names


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """How to reach the store; `address` in its own language, `returns_address` is where goods are sent back to."""

    phone: Landline
    email: Email
    address: Line
    returns_address: Line


class Staff(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who works at the store, and signs in with the e-mail address."""

    role: Role
    name: Line
    email: Email
    phone: Phone
    language: Language


class Seller(Struct, frozen=True, forbid_unknown_fields=True):
    """Who sells on a marketplace; products name it by `key`."""

    key: Annotated[str, Meta(pattern=r"^[a-z-]+$")]
    name: Line
    city: Line


class Delivery(Struct, frozen=True, forbid_unknown_fields=True):
    """Who carries its parcels. `free_from_minor`: from which order total on shipping costs nothing."""

    carriers: Annotated[list[str], Meta(min_length=2)]
    shipping_minor: Annotated[int, Meta(ge=0)]
    free_from_minor: Annotated[int, Meta(ge=1)]


class _StoreFile(Struct, frozen=True, forbid_unknown_fields=True):
    name: Names
    languages: Annotated[list[Language], Meta(min_length=3, max_length=3)]
    currency: Literal["TRY", "IRR"]
    country: Literal["TR", "IR"]
    time_zone: Literal["Europe/Istanbul", "Asia/Tehran"]
    accent: Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
    order_prefix: Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
    pays_from: str
    contact: Contact
    texts: Texts
    delivery: Delivery
    staff: list[Staff]
    second_approval_minor: Annotated[int, Meta(ge=0)] | None = None
    sellers: list[Seller] = []


@dataclass(frozen=True)
class DemoStore:
    """One of the five stores. `languages` begins with its own; prices are in minor units of `currency`.

    `claimed` are orders like `recipes`, each with what was claimed of it.
    """

    slug: str
    name: Names
    languages: tuple[Language, ...]
    currency: str
    country: str
    time_zone: str
    accent: str
    order_prefix: str
    pays_from: str
    contact: Contact
    texts: Texts
    delivery: Delivery
    staff: tuple[Staff, ...]
    sellers: dict[str, Seller]
    products: dict[str, DemoProduct]
    customers: dict[str, DemoCustomer]
    second_approval_minor: int | None
    recipes: tuple[Recipe, ...]
    claimed: tuple[Recipe, ...]


STORES_FOLDER: Final = HERE / "stores"


@cache
def load(slug: str) -> DemoStore:
    """A demo store by its slug, with goods, people and orders to come; each reference in its files is followed."""
    if slug not in STORES:
        raise AvdetError(f"{slug!r:.80} is no demo store", where="store", cure=f"use {', '.join(STORES)}")
    return read_store(STORES_FOLDER / slug)


def read_store(folder: Path) -> DemoStore:
    """The store that a folder describes: `store.yaml`, `products.yaml`, `people.yaml`, `orders.yaml` and `claims.yaml`."""
    head = read(folder / "store.yaml", _StoreFile)
    if {person.role for person in head.staff} != {"owner", "desk", "expert", "accountant"}:
        raise bad(folder / "store.yaml", "$.staff", "a role has nobody", "name an owner, desk, expert and accountant")
    if not mod97_holds(head.pays_from):
        raise bad(folder / "store.yaml", "$.pays_from", "the check digits of this IBAN are wrong", "correct the number")
    sellers = {seller.key: seller for seller in head.sellers}
    products = read_products(folder / "products.yaml", frozenset(sellers))
    customers = read_people(folder / "people.yaml")
    return DemoStore(
        slug=folder.name, name=head.name, languages=tuple(head.languages), currency=head.currency, country=head.country,
        time_zone=head.time_zone, accent=head.accent, order_prefix=head.order_prefix, pays_from=head.pays_from,
        contact=head.contact, texts=head.texts,
        delivery=head.delivery, staff=tuple(head.staff), sellers=sellers, products=products, customers=customers,
        second_approval_minor=head.second_approval_minor,
        recipes=read_recipes(folder / "orders.yaml", products, customers),
        claimed=read_recipes(folder / "claims.yaml", products, customers),
    )  # fmt: skip
