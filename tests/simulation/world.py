"""The shops, who works and buys there, and what has been delivered to whom; drawn from one seed, written in bulk."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from avdet.core import bookings
from avdet.core.breakdown import vat_within
from avdet.records.catalogue.actions import receive
from avdet.records.catalogue.models import Product, Stock
from avdet.records.deliveries.models import Delivery, DeliveryEvent, DeliveryLine
from avdet.records.ledger.actions import Draft, post_all
from avdet.records.orders.models import Order, OrderLine
from avdet.records.payments.actions import keep_account
from avdet.records.payments.models import Payment
from avdet.records.people.models import BankAccount, Customer, Membership, User
from avdet.records.shared.actors import Actor
from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.models import PolicyVersion, Store
from tests.factories import make_store
from tests.simulation.gateway import NAME, SimulatedGateway
from tests.workflows.payouts import OWN_IBAN, iban

START: Final = datetime(2026, 2, 22, 21, 0, tzinfo=UTC)
"""In Esfand, four weeks before Nowruz: the new year's holidays fall in it twice."""
WEEK: Final = timedelta(days=7)
SHOPS: Final = ("offykala", "persianpetshop", "fetrashop", "ofiskutum", "hepsiburada")
TRAITS: Final[tuple[tuple[str, ...], ...]] = (
    ("seven_day_test", "serial_number"), ("seven_day_test", "serial_number", "authorised_installation", "large"), ("food",),
    ("perishable",), ("hygiene",), ("made_to_order",), ("sealed_media",), (), ("gift",), ("personal_use",),
)  # fmt: skip
CARRIERS: Final = ("Tipax", "Post", "Aras", "")
MACHINE: Final = Actor.system("simulation")


@dataclass
class Shop:
    """One store, with everybody and everything in it."""

    store: Store
    policy: PolicyVersion
    experts: list[User]
    accountant: User
    owner: User
    products: list[Product] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.store.time_zone)


@dataclass(frozen=True)
class Sold:
    """An order in the hands of its buyer, or on the way: what its claims will be about."""

    order: int
    lines: tuple[int, ...]


class World:
    """Builds it. Nothing here goes through a workflow but the ledger and the stock, whose rows must be right."""

    def __init__(
        self, dice: random.Random, gateway: SimulatedGateway, shelf: int, slugs: Sequence[str], begin: datetime
    ) -> None:
        self.dice, self.gateway, self.shelf, self.begin = dice, gateway, shelf, begin
        self._serial = 0
        self.shops = [self._shop(slug) for slug in slugs]

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    @transaction.atomic
    def _shop(self, slug: str) -> Shop:
        payer = {"iban": OWN_IBAN, "holder": slug, "bic": ""}
        limit = self.dice.choice((None, 10_000, 60_000_000))
        store = make_store(slug, payout_account=payer, returns={"second_approval_minor": limit} if limit else {})
        keep_account(store, NAME, {"key": "k"}, now=self.begin)
        people = [self._colleague(store, role) for role in ("expert", "expert", "accountant", "owner")]
        policy = store.policy_versions.get()
        shop = Shop(store, policy, people[:2], people[2], people[3])
        shop.products = [self._product(shop, at) for at in range(2 * len(TRAITS))]
        return shop

    def _colleague(self, store: Store, role: str) -> User:
        user = User(email=f"{role}{self.serial()}@{store.slug}.test", name=role, joined_at=self.begin, password="!")
        user.save()
        Membership.objects.create(store=store, user=user, role=role, created_at=self.begin)
        return user

    def _product(self, shop: Shop, at: int) -> Product:
        sku, store = f"S{self.serial()}", shop.store
        made: Product = Product.objects.create(
            store=store, sku=sku, names={store.language: sku, "en": sku}, traits=list(TRAITS[at % len(TRAITS)]),
            price_minor=self.dice.randrange(3_001, 90_000_000), vat_basis_points=1000, updated_at=self.begin,
        )  # fmt: skip
        Stock.objects.create(product=made)
        if self.dice.random() < 0.8:
            receive(store, [(made.pk, self.dice.randint(1, self.shelf))], now=self.begin, actor=MACHINE, reference="begin")
        return made

    # ---- a week's sales ----------------------------------------------------------------------------------------------

    @transaction.atomic
    def sell(self, shop: Shop, moments: list[datetime]) -> list[Sold]:
        """An order for each moment, delivered some time before it: rows in bulk, the books with them."""
        if not moments:
            return []
        fresh = self._customers(shop, max(1, len(moments) // 3))
        orders = [self._order(shop, self.dice.choice([*fresh, *shop.customers[-50:]]), at) for at in moments]
        Order.objects.bulk_create(order for order, _ in orders)
        lines = [line for order, lines in orders for line in lines]
        for line in lines:
            line.order = line.order
        OrderLine.objects.bulk_create(lines)
        self._deliveries([(order, lines) for order, lines in orders if self.dice.random() < 0.7])
        self._payments(shop, [order for order, _ in orders])
        return [Sold(order.pk, tuple(line.pk for line in lines)) for order, lines in orders]

    def _customers(self, shop: Shop, count: int) -> list[Customer]:
        made = []
        for _ in range(count):
            n = self.serial()
            phone, email = f"+98912{n:07}", f"b{n}@example.test"
            made.append(Customer(
                store=shop.store, name=f"Buyer {n}", phone=phone, phone_print=fingerprint(phone, "phone"), email=email,
                email_print=fingerprint(email, "email"), language=shop.store.language, created_at=START,
            ))  # fmt: skip
        Customer.objects.bulk_create(made)
        BankAccount.objects.bulk_create(account(each, self.serial()) for each in made if self.dice.random() < 0.6)
        shop.customers += made
        return made

    def _order(self, shop: Shop, customer: Customer, until: datetime) -> tuple[Order, list[OrderLine]]:
        dice, store = self.dice, shop.store
        days = dice.choice((0.3, 1.1, 2, 3, 5, 6.5, 8, 13, 20, 40)) * dice.uniform(0.7, 1.1)
        delivered = until - timedelta(days=days)
        sent = delivered - timedelta(days=dice.uniform(0.5, 6))
        placed = sent - timedelta(hours=dice.uniform(1, 90))
        travelling = dice.random() < 0.06
        rows = [self._line(position, dice.choice(shop.products)) for position in range(1, dice.choice((1, 1, 2, 3)) + 1)]
        goods = sum(line.total_minor for line in rows)
        discount, shipping = dice.choice((0, 0, goods // 11)), dice.choice((0, 0, 2_999))
        total = goods - discount + shipping
        contact = {"name": customer.name, "phone": customer.phone, "email": customer.email}
        order = Order(
            store=store, number=f"{store.slug[:3]}{self.serial()}", customer=customer, language=store.language,
            currency=store.currency, goods_minor=goods, discount_minor=discount, shipping_minor=shipping, total_minor=total,
            vat_minor=vat_within(total - shipping, 1000), breakdown={"order_discount_minor": discount},
            payment_method=dice.choice(("online", "online", "bank_transfer")), contact=contact, country=store.country,
            address={"country": store.country, "province": dice.choice(("Tehran", "Alborz", "Fars")), "street": "1",
                     "recipient": customer.name, "phone": customer.phone},
            state="shipped" if travelling else "delivered", placed_at=placed, paid_at=placed, handed_over_at=sent,
            delivered_at=None if travelling else delivered, policy_version=shop.policy, policy_fingerprint=shop.policy.fingerprint,
            delivery_method=dice.choice(("carrier", "carrier", "direct")), recipient=dice.choice(("customer", "customer", "other")),
        )  # fmt: skip
        for line in rows:
            line.order = order
        return order, rows

    def _line(self, position: int, product: Product) -> OrderLine:
        quantity = self.dice.choice((1, 1, 1, 2, 3, 7))
        off = self.dice.choice((0, 0, 0, product.price_minor // 7))
        return OrderLine(
            position=position, product=product, sku=product.sku, name=product.sku, traits=product.traits, quantity=quantity,
            unit_price_minor=product.price_minor, discount_minor=off, vat_basis_points=1000,
            total_minor=product.price_minor * quantity - off,
        )  # fmt: skip

    def _deliveries(self, orders: list[tuple[Order, list[OrderLine]]]) -> None:
        made = [
            Delivery(
                order=order, number=1, state="delivered" if order.delivered_at else "handed_over", method=order.delivery_method,
                carrier=self.dice.choice(CARRIERS), tracking_number=f"T{self.serial()}", handed_over_at=order.handed_over_at,
                delivered_at=order.delivered_at, created_at=order.placed_at,
            )
            for order, _ in orders
        ]  # fmt: skip
        Delivery.objects.bulk_create(made)
        rows = zip(made, orders, strict=True)
        DeliveryLine.objects.bulk_create(
            DeliveryLine(delivery=each, order_line=line, quantity=line.quantity) for each, (_, lines) in rows for line in lines
        )
        DeliveryEvent.objects.bulk_create(
            DeliveryEvent(
                delivery=each, kind="handed_over", at=each.handed_over_at, recorded_at=each.handed_over_at, source="carrier",
                reference="handed_over",
            )
            for each in made
        )  # fmt: skip

    def _payments(self, shop: Shop, orders: list[Order]) -> None:
        rows, drafts = [], []
        for order in orders:
            rows += self._paid(order)
            drafts += self._earned(order)
        Payment.objects.bulk_create(rows)
        for row in rows:
            order, purse = row.order, bookings.purse(row.method, row.gateway)
            received = bookings.payment_received(row.amount_minor, row.currency, into=purse)
            drafts.append(Draft(f"payment:{row.pk}", "payment", received, order.number))
        post_all(shop.store, drafts, now=max(order.placed_at for order in orders))

    def _paid(self, order: Order) -> list[Payment]:
        """One payment, or two."""
        first = order.total_minor if self.dice.random() < 0.85 else order.total_minor // 3
        rows = []
        for amount in (first, order.total_minor - first):
            online = order.payment_method == "online"
            reference = f"R{self.serial()}" if online else ""
            if amount:
                rows.append(Payment(
                    store=order.store, order=order, method=order.payment_method, gateway=NAME if online else "manual",
                    reference=reference, amount_minor=amount, currency=order.currency, state="paid", paid_at=order.placed_at,
                    created_at=order.placed_at, payer_name=self.dice.choice(("", "", "", "Somebody Else")),
                ))  # fmt: skip
            if amount and online:
                self.gateway.paid(reference, amount, order.currency, order.placed_at)
        return rows

    def _earned(self, order: Order) -> list[Draft]:
        if order.delivered_at is None:
            return []
        earned = bookings.order_delivered(
            total_minor=order.total_minor,
            shipping_minor=order.shipping_minor,
            vat_minor=order.vat_minor,
            currency=order.currency,
        )
        return [Draft(f"order:{order.pk}:delivered", "delivered", earned, order.number)]


def account(customer: Customer, number: int) -> BankAccount:
    """An IBAN that a customer has registered."""
    said: dict[str, Any] = {"kind": "iban", "holder": "self", "holder_name": customer.name, "consent_text": "yes"}
    name = iban(number)
    return BankAccount(
        customer=customer, number=name, number_print=fingerprint(name, "bank"), last_digits=name[-4:], consent_at=START, **said
    )
