"""A sum is promised back: never more than came in, once for each cause, by whoever and however often it is asked for."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.records.ledger.queries import balance, statement_of_order
from avdet.records.payments.models import Payment
from avdet.records.refunds import queries
from avdet.records.refunds.models import Refund, RefundEvent
from avdet.workflows.money.book_order import book_cancellation, book_delivery
from avdet.workflows.money.confirm_refund import confirm_refund, refuse_transfer, return_refund
from avdet.workflows.money.give_goodwill import agree_to_goodwill, give_goodwill
from avdet.workflows.money.send_refund import send_again, send_by_hand, send_refund
from avdet.workflows.money.void_refund import void_refund
from tests.factories import NOW, make_staff, make_store
from tests.workflows.money import MACHINE, YESTERDAY, books_agree, grant, on_postgres, order_of, pay, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return order_of(make_store("ofiskutum"), 100_000)


@pytest.mark.parametrize("amount", [0, -1, 100_001, 10**15])
def test_nothing_or_more_than_came_in_is_refused(order, amount):
    pay(order)
    with pytest.raises(AvdetError):
        grant(order, amount)
    assert (Refund.objects.count(), Payment.objects.get().refunded_minor) == (0, 0)


def test_an_unpaid_order_has_nothing_to_give_back(order):
    with pytest.raises(AvdetError):
        grant(order, 1)


def test_a_cause_is_granted_one_sum(order):
    pay(order)
    grant(order, 30_000)
    with pytest.raises(AvdetError):
        grant(order, 40_000)


def test_the_database_itself_gives_no_more_back_than_came_in(order):
    payment = pay(order)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_minor=100_001)


def test_the_same_cause_again_grants_what_it_granted(order, deferred):
    pay(order)
    first = grant(order, 30_000)
    assert grant(order, 30_000) == first
    assert Payment.objects.get().refunded_minor == 30_000
    assert [each[:2] for each in deferred.waiting if each[0] == "send_refund"] == [("send_refund", {"refund": first[0].pk})]


def test_it_is_taken_out_of_the_oldest_payment_first(order):
    newer = pay(order, 60_000, paid_at=YESTERDAY)
    older = pay(order, 40_000, paid_at=YESTERDAY - timedelta(days=1))
    refunds = grant(order, 55_000)
    assert [(each.payment_id, each.amount_minor) for each in refunds] == [(older.pk, 40_000), (newer.pk, 15_000)]
    assert queries.money_of(order).left_minor == 45_000


def test_a_goodwill_that_waited_is_not_taken_out_of_what_paid_an_earlier_order(order):
    pay(order)
    later = order_of(order.store, 1_000, follows=order)
    pay(later)
    order.store.returns["second_approval_minor"] = 0
    author, other = make_staff(order.store, "owner"), make_staff(order.store, "expert")
    wish = give_goodwill(later, amount_minor=800, reason="late", author=author, now=NOW, actor=MACHINE)
    grant(later, 300)
    with pytest.raises(AvdetError) as refused:
        agree_to_goodwill(wish, user=other, now=NOW, actor=MACHINE)
    assert refused.value.where == "left"
    assert [each.amount_minor for each in Refund.objects.all()] == [300]


def test_a_sum_above_the_limit_waits_for_a_second_person_in_parts_too(order):
    pay(order)
    order.store.returns["second_approval_minor"] = 1_000
    author = make_staff(order.store, "owner")
    parts = [
        give_goodwill(order, amount_minor=each, reason="late", author=author, now=NOW, actor=MACHINE) for each in (600, 400, 1)
    ]
    assert [each.state for each in parts] == ["granted", "granted", "waiting"]
    assert agree_to_goodwill(parts[2], user=make_staff(order.store, "expert"), now=NOW, actor=MACHINE)


def test_before_the_delivery_what_is_held_goes_back(order):
    pay(order)
    grant(order, 30_000)
    assert balance(order.store, bookings.ORDERS, "TRY") == -70_000
    assert balance(order.store, bookings.REFUNDS, "TRY") == -30_000


def test_after_the_delivery_the_sale_is_taken_back_with_its_vat(order):
    pay(order)
    for _ in range(2):
        book_delivery(order, now=NOW)
    grant(order, 55_000)
    assert balance(order.store, bookings.ORDERS, "TRY") == 0
    assert balance(order.store, bookings.VAT, "TRY") == -9_090 + 55_000 * 9_090 // 100_000
    assert balance(order.store, bookings.RETURNS, "TRY") == 55_000 - 55_000 * 9_090 // 100_000
    books_agree(order.store)


def test_what_is_kept_of_a_cancelled_order_is_earned(order):
    pay(order)
    grant(order, 90_000)
    for _ in range(2):
        book_cancellation(order, now=NOW)
    assert (balance(order.store, bookings.ORDERS, "TRY"), balance(order.store, bookings.CANCELLATIONS, "TRY")) == (0, -10_000)


def test_a_refund_keeps_its_reason_and_its_clauses(order):
    pay(order)
    refund = grant(order, 30_000)[0]
    assert (refund.reason, refund.because, refund.granted_by) == ("withdrawal", [{"clause": "OFK-REF-1"}], "system test")
    event = RefundEvent.objects.get(refund=refund)
    assert (event.kind, event.to_state, event.actor, event.source) == ("grant", "granted", "system", "test")


def test_a_refund_taken_back_can_be_granted_anew(order):
    pay(order)
    book_delivery(order, now=NOW)
    refund = grant(order, 100_000)[0]
    with pytest.raises(AvdetError):
        void_refund(refund, why=" ", now=NOW, actor=MACHINE)
    void_refund(refund, why="the parcel never came", now=NOW, actor=MACHINE)
    assert balance(order.store, bookings.RETURNS, "TRY") == 0
    with pytest.raises(AvdetError):
        void_refund(refund, why="again", now=NOW, actor=MACHINE)
    grant(order, 100_000, key="another")
    books_agree(order.store)


def test_a_transfer_by_hand_waits_for_its_reference(order):
    pay(order)
    refund = grant(order, 100_000)[0]
    send_by_hand(refund, now=NOW, actor=MACHINE)
    refund.refresh_from_db()
    assert (refund.state, refund.next_look_at) == ("sending", None)
    assert queries.refunds_waiting_for_a_person(order.store) == [refund]
    with pytest.raises(AvdetError):
        confirm_refund(refund, reference=" ", at=NOW, now=NOW, actor=MACHINE)
    assert confirm_refund(refund, reference="FT-1", at=YESTERDAY, now=NOW, actor=MACHINE)
    refund.refresh_from_db()
    assert (refund.state, refund.confirmed_at, refund.attempts.get().reference) == ("confirmed", YESTERDAY, "FT-1")
    assert not confirm_refund(refund, reference="FT-1", at=YESTERDAY, now=NOW, actor=MACHINE)
    assert balance(order.store, bookings.BANK, "TRY") == 0
    with pytest.raises(AvdetError):
        void_refund(refund, why="too late", now=NOW, actor=MACHINE)
    books_agree(order.store)


def test_a_transfer_that_could_not_be_made_is_made_another_way(order):
    pay(order)
    refund = grant(order, 100_000)[0]
    for wrong in (confirm_refund, refuse_transfer):
        with pytest.raises(AvdetError):
            wrong(
                refund, **({"reference": "x", "at": NOW} if wrong is confirm_refund else {"why": "x"}), now=NOW, actor=MACHINE
            )
    with pytest.raises(AvdetError):
        send_again(refund, now=NOW, actor=MACHINE)
    send_by_hand(refund, now=NOW, actor=MACHINE)
    refund.refresh_from_db()
    assert refuse_transfer(refund, why="the IBAN is closed", now=NOW, actor=MACHINE)
    assert states(order) == ["failed"]
    send_by_hand(refund, now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError):
        send_by_hand(refund, now=NOW, actor=MACHINE)
    refund.refresh_from_db()
    confirm_refund(refund, reference="FT-2", at=NOW, now=NOW, actor=MACHINE)
    assert [each.result for each in refund.attempts.order_by("number")] == ["refused", "done"]
    assert [row.state for row in statement_of_order(order.store, order.number)] == ["posted", "posted", "void", "posted"]
    books_agree(order.store)


def test_money_that_comes_back_after_all_is_owed_again(order):
    pay(order)
    refund = grant(order, 100_000)[0]
    attempt = send_by_hand(refund, now=NOW, actor=MACHINE)
    confirm_refund(queries.refund_by_id(refund.pk), reference="FT-1", at=NOW, now=NOW, actor=MACHINE)
    assert return_refund(attempt, code="closed", what="account closed", now=NOW, actor=MACHINE)
    assert not return_refund(attempt, code="closed", what="account closed", now=NOW, actor=MACHINE)
    assert (states(order), balance(order.store, bookings.BANK, "TRY")) == (["failed"], 100_000)
    books_agree(order.store)


def test_an_orders_money_is_read_in_a_fixed_number_of_statements(order, django_assert_num_queries):
    for part in (10_000, 90_000):
        pay(order, part)
    for part in (5_000, 6_000, 7_000):
        for refund in grant(order, part, key=str(part)):
            send_by_hand(refund, now=NOW, actor=MACHINE)
    with django_assert_num_queries(5):
        money = queries.money_of(order)
        assert [len(each.attempts.all()) for each in money.refunds] == [1, 1, 1, 1]
        assert {event.kind for each in money.refunds for event in each.events.all()} == {"grant", "send"}
        assert [len(each.events.all()) for each in money.payments] == [1, 1]
    assert (money.paid_minor, money.promised_minor, money.returned_minor) == (100_000, 18_000, 0)
    with django_assert_num_queries(2):
        assert len(queries.refunds_page(order.store, states=("sending",)).rows) == 4
    with django_assert_num_queries(3):
        assert queries.refund_by_id(refund.pk, order.store).payment.order == order
    assert queries.refund_by_id(refund.pk, make_store("hepsiburada")) is None


def test_granting_costs_a_fixed_number_of_statements(order, django_assert_max_num_queries):
    pay(order)
    with django_assert_max_num_queries(20):
        grant(order, 30_000)


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_grant_at_once_give_no_more_back_than_came_in():
    order = order_of(make_store("ofiskutum"), 100_000)
    pay(order, 60_000)
    pay(order, 40_000)
    start, refused = threading.Barrier(8), []

    def work(number):
        start.wait()
        try:
            grant(order, 30_000, key=f"cause-{number // 2}")  # each cause is granted by two
        except AvdetError as error:
            refused.append(error)
        connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queries.money_of(order).promised_minor == 90_000
    assert len({each.key for each in Refund.objects.all()}) == 3
    assert len(refused) == 2
    books_agree(order.store)


class Money(RuleBasedStateMachine):
    """Payments, grants, transfers, failures and corrections in any order: never more out than in, books always zero."""

    def __init__(self):
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(total=st.integers(1, 10**12), delivered=st.booleans())
    def begin(self, total, delivered):
        self.order = order_of(make_store("machine"), total, vat_minor=total // 11)
        self.delivered, self.keys = delivered, 0

    def refund(self, which):
        found = list(Refund.objects.order_by("id"))
        return queries.refund_by_id(found[which % len(found)].pk) if found else None

    def attempt(self, what, *args, **said):
        try:
            what(*args, **said, now=NOW)
        except AvdetError:
            return

    @rule(amount=st.integers(1, 10**12), method=st.sampled_from(["bank_transfer", "cash_on_delivery"]))
    def pay(self, amount, method):
        pay(self.order, amount, method=method)

    @rule()
    def deliver(self):
        if self.delivered:
            book_delivery(self.order, now=NOW)

    @rule(amount=st.integers(-1, 10**12))
    def grant(self, amount):
        self.keys += 1
        self.attempt(grant, self.order, amount, key=f"k{self.keys}")

    @rule(which=st.integers(0, 9))
    def send(self, which):
        refund = self.refund(which)
        if refund:
            send_refund(refund.pk, now=NOW)

    @rule(which=st.integers(0, 9), how=st.sampled_from(["confirm", "refuse", "by_hand", "void", "again", "return"]))
    def go_on(self, which, how):
        refund = self.refund(which)
        if refund is None:
            return
        if how == "return":
            for attempt in refund.attempts.filter(result="done"):
                return_refund(attempt, code="x", what="x", now=NOW, actor=MACHINE)
            return
        call, said = {
            "confirm": (confirm_refund, {"reference": "FT", "at": NOW}),
            "refuse": (refuse_transfer, {"why": "closed"}),
            "by_hand": (send_by_hand, {}),
            "void": (void_refund, {"why": "wrong"}),
            "again": (send_again, {}),
        }[how]
        self.attempt(call, refund, actor=MACHINE, **said)

    @invariant()
    def no_more_goes_back_than_came_in(self):
        money = queries.money_of(self.order)
        assert 0 <= money.returned_minor <= money.promised_minor <= money.paid_minor
        assert money.promised_minor == sum(each.amount_minor for each in money.refunds if each.state != "void")
        books_agree(self.order.store)


class MoneyCase(Money.TestCase, TestCase):
    settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
