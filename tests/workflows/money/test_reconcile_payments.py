"""Orphans are found and healed; what cannot be healed is shown until it is."""

from datetime import timedelta

import pytest
from django.db import connection

from avdet.core.errors import AvdetError
from avdet.core.postings import Transfer as Move
from avdet.ports import gateways
from avdet.ports.payments import Done, PaymentStatus, Unknown
from avdet.records.ledger.actions import post
from avdet.records.ledger.models import Transfer
from avdet.records.payments.actions import expect
from avdet.records.payments.models import GatewayAccount, Payment
from avdet.records.refunds import actions, queries
from avdet.records.refunds.models import Refund
from avdet.workflows.money.look_up_payment import look_up_payment
from avdet.workflows.money.reconcile_payments import books_differ, check_books, reconcile_payments
from avdet.workflows.money.record_return import record_return
from avdet.workflows.money.send_refund import send_again, send_by_hand, send_refund
from tests.factories import NOW
from tests.workflows.money import *  # noqa: F403 - fixtures
from tests.workflows.money import MACHINE, books_agree, grant, order_of, pay, pay_at, turkish_store

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def order():
    return order_of(turkish_store(), 100_000)


def shown(order):
    return [each.kind for each in queries.findings_page(order.store).rows]


def awaited(order, simulator, state, **said):
    made = simulator.tell("/_payments", {"amount_minor": 100_000, "currency": "TRY", "state": state, **said})
    return expect(order, amount_minor=100_000, method="online", gateway="iyzico", reference=made["reference"], now=NOW)


def test_a_payment_that_the_gateway_has_and_we_do_not_is_taken_in(order, simulator, deferred):
    payment = awaited(order, simulator, "paid")
    reconcile_payments({}, NOW + timedelta(minutes=10))
    assert deferred.waiting == []  # its own page may still report it
    reconcile_payments({}, NOW + timedelta(minutes=16))
    deferred.run(NOW + timedelta(minutes=16))
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.state, order.state) == ("paid", "confirmed")
    books_agree(order.store)


def test_what_is_awaited_too_long_is_shown_until_it_fails(order, simulator, deferred):
    awaited(order, simulator, "waiting")
    for hours in (1, 2, 25, 26):
        reconcile_payments({}, NOW + timedelta(hours=hours))
        deferred.run(NOW + timedelta(hours=hours))
    assert shown(order) == ["awaited_long"]
    simulator_payment = Payment.objects.get()
    assert look_up_payment(simulator_payment.pk, now=NOW).state == "waiting"
    failed = awaited(order, simulator, "failed", reference="f-1")
    look_up_payment(failed.pk, now=NOW)
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_it_is_not_looked_up_over_and_over(order, simulator, deferred):
    awaited(order, simulator, "waiting")
    for minutes in (20, 21, 30):
        reconcile_payments({}, NOW + timedelta(minutes=minutes))
        deferred.run(NOW + timedelta(minutes=minutes))
    assert len([call for call in simulator.ask("/_calls") if "reporting" in call["target"]]) == 1


def test_nobody_looks_up_where_nobody_answers(order, simulator):
    payment = awaited(order, simulator, "paid")
    simulator.faults(http_500=1)
    assert look_up_payment(payment.pk, now=NOW) is None
    GatewayAccount.objects.all().delete()
    assert look_up_payment(payment.pk, now=NOW) is None
    assert look_up_payment(pay(order).pk, now=NOW) is None
    payment.refresh_from_db()
    assert (payment.state, payment.looked_at) == ("expected", NOW)


@pytest.mark.parametrize(
    ("state", "said", "kind"),
    [
        ("failed", {}, "paid_here_only"),
        ("paid", {"amount_minor": 90_000}, "other_amount"),
        ("paid", {"currency": "EUR"}, "other_currency"),
    ],
)
def test_a_difference_to_the_gateways_books_is_shown(order, simulator, state, said, kind):
    made = simulator.tell("/_payments", {"amount_minor": 100_000, "currency": "TRY", "state": state, **said})
    payment = pay(order, gateway="iyzico", reference=made["reference"])
    for _ in range(2):
        look_up_payment(payment.pk, now=NOW)
    assert shown(order) == [kind]


def at_the_gateway():
    return gateways.provider_of("iyzico").open({"api_key": "sandbox-avdet", "secret_key": "sandbox-secret-of-avdet"})


def test_money_that_somebody_returned_in_the_gateways_panel_is_written_down(order, simulator):
    payment = pay_at(simulator, order)
    grant(order, 40_000)
    assert isinstance(at_the_gateway().refund(payment.reference, 25_000, "TRY", key="from the panel"), Done)
    for _ in range(2):
        look_up_payment(payment.pk, now=NOW)
    assert [(each.reason, each.state, each.amount_minor) for each in Refund.objects.order_by("id")] == [
        ("withdrawal", "granted", 40_000),
        ("elsewhere", "confirmed", 25_000),
    ]
    assert (shown(order), queries.money_of(order).left_minor) == ([], 35_000)
    books_agree(order.store)


def test_money_that_was_promised_here_and_returned_in_the_gateways_panel_is_shown(order, simulator):
    payment = pay_at(simulator, order)
    grant(order, 100_000)
    assert isinstance(at_the_gateway().refund(payment.reference, 25_000, "TRY", key="from the panel"), Done)
    for _ in range(2):
        look_up_payment(payment.pk, now=NOW)
    assert (shown(order), Refund.objects.count()) == (["returned_elsewhere"], 1)
    books_agree(order.store)


def test_what_was_refused_and_yet_carried_out_is_not_sent_again(order, simulator, deferred):
    payment = pay_at(simulator, order)
    refund = grant(order, 60_000)[0]
    simulator.faults(refuse="5093")
    send_refund(refund.pk, now=NOW)
    attempt = queries.refund_by_id(refund.pk).attempts.get()
    assert isinstance(at_the_gateway().refund(payment.reference, 60_000, "TRY", key=attempt.key), Done)
    for _ in range(2):
        look_up_payment(payment.pk, now=NOW)
    assert (queries.refund_by_id(refund.pk).state, shown(order)) == ("confirmed", [])
    deferred.run(NOW + DAY)
    assert [len(each["movements"]) for each in simulator.ask("/_payments")] == [1]
    books_agree(order.store)


def test_what_was_paid_twice_is_shown(order, simulator):
    payment = pay_at(simulator, order)
    refund = grant(order, 40_000)[0]
    simulator.faults(refuse="5093")
    send_refund(refund.pk, now=NOW)
    attempt = queries.refund_by_id(refund.pk).attempts.get()
    send_again(refund, now=NOW, actor=MACHINE)
    send_refund(refund.pk, now=NOW)
    assert isinstance(at_the_gateway().refund(payment.reference, 40_000, "TRY", key=attempt.key), Done)
    look_up_payment(payment.pk, now=NOW)
    assert shown(order) == ["returned_elsewhere"]


def test_money_that_has_gone_back_already_is_recorded_and_never_sent(order, deferred):
    payment = pay(order, gateway="iyzico", reference="1")
    said = {"amount_minor": 70_000, "reference": "woo-77", "at": NOW, "now": NOW, "actor": MACHINE}
    first = record_return(payment, **said)
    assert record_return(payment, **said) == first
    assert (queries.refund_by_id(first.pk).state, [each[0] for each in deferred.waiting if each[0] == "send_refund"]) == (
        "confirmed",
        [],
    )
    for wrong in ({"reference": "woo-78"}, {"reference": "", "amount_minor": 1}, {"amount_minor": 20_000}):
        with pytest.raises(AvdetError):
            record_return(payment, **said | wrong)
    books_agree(order.store)


def test_a_refund_that_nothing_turns_to_is_turned_to(order, simulator, deferred):
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]
    deferred.waiting.clear()
    actions.look_again(refund, None)
    reconcile_payments({}, NOW)
    send_refund(refund.pk, now=NOW)
    assert queries.refund_by_id(refund.pk).state == "confirmed"


def test_a_transfer_by_hand_is_left_to_its_person_but_shown_after_days(order):
    pay(order)
    refund = grant(order, 100_000)[0]
    send_by_hand(refund, now=NOW, actor=MACHINE)
    reconcile_payments({}, NOW + DAY)
    assert queries.refund_by_id(refund.pk).next_look_at is None
    reconcile_payments({}, NOW + 4 * DAY)
    assert sorted(shown(order)) == ["pending_long", "refund_long"]


def test_what_a_bank_gives_back_days_later_is_found(order, simulator, deferred):
    payment = pay_at(simulator, order)
    refund = grant(order, 100_000)[0]
    simulator.faults(late_failure=1)
    send_refund(refund.pk, now=NOW)
    deferred.waiting.clear()
    at = Refund.objects.get().confirmed_at + DAY
    reconcile_payments({}, at)
    deferred.run(at)
    refund = queries.refund_by_id(refund.pk)
    assert (refund.state, shown(order), payment.gateway) == ("failed", ["refund_failed"], "iyzico")
    send_again(refund, now=at, actor=MACHINE)
    deferred.run(at)
    assert (queries.refund_by_id(refund.pk).state, shown(order)) == ("confirmed", [])
    assert [each.kind for each in queries.findings_page(order.store, open_only=False).rows] == ["refund_failed"]
    books_agree(order.store)


def test_a_transfer_left_pending_settles_as_its_attempt_has_ended(order, simulator):
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]
    send_refund(refund.pk, now=NOW)
    attempt = queries.refund_by_id(refund.pk).attempts.get()
    stray = [Move("liability:refunds", "asset:bank", 5, "TRY", "pending")]
    post(order.store, "stray:1", "refund_sent", stray, now=NOW, memo=attempt.key)
    post(order.store, "stray:2", "refund_sent", stray, now=NOW, memo="nobody's")
    reconcile_payments({}, NOW + 2 * DAY)
    assert list(Transfer.objects.filter(amount_minor=5).order_by("id").values_list("state", flat=True)) == ["posted", "pending"]
    assert shown(order) == ["pending_long"]


def test_books_that_owe_something_else_than_the_refunds_are_shown(order):
    pay(order)
    grant(order, 40_000)
    check_books({}, NOW)
    assert (books_differ(order.store), shown(order)) == ([], [])
    Refund.objects.update(amount_minor=41_000)
    check_books({}, NOW)
    assert shown(order) == ["books_differ"]
    assert books_differ(order.store) == ["TRY 41000 is owed, 40000 is booked"]
    Refund.objects.update(amount_minor=40_000)
    check_books({}, NOW)
    assert shown(order) == []


def test_reconciling_costs_a_fixed_number_of_statements_when_all_is_well(order, django_assert_num_queries):
    pay(order)
    with django_assert_num_queries(5):
        reconcile_payments({}, NOW)


@pytest.mark.django_db(transaction=True)
def test_no_gateway_is_asked_inside_a_transaction(monkeypatch):
    order, asked = order_of(turkish_store(), 100_000), []

    class Watched:
        def look_up(self, reference):
            asked.append(("look_up", connection.in_atomic_block))
            return PaymentStatus(reference, "paid", 100_000, 0, "TRY", NOW)

        def refund(self, reference, amount_minor, currency, *, key):
            asked.append(("refund", connection.in_atomic_block))
            return Unknown("lost")

        def attempt(self, reference, *, key):
            asked.append(("attempt", connection.in_atomic_block))
            return Done("r", NOW)

    monkeypatch.setitem(gateways._connected, "iyzico", gateways.Provider("iyzico", lambda _: Watched()))
    payment = pay(order, gateway="iyzico", reference="1")
    refund = grant(order, 100_000)[0]
    send_refund(refund.pk, now=NOW)
    send_refund(refund.pk, now=NOW + DAY)
    look_up_payment(payment.pk, now=NOW)
    assert asked == [("refund", False), ("attempt", False), ("look_up", False)]
