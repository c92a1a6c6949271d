"""What the pages' tests open: a world with alice, who has one of everything, bob, charlie of another store, and the staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from avdet.records.catalogue.pictures import add_drawing
from avdet.records.orders.models import Order
from avdet.records.people.models import Customer, User
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.read_catalogue import read_catalogue
from tests.factories import NOW, make_customer, make_order, make_product, make_staff, make_store, make_user
from tests.web.routes import Route


@dataclass
class World:
    """Two stores. alice and bob buy at the first, charlie owns the second."""

    store: Store
    other: Store
    alice: User
    bob: User
    charlie: User
    staff: dict[str, User]
    customer: Customer
    order: Order

    def client(self, user: User) -> Client:
        """Somebody's browser, signed in."""
        client = Client()
        client.force_login(user)
        return client

    def url(self, route: Route, **instead: str) -> str:
        """A route's address, for what is alice's."""
        made = OBJECTS.get(route.pattern) or PUBLIC.get(route.pattern)
        values = {"store": self.store.slug, **(made(self) if made else {}), **instead}
        return route.url(**values)


def make_world() -> World:
    """Everybody and everything, anew for each test."""
    store, other = make_store("fetrashop"), make_store("offykala")
    alice, bob, charlie = make_user("alice"), make_user("bob"), make_staff(other, "owner")
    staff = {role: make_staff(store, role) for role in ("desk", "expert", "accountant", "owner")}
    staff["support"] = make_user("support", is_support=True)
    customer = make_customer(store, alice)
    make_customer(store, bob)
    return World(store, other, alice, bob, charlie, staff, customer, make_order(store, customer))


Values = Callable[[World], dict[str, Any]]


def a_product(world: World) -> dict[str, Any]:
    """Something on sale at alice's store."""
    return {"sku": make_product(world.store, "A-1").sku}


def a_picture(world: World) -> dict[str, Any]:
    """A picture of such a thing."""
    product = make_product(world.store, "A-1")
    return {"sku": product.sku, "picture": add_drawing(product, "<svg xmlns='http://www.w3.org/2000/svg'/>", {}).pk}


def a_catalogue_file(world: World) -> dict[str, Any]:
    """A file of products that was read at alice's store."""
    return {"number": read_catalogue(world.store, "a.csv", b"sku,name_fa,price\nA,x,5\n", now=NOW, actor=Actor.system()).pk}


OBJECTS: dict[str, Values] = {
    "<slug:store>/studio/products/<path:sku>/": a_product,
    "<slug:store>/studio/products/<path:sku>/stock/": a_product,
    "<slug:store>/studio/products/<path:sku>/pictures/": a_product,
    "<slug:store>/studio/products/<path:sku>/embed/": a_product,
    "<slug:store>/studio/catalogue/<int:number>/": a_catalogue_file,
    "<slug:store>/studio/catalogue/<int:number>/apply/": a_catalogue_file,
}
"""Route → the arguments that name something of alice's, or of her store's."""

PUBLIC: dict[str, Values] = {
    "<slug:store>/products/<path:sku>/": a_product,
    "<slug:store>/products/<path:sku>/returns/": a_product,
    "<slug:store>/products/<path:sku>/pictures/<int:picture>/": a_picture,
    "hooks/<slug:store>/payments/<slug:gateway>": lambda world: {"gateway": "iyzico"},
    "<slug:store>/terms/<int:number>/": lambda world: {"number": 1},
    "<slug:store>/terms/<int:number>/changes/": lambda world: {"number": 1},
}
"""Route → the arguments of something that everybody may see."""
