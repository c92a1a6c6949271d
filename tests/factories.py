"""Records for tests, made plainly: what a test does not name is ordinary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from avdet.policies.shelf import load, policy_path
from avdet.records.catalogue.models import Product, Stock
from avdet.records.orders.models import Order, OrderLine
from avdet.records.people.models import Customer, Membership, User
from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.models import CalendarVersion, PolicyVersion, Store

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""Sunday noon and a half in Tehran, Sunday noon in Istanbul."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_serial = count(1)
TURKISH = {"country": "TR", "currency": "TRY", "time_zone": "Europe/Istanbul", "languages": ["tr", "en", "fa"]}
IRANIAN = {"country": "IR", "currency": "IRR", "time_zone": "Asia/Tehran", "languages": ["fa", "en", "tr"]}
WEEKENDS = {"ofiskutum": [6, 7], "hepsiburada": [6, 7], "offykala": [5], "persianpetshop": [5], "fetrashop": [5]}


def make_store(slug: str = "fetrashop", **fields: Any) -> Store:
    """One of the five stores, with its shipped policy published long ago."""
    home = TURKISH if slug in {"ofiskutum", "hepsiburada"} else IRANIAN
    store: Store = Store.objects.create(
        **{"slug": slug, "names": {"tr": slug.title(), "fa": slug.title(), "en": slug.title()}, "created_at": LONG_AGO, **home, **fields}
    )
    if slug in WEEKENDS:
        source = policy_path(slug).read_text(encoding="utf-8")
        PolicyVersion.objects.create(
            store=store, number=1, source=source, fingerprint=load(slug).newest.fingerprint, state="published",
            takes_force_at=LONG_AGO, published_at=LONG_AGO, uploaded_at=LONG_AGO,
        )  # fmt: skip
        CalendarVersion.objects.create(store=store, number=1, weekend=WEEKENDS[slug], created_at=LONG_AGO)
    return store


def terms_anew(store: Store, change: Callable[[str], str]) -> Store:
    """Another version of a store's terms, in force from the day after the first one."""
    version = PolicyVersion.objects.get(store=store)
    version.pk, version.number, version.takes_force_at, version.fingerprint = None, 2, LONG_AGO + timedelta(days=1), ""
    version.source = change(version.source)
    version.save()
    return store


def make_user(name: str = "alice", **fields: Any) -> User:
    """Somebody who can sign in with the password `open sesame 1`."""
    email = fields.pop("email", f"{name}{next(_serial)}@example.test")
    return User.objects.create_user(email, "open sesame 1", name=name, joined_at=LONG_AGO, **fields)


def make_staff(store: Store, role: str = "desk", **fields: Any) -> User:
    """A member of a store's staff."""
    user = make_user(role, **fields)
    Membership.objects.create(store=store, user=user, role=role, created_at=LONG_AGO)
    return user


def make_customer(store: Store, user: User | None = None, **fields: Any) -> Customer:
    """A buyer of a store; with an account if `user` is given."""
    phone = fields.pop("phone", f"+98912{next(_serial):07}")
    email = fields.pop("email", f"buyer{next(_serial)}@example.test")
    made: Customer = Customer.objects.create(
        **{
            "store": store, "user": user, "name": "Buyer", "phone": phone, "phone_print": fingerprint(phone, "phone"),
            "email": email, "email_print": fingerprint(email, "email"), "language": store.language, "created_at": LONG_AGO, **fields,
        }
    )  # fmt: skip
    return made


def make_product(store: Store, sku: str = "", *, on_hand: int = 10, **fields: Any) -> Product:
    """Something on sale, with pieces on hand."""
    sku = sku or f"SKU-{next(_serial)}"
    product: Product = Product.objects.create(
        **{"store": store, "sku": sku, "names": {store.language: f"Product {sku}", "en": f"Product {sku}"}, "price_minor": 45_000_000,
           "vat_basis_points": 1000, "updated_at": LONG_AGO, **fields}
    )  # fmt: skip
    Stock.objects.create(product=product, on_hand=on_hand)
    return product


def make_order(store: Store, customer: Customer | None = None, *, products: list[Product] | None = None, **fields: Any) -> Order:
    """An order as it stands in the database, one piece of each product, without a history of how it got there."""
    products = products if products is not None else [make_product(store)]
    total = sum(product.price_minor for product in products)
    placed_at = fields.pop("placed_at", NOW - timedelta(days=3))
    contact = {"name": customer.name, "phone": customer.phone, "email": customer.email} if customer else {"name": "Guest", "phone": "+989121111111"}
    order: Order = Order.objects.create(
        **{"store": store, "number": f"N-{next(_serial)}", "customer": customer, "language": store.language, "currency": store.currency,
           "goods_minor": total, "total_minor": total, "payment_method": "online", "contact": contact, "country": store.country,
           "address": {"country": store.country, "province": "Tehran", "street": "1"}, "placed_at": placed_at,
           "policy_version": store.policy_versions.first(), **fields}
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=position, product=product, sku=product.sku, name=product.name_in(store.language), quantity=1,
                  traits=product.traits, unit_price_minor=product.price_minor, vat_basis_points=product.vat_basis_points,
                  total_minor=product.price_minor)
        for position, product in enumerate(products, 1)
    )  # fmt: skip
    return order
