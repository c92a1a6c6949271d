"""A refund reaches the gateway once, whatever happens to calls, answers and workers. The gateway is the simulator, over HTTP."""

from datetime import timedelta

import pytest

from avdet.ports import gateways
from avdet.ports.payments import Done, NotFound
from avdet.records.ledger.queries import balance, statement_of_order
from avdet.records.payments.models import GatewayAccount
from avdet.records.refunds import queries
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.workflows.money import send_refund as sending
from avdet.workflows.money.look_up_payment import look_up_payment
from avdet.workflows.money.send_refund import send_again, send_by_hand, send_refund
from avdet.workflows.money.take_outcome import BACKOFF, GRACE, take_outcome
from tests.factories import NOW
from tests.workflows.money import *  # noqa: F403 - fixtures
from tests.workflows.money import MACHINE, books_agree, grant, iranian_store, order_of, pay, pay_at, returned_by, turkish_store

pytestmark = pytest.mark.django_db
LATER = NOW + GRACE + timedelta(seconds=1)


@pytest.fixture
def order():
    return order_of(turkish_store(), 100_000)


def refund_now(refund, now=NOW):
    send_refund(refund.pk, now=now)
    return queries.refund_by_id(refund.pk)


def results(refund):
    return [(each.kind, each.result) for each in refund.attempts.all()]


def paid_back(simulator):
    return list(returned_by(simulator).values())


def kinds():
    return list(ReconcileFinding.objects.filter(healed_at=None).values_list("kind", flat=True))


def test_without_an_account_a_person_is_asked(order, simulator):
    pay_at(simulator, order)
    GatewayAccount.objects.all().delete()
    refund = refund_now(grant(order, 100_000)[0])
    assert (refund.state, refund.next_look_at, kinds()) == ("failed", None, ["refund_failed"])
    assert [each.code for each in refund.attempts.all()] == ["no_account"]
    assert paid_back(simulator) == [0]
    books_agree(order.store)


def test_a_gateway_that_is_not_there_any_more_asks_for_a_person_too(order):
    pay(order, gateway="gone", reference="1")
    assert refund_now(grant(order, 100_000)[0]).attempts.get().code == "no_gateway"


def test_an_account_that_lacks_a_key_is_not_opened(order, simulator):
    pay_at(simulator, order)
    GatewayAccount.objects.update(credentials={"api_key": "x"})
    assert "secret_key" in refund_now(grant(order, 100_000)[0]).attempts.get().error


def test_what_the_gateway_refuses_for_good_waits_for_a_person(order, simulator):
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]
    simulator.faults(refuse="5093")
    refund = refund_now(refund)
    assert (refund.state, refund.next_look_at, results(refund)) == ("failed", None, [("refund", "refused")])
    assert kinds() == ["refund_failed"]
    assert [row.state for row in statement_of_order(order.store, order.number)][-1] == "void"
    assert queries.refunds_waiting_for_a_person(order.store) == [refund]
    refund_now(refund, LATER)
    assert paid_back(simulator) == [0]
    send_again(refund, now=LATER, actor=MACHINE)
    refund = refund_now(refund, LATER)
    assert (refund.state, paid_back(simulator), kinds()) == ("confirmed", [100_000], [])
    books_agree(order.store)


def test_what_the_gateway_refuses_for_the_moment_is_tried_later_and_at_last_given_up(order, simulator):
    pay_at(simulator, order)
    refund, now = grant(order, 100_000)[0], NOW
    for wait in BACKOFF:
        simulator.faults(rate_limit=1)
        refund = refund_now(refund, now)
        assert (refund.state, refund.next_look_at) == ("failed", now + wait)
        assert kinds() == []
        refund_now(refund, now + wait - timedelta(seconds=1))
        now += wait
    simulator.faults(rate_limit=1)
    refund = refund_now(refund, now)
    assert (refund.next_look_at, kinds(), len(results(refund))) == (None, ["refund_failed"], len(BACKOFF) + 1)
    send_by_hand(refund, now=now, actor=MACHINE)
    assert balance(order.store, "asset:gateway.iyzico", "TRY") == 100_000
    books_agree(order.store)


def test_a_refund_is_sent_by_its_job_and_confirmed(order, simulator, deferred):
    pay_at(simulator, order)
    grant(order, 30_000, key="a")
    grant(order, 70_000, key="b")
    deferred.run(NOW)
    assert [each.state for each in Refund.objects.all()] == ["confirmed", "confirmed"]
    assert paid_back(simulator) == [100_000]
    assert balance(order.store, "asset:gateway.iyzico", "TRY") == 0
    books_agree(order.store)


def test_an_answer_that_was_lost_is_looked_up_and_nothing_is_sent_again(order, simulator, deferred):
    pay_at(simulator, order)
    simulator.faults(timeout_after_success=1)
    refund = refund_now(grant(order, 100_000)[0])
    assert (refund.state, results(refund), paid_back(simulator)) == ("unknown", [("refund", "unknown")], [100_000])
    assert refund_now(refund, NOW + timedelta(seconds=1)).state == "unknown"  # left alone until its time has come
    deferred.run(LATER)
    refund = queries.refund_by_id(refund.pk)
    assert (refund.state, paid_back(simulator), refund.attempts.get().tries) == ("confirmed", [100_000], 1)
    books_agree(order.store)


def test_an_answer_with_a_wrong_signature_is_not_believed_but_looked_up(order, simulator):
    pay_at(simulator, order)
    simulator.faults(wrong_signature=1)
    refund = refund_now(grant(order, 100_000)[0])
    assert refund.state == "unknown"
    assert refund_now(refund, LATER).state == "confirmed"
    assert paid_back(simulator) == [100_000]


def test_a_call_that_never_arrived_is_made_again_under_its_own_key(order, simulator):
    pay_at(simulator, order)
    simulator.faults(http_500=1)
    refund = refund_now(grant(order, 100_000)[0])
    assert (refund.state, paid_back(simulator)) == ("unknown", [0])
    refund = refund_now(refund, LATER)
    assert (refund.state, refund.attempts.get().tries, paid_back(simulator)) == ("confirmed", 2, [100_000])
    books_agree(order.store)


@pytest.mark.parametrize("fault", [{"rate_limit": 1}, {"refuse": "1001"}, {"http_500": 1}])
def test_a_look_up_that_fails_says_nothing_of_the_attempt(order, simulator, fault):
    pay_at(simulator, order)
    simulator.faults(timeout_after_success=1)
    refund = refund_now(grant(order, 60_000)[0])
    simulator.faults(**fault)
    refund = refund_now(refund, LATER)
    assert (refund.state, results(refund)) == ("unknown", [("refund", "unknown")])
    refund = refund_now(refund, LATER + GRACE)
    assert (refund.state, paid_back(simulator), len(results(refund))) == ("confirmed", [60_000], 1)


def test_while_nobody_can_say_it_is_asked_more_and_more_seldom(order, simulator):
    pay_at(simulator, order)
    simulator.faults(http_500=6)
    refund, now, waits = grant(order, 100_000)[0], NOW, []
    for _ in range(6):
        refund = refund_now(refund, now)
        waits.append(refund.next_look_at - now)
        now = refund.next_look_at
    assert waits == sorted(waits)
    assert waits[0] == GRACE < waits[-1]
    assert refund_now(refund, now).state == "confirmed"
    assert paid_back(simulator) == [100_000]


def test_a_worker_that_died_before_the_call_leaves_an_attempt_that_another_ends(order, simulator, monkeypatch):
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]

    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "_ask", die)
    with pytest.raises(KeyboardInterrupt):
        send_refund(refund.pk, now=NOW)
    monkeypatch.undo()
    monkeypatch.setenv("AVDET_IYZICO_URL", simulator.url)
    assert results(refund_now(refund)) == [("refund", "open")]  # the job comes again too soon: somebody may still be at it
    refund = refund_now(refund, LATER)
    assert (refund.state, paid_back(simulator)) == ("confirmed", [100_000])


def test_a_worker_that_died_after_the_call_leaves_an_attempt_that_another_finds(order, simulator, monkeypatch):
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]

    def die(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "take_outcome", die)
    with pytest.raises(KeyboardInterrupt):
        send_refund(refund.pk, now=NOW)
    monkeypatch.setattr(sending, "take_outcome", take_outcome)
    refund = refund_now(refund, LATER)
    assert (refund.state, paid_back(simulator), refund.attempts.get().tries) == ("confirmed", [100_000], 1)
    books_agree(order.store)


def test_an_outcome_is_taken_once(order, simulator):
    pay_at(simulator, order)
    refund = refund_now(grant(order, 100_000)[0])
    attempt = refund.attempts.get()
    assert not take_outcome(attempt.pk, Done("other", NOW), now=NOW, actor=MACHINE)
    send_refund(refund.pk, now=LATER)
    send_refund(0, now=LATER)
    assert (refund_now(refund).revision, paid_back(simulator)) == (refund.revision, [100_000])


def test_a_whole_payment_is_reversed_on_its_own_day(order, simulator):
    from django.utils import timezone

    now = timezone.now()
    pay_at(simulator, order, paid_at=now)
    refund = refund_now(grant(order, 100_000, now=now)[0], now)
    assert (refund.state, results(refund)) == ("confirmed", [("reverse", "done")])
    assert simulator.ask("/_payments")[0]["state"] == "reversed"


def test_where_it_can_no_longer_be_reversed_it_is_refunded(order, simulator, deferred):
    pay_at(simulator, order, paid_at=NOW)
    refund = grant(order, 100_000)[0]
    simulator.faults(refuse="5092")
    deferred.run(NOW)
    refund = queries.refund_by_id(refund.pk)
    assert (refund.state, results(refund)) == ("confirmed", [("reverse", "refused"), ("refund", "done")])
    assert (paid_back(simulator), kinds()) == ([100_000], [])
    books_agree(order.store)


def test_money_that_the_bank_gives_back_later_is_owed_again_and_can_be_sent_anew(order, simulator):
    payment = pay_at(simulator, order)
    simulator.faults(late_failure=1)
    refund = refund_now(grant(order, 100_000)[0])
    assert refund.state == "confirmed"
    for _ in range(2):
        look_up_payment(payment.pk, now=LATER)
    refund = queries.refund_by_id(refund.pk)
    assert (refund.state, refund.confirmed_at, kinds()) == ("failed", None, ["refund_failed"])
    assert balance(order.store, "asset:gateway.iyzico", "TRY") == 100_000
    send_again(refund, now=LATER, actor=MACHINE)
    refund = refund_now(refund, LATER)
    assert (refund.state, paid_back(simulator), kinds()) == ("confirmed", [100_000], [])
    books_agree(order.store)


def test_zarinpal_sends_with_the_banks_next_transfer_and_is_asked_until_it_has_arrived(simulator):
    order = order_of(iranian_store("persianpetshop"), 5_000_000)
    payment = pay_at(simulator, order, gateway="zarinpal")
    refund = refund_now(grant(order, 2_000_000)[0])
    assert (refund.state, results(refund)) == ("sending", [("refund", "pending")])
    assert refund_now(refund, refund.next_look_at).state == "sending"
    simulator.tell("/_settle", {"reference": payment.reference})
    refund = queries.refund_by_id(refund.pk)
    assert refund_now(refund, refund.next_look_at).state == "confirmed"
    books_agree(order.store)


def test_zarinpal_pays_back_once_a_payment_so_a_second_refund_never_takes_the_first_ones_proof(simulator):
    order = order_of(iranian_store("persianpetshop"), 5_000_000)
    payment = pay_at(simulator, order, gateway="zarinpal")
    refund_now(grant(order, 2_000_000, key="a")[0])
    simulator.tell("/_settle", {"reference": payment.reference})
    look_up_payment(payment.pk, now=LATER)
    assert Refund.objects.get().state == "confirmed"
    second = grant(order, 1_000_000, key="b")[0]
    simulator.faults(http_500=2)  # its session is looked up first
    second = refund_now(second)
    assert second.state == "unknown"
    second = refund_now(refund_now(second, LATER), LATER + 2 * GRACE)
    assert (second.state, kinds(), paid_back(simulator)) == ("failed", ["refund_failed"], [2_000_000])
    books_agree(order.store)


def test_the_sweep_turns_to_what_is_due(order, simulator, deferred):
    pay_at(simulator, order)
    refund = grant(order, 100_000)[0]
    deferred.waiting.clear()  # the job was lost
    sending.sweep({}, NOW - timedelta(seconds=1))
    assert deferred.waiting == []
    for _ in range(2):
        sending.sweep({}, NOW)
    assert len(deferred.waiting) == 1
    deferred.run(NOW)
    assert queries.refund_by_id(refund.pk).state == "confirmed"


def test_a_gateway_without_an_account_is_not_asked_what_became_of_it(order, simulator):
    pay_at(simulator, order)
    simulator.faults(http_500=1)
    refund = refund_now(grant(order, 100_000)[0])
    GatewayAccount.objects.update(active=False)
    assert refund_now(refund, LATER).state == "unknown"
    GatewayAccount.objects.update(active=True)
    assert refund_now(refund, LATER + GRACE).state == "confirmed"


def test_two_workers_never_ask_at_the_same_time(order, simulator, monkeypatch):
    pay_at(simulator, order)
    simulator.faults(http_500=1)
    refund = refund_now(grant(order, 100_000)[0])
    calls = []

    class Slow:
        def attempt(self, reference, *, key):
            send_refund(refund.pk, now=LATER)  # another worker, while this one waits for its answer
            calls.append("looked")
            return NotFound()

        def refund(self, reference, amount_minor, currency, *, key):
            send_refund(refund.pk, now=LATER)
            calls.append(("asked", amount_minor, key))
            return Done("r", LATER)

    provider = gateways.Provider("iyzico", lambda _: Slow())
    monkeypatch.setitem(gateways._connected, "iyzico", provider)
    refund = refund_now(refund, LATER)
    assert (refund.state, calls) == ("confirmed", ["looked", ("asked", 100_000, refund.attempts.get().key)])
