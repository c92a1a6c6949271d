"""Customers follow their orders in a real browser: on a Turkish phone, over Nowruz, to their money back, and without an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from avdet.records.catalogue.models import Product
from avdet.records.orders.models import Order, OrderLine
from avdet.records.people.models import User
from avdet.web.portal import orders as pages
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import make_customer, make_order, make_product, make_store
from tests.web.accounts.people import PASSWORD, code_told
from tests.web.accounts.people import known as customer
from tests.web.portal.buying import PRICE, arrived, bought, known, sent
from tests.workflows.money import *  # noqa: F403 - fixtures
from tests.workflows.money import iranian_store, pay_at, returned_by

pytestmark = pytest.mark.django_db(transaction=True)


def enter(page: Page, user: User) -> None:
    """Signs in, and is led to where one wanted to go."""
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/orders/**")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_a_turkish_customer_follows_an_order(open_page: OpenPage, width: int, scheme: str) -> None:
    ayse = customer("ayse", email="ayse@example.test")
    order = bought(make_store("ofiskutum"), ayse, at=timezone.now() - timedelta(days=4))
    page = open_page("/ofiskutum/orders/", language="tr", width=width, scheme=scheme)
    enter(page, ayse)
    assert_sound(page)
    page.get_by_role("link", name=order.number).click()
    assert page.inner_text("h1") == "Siparişiniz onaylandı"
    assert_sound(page)
    page.click("main .actions a[href$='/address/']")
    assert_sound(page)
    for name, value in {"recipient": "Ayşe Karagöz", "phone": "0555 010 00 01", "province": "İstanbul", "street": "Moda Caddesi 118", "postcode": "34710"}.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=country]", "TR")
    page.click("main form button")
    page.wait_for_url(f"**/orders/{order.number}/")
    assert "Moda Caddesi 118" in page.inner_text("#address")
    page.click("#consent button")
    assert "Parçalı teslimatı kabul ettiniz" in page.inner_text("main")
    assert_sound(page)
    sent(order, timezone.now() - timedelta(days=2), carrier="Yurtiçi Kargo", tracking="251772855689")
    page.reload()
    assert "yola çıktı" in page.inner_text("h1")
    assert "251772855689" in page.inner_text("#deliveries")
    assert page.locator(".actions a[href$='/address/']").count() == 0, "what is on its way is not sent elsewhere"
    assert_sound(page)
    arrived(known(order))
    page.reload()
    assert "teslim edildi" in page.inner_text("h1")
    page.get_by_role("link", name="Fikrim değişti").first.click()
    assert page.locator("article.slip").count() == 1
    assert_sound(page)
    page.goto(f"/ofiskutum/orders/{order.number}/told/")
    assert_sound(page)


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_a_persian_customer_sees_how_nowruz_moves_the_last_day(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, width: int, scheme: str) -> None:
    """Sent on Tuesday 26 Esfand: of the days after, a Friday, Nowruz and another Friday do not count."""
    maryam = customer("maryam", email="maryam@example.test")
    left = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
    order = bought(make_store("fetrashop"), maryam, count=1, at=left - timedelta(days=1))
    arrived(sent(order, left, carrier="تیپاکس", tracking="32269897"), left + timedelta(days=1))
    monkeypatch.setattr(pages, "timezone", SimpleNamespace(now=lambda: datetime(2026, 3, 25, 9, 0, tzinfo=UTC)))
    page = open_page(f"/account/login/?next=/fetrashop/orders/{order.number}/", language="fa", width=width, scheme=scheme)
    enter(page, maryam)
    due = page.locator(".due")
    assert "دوشنبه ۱۰ فروردین ۱۴۰۵" in due.inner_text()
    assert "نوروز" in due.locator(".why").inner_text()
    assert due.locator("td.counted, td.last").count() == 7
    assert due.locator("td.last .d").inner_text() == "۱۰"
    assert_sound(page)
    due.get_by_role("link").first.click()
    page.wait_for_url("**/choices/withdrawal/**")
    assert "دوشنبه ۱۰ فروردین ۱۴۰۵" in page.inner_text("article.slip")
    page.locator("article.slip button.mark", has_text="FET-WDR-2").first.click()
    assert "روز کاری" in page.locator("[popover]:popover-open").inner_text()
    assert_sound(page)


@pytest.mark.parametrize(("width", "script"), [(PHONE, True), (DESK, False)])
def test_food_is_cancelled_before_it_leaves_and_paid_back(
    open_page: OpenPage, simulator: Any, deferred: Any, width: int, script: bool
) -> None:
    mina = customer("mina", email="mina@example.test")
    store, now = iranian_store("persianpetshop"), timezone.now()
    food: Product = make_product(store, "CAT-2", names={"fa": "غذای خشک گربهٔ بالغ ۲ کیلویی"}, price_minor=PRICE, traits=["food"])
    order: Order = make_order(store, make_customer(store, mina), products=[food], placed_at=now)
    pay_at(simulator, order, gateway="zarinpal", paid_at=now)
    deferred.run(now)
    page = open_page(f"/account/login/?next=/persianpetshop/orders/{order.number}/", language="fa", width=width, script=script)
    enter(page, mina)
    page.click("main .actions a[href$='/cancel/']")
    if script:
        assert_sound(page)
    page.click("main form button")
    assert "۴۵٬۰۰۰٬۰۰۰" in page.inner_text("main")
    if script:
        assert_sound(page)
    page.click("main form.confirm button")
    page.wait_for_url(f"**/orders/{order.number}/")
    assert "لغو شد" in page.inner_text("h1")
    deferred.run(timezone.now() + timedelta(minutes=1))
    page.reload()
    assert "رسید" in page.inner_text("#money")
    assert list(returned_by(simulator).values()) == [order.total_minor]
    assert OrderLine.objects.get(order=order).quantity == 1
    if script:
        assert_sound(page)


@pytest.mark.parametrize(("language", "width", "script"), [("fa", PHONE, True), ("en", DESK, False)])
def test_a_guest_reads_one_order_and_no_other(open_page: OpenPage, language: str, width: int, script: bool) -> None:
    store = make_store("fetrashop")
    order, other = bought(store, phone="+989121234567"), bought(store, phone="+989121234568")
    page = open_page("/fetrashop/", language=language, width=width, script=script)
    if script:
        assert_sound(page)
    page.click("main a[href$='/find/']")
    page.fill("[name=order_number]", order.number)
    page.fill("[name=login]", "0912 123 4567")
    page.click("main form button")
    page.wait_for_url("**/find/code/")
    page.fill("[name=code]", code_told(kind="guest_code"))
    page.click("main form button")
    page.wait_for_url(f"**/orders/{order.number}/")
    assert order.number in page.inner_text("main")
    if script:
        assert_sound(page)
    page.click("main .actions a[href$='/cancel/']")
    page.fill(f"[name=line-{order.lines.get(position=1).pk}]", "۱" if language == "fa" else "1")
    page.click("main form button")
    page.click("main form.confirm button")
    page.wait_for_url(f"**/orders/{order.number}/")
    assert known(order).lines.get(position=1).cancelled_quantity == 1
    answer = page.goto(f"/fetrashop/orders/{other.number}/")
    assert answer is not None
    assert answer.status == 404
