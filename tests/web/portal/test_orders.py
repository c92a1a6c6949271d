"""A customer's orders: whose they are not, what a form may not do, and what each page costs and says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avdet.records.orders.models import Order, OrderEvent, OrderLine
from avdet.records.outbox.models import Notice
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.stores.models import Store
from avdet.records.stores.stamps import stamp
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.prepare_order import prepare_order
from tests.factories import make_customer, make_order, make_product, make_store, make_user
from tests.web.browsers import browser
from tests.web.portal.buying import MACHINE, arrived, bought, known, sent

pytestmark = pytest.mark.django_db
LANGUAGES = ("fa", "tr", "en")
ADDRESS = {"recipient": "Ali Rezai", "phone": "+989121234567", "country": "TR", "province": "Istanbul", "district": "", "street": "Moda 12",
           "postcode": "34710"}  # fmt: skip


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def store() -> Store:
    return make_store("fetrashop")


def page(order: Order, rest: str = "") -> str:
    return f"/{order.store.slug}/orders/{order.number}/{rest}"


PAGES = ("", "cancel/", "address/", "consent/", "told/", "choices/cancel/")


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", PAGES)
def test_somebody_elses_order_is_not_there(store: Store, alice: User, rest: str) -> None:
    order = bought(store, alice)
    make_store("offykala")
    for client in (Client(), browser(make_user("bob"))):
        assert client.get(page(order, rest)).status_code == 404
        assert client.post(page(order, rest), {"consent": "yes", "sure": "1", "revision": order.revision}).status_code == 404
    assert browser(alice).get(f"/offykala/orders/{order.number}/{rest}").status_code == 404
    assert browser(alice).get(f"/fetrashop/orders/{order.number}x/{rest}").status_code == 404
    assert known(order).revision == order.revision


def test_nobody_lists_orders_without_an_account(store: Store, alice: User) -> None:
    bought(store, alice)
    assert Client().get("/fetrashop/orders/")["Location"].startswith("/account/login")
    assert b"N-" not in browser(make_user("bob")).get("/fetrashop/orders/").content
    assert b"N-" not in Client().get("/fetrashop/").content


def listed(client: Client, query: str) -> list[str]:
    return [each.number for each in client.get(f"/fetrashop/orders/?{query}").context["page"].rows]


@pytest.mark.parametrize("query", ["q=zzz", "q=1001 zzz", "which=done&q=1001", "which=open&q=1002"])
def test_a_search_that_finds_nothing_offers_all_orders(store: Store, alice: User, query: str) -> None:
    two_orders(store, alice)
    shown = browser(alice).get(f"/fetrashop/orders/?{query}").content.decode()
    assert "No order of yours fits." in shown
    assert "See all orders" in shown


def two_orders(store: Store, alice: User) -> None:
    customer = make_customer(store, alice)
    make_order(store, customer, number="A-1001", products=[make_product(store, "KETTLE-1", names={"fa": "کتری برقی"})], state="preparing")
    make_order(store, customer, number="A-1002", products=[make_product(store, "CUP-2", names={"fa": "فنجان"})], state="closed")
    make_order(store, make_customer(store), number="A-1003", products=[make_product(store, "KETTLE-9")])


def test_own_orders_are_found_by_number_and_product_and_by_whether_they_are_done(store: Store, alice: User) -> None:
    two_orders(store, alice)
    client = browser(alice)
    assert listed(client, "") == ["A-1002", "A-1001"]
    assert listed(client, "q=1001") == listed(client, "q=۱۰۰۱") == listed(client, "q=kettle") == listed(client, "q=کتری") == ["A-1001"]
    assert listed(client, "which=open") == ["A-1001"]
    assert listed(client, "which=done") == ["A-1002"]
    assert listed(client, "which=anything&q=%E2%80%AE") == ["A-1002", "A-1001"]


@pytest.mark.parametrize("count", [1, 8])
def test_a_search_takes_a_fixed_number_of_statements(store: Store, alice: User, count: int, django_assert_max_num_queries: Any) -> None:
    customer, product = make_customer(store, alice), make_product(store, "KETTLE-1")
    for _ in range(count):
        make_order(store, customer, products=[product])
    client = browser(alice)
    client.get("/fetrashop/orders/")
    with django_assert_max_num_queries(10):
        assert len(listed(client, "q=kettle&which=open")) == count


@pytest.mark.parametrize("query", ["after=x", "before=x", "after=" + "9" * 400])
def test_a_mark_that_nobody_gave_out_leads_to_the_beginning(store: Store, alice: User, query: str) -> None:
    bought(store, alice)
    assert len(listed(browser(alice), query)) == 1


@pytest.mark.parametrize("rest", ["choices/nothing/", "choices/cancel/?line=7", "choices/cancel/?line=" + "9" * 5_000, "choices/defect/"], ids=["kind", "line", "long", "now"])
def test_what_cannot_be_chosen_has_no_page(store: Store, alice: User, rest: str) -> None:
    assert browser(alice).get(page(bought(store, alice), rest)).status_code == 404


@pytest.mark.parametrize("pieces", ["", "0", "-1", "x", "1.5", "²", "1' or '1'='1"])
def test_a_hostile_number_of_pieces_cancels_nothing(store: Store, alice: User, pieces: str) -> None:
    order = bought(store, alice)
    line = order.lines.get(position=1)
    said = {f"line-{line.pk}": pieces, "line-999999": "1", "revision": order.revision, "sure": "1"}
    assert browser(alice).post(page(order, "cancel/"), said).status_code == 422
    assert known(order).revision == order.revision


def test_lines_of_another_order_are_not_cancelled_by_this_one(store: Store, alice: User) -> None:
    order, other = bought(store, alice), bought(store, make_user("bob"))
    said = {f"line-{line.pk}": "1" for line in other.lines.all()} | {"revision": str(order.revision), "sure": "1"}
    assert browser(alice).post(page(order, "cancel/"), said).status_code == 422
    assert not OrderLine.objects.filter(cancelled_quantity__gt=0).exists()


@pytest.mark.parametrize(("field", "value"), [("street", ""), ("street", "x" * 401), ("country", "XX"), ("phone", "hello")])
def test_an_address_that_is_none_is_sent_back(alice: User, field: str, value: str) -> None:
    order = bought(make_store("ofiskutum"), alice)
    answer = browser(alice).post(page(order, "address/"), {**ADDRESS, "revision": order.revision, field: value})
    assert answer.status_code == 422
    assert known(order).address == order.address


def test_terms_that_do_not_grant_a_new_address_are_not_asked_twice(store: Store, alice: User) -> None:
    order, client = bought(store, alice), browser(alice)
    assert page(order, "address/").encode() not in client.get(page(order)).content
    client.post(page(order, "address/"), {**ADDRESS, "revision": order.revision})
    assert known(order).address == order.address


def test_what_is_on_its_way_goes_where_it_was_sent(alice: User) -> None:
    order = sent(bought(make_store("ofiskutum"), alice))
    client = browser(alice)
    assert page(order, "address/").encode() not in client.get(page(order)).content
    answer = client.post(page(order, "address/"), {**ADDRESS, "revision": order.revision}, follow=True)
    assert "not possible as the order stands now" in answer.content.decode()
    assert known(order).address == order.address


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_of_an_order_that_has_changed_is_refused_and_says_so(store: Store, alice: User, language: str) -> None:
    said = {"fa": "در این میان", "tr": "bu arada", "en": "changed in the meantime"}
    order, client = bought(store, alice), browser(alice, language)
    prepare_order(known(order), actor=MACHINE, now=timezone.now())
    for rest, form in (("cancel/", {"sure": "1"}), ("address/", ADDRESS), ("consent/", {"consent": "yes"})):
        for revision in (str(order.revision), "", "x"):
            answer = client.post(page(order, rest), {**form, "revision": revision}, follow=True)
            assert said[language].lower() in answer.content.decode().lower(), rest
    now = known(order)
    assert (now.state, now.address, now.partial_consent) == ("preparing", order.address, None)


def test_forms_want_the_token_of_the_page(store: Store, alice: User) -> None:
    order = bought(store, alice)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for rest in ("cancel/", "address/", "consent/"):
        assert client.post(page(order, rest), {"revision": order.revision, "consent": "yes", "sure": "1"}).status_code == 403
    assert browser(alice).get(page(order, "consent/")).status_code == 405


def test_text_of_others_cannot_become_markup(store: Store, alice: User) -> None:
    order = sent(bought(store, alice))
    bad = "<script>alert(1)</script>"
    OrderLine.objects.filter(order=order).update(name=bad)
    Order.objects.filter(pk=order.pk).update(note=f"secret note {bad}")
    order.deliveries.update(carrier=bad, tracking_number=bad)
    for rest in ("", "choices/withdrawal/", "told/"):
        body = browser(alice).get(page(order, rest)).content.decode()
        assert bad not in body
        assert "secret note" not in body


# ---- cancelling ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_pieces_are_cancelled_after_the_money_was_shown(store: Store, alice: User, language: str) -> None:
    order, client = bought(store, alice), browser(alice, language)
    line = order.lines.get(position=1)
    assert client.get(page(order, "cancel/")).status_code == 200
    said = {f"line-{line.pk}": "۲", "revision": str(order.revision)}
    check = client.post(page(order, "cancel/"), said).content.decode()
    assert {"fa": "۹۰٬۰۰۰٬۰۰۰", "tr": "90.000.000", "en": "90,000,000"}[language] in check
    assert known(order).revision == order.revision, "only looked at"
    assert client.post(page(order, "cancel/"), {**said, "sure": "1"})["Location"] == page(order)
    line.refresh_from_db()
    assert (known(order).state, line.cancelled_quantity, Refund.objects.get().amount_minor) == ("confirmed", 2, 90_000_000)
    assert client.get(page(order)).status_code == 200


def test_a_double_click_cancels_once(store: Store, alice: User) -> None:
    order, client = bought(store, alice), browser(alice)
    said = {f"line-{line.pk}": line.quantity for line in order.lines.all()} | {"revision": order.revision, "sure": "1"}
    for _ in range(2):
        assert client.post(page(order, "cancel/"), said)["Location"] == page(order)
    body = client.get(page(order)).content.decode()
    assert "not possible" not in body
    assert "changed in the meantime" not in body
    assert known(order).state == "cancelled"
    assert Refund.objects.get().amount_minor == order.total_minor
    assert OrderEvent.objects.filter(order=order, kind="cancel").count() == 1


def test_more_pieces_than_there_are_are_all_of_them(store: Store, alice: User) -> None:
    order = bought(store, alice, count=1)
    said = {f"line-{order.lines.get().pk}": "9" * 30, "revision": order.revision, "sure": "1"}
    browser(alice).post(page(order, "cancel/"), said)
    assert known(order).state == "cancelled"


# ---- address and consent ---------------------------------------------------------------------------------------------


def test_the_address_is_changed_while_the_terms_grant_it(alice: User) -> None:
    order = bought(make_store("ofiskutum"), alice)
    client = browser(alice)
    assert b'name="revision"' in client.get(page(order, "address/")).content
    answer = client.post(page(order, "address/"), {**ADDRESS, "phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷", "revision": order.revision}, follow=True)
    assert "goes to the new address" in answer.content.decode()
    assert known(order).address["street"] == "Moda 12"
    assert known(order).address["phone"] == "+989121234567"


def test_consent_is_given_once_and_taken_back(store: Store, alice: User) -> None:
    order, client = bought(store, alice), browser(alice)
    for _ in range(2):
        client.post(page(order, "consent/"), {"consent": "yes", "revision": order.revision})
    assert known(order).partial_consent is True
    assert OrderEvent.objects.filter(order=order, kind="consent_given").count() == 1
    client.post(page(order, "consent/"), {"consent": "no", "revision": known(order).revision})
    assert known(order).partial_consent is False


# ---- what a page says and costs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_is_followed_from_the_queue_to_the_door(store: Store, alice: User, language: str) -> None:
    order, client = bought(store, alice), browser(alice, language)
    lang = f'lang="{language}"'
    for moved in (lambda each: each, sent, arrived):
        order = moved(order)
        body = client.get(page(order)).content.decode()
        assert lang in body
        assert "portal." not in body, "a phrase that is missing shows its name"
    for rest in ("told/", "choices/withdrawal/", "choices/defect/"):
        body = client.get(page(order, rest)).content.decode()
        assert lang in body
        assert "portal." not in body
    assert client.get("/fetrashop/orders/").status_code == client.get("/fetrashop/help/").status_code == 200


@pytest.mark.parametrize("state", ["placed", "confirmed", "preparing", "part_shipped", "shipped", "delivered", "closed", "cancelled", "returned"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_its_words(store: Store, alice: User, state: str, language: str) -> None:
    order = make_order(store, make_customer(store, alice), state=state)
    client = browser(alice, language)
    for path in (page(order), "/fetrashop/orders/", "/fetrashop/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "portal." not in answer.content.decode()


def test_what_was_told_is_listed_once_it_was_sent(store: Store, alice: User) -> None:
    order, client = bought(store, alice), browser(alice)
    assert "Nothing has been sent yet" in client.get(page(order, "told/")).content.decode()
    Notice.objects.filter(order_number=order.number).update(state="sent", sent_at=timezone.now())
    body = client.get(page(order, "told/")).content.decode()
    assert "Your order is confirmed" in body
    assert "@example.test" not in body.split("<main", 1)[1]


def test_an_order_page_costs_twelve_statements_and_is_light(store: Store, alice: User, django_assert_max_num_queries: Any) -> None:
    stamp(store)  # as every store is that was opened, or has published anything
    traits = (["seven_day_test"], [], ["opened_hygiene"], ["food"])
    products = [make_product(store, price_minor=45_000_000, traits=traits[n % 4]) for n in range(40)]
    order = make_order(store, make_customer(store, alice), products=products, placed_at=timezone.now() - timedelta(days=2))
    at = order.placed_at
    record_payment(known(order), amount_minor=order.total_minor + 500, method="online", reference="r", paid_at=at, now=at, actor=MACHINE)
    client = browser(alice)
    for moved in (known, sent, arrived):
        order = moved(order)
        client.get(page(order))  # the terms are read once by each process
        with django_assert_max_num_queries(12):
            answer = client.get(page(order))
        assert len(answer.content) <= 150_000


def test_a_list_costs_the_same_however_long(store: Store, alice: User, django_assert_max_num_queries: Any) -> None:
    customer = make_customer(store, alice)
    product = make_product(store)
    for _ in range(25):
        make_order(store, customer, products=[product])
    client = browser(alice)
    with django_assert_max_num_queries(8):
        first = client.get("/fetrashop/orders/").content.decode()
    assert first.count("<article") == 20
    after = first.split("after=")[1].split('"')[0].replace("&amp;", "&")
    assert client.get(f"/fetrashop/orders/?after={after}").content.decode().count("<article") == 5
