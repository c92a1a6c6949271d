"""Customers say on a phone that something is wrong, in the store's language, and end at their case with its slip."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order, OrderLine
from avdet.records.stores.models import Store
from avdet.web.portal import cases, claims
from tests.browser import PHONE, OpenPage, assert_sound
from tests.factories import make_customer, make_order, make_product, make_store
from tests.web.accounts.people import PASSWORD
from tests.web.accounts.people import known as customer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def delivered(store: Store, name: str, at: datetime, *, traits: tuple[str, ...] = (), pieces: int = 1, price: int = 45_000_000) -> tuple[Order, str]:
    """An order of mina's that arrived then; and how she signs in."""
    mina = customer("mina", email="mina@example.test")
    goods = make_product(store, names={store.language: name, "en": name}, traits=list(traits), price_minor=price)
    when = {"placed_at": at - timedelta(days=4), "paid_at": at - timedelta(days=4), "handed_over_at": at - timedelta(days=1), "delivered_at": at}
    order = make_order(store, make_customer(store, mina), products=[goods], state="delivered", **when)
    OrderLine.objects.filter(order=order).update(quantity=pieces, total_minor=pieces * price)
    return order, str(mina.email)


def go(page: Page, where: str) -> None:
    """Clicks what leads to another page, and is there."""
    with page.expect_navigation():
        page.click(where)


def enter(page: Page, login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    go(page, "main form button")


def claim(page: Page, reason: str, *, words: str = "", pieces: str = "") -> None:
    """From the order's page to the first question, or to what comes after the last."""
    go(page, "#choices .actions a[href$='/claim/']")
    assert_sound(page)
    if pieces:
        page.fill(".pieces input", pieces)
    go(page, "form.claim button.main")
    page.fill("[name=words]", words)
    if words:
        go(page, "[name=suggest]")
        assert page.locator(f"[value={reason}]").is_checked(), "her own words suggest it"
    page.check(f"[name=reason][value={reason}]")
    assert_sound(page)
    go(page, "form.claim button.main")


def answer(page: Page, **said: bool) -> list[str]:
    """Answers whatever is asked: as said, else yes; the questions in the order in which they came."""
    asked = list[str]()
    while page.locator(".answers").count():
        fact = page.url.rstrip("/").rpartition("/")[2]
        assert fact not in asked, "nothing is asked twice"
        asked.append(fact)
        assert_sound(page)
        go(page, f".answers button[value={'yes' if said.get(fact, True) else 'no'}]")
    return asked


def send(page: Page) -> Case:
    """By way of the evidence and the check; the case that comes of it."""
    if page.url.endswith("/claim/evidence/"):
        assert_sound(page)
        go(page, "main button[name=onward]")
    assert page.locator("article.slip").count() == 1, "the answer is known before it is sent"
    assert_sound(page)
    go(page, "main form button.main")
    page.wait_for_url("**/cases/**")
    assert page.locator("article.slip").count() == 1
    assert_sound(page)
    return Case.objects.get()


def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The pages' own clock."""
    for module in (claims, cases):
        monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: now))


def test_a_fault_found_within_seven_days(open_page: OpenPage) -> None:
    traits = ("seven_day_test", "serial_number")
    order, login = delivered(make_store("offykala"), "هدفون بی‌سیم", timezone.now() - timedelta(days=3), traits=traits, pieces=2)
    page = open_page(f"/account/login/?next=/offykala/orders/{order.number}/", language="fa", width=PHONE)
    enter(page, login)
    claim(page, "defect", words="هدفون خراب است و روشن نمی‌شود", pieces="۱")
    answer(page, misuse=False, used=True, box_marked=False)
    case = send(page)
    assert (case.reason, case.quantity, case.state, case.waits_for) == ("defect", 1, "approved", "customer")
    assert "OFK-" in page.inner_text("article.slip")
    assert page.locator("#pack li").count() == len(case.decision["requires"])
    assert "هدفون خراب است" in page.inner_text("#about")
    go(page, ".back")
    assert case.number in page.inner_text("#cases")


def test_a_change_of_mind_over_the_new_years_holidays(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delivered on 27 Esfand; the seven working days pass over Nowruz, and a strip shows which days did not count."""
    now = datetime(2026, 3, 25, 9, 0, tzinfo=UTC)
    order, login = delivered(make_store("fetrashop"), "گوشی موبایل", datetime(2026, 3, 18, 9, 0, tzinfo=UTC))
    clock(monkeypatch, now)
    page = open_page(f"/account/login/?next=/fetrashop/orders/{order.number}/", language="fa", width=PHONE)
    enter(page, login)
    page.goto(f"/fetrashop/orders/{order.number}/claim/")
    go(page, "form.claim button.main")
    assert "۱۰ فروردین" in page.inner_text("form.claim"), "until when, beside each reason"
    page.check("[name=reason][value=withdrawal]")
    go(page, "form.claim button.main")
    asked = answer(page, box_marked=False, used=False)
    assert "sealed" in asked
    case = send(page)
    assert case.state == "approved"
    assert "نوروز" in page.inner_text("article.slip .strip >> nth=0")
    assert "FET-" in page.inner_text("article.slip")


@pytest.mark.parametrize("script", [True, False])
def test_an_answer_is_taken_back_and_nothing_else_is_asked_again(open_page: OpenPage, script: bool) -> None:
    order, login = delivered(make_store("persianpetshop"), "Cat tree", timezone.now() - timedelta(hours=5))
    page = open_page(f"/account/login/?next=/persianpetshop/orders/{order.number}/", language="en", width=PHONE, script=script)
    enter(page, login)
    claim_plainly(page, "withdrawal")
    assert "sealed" in page.url
    go(page, ".answers button[value=no]")
    assert "it can no longer be accepted" in page.inner_text("main")
    assert "PPS-WDR-" in page.inner_text("main"), "the clause that says so"
    go(page, "main .said a[href$='/sealed/']")
    go(page, ".answers button[value=yes]")
    assert Case.objects.count() == 0
    assert "it can no longer be accepted" not in page.inner_text("main")


def claim_plainly(page: Page, reason: str) -> None:
    """The same without looking at the pages on the way."""
    go(page, "#choices .actions a[href$='/claim/']")
    go(page, "form.claim button.main")
    page.check(f"[name=reason][value={reason}]")
    go(page, "form.claim button.main")


def test_two_windows_are_told_of_each_other(open_page: OpenPage) -> None:
    order, login = delivered(make_store("persianpetshop"), "Cat tree", timezone.now() - timedelta(hours=5), pieces=2)
    page: Any = open_page(f"/account/login/?next=/persianpetshop/orders/{order.number}/", language="en", width=PHONE)
    enter(page, login)
    page.goto(f"/persianpetshop/orders/{order.number}/claim/")
    page.fill(".pieces input", "1")
    go(page, "form.claim button.main")
    page.check("[name=reason][value=withdrawal]")
    go(page, "form.claim button.main")
    answer(page, box_marked=False, used=False)
    other = page.context.new_page()
    other.goto(f"/persianpetshop/orders/{order.number}/claim/")
    other.fill(".pieces input", "2")
    go(other, "form.claim button.main")
    go(page, "main form button.main")
    assert "another window" in page.inner_text("main")
    assert "2 pieces" in page.inner_text("main")
    assert not Case.objects.exists()
    go(page, "main form button.main")
    page.wait_for_url("**/cases/**")
    assert Case.objects.get().quantity == 2
