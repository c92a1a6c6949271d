"""Fills an installation with a demo store: its people, goods and past go in by the workflows that real ones go in by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from avdet.core.folding import fold
from avdet.demo.catalogue import DemoProduct
from avdet.demo.history import history, reserved
from avdet.demo.payouts import gather_payouts
from avdet.demo.people import DemoCustomer
from avdet.demo.pictures import picture_svg
from avdet.demo.reliving import relive
from avdet.demo.store import DemoStore, load
from avdet.policies import STORES
from avdet.ports.jobs import Jobs, Payload, through
from avdet.records.catalogue.actions import count
from avdet.records.catalogue.editing import put
from avdet.records.catalogue.models import Gift, Incoming, Picture, Product
from avdet.records.orders.numbers import go_on_from
from avdet.records.outbox.models import Notice
from avdet.records.people.models import Address, BankAccount, Customer, Membership, User
from avdet.records.shared.actors import Actor
from avdet.records.shared.sealed import fingerprint
from avdet.records.stores.actions import change_store, set_texts
from avdet.records.stores.models import Store
from avdet.records.stores.queries import store_by_slug
from avdet.workflows.people.open_store import open_store

SUPPORT: Final = "support@avdet.example"
SINCE: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""When the demo's stores opened, and their terms took force."""
PLENTY: Final = 10_000
_ACTOR: Final = Actor.system("demo")


@dataclass(frozen=True)
class _Past:
    """Jobs of the past: what was told then needs no sending now; everything else waits as usual."""

    present: Jobs

    def defer(self, name: str, payload: Payload, *, run_at: datetime | None = None, key: str = "") -> None:
        if name not in ("send_notices", "follow_decision"):  # the latter has been done at its moment
            self.present.defer(name, payload, run_at=run_at, key=key)


def fill(now: datetime) -> list[Store]:
    """All five stores; those that are there already are left as they are."""
    if not User.objects.filter(email=SUPPORT).exists():
        _sign_up(SUPPORT, name="Avdet", is_support=True)
    with through(_Past):
        return [store_by_slug(slug) or _fill(load(slug), now) for slug in STORES]


@cache
def _password() -> str:
    """Hashed once: a good hash is slow on purpose, and everybody here has the same."""
    return make_password(settings.DEMO_PASSWORD)


def _sign_up(email: str, **fields: Any) -> User:
    user: User = User.objects.create(email=email, password=_password(), joined_at=SINCE, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@transaction.atomic
def _fill(demo: DemoStore, now: datetime) -> Store:
    store = open_store(
        demo.slug, _texts(demo.name), demo.country, now=SINCE, policy=demo.slug, in_force_from=SINCE, actor=_ACTOR,
        currency=demo.currency, time_zone=demo.time_zone, languages=list(demo.languages), accent=demo.accent,
        contact={"phone": demo.contact.phone, "email": demo.contact.email, "address": demo.contact.address,
                 "hours": _texts(demo.texts.hours)}, marketplace=bool(demo.sellers),
    ).store  # fmt: skip
    address = {code: f"{demo.contact.returns_address}\n{said}" for code, said in _texts(demo.texts.returns).items()}
    set_texts(store, {"welcome": _texts(demo.texts.welcome), "returns_address": address}, actor=_ACTOR, now=SINCE)
    staff = _hire(store, demo)
    products = _stock_shelves(store, demo)
    customers = {key: _register(store, customer) for key, customer in demo.customers.items()}
    past = history(demo, now)
    account = {"iban": demo.pays_from, "holder": store.name_in(store.language), "bic": ""}
    returns = {"second_approval_minor": demo.second_approval_minor}
    change_store(store, {"payout_account": account, "returns": returns}, actor=_ACTOR, now=SINCE)
    go_on_from(store, max(int(order.number.rpartition("-")[2]) for order in past))
    relive(store, demo, past, customers, staff["expert"], now)
    Notice.objects.filter(store=store).update(state="sent", sent_at=F("created_at"), next_at=None, attempts=1)
    _count(store, demo, products, now)
    _gifts_and_arrivals(demo, products, now)
    gather_payouts(store, staff["accountant"], now)
    return store


def _texts(names: Any) -> dict[str, str]:
    return {"tr": names.tr, "fa": names.fa, "en": names.en}


def _hire(store: Store, demo: DemoStore) -> dict[str, User]:
    """Who works there, by role."""
    hired: dict[str, User] = {}
    for person in demo.staff:
        user = _sign_up(
            person.email, name=person.name, phone=person.phone, phone_print=fingerprint(person.phone, "phone"),
            phone_verified=True, language=person.language,
        )  # fmt: skip
        Membership.objects.create(store=store, user=user, role=person.role, created_at=SINCE)
        hired[person.role] = user
    return hired


def _stock_shelves(store: Store, demo: DemoStore) -> dict[str, Product]:
    """The goods with their pictures, and plenty of each for the past to be lived again."""
    products = put(store, {sku: _fields(demo, product) for sku, product in demo.products.items()}, now=SINCE)
    count(store, [(product.pk, PLENTY) for product in products.values()], now=SINCE, actor=_ACTOR)
    for sku, product in demo.products.items():
        drawing = ContentFile(picture_svg(product, demo.accent).encode(), f"{store.slug}-{sku.lower()}.svg")
        Picture.objects.create(product=products[sku], file=drawing, alt={demo.languages[0]: product.name})
    return products


def _count(store: Store, demo: DemoStore, products: dict[str, Product], now: datetime) -> None:
    """The stock as it is today, after all that has left."""
    held, _ = reserved(history(demo, now))
    today = [(products[sku].pk, max(product.stock, held[sku])) for sku, product in demo.products.items()]
    count(store, today, now=now, actor=_ACTOR)


def _fields(demo: DemoStore, product: DemoProduct) -> dict[str, Any]:
    own = demo.languages[0]
    seller = demo.sellers[product.seller].name if product.seller else ""
    return {
        "names": {own: product.name, "en": product.english_name},
        "category": getattr(product.category.name, own),
        "descriptions": {own: product.about},
        "specification": [{"group": row.group, "label": row.label, "value": row.value} for row in product.specification],
        "traits": list(product.traits),
        "price_minor": product.price_minor,
        "vat_basis_points": product.vat_percent * 100,
        "seller": seller,
        "weight_grams": product.grams,
    }


def _register(store: Store, customer: DemoCustomer) -> Customer:
    """A customer with an account, an address and whatever cards and IBANs they have registered."""
    user = _sign_up(
        customer.email, name=customer.name, phone=customer.phone, phone_print=fingerprint(customer.phone, "phone"),
        phone_verified=True, language=customer.language,
    )  # fmt: skip
    made: Customer = Customer.objects.create(
        store=store, user=user, name=customer.name, email=customer.email, phone=customer.phone, language=customer.language,
        email_print=fingerprint(customer.email, "email"), phone_print=fingerprint(customer.phone, "phone"),
        birth_year=customer.born.year, created_at=SINCE,
    )  # fmt: skip
    where = customer.address
    details = {"recipient": customer.name, "phone": customer.phone, "country": where.country, "province": where.province,
               "district": where.district, "street": where.street, "postcode": where.postcode}  # fmt: skip
    Address.objects.create(customer=made, details=details, is_default=True, created_at=SINCE)
    relation = customer.guardian.relation if customer.guardian else None
    for account in customer.accounts:
        BankAccount.objects.create(
            customer=made, kind=account.kind, number=account.number, number_print=fingerprint(account.number, "account"),
            last_digits=account.number[-4:], holder_name=account.holder, bank=account.bank, consent_at=SINCE,
            holder="self" if fold(account.holder) == fold(customer.name) else relation or "other",
        )  # fmt: skip
    return made


def _gifts_and_arrivals(demo: DemoStore, products: dict[str, Product], now: datetime) -> None:
    """Last of all: the past's orders name their gifts themselves."""
    given = ((sku, gift) for sku, product in demo.products.items() for gift in product.gifts)
    Gift.objects.bulk_create(Gift(product=products[sku], gift=products[gift]) for sku, gift in given)
    Incoming.objects.bulk_create(
        Incoming(product=products[sku], quantity=product.incoming.quantity,
                 expected_on=(now + timedelta(days=product.incoming.in_days)).date())
        for sku, product in demo.products.items() if product.incoming
    )  # fmt: skip
