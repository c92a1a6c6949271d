"""From a customer's phone to the bench: a parcel is announced, its slip printed, sent, received, examined and signed for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel
from avdet.records.people.models import User
from avdet.records.refunds.actions import note
from avdet.records.stores.models import Store
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.goods.receive_parcel import receive_parcel
from tests.browser import DESK, PHONE, OpenPage, assert_sound
from tests.factories import make_customer, make_staff, make_store, make_user
from tests.stories.test_desk import enter
from tests.workflows.money import grant, pay
from tests.workflows.sending import CUSTOMER, EXPERT, NOW, claimed, delivered_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
BENCH = "/fetrashop/desk/bench/"
START = "/fetrashop/terms/"


@pytest.fixture
def store() -> Store:
    return make_store("fetrashop", returns={"address": {"fa": "تهران، خیابان ولیعصر ۱۰۰", "tr": "Tahran, Veliasr Caddesi 100"}})


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def order(store: Store, alice: User) -> Order:
    made = delivered_order(store, products=2, customer=make_customer(store, alice))
    claimed(made)
    return made


@pytest.fixture
def parcel(order: Order) -> Parcel:
    return announce_parcel(order, list(Case.objects.values_list("pk", flat=True)), "post", actor=CUSTOMER, now=NOW)


@pytest.mark.parametrize(("language", "width", "scheme"), [("fa", PHONE, "light"), ("tr", DESK, "dark"), ("en", PHONE, "dark")])
def test_the_customers_pages_are_sound(open_page: OpenPage, order: Order, alice: User, language: str, width: int, scheme: str) -> None:
    page = open_page(START, language=language, width=width, scheme=scheme)
    enter(page, alice, f"/fetrashop/orders/{order.number}/send-back/")
    assert_sound(page)
    parcel = announce_parcel(order, list(Case.objects.values_list("pk", flat=True)), "post", actor=CUSTOMER, now=NOW)
    for path in ("", "slip/"):
        page.goto(f"/fetrashop/orders/{order.number}/parcels/{parcel.code}/{path}")
        assert_sound(page)


@pytest.mark.parametrize(("language", "width", "scheme"), [("fa", DESK, "light"), ("tr", PHONE, "dark"), ("en", DESK, "dark")])
def test_the_bench_is_sound(open_page: OpenPage, store: Store, parcel: Parcel, language: str, width: int, scheme: str) -> None:
    page = open_page(START, language=language, width=width, scheme=scheme)
    enter(page, make_staff(store, "owner"), f"{BENCH}parcels/{parcel.code}/")
    assert_sound(page)
    receive_parcel(parcel.pk, {item.case_id: 1 for item in parcel.items.all()}, found="whole", actor=EXPERT, now=NOW)
    case = Case.objects.order_by("pk")[0]
    for path in ("", f"?q={case.order.number}", "?q=nobody", "codes/", f"cases/{case.number}/"):
        page.goto(f"{BENCH}{path}")
        assert_sound(page)
    claimed(waiting := delivered_order(store))
    pay(waiting)
    note(grant(waiting, 5_000)[0], "account_asked", actor=CUSTOMER, now=NOW)
    for path in ("desk/orders/{}/send-back/", "desk/orders/{}/money/", "studio/returns/"):
        page.goto(f"/fetrashop/{path.format(waiting.number)}")
        assert_sound(page)


def test_a_parcel_goes_from_the_phone_to_a_signed_finding(open_page: OpenPage, store: Store, order: Order, alice: User) -> None:
    page = open_page(START, language="fa", width=PHONE, script=False)
    enter(page, alice, f"/fetrashop/orders/{order.number}/send-back/")
    page.check("input[name=way][value=tipax]")
    page.click("main form button.main")
    code = Parcel.objects.get().code
    expect(page.locator("h1")).to_contain_text(code)
    page.fill("input[name=tracking_number]", "۱۲۳۴۵۶")
    page.click("#hand button.main")
    expect(page.locator("#hand input[name=tracking_number]")).to_have_value("123456")

    bench = open_page(START, language="fa", width=DESK)
    enter(bench, make_staff(store, "expert"), BENCH)
    bench.fill("main input[name=q]", "123456")
    bench.keyboard.press("Enter")
    expect(bench.locator("h1")).to_contain_text(code)
    bench.click(".deed.main form button.main")
    first = Case.objects.order_by("pk")[0]
    bench.goto(f"{BENCH}cases/{first.number}/")
    bench.check("#finding input[name=finding][value=confirmed]")
    bench.select_option("#finding select[name=within_rules]", "yes")
    bench.click("#finding button.plain")
    expect(bench.locator("#would")).to_contain_text("FET-INSP-2")
    assert_sound(bench)
    bench.click("#finding button[name=sign]")
    expect(bench.locator("main")).to_contain_text("expert")
    assert Case.objects.order_by("pk").values_list("state", "goods")[0] == ("choosing", "inspected")
