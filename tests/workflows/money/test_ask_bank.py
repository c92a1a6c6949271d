"""Batches of a store whose bank takes files over the network: the simulator, over HTTP, with everything it can do wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.config import environment
from avdet.core.errors import AvdetError
from avdet.records.payouts.models import PayoutBatch
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.simulators.bank import KEY
from avdet.workflows.money.ask_bank import MACHINE, ask_banks, bank_of, fetch_answers, hand_over
from avdet.workflows.money.make_batch import void_batch
from tests.factories import NOW, make_store
from tests.simulators.conftest import bank_simulator
from tests.workflows.money import books_agree
from tests.workflows.payouts import OWN_IBAN, due_refund, exported, paying_store, released

__all__ = ["bank_simulator"]
pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=10)


@pytest.fixture
def store(bank_simulator, monkeypatch):
    monkeypatch.setenv("AVDET_ALLOW_PRIVATE_BANKS", "1")
    account = {"iban": OWN_IBAN, "holder": "Fetra", "bic": "", "bank_url": bank_simulator.url, "bank_key": KEY}
    return make_store("fetrashop", payout_account=account)


def kinds():
    return sorted(ReconcileFinding.objects.filter(healed_at=None).values_list("kind", flat=True))


def state():
    return PayoutBatch.objects.get().state


def test_a_store_without_a_connection_is_left_alone(deferred):
    store = paying_store("offykala")
    batch = released(store, [due_refund(store)])
    deferred.waiting.clear()
    ask_banks({}, NOW)
    assert (deferred.waiting, bank_of(store)) == ([], None)
    hand_over({"batch": batch.pk}, NOW)
    fetch_answers({"batch": batch.pk}, NOW)
    assert state() == "released"


def test_a_bank_in_our_own_house_is_not_asked(store, monkeypatch, bank_simulator):
    monkeypatch.setenv("AVDET_ALLOW_PRIVATE_BANKS", "0")
    assert not environment.flag("ALLOW_PRIVATE_BANKS")
    batch = released(store, [due_refund(store)])
    with pytest.raises(AvdetError):
        hand_over({"batch": batch.pk}, NOW)
    assert bank_simulator.ask("/_calls") == []


def test_a_file_that_is_refused_for_good_is_shown_and_stays_here(store, bank_simulator):
    batch = released(store, [due_refund(store)])
    bank_simulator.faults(refuse="no")
    hand_over({"batch": batch.pk}, NOW)
    assert (state(), kinds()) == ("released", ["bank_declined"])
    hand_over({"batch": batch.pk}, NOW)
    assert (state(), kinds()) == ("exported", [])


def test_a_file_that_reaches_the_bank_later_asks_for_a_later_day_and_stays_the_same_from_then_on(store, bank_simulator):
    batch, later = released(store, [due_refund(store)]), NOW + timedelta(days=3)
    bank_simulator.faults(timeout_after_success=1)
    with pytest.raises(AvdetError):
        hand_over({"batch": batch.pk}, later)
    assert PayoutBatch.objects.get().pay_on == later.date()
    hand_over({"batch": batch.pk}, later + timedelta(days=1))
    assert (PayoutBatch.objects.get().pay_on, state()) == (later.date(), "exported")


def test_what_the_bank_may_have_is_voided_only_once_it_has_declined(store, bank_simulator):
    batch = released(store, [due_refund(store)])
    bank_simulator.faults(timeout_after_success=1)
    with pytest.raises(AvdetError):
        hand_over({"batch": batch.pk}, NOW)
    with pytest.raises(AvdetError, match="may have"):
        void_batch(batch, why="the day was wrong", now=NOW, actor=MACHINE)
    assert (state(), Refund.objects.get().state) == ("released", "sending")
    bank_simulator.faults(refuse="no")
    hand_over({"batch": batch.pk}, NOW)
    void_batch(batch, why="the day was wrong", now=NOW, actor=MACHINE)
    assert (state(), Refund.objects.get().state) == ("void", "failed")
    hand_over({"batch": batch.pk}, NOW)
    assert state() == "void"
    books_agree(store)


def test_what_one_stores_bank_takes_heals_nothing_of_another_store(store, bank_simulator):
    other = make_store("offykala", payout_account=store.payout_account)
    refused, taken = released(store, [due_refund(store)]), released(other, [due_refund(other)])
    assert refused.number == taken.number
    bank_simulator.faults(refuse="no")
    hand_over({"batch": refused.pk}, NOW)
    hand_over({"batch": taken.pk}, NOW)
    assert PayoutBatch.objects.get(pk=taken.pk).state == "exported"
    assert list(ReconcileFinding.objects.filter(healed_at=None).values_list("store", "kind")) == [(store.pk, "bank_declined")]


def test_a_batch_is_handed_over_once_and_settled_by_what_the_bank_says(store, deferred, bank_simulator):
    refunds = [due_refund(store), due_refund(store)]
    bank_simulator.faults(timeout_after_success=1)
    batch = released(store, refunds)
    with pytest.raises(AvdetError):
        hand_over({"batch": batch.pk}, NOW)
    assert state() == "released"
    ask_banks({}, SOON)
    deferred.run(SOON)
    ask_banks({}, SOON)
    deferred.run(SOON)
    assert len(bank_simulator.ask("/_payments")) == 1
    assert (state(), set(Refund.objects.values_list("state", flat=True))) == ("settled", {"confirmed"})
    books_agree(store)


def test_answers_twice_wrong_unknown_late_or_nonsense_never_pay_twice(store, bank_simulator):
    first, second = due_refund(store), due_refund(store)
    bank_simulator.faults(unknown_lines=1, late_reject=1, duplicate_answer=2, nonsense=1)
    batch = released(store, [first, second])
    hand_over({"batch": batch.pk}, NOW)
    fetch_answers({"batch": batch.pk}, NOW)
    assert kinds() == ["bank_unreadable"]
    fetch_answers({"batch": batch.pk}, SOON)
    fetch_answers({"batch": batch.pk}, SOON)
    assert set(kinds()) == {"bank_unreadable", "bank_unknown_line", "refund_failed"}
    assert set(Refund.objects.values_list("state", flat=True)) == {"failed"}
    assert batch.events.filter(kind="read").count() == 3
    books_agree(store)


def test_a_settled_batch_is_asked_after_for_days_since_money_comes_back(store, deferred):
    released(store, [due_refund(store)])
    deferred.run(NOW)
    ask_banks({}, SOON)
    deferred.run(SOON)
    assert (state(), Refund.objects.get().state) == ("settled", "confirmed")
    PayoutBatch.objects.update(settled_at=SOON)
    for days, asked in ((9, 1), (11, 0)):
        deferred.waiting.clear()
        ask_banks({}, SOON + timedelta(days=days))
        assert sum(name == "fetch_answers" for name, *_ in deferred.waiting) == asked


def test_another_amount_moves_nothing(store, bank_simulator):
    bank_simulator.faults(wrong_amount=1)
    batch = released(store, [due_refund(store)])
    hand_over({"batch": batch.pk}, NOW)
    fetch_answers({"batch": batch.pk}, NOW)
    assert (kinds(), Refund.objects.get().state, state()) == (["bank_other_amount"], "sending", "exported")


def test_a_batch_that_somebody_took_by_hand_is_not_handed_over_too(store, bank_simulator):
    batch = exported(store, [due_refund(store)])
    hand_over({"batch": batch.pk}, NOW)
    assert bank_simulator.ask("/_payments") == []
