"""A colleague finds an order by a part of a name, opens it with the keyboard and hands it over; its customer sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.place_order import place_order
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import NOW, make_customer, make_product, make_staff, make_store, make_user

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, MACHINE = NOW - timedelta(days=3), Actor.system("test")


@pytest.fixture
def store() -> Store:
    return make_store("fetrashop")


def placed(store: Store, name: str, customer: Any = None) -> Order:
    """An order that has been paid, of somebody in Tehran."""
    address = {"recipient": name, "country": "IR", "province": "تهران", "street": "ولیعصر ۱"}
    contact = Contact(name, "+989121234567", "reza@example.test")
    draft = OrderDraft((DraftLine("A-1"),), customer=customer, contact=contact, address=address, language="fa")
    order = place_order(store, draft, actor=MACHINE, now=BEFORE)
    paid = {"amount_minor": order.total_minor, "method": "card_to_card", "reference": f"T-{order.number}"}
    record_payment(order, **paid, paid_at=BEFORE, now=BEFORE, actor=MACHINE)
    return order


def enter(page: Page, user: Any, path: str) -> None:
    """Somebody who has signed in already opens a page."""
    client = Client()
    client.force_login(user)
    root, name = "/".join(page.url.split("/")[:3]), settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": root}])
    page.goto(path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_order_is_found_opened_and_handed_over(open_page: OpenPage, store: Store, scheme: str) -> None:
    make_product(store, "A-1", on_hand=10)
    buyer = make_user("reza")
    placed(store, "سارا احمدی")
    order = placed(store, "رضا یکتایی", make_customer(store, buyer))

    page = open_page("/fetrashop/terms/", language="fa", width=DESK, scheme=scheme)
    enter(page, make_staff(store, "desk"), "/fetrashop/desk/")
    assert_sound(page)
    page.goto("/fetrashop/desk/orders/")
    assert_sound(page)
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("يكتا")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert page.locator("tbody tr").count() == 1
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tbody input:checked").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/orders/{order.number}/")
    assert_sound(page)

    page.locator("#move-hand_over > summary").click()
    page.select_option("#hand_over-carrier", "tipax")
    page.fill("#hand_over-tracking", "TPX-778")
    page.locator("#move-hand_over button").click()
    page.locator(".parcels").wait_for()
    assert "TPX-778" in page.locator(".parcels").inner_text()
    assert_sound(page)

    theirs = open_page("/fetrashop/terms/", language="fa", width=PHONE)
    enter(theirs, buyer, f"/fetrashop/orders/{order.number}/")
    assert "TPX-778" in theirs.locator("main").inner_text()
