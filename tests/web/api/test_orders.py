"""Orders through the API: placed, read, listed, moved, cancelled; refusals first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avdet.records.catalogue.models import Stock
from avdet.records.orders.models import Order
from avdet.records.orders.serials import serials_of
from avdet.records.stores.stamps import stamp
from tests.factories import make_customer, make_order, make_product

pytestmark = pytest.mark.django_db
ORDER = {
    "lines": [{"sku": "KETTLE-1", "quantity": 2}],
    "contact": {"name": "سارا", "phone": "09121234567", "email": "sara@example.test"},
    "address": {"country": "IR", "province": "Tehran", "street": "1"},
}


def placed(call, product, **fields):
    order = call.post("/orders", ORDER | fields)
    assert call.status == 201, order
    return order


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"lines": []}, "body.lines"),
        ({"lines": [{"sku": "KETTLE-1", "quantity": 0}]}, "body.lines[0].quantity"),
        ({"lines": [{"sku": "KETTLE-1", "quantity": "2"}]}, "body.lines[0].quantity"),
        ({"lines": [{"sku": "KETTLE-1", "quantity": 10**12}]}, "body.lines[0].quantity"),
        ({"lines": [{"sku": "KETTLE-1", "colour": "red"}]}, "body.lines[0].colour"),
        ({"total": 1}, "body.total"),
        ({"placed_at": "2026-04-04 12:00"}, "body.placed_at"),
        ({"placed_at": "2026-04-04T12:00:00"}, "body.placed_at"),
        ({"contact": {"name": "a\u0000b"}}, "body.contact.name"),
        ({"contact": {"email": "nobody"}}, "body.contact.email"),
        ({"payment_method": "barter"}, "body.payment_method"),
    ],
)
def test_each_field_that_cannot_be_used_is_named(call, product, change, where):
    problem = call.post("/orders", ORDER | change)
    assert call.status == 422
    assert [each["where"] for each in problem["errors"]] == [where]
    assert all(each["what"] for each in problem["errors"])
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("change", "kind", "where"),
    [
        ({"lines": [{"sku": "NONE"}]}, "refused", "lines[0].sku"),
        ({"lines": [{"sku": "KETTLE-1", "quantity": 11}]}, "out_of_stock", "KETTLE-1"),
        ({"lines": [{"sku": "KETTLE-1", "serials": ["S1", "S2"]}]}, "refused", "lines[0].serials"),
        ({"discount": {"amount_minor": 1, "currency": "TRY"}}, "refused", "body.discount.currency"),
        ({"contact": {}}, "refused", "body.contact"),
        ({"contact": {"name": "Sara", "phone": "no number"}}, "refused", "body.contact"),
        ({"placed_at": (timezone.now() + timedelta(days=2)).isoformat()}, "refused", "placed_at"),
    ],
)
def test_what_the_records_refuse_says_where_and_what_helps(call, product, change, kind, where):
    problem = call.post("/orders", ORDER | change)
    assert (problem["kind"], problem["where"]) == (kind, where)
    assert problem["cure"]
    assert Stock.objects.get(product=product).reserved == 0


def test_the_serial_numbers_of_what_was_sold_are_kept(call, product):
    placed(call, product, lines=[{"sku": "KETTLE-1", "quantity": 2, "serials": ["AB 1", "AB 2"]}])
    assert serials_of(Order.objects.get().lines.get()) == ["AB 1", "AB 2"]


@pytest.mark.parametrize("known", [{"contact": {"email": "sara@example.test"}}, {"contact": {}, "customer_ref": "7"}])
def test_one_way_to_find_its_customer_is_enough(call, product, known):
    assert placed(call, product, **known)["number"]


def test_an_order_with_a_slash_in_its_number_is_read_by_its_escaped_number(call, store, product):
    make_order(store, products=[product], number="2026/001")
    assert call.get("/orders/2026~2F001")["number"] == "2026/001"
    order = placed(call, product, number="A~2F")
    assert call.last["Location"] == "/api/v1/orders/A~7E2F"
    assert call.get("/orders/A~7E2F")["number"] == order["number"]


def test_an_order_is_placed_and_read_as_it_was_placed(call, product):
    order = placed(call, product, external_ref="A-1", note="ring twice")
    assert order["lines"][0]["total"] == {"amount_minor": 90_000_000, "currency": "IRR"}
    assert order["amounts"]["total"]["amount_minor"] == 90_000_000
    assert order["contact"]["phone"] == "+989121234567"
    assert order["policy_version"] == 1
    assert order["moves"] == ["pay", "cancel"]
    assert call.last["Location"] == f"/api/v1/orders/{order['number']}"
    assert call.get(f"/orders/{order['number']}") == order
    assert call.last["ETag"] == '"0"'
    assert Stock.objects.get(product=product).reserved == 2
    assert call.get("/orders?q=" + order["number"])["data"][0]["number"] == order["number"]


def test_the_same_reference_is_a_conflict(call, product):
    placed(call, product, external_ref="A-1")
    assert call.post("/orders", ORDER | {"external_ref": "A-1"})["kind"] == "conflict"
    assert call.status == 409


def test_a_reader_who_has_it_already_is_told_so(call, product):
    order = placed(call, product)
    call.get(f"/orders/{order['number']}", If_None_Match='"0"')
    assert (call.status, call.last.content) == (304, b"")


def test_a_move_against_an_older_state_is_refused_and_nothing_moves(call, product):
    order = placed(call, product, payment_method="cash_on_delivery")
    path = f"/orders/{order['number']}/moves"
    assert call.post(path, {"move": "pay"}, If_Match='"7"')["kind"] == "changed"
    assert call.status == 412
    assert call.post(path, {"move": "prepare"})["kind"] == "refused"
    assert Order.objects.get().state == "placed"


def test_an_order_goes_its_way(call, product):
    order = placed(call, product, payment_method="cash_on_delivery")
    path = f"/orders/{order['number']}"
    assert call.post(f"{path}/moves", {"move": "pay"}, If_Match='"0"')["state"] == "confirmed"
    assert call.post(f"{path}/moves", {"move": "prepare"})["state"] == "preparing"
    sent = call.post(f"{path}/deliveries", {"carrier": "tipax", "tracking_number": "T1", "hand_over": True})
    assert (call.status, sent["state"]) == (201, "handed_over")
    told = call.post(f"{path}/deliveries/1/events", {"kind": "delivered", "at": timezone.now().isoformat(), "reference": "e1"})
    assert told["news"] is True
    again = call.post(f"{path}/deliveries/1/events", {"kind": "delivered", "at": timezone.now().isoformat(), "reference": "e1"})
    assert again["news"] is False
    done = call.get(path)
    assert (done["state"], done["deliveries"][0]["state"]) == ("delivered", "delivered")
    assert [each["kind"] for each in call.get(f"{path}/events")["data"]][:3] == ["placed", "pay", "prepare"]
    options = call.get(f"{path}/options")
    assert {each["kind"] for each in options["data"]} >= {"withdrawal", "defect"}
    assert all(each["why"] for each in options["data"])


def test_a_paid_order_is_cancelled_where_the_terms_grant_it_and_its_money_goes_back(call, product):
    order = placed(call, product)
    path = f"/orders/{order['number']}"
    body = {"amount": order["amounts"]["total"], "method": "bank_transfer", "reference": "R1"}
    assert call.post(f"{path}/payments", body)["state"] == "paid"
    assert call.get(path)["state"] == "confirmed"
    cancelled = call.post(f"{path}/cancel", {"on_behalf_of": "customer"})
    assert (call.status, cancelled["state"]) == (200, "cancelled"), cancelled
    refunds = call.get(f"{path}/refunds")["data"]
    assert [each["amount"]["amount_minor"] for each in refunds] == [90_000_000]
    assert call.get(f"/refunds/{refunds[0]['id']}") == refunds[0]
    assert call.get("/refunds")["data"] == refunds
    assert call.get("/payments?state=paid")["data"][0]["refunded"]["amount_minor"] == 90_000_000


def test_what_the_terms_deny_names_their_clauses(call, store):
    goods = make_product(store, "M", traits=["made_to_order"])
    order = make_order(store, products=[goods], state="preparing", paid_at=timezone.now())
    problem = call.post(f"/orders/{order.number}/cancel", {"on_behalf_of": "customer"})
    assert (call.status, problem["kind"]) == (422, "denied")
    assert all(row["clause"] for row in problem["because"])
    assert Order.objects.get().state == "preparing"


def test_lists_are_read_page_by_page_and_every_order_once(call, store):
    product = make_product(store)
    numbers = [make_order(store, products=[product]).number for _ in range(5)]
    seen, path = [], "/orders?limit=2"
    while path:
        page = call.get(path)
        seen += [each["number"] for each in page["data"]]
        path = f"/orders?limit=2&cursor={page['next']}" if page["next"] else ""
        assert ('rel="next"' in call.last.get("Link", "")) is bool(path)
    assert seen == numbers[::-1]
    assert 'rel="prev"' in call.last["Link"]


def test_a_list_is_narrowed(call, store):
    buyer = make_customer(store)
    make_order(store, buyer, state="shipped")
    make_order(store, buyer, placed_at=timezone.now() - timedelta(days=400))
    assert [each["state"] for each in call.get("/orders?state=shipped")["data"]] == ["shipped"]
    assert len(call.get("/orders?placed_to=2026-01-01T00:00:00%2B03:30")["data"]) == 1
    assert call.get("/orders?limit=201")["errors"][0]["where"] == "query.limit"
    assert call.get("/orders?colour=red")["errors"][0]["where"] == "query.colour"
    assert call.get("/orders?cursor=nonsense")["where"] == "cursor"


def test_statements_do_not_grow_with_what_is_read(call, store, product, django_assert_max_num_queries):
    call.get("/store")
    for _ in range(30):
        make_order(store, products=[product])
    order = placed(call, product, payment_method="cash_on_delivery")
    call.post(f"/orders/{order['number']}/moves", {"move": "pay"})
    call.post(f"/orders/{order['number']}/deliveries", {})
    with django_assert_max_num_queries(6):
        assert call.get(f"/orders/{order['number']}")["deliveries"]
    with django_assert_max_num_queries(6):
        assert len(call.get("/orders?limit=30")["data"]) == 30


def test_placing_an_order_takes_few_statements(call, store, product):
    stamp(store)  # as a store is whose terms were published by their workflow
    placed(call, product)
    with CaptureQueriesContext(connection) as found:
        placed(call, product)
    own = [each["sql"] for each in found.captured_queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(own) + 1 <= 15, own  # one more is the job that sends the notice; it only waits in memory here
