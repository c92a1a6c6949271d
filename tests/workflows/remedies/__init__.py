"""A store that sells, a customer who claims, an expert who finds: up to the moment at which a remedy is chosen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from avdet.core.bookings import CREDIT
from avdet.core.money import part
from avdet.ports import jobs
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.models import Product
from avdet.records.deliveries.actions import Sighting
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_id
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.claims.file_claim import Wanted, file_claim
from avdet.workflows.goods.receive_parcel import receive_unannounced
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from tests.factories import NOW, make_product, make_staff, make_store, terms_anew

WHEN = NOW - timedelta(days=6)
CUSTOMER = Actor("customer", 1, source="web")
MACHINE = Actor.system("test")
FAULTY = {
    "sealed": False, "used": True, "visible_without_opening": False, "visible_without_use": False, "in_specification": False,
    "misuse": False, "box_kept": True, "box_marked": False, "accessories_complete": True, "visible_at_delivery": False, "arranged": True,
    "gift_included": True, "six_photos": True, "carrier_report": True, "documents": True, "service_report": True,
}  # fmt: skip
SEALED = {**FAULTY, "sealed": True, "used": False}


def giving_back() -> Store:
    """A store whose terms give the first delivery of what is faulty back, the shipped ones being silent."""
    pays = "redelivery_shipping: store"
    return terms_anew(make_store("fetrashop"), lambda source: source.replace(pays, f"{pays}, outbound_shipping: store"))


def checked_goods(store: Store, **fields: Any) -> Product:
    """Goods with a serial number and the 7-day test, which every store's fault clauses speak of."""
    return make_product(store, traits=["seven_day_test", "serial_number"], **fields)


def bought(store: Store, *lines: DraftLine, at: datetime = WHEN, delivered: bool = True, **fields: Any) -> Order:
    """An order that was placed, paid, sent and, unless it was not, delivered a day ago."""
    return sent(placed(store, *lines, at=at, **fields), at=at + timedelta(days=1), delivered=delivered)


def placed(store: Store, *lines: DraftLine, at: datetime = WHEN, paid: bool = True, paid_in: int = 1, **fields: Any) -> Order:
    """An order that was placed and, unless it was not, paid."""
    address = {"recipient": "B", "phone": "+989121234567", "country": store.country, "province": "Istanbul", "street": "1"}
    contact = Contact("B", "+989121234567", "b@example.test")
    fields = {"payment_method": "bank_transfer", "address": address, **fields}
    order = place_order(store, OrderDraft(lines=lines, contact=contact, **fields), actor=MACHINE, now=at)
    for each in range(paid_in if paid else 0):
        amount = part(order.total_minor, before=each, count=1, of=paid_in)
        record_payment(order, amount_minor=amount, method="bank_transfer", reference=f"P{order.pk}.{each}", paid_at=at, now=at, actor=MACHINE)
    return order


def sent(order: Order, *, at: datetime = NOW, delivered: bool = True) -> Order:
    """An order goes out, and arrives four days later."""
    prepare_order(order, actor=MACHINE, now=at)
    delivery = hand_over(order, actor=MACHINE, now=at, source="shop", carrier="Tipax")
    if delivered:
        then = at + timedelta(days=4)
        record_delivery(order, delivery, Sighting("delivered", then), source="carrier", actor=MACHINE, now=then)
    return fresh(order)


def fresh(order: Order) -> Order:
    found = order_by_id(order.pk)
    assert found is not None
    return found


def claimed(order: Order, reason: str = "defect", *, quantity: int = 1, line: int = 0, key: str = "", now: datetime = NOW, **said: bool) -> Case:
    """A claim about one line of an order."""
    found = list(order.lines.order_by("position"))[line]
    answers = {**(SEALED if reason == "withdrawal" else FAULTY), **said}
    (case,) = file_claim(order, [Wanted(found.pk, quantity, reason, answers)], actor=CUSTOMER, channel="portal", key=f"{order.pk} {key}", now=now)
    return case


def arrived(case: Case, *, now: datetime = NOW) -> Case:
    """Its goods are at the store."""
    receive_unannounced(case.store, case.order, {case.pk: case.quantity}, actor=MACHINE, now=now)
    return again(case)


def examined(case: Case, finding: str = "confirmed", *, by: User | None = None, now: datetime = NOW, **found: Any) -> Case:
    """An expert has put their name to a finding. The job that follows is not done yet."""
    expert = by or make_staff(case.store, "expert")
    found = {"within_rules": True, **found}
    case = again(case)
    inspect_case(case.pk, Findings(case.quantity, finding, **found), revision=case.revision, by=expert, actor=MACHINE, now=now)
    return again(case)


def choosing(store: Store, *, reason: str = "defect", quantity: int = 1, bought_quantity: int = 0, **product: Any) -> Case:
    """A case whose goods are here and confirmed, so that its customer is to choose."""
    goods = checked_goods(store, **product)
    order = bought(store, DraftLine(goods.sku, bought_quantity or quantity))
    return examined(arrived(claimed(order, reason, quantity=quantity)))


def again(case: Case) -> Case:
    """The case as it stands now, nothing of it remembered."""
    return Case.objects.select_related("order__customer", "order__store", "order_line", "claim", "store", "policy_version").get(pk=case.pk)


def follow(case: Case, *, now: datetime = NOW) -> Case:
    """What follows a decision by itself has been done."""
    jobs.KINDS["follow_decision"].work({"case": case.pk}, now)
    return again(case)


def all_is_well(store: Store) -> None:
    """The books are zero and hold no credit that nobody uses; each case's chain is whole."""
    stands = trial_balance(store)
    assert sum(stands.values()) == 0
    assert not stands.get((CREDIT, store.currency))
    for case in Case.objects.filter(store=store):
        assert broken(case, events_of(case)) is None
