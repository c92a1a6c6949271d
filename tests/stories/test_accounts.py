"""Accounts in a real browser: a Persian phone signs up, a member of staff sets up the second step, a guest finds an order."""

from __future__ import annotations

import pytest

from avdet.records.people.models import Membership, User
from tests.browser import DESK, PHONE, assert_sound
from tests.factories import LONG_AGO, make_customer, make_order, make_store
from tests.web.accounts.people import NEW_PASSWORD, PASSWORD, code_told, known, shown_by_app

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(autouse=True)
def store():
    return make_store("fetrashop")


def persian(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def test_somebody_signs_up_on_a_persian_phone_and_keeps_an_address(open_page):
    page = open_page("/account/signup/?next=/fetrashop/account/addresses/add/", language="fa", width=PHONE)
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert_sound(page)
    page.fill("[name=name]", "زهرا رضایی")
    page.fill("[name=login]", "سلام")
    page.fill("[name=password1]", NEW_PASSWORD)
    page.click("main form button")
    assert_sound(page)
    assert page.locator(".field.wrong").count() == 1
    page.fill("[name=login]", "۰۹۱۲ ۱۲۳ ۴۵۶۷")
    page.fill("[name=password1]", NEW_PASSWORD)
    page.click("main form button")
    assert_sound(page)
    page.fill("[name=code]", persian(code_told(kind="sign_in_code")))
    page.click("main form button")
    page.wait_for_url("**/fetrashop/account/addresses/add/")
    assert_sound(page)
    fields = {
        "recipient": "زهرا رضایی", "phone": "۰۹۱۲۱۲۳۴۵۶۷", "province": "تهران", "street": "خیابان ولیعصر، پلاک ۱۲",
        "postcode": "۱۹۶۷۹۱۳۴۵۶",
    }  # fmt: skip
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.click("main form button")
    page.wait_for_url("**/fetrashop/account/addresses/")
    assert "ولیعصر" in page.inner_text("main")
    assert_sound(page)
    for path in ("", "accounts/", "data/", "data/erase/"):
        page.goto(f"/fetrashop/account/{path}")
        assert_sound(page)
    page.goto("/account/")
    assert_sound(page)


@pytest.mark.parametrize(("language", "scheme"), [("tr", "light"), ("fa", "dark")])
def test_staff_set_up_the_second_step(open_page, store, language, scheme):
    user = known("dora", email="dora@example.test")
    Membership.objects.create(store=store, user=user, role="desk", created_at=LONG_AGO)
    page = open_page("/account/login/?next=/account/second/app/", language=language, width=DESK, scheme=scheme)
    assert_sound(page)
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/account/second/app/")
    assert_sound(page)
    secret = page.inner_text("main bdi.code").strip()
    page.fill("[name=code]", "000000")
    page.click("main form button")
    assert page.locator(".field.wrong").count() == 1
    page.fill("[name=code]", shown_by_app(secret))
    page.click("main form button")
    page.wait_for_url("**/account/second/codes/")
    assert page.locator("main li bdi.code").count() == 10
    assert_sound(page)
    page.goto("/account/second/")
    assert_sound(page)
    page.goto("/account/sessions/")
    assert_sound(page)


@pytest.mark.parametrize(("language", "script"), [("fa", True), ("tr", False)])
def test_a_guest_finds_an_order_by_a_code(open_page, store, language, script):
    make_order(store, make_customer(store, phone="+989121234567"), number="F-1001")
    page = open_page("/fetrashop/find/", language=language, width=PHONE, script=script)
    page.fill("[name=order_number]", "F-1001")
    page.fill("[name=login]", "0912 123 4567")
    if script:
        assert_sound(page)
    page.click("main form button")
    page.wait_for_url("**/find/code/")
    if script:
        assert_sound(page)
    page.fill("[name=code]", code_told(kind="guest_code"))
    page.click("main form button")
    page.wait_for_url("**/fetrashop/orders/F-1001/")
    assert not User.objects.exists()
