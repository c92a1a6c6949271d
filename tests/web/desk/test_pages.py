"""The desk's pages: who sees which, that each opens in every language, and that none asks the database more often for more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from avdet.records.deliveries.actions import Sighting
from avdet.records.orders.models import Order
from avdet.records.orders.queries import fresh
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.web.desk import home
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.record_delivery import record_delivery
from tests.factories import make_staff, make_store, make_user
from tests.web.desk.conftest import BEFORE, Place

pytestmark = pytest.mark.django_db
HERE = "/fetrashop/desk"
EVERYBODY = ["", "orders/", "dashboard/", "export/"]
MONEY = ["refunds/", "refunds/?show=all", "findings/", "findings/?show=all", "books/", "books/?account=asset:bank", "books/export/"]
MACHINE = Actor.system("test")


@pytest.mark.parametrize("path", MONEY)
@pytest.mark.parametrize("role", ["desk", "expert"])
def test_who_does_not_keep_the_money_finds_no_such_page(path: str, role: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(store, role))
    assert client.get(f"{HERE}/{path}").status_code == 404


@pytest.mark.parametrize("role", ["expert", "accountant"])
def test_who_does_not_pack_sends_no_messages_again(role: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(store, role))
    assert client.get(f"{HERE}/notices/").status_code == 404


@pytest.mark.parametrize("path", [*EVERYBODY, *MONEY, "notices/"])
def test_an_owner_of_another_store_finds_no_such_page(path: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(make_store("offykala"), "owner"))
    assert client.get(f"{HERE}/{path}").status_code == 404


def test_another_stores_order_is_no_order_here(place: Place, client: Client, store: Store) -> None:
    order, other = place(), make_store("offykala")
    client.force_login(make_staff(other, "owner"))
    assert client.get(f"/offykala/desk/orders/{order.number}/").status_code == 404
    assert client.post(f"/offykala/desk/orders/{order.number}/do/note/", {"revision": "0", "note": "x"}).status_code == 404


def test_more_orders_than_are_counted_are_not_told_as_so_many(place: Place, client: Client, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        place()
    Order.objects.update(state="confirmed", process_by=BEFORE)
    client.force_login(make_staff(store, "owner"))
    client.cookies["language"] = "en"
    assert "3 orders are overdue" in client.get(f"{HERE}/").content.decode()
    monkeypatch.setattr(home, "MOST", 2)
    page = client.get(f"{HERE}/").content.decode()
    assert ("<bdi>2+</bdi> orders are overdue" in page, "3 orders" in page, "due today" in page) == (True, False, False)


@pytest.mark.parametrize("path", [*EVERYBODY, *MONEY, "notices/", "orders/?q=ali&due=today&carrier=tipax&product=A-1&from=2026-01-01", "orders/?after=junk"])
@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(path: str, language: str, place: Place, client: Client, store: Store) -> None:
    order = place()
    record_payment(order, amount_minor=order.total_minor, method="card_to_card", reference="T-1", paid_at=BEFORE, now=BEFORE, actor=MACHINE)
    client.force_login(make_staff(store, "owner"))
    client.cookies["language"] = language
    assert client.get(f"{HERE}/{path}").status_code == 200


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_an_order_and_its_refund_open_in_each_language(language: str, place: Place, client: Client, store: Store) -> None:
    order = place()
    record_payment(order, amount_minor=order.total_minor, method="card_to_card", reference="T-1", paid_at=BEFORE, now=BEFORE, actor=MACHINE)
    refund = grant_refund(order, amount_minor=1_000, reason="cancellation", because=[], key="k", now=BEFORE, actor=MACHINE)[0]
    client.force_login(make_staff(store, "owner"))
    client.cookies["language"] = language
    for path in (f"orders/{order.number}/", f"refunds/{refund.pk}/", f"books/?order={order.number}"):
        assert client.get(f"{HERE}/{path}").status_code == 200


@pytest.mark.parametrize("role", ["desk", "owner"])
def test_lists_cost_the_same_however_much_there_is(role: str, place: Place, client: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        place()
    client.force_login(make_staff(store, role))
    with django_assert_max_num_queries(8):
        assert client.get(f"{HERE}/orders/?show=all").status_code == 200
    with django_assert_max_num_queries(13):
        assert client.get(f"{HERE}/").status_code == 200


@pytest.mark.parametrize("role", ["desk", "owner"])
def test_an_order_costs_thirteen_statements_however_much_has_happened(role: str, place: Place, client: Client, store: Store, django_assert_max_num_queries: Any) -> None:
    order = place(quantity=3)
    client.force_login(make_staff(store, role))
    much_has_happened(order, Actor.of(make_user("دنیز", email="deniz@example.test"), "staff", "desk"))
    with django_assert_max_num_queries(13):
        assert client.get(f"{HERE}/orders/{order.number}/").status_code == 200


def much_has_happened(order: Order, colleague: Actor) -> None:
    """Paid in two parts, handed over, sighted twice, and two sums granted back."""
    for number, amount in enumerate((order.total_minor - 5_000, 5_000)):
        record_payment(order, amount_minor=amount, method="card_to_card", reference=f"T-{number}", paid_at=BEFORE, now=BEFORE, actor=colleague)
    order = fresh(order)
    delivery = hand_over(order, now=BEFORE, actor=colleague)
    for kind in ("on_the_way", "attempted"):
        record_delivery(order, delivery, Sighting(kind, BEFORE, place="ساری"), source="staff", actor=colleague, now=BEFORE)
    for key in ("k", "l"):
        grant_refund(order, amount_minor=1_000, reason="cancellation", because=[], key=key, now=BEFORE, actor=colleague)


def test_the_history_says_who_did_what_and_what_was_paid(place: Place, desk: Client, store: Store) -> None:
    order = place(quantity=3)
    much_has_happened(order, Actor.of(make_user("دنیز", email="deniz@example.test"), "staff", "desk"))
    happened = desk.get(f"{HERE}/orders/{order.number}/").context["happenings"]
    assert any("ساری" in each.notes and each.by.startswith("دنیز") for each in happened)
    assert {note for each in happened if each.icon == "credit-card" for note in each.notes} == {"T-0", "T-1"}
    assert sum(each.icon == "hand-coins" and each.by.startswith("دنیز") for each in happened) == 2
    assert any(each.notice for each in happened)


def test_what_is_hidden_is_shown_once_and_kept(place: Place, desk: Client) -> None:
    order = place()
    page = desk.get(f"{HERE}/orders/{order.number}/").content.decode()
    assert "+989121234567" not in page
    assert "ali@example.test" not in page
    shown = desk.post(f"{HERE}/orders/{order.number}/contact/").content.decode()
    assert "+989121234567" in shown
    event = Order.objects.get(pk=order.pk).events.get(kind="contact_shown")
    assert (event.actor, event.source) == ("staff", "desk")
