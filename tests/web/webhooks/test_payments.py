"""Callbacks of payment gateways: forged ones are refused, repeated and reordered ones change nothing."""

import json

import httpx
import pytest
from django.test import Client

from avdet.records.payments.actions import expect, keep_account
from avdet.records.payments.models import PaymentEvent
from avdet.records.refunds import queries
from avdet.records.refunds.models import ReconcileFinding
from avdet.simulators.payments import iyzico
from avdet.workflows.money.send_refund import send_refund
from tests.factories import NOW, make_store
from tests.workflows.money import *  # noqa: F403 - fixtures
from tests.workflows.money import books_agree, grant, iranian_store, order_of, pay_at, turkish_store

pytestmark = pytest.mark.django_db
PLACE = "/hooks/ofiskutum/payments/iyzico"


def callback(reference, event="API_AUTH", status="SUCCESS", delivery="d-1", genuine=True):
    payment = {"reference": reference, "conversation": ""}
    body = iyzico.webhook(payment, event, status, delivery=delivery)
    return body, iyzico.webhook_headers(body, genuine=genuine)


def send(body, headers, place=PLACE):
    return Client(enforce_csrf_checks=True).post(place, body, content_type="application/json", headers=headers)


@pytest.fixture
def order():
    return order_of(turkish_store(), 100_000)


def awaited(order, simulator, state="paid"):
    made = simulator.tell("/_payments", {"amount_minor": 100_000, "currency": "TRY", "state": state})
    return expect(order, amount_minor=100_000, method="online", gateway="iyzico", reference=made["reference"], now=NOW)


def test_a_forged_callback_is_refused_and_changes_nothing(order, simulator, deferred):
    payment = awaited(order, simulator)
    odd = (b"not json", b"[" * 60_000, b'{"iyziEventType": "\\ud800"}')
    for body, headers in (
        callback(payment.reference, genuine=False),
        (callback(payment.reference)[0], {}),
        *((each, {}) for each in odd),
    ):
        assert send(body, headers).status_code == 403
    changed = json.loads(callback(payment.reference)[0]) | {"paymentId": "1"}
    assert send(json.dumps(changed).encode(), callback(payment.reference)[1]).status_code == 403
    assert (deferred.waiting, PaymentEvent.objects.count()) == ([], 0)


def test_a_callback_signed_with_another_stores_secret_is_refused(order, simulator):
    payment = awaited(order, simulator)
    keep_account(order.store, "iyzico", {"api_key": "k", "secret_key": "of its own"}, now=NOW)
    assert send(*callback(payment.reference)).status_code == 403


@pytest.mark.parametrize(
    "place", ["/hooks/hepsiburada/payments/iyzico", "/hooks/nowhere/payments/iyzico", "/hooks/fetrashop/payments/zarinpal"]
)
def test_a_gateway_that_a_store_does_not_use_or_that_signs_nothing_has_no_place(order, place):
    make_store("hepsiburada")
    iranian_store()
    assert send(*callback("1"), place).status_code == 404


def test_only_short_posts_are_read(order):
    assert Client().get(PLACE).status_code == 405
    assert send(b"x" * 64_001, {}).status_code == 413


def test_a_genuine_callback_has_the_payment_looked_up(order, simulator, deferred):
    payment = awaited(order, simulator)
    assert send(*callback(payment.reference)).status_code == 200
    deferred.run(NOW)
    order.refresh_from_db()
    assert (order.state, queries.money_of(order).paid_minor) == ("confirmed", 100_000)
    books_agree(order.store)


def test_the_same_message_twice_is_heard_once(order, simulator, deferred):
    payment = awaited(order, simulator)
    for _ in range(3):
        assert send(*callback(payment.reference)).status_code == 200
    assert len(deferred.waiting) == 1
    deferred.run(NOW)
    assert send(*callback(payment.reference)).status_code == 200
    assert deferred.waiting == []


def test_news_that_comes_in_the_wrong_order_ends_as_the_gateway_has_it(order, simulator, deferred):
    payment = awaited(order, simulator)
    send(*callback(payment.reference, delivery="d-2"))
    deferred.run(NOW)
    send(*callback(payment.reference, status="FAILURE", delivery="d-1"))
    deferred.run(NOW)
    payment.refresh_from_db()
    assert payment.state == "paid"


def test_a_success_that_the_gateway_does_not_have_on_its_books_is_not_believed(order, simulator, deferred):
    payment = awaited(order, simulator, state="failed")
    send(*callback(payment.reference))
    deferred.run(NOW)
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.state, order.state) == ("failed", "placed")


def test_news_of_a_payment_that_nobody_knows_becomes_a_finding(order, deferred):
    for _ in range(2):
        assert send(*callback("404404")).status_code == 200
    assert [each.kind for each in ReconcileFinding.objects.all()] == ["unknown_payment"]
    assert deferred.waiting == []


def test_callbacks_cost_a_fixed_number_of_statements(order, simulator, django_assert_max_num_queries):
    payment = awaited(order, simulator)
    with django_assert_max_num_queries(10):
        send(*callback(payment.reference))


@pytest.mark.django_db(transaction=True)
def test_the_gateway_itself_tells_of_a_late_failure_twice(simulator, live_server, deferred):
    order = order_of(turkish_store(), 100_000)
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]
    simulator.faults(late_failure=1)
    send_refund(refund.pk, now=NOW)
    deferred.waiting.clear()
    simulator.tell("/_settings", {"callback_url": live_server.url + PLACE})
    simulator.faults(duplicate_callback=1)
    answers = httpx.post(f"{simulator.url}/_callback", json={}, timeout=20).json()
    assert [each["status"] for each in answers] == [200, 200]
    deferred.run(NOW)
    assert queries.refund_by_id(refund.pk).state == "failed"
    books_agree(order.store)
