"""Money that comes in is written down once, whatever is repeated, late, short or too much."""

import threading

import pytest
from django.db import connections, transaction

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.records.ledger.models import Entry
from avdet.records.ledger.queries import balance
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.queries import lines_of
from avdet.records.payments import actions, queries
from avdet.records.payments.models import GatewayAccount, Payment, PaymentEvent
from avdet.records.refunds.models import ReconcileFinding
from avdet.records.refunds.queries import money_of
from avdet.records.refunds.shown import money_shown
from avdet.records.shared.errors import Conflict
from avdet.workflows.money.record_payment import fail_payment, record_payment
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.place_order import place_order
from tests.factories import NOW, make_product, make_store
from tests.workflows.money import MACHINE, YESTERDAY, books_agree, grant, on_postgres, order_of, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return order_of(make_store("ofiskutum"), 100_000)


def findings():
    return list(ReconcileFinding.objects.filter(healed_at=None).values_list("kind", flat=True))


@pytest.mark.parametrize("amount", [0, -5])
def test_a_payment_of_nothing_is_refused(order, amount):
    with pytest.raises(AvdetError):
        record_payment(order, amount_minor=amount, method="online", paid_at=NOW, now=NOW, actor=MACHINE)


def test_a_reference_that_pays_another_order_is_refused(order):
    pay(order, gateway="iyzico", reference="77")
    with pytest.raises(AvdetError):
        pay(order_of(order.store), gateway="iyzico", reference="77")
    pay(order_of(make_store("hepsiburada")), gateway="iyzico", reference="77")  # another store's gateway has numbers of its own


def test_a_reference_that_paid_another_amount_is_refused(order):
    pay(order, gateway="iyzico", reference="77")
    with pytest.raises(AvdetError):
        pay(order, 99_999, gateway="iyzico", reference="77")
    assert Payment.objects.get().amount_minor == 100_000


def test_a_payment_in_full_confirms_the_order(order):
    payment = pay(order, gateway="iyzico", reference="77")
    order.refresh_from_db()
    assert (payment.state, order.state, order.paid_at) == ("paid", "confirmed", YESTERDAY)
    assert balance(order.store, "asset:gateway.iyzico", "TRY", order_number=order.number) == 100_000
    assert [event.kind for event in order.events.all()] == ["pay"]


def test_the_same_payment_again_changes_nothing(order):
    for _ in range(3):
        pay(order, gateway="iyzico", reference="77")
    assert (Payment.objects.count(), PaymentEvent.objects.count(), queries.paid_minor(order)) == (1, 1, 100_000)
    assert order.events.count() == 1


def test_a_part_leaves_the_order_waiting_until_the_rest_has_come(order):
    pay(order, 40_000)
    order.refresh_from_db()
    assert (order.state, money_of(order).due_minor) == ("placed", 60_000)
    pay(order, 60_000)
    order.refresh_from_db()
    assert (order.state, money_of(order).due_minor, findings()) == ("confirmed", 0, [])


def test_what_was_cancelled_unpaid_is_neither_asked_for_nor_paid_back():
    store = make_store("persianpetshop")
    goods = make_product(store, price_minor=1_000, on_hand=9)
    contact, address = Contact("Ali", "09121112233"), {"country": "IR", "province": "Tehran", "street": "1"}
    paid = {}
    for first in (0, 1_500, 2_500):
        draft = OrderDraft((DraftLine(goods.sku, 3),), contact=contact, address=address, shipping_minor=200)
        order = place_order(store, draft, actor=MACHINE, now=NOW)
        if first:
            pay(order, first)
        cancel_order(order, actor=MACHINE, now=NOW, reason="mistake", pieces={lines_of(order)[0].pk: 1})
        paid[first] = (order.state, money_shown(order).due_minor, money_of(order).promised_minor)
        pay(order, 2_200 - min(first, 2_199))
        assert order.state == "confirmed"
    assert paid == {0: ("placed", 2_200, 0), 1_500: ("placed", 700, 0), 2_500: ("confirmed", 0, 300)}
    assert findings() == ["overpaid"]


def test_what_is_too_much_is_kept_shown_and_can_go_back(order):
    pay(order, gateway="iyzico", reference="1")
    pay(order, gateway="iyzico", reference="2")
    assert (money_of(order).over_minor, findings()) == (100_000, ["overpaid"])
    grant(order, 100_000, reason="overpaid")
    assert (money_of(order).over_minor, findings()) == (0, [])
    books_agree(order.store)


def test_a_payment_at_the_door_marks_the_order_paid(order):
    type(order).objects.filter(pk=order.pk).update(state="delivered", payment_method="cash_on_delivery")
    pay(order, method="cash_on_delivery")
    order.refresh_from_db()
    assert (order.state, order.paid_at) == ("delivered", YESTERDAY)
    assert balance(order.store, bookings.CASH_ON_DELIVERY, "TRY") == 100_000


def test_money_for_a_cancelled_order_is_shown(order):
    type(order).objects.filter(pk=order.pk).update(state="cancelled")
    pay(order)
    order.refresh_from_db()
    assert (order.state, findings()) == ("cancelled", ["paid_after_cancellation"])
    grant(order, 100_000)
    assert findings() == []


def test_an_awaited_payment_may_fail_and_turn_out_well_after_all(order):
    awaited = actions.expect(order, amount_minor=100_000, method="online", gateway="iyzico", reference="77", now=NOW)
    assert fail_payment(awaited, why="declined", now=NOW, source="iyzico")
    assert not fail_payment(awaited, why="declined", now=NOW, source="iyzico")
    assert (money_of(order).due_minor, awaited.state) == (100_000, "failed")
    paid = pay(order, gateway="iyzico", reference="77")
    assert (paid.pk, paid.state) == (awaited.pk, "paid")
    assert [event.kind for event in awaited.events.order_by("id")] == ["fail", "pay"]


def test_nothing_is_booked_of_a_payment_that_somebody_else_has_moved(order, monkeypatch):
    awaited = actions.expect(order, amount_minor=100_000, method="online", gateway="iyzico", reference="77", now=NOW)
    Payment.objects.update(state="failed")
    monkeypatch.setattr(actions, "expect", lambda *_, **__: awaited)
    with pytest.raises(Conflict), transaction.atomic():
        pay(order, gateway="iyzico", reference="77")
    assert (Payment.objects.get().state, Entry.objects.count(), order.events.count()) == ("failed", 0, 0)


def test_a_few_statements_record_a_payment(order, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        pay(order, gateway="iyzico", reference="77")


def test_an_account_lacks_nothing_and_names_a_gateway(order):
    for gateway, credentials in (("iyzico", {"api_key": "k"}), ("nobody", {})):
        with pytest.raises(AvdetError):
            actions.keep_account(order.store, gateway, credentials, now=NOW)
    assert not GatewayAccount.objects.exists()


def test_an_account_out_of_use_is_not_opened(order):
    keys = {"api_key": "k", "secret_key": "s"}
    actions.keep_account(order.store, "iyzico", keys, now=NOW)
    actions.keep_account(order.store, "iyzico", keys, now=NOW, active=False)
    assert queries.gateway_account(order.store, "iyzico") is None
    assert GatewayAccount.objects.count() == 1


def test_payments_are_listed_newest_first(order, django_assert_num_queries):
    first, second = pay(order, 1), pay(order, 2)
    with django_assert_num_queries(1):
        assert [each.order.number for each in queries.payments_page(order.store, state="paid").rows] == [order.number] * 2
    assert queries.payments_page(order.store, size=1).rows == [second]
    assert queries.payment_by_id(first.pk) == first


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_halves_that_come_at_the_same_time_confirm_the_order_once():
    order = order_of(make_store("ofiskutum"), 100_000)
    both = threading.Barrier(4)

    def work(number):
        mine = type(order).objects.get(pk=order.pk)
        both.wait()
        pay(mine, 50_000, gateway="iyzico", reference=f"half-{number % 2}")
        connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order.refresh_from_db()
    assert (order.state, queries.paid_minor(order), order.events.count()) == ("confirmed", 100_000, 1)
