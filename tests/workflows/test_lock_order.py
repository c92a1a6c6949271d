"""Two at work on the same rows, each halted at its first until the other has its own: neither is killed as a deadlock.

Parcels are locked before cases, an order before the case that it puts right, payments before refunds and those before cases,
a batch before what is said of it. The threads are real; only PostgreSQL locks rows.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pkgutil import resolve_name
from threading import Barrier, BrokenBarrierError, get_ident
from typing import Any

import pytest
from django.db import connections

from avdet.core.errors import AvdetError
from avdet.records.cases.evidence import Said
from avdet.records.cases.evidence_limits import Made
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.ledger.models import Entry
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel
from avdet.records.payments.actions import expect
from avdet.records.payments.models import Payment
from avdet.records.payments.queries import payment_by_id
from avdet.records.payouts.models import BankWord
from avdet.records.refunds.models import Refund
from avdet.records.remedies.actions import Worth
from avdet.records.stores.models import Store
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.add_evidence import add_to_open
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.goods.receive_parcel import receive_parcel
from avdet.workflows.goods.return_ways import ways_for
from avdet.workflows.goods.send_parcel import send_parcel
from avdet.workflows.money.answer_by_hand import agree_to_word, enter_word, refuse_word
from avdet.workflows.money.confirm_refund import return_refund
from avdet.workflows.money.record_payment import fail_payment
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies.choose_remedy import choose_remedy
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.money import on_postgres, pay
from tests.workflows.payouts import due_refund, exported, paying_store, two_people
from tests.workflows.remedies import (
    CUSTOMER,
    MACHINE,
    again,
    arrived,
    bought,
    choosing,
    claimed,
    examined,
    follow,
    fresh,
    placed,
)
from tests.workflows.remedies.test_await_payment import DUE, waiting
from tests.workflows.test_reopen_settled import answered, opened, paid_back

pytestmark = [pytest.mark.django_db(transaction=True), on_postgres]
DAY, PATIENCE = timedelta(days=1), 0.3
"""Seconds after which one goes on alone: in the right order the other waits for its row."""


def halt(patched: pytest.MonkeyPatch, *places: str) -> None:
    """Has each named function of the workflows wait for the other thread, once it has returned in a thread for the first time."""
    barrier, met = Barrier(2), set[int]()
    for place in places:
        room, _, name = place.rpartition(".")
        found = resolve_name(f"avdet.workflows.{room}")
        patched.setattr(found, name, _halted(getattr(found, name), barrier, met))


def _halted(work: Callable[..., Any], barrier: Barrier, met: set[int]) -> Callable[..., Any]:
    def done(*args: Any, **named: Any) -> Any:
        found = work(*args, **named)
        if get_ident() not in met:
            met.add(get_ident())
            with suppress(BrokenBarrierError):
                barrier.wait(PATIENCE)
        return found

    return done


def both(*deeds: Callable[[], object]) -> None:
    """Each in a thread and on a connection of its own. A refusal is an answer; a deadlock is none, also where a job reports it."""

    def hand(do: Callable[[], object]) -> str:
        try:
            do()
        except AvdetError as refused:
            return str(refused)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(deeds)) as threads:
        assert not [said for said in threads.map(hand, deeds) if "deadlock" in said]


def announced(store: Store, pieces: int = 1) -> tuple[Parcel, list[Case]]:
    goods = [make_product(store, traits=["seven_day_test", "serial_number"]) for _ in range(pieces)]
    order = bought(store, *(DraftLine(each.sku) for each in goods))
    cases = [claimed(order, "withdrawal", line=at, key=str(at)) for at in range(pieces)]
    way = ways_for(order, cases, "en")[0].key
    parcel = announce_parcel(order, [case.pk for case in cases], way, actor=CUSTOMER, now=NOW)
    return parcel, [again(case) for case in cases]


def withdraw(case: Case) -> None:
    withdraw_case(case, actor=CUSTOMER, now=NOW)


def test_a_parcel_is_opened_sent_or_emptied_beside_the_end_of_its_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store("fetrashop")
    parcel, (case,) = announced(store)
    with monkeypatch.context() as patched:
        halt(patched, "goods.receive_parcel.locked_parcel", "cases.withdraw_case.held_case")
        opened = partial(receive_parcel, parcel.pk, {case.pk: 1}, found="whole", actor=MACHINE, now=NOW)
        both(opened, partial(withdraw, case))
    parcel.refresh_from_db()
    assert (parcel.state, again(case).state) in (("arrived", "approved"), ("cancelled", "withdrawn"))

    parcel, (case,) = announced(store)
    CaseDeadline.objects.filter(case=case).delete()
    CaseDeadline.objects.create(case=case, kind="send_by", binds="customer", due_at=NOW + DAY, since=NOW, after="reported")
    late = NOW + 2 * DAY
    with monkeypatch.context() as patched:
        halt(patched, "goods.send_parcel.move", "cases.watch_deadlines.locked")
        both(partial(send_parcel, parcel, actor=CUSTOMER, now=late), partial(watch_deadlines, {}, late))
    assert (Parcel.objects.get(pk=parcel.pk).state, again(case).state) in (("sent", "approved"), ("cancelled", "withdrawn"))

    parcel, cases = announced(store, 2)
    with monkeypatch.context() as patched:
        halt(patched, "cases.answer_case._cancel_parcels")  # neither has committed while the other looks
        both(*(partial(withdraw, case) for case in cases))
    assert (Parcel.objects.get(pk=parcel.pk).state, {again(case).state for case in cases}) == ("cancelled", {"withdrawn"})


def test_a_payment_is_booked_or_fails_and_a_banks_word_is_agreed_to_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_store("ofiskutum")
    order = placed(shop, DraftLine(make_product(shop).sku), paid=False)
    awaited = payment_by_id(expect(order, amount_minor=order.total_minor, method="online", gateway="iyzico", reference="G", now=NOW).pk)
    assert awaited is not None
    with monkeypatch.context() as patched:
        halt(patched, "money.record_payment.actions.expect", "money.record_payment.actions.move")
        failed = partial(fail_payment, awaited, why="late", now=NOW, source="iyzico")
        both(partial(pay, order, gateway="iyzico", reference="G"), failed)
    assert (Payment.objects.get().state, Entry.objects.filter(kind="payment").count()) == ("paid", 1)

    store = paying_store()
    people = two_people(store)
    word = enter_word(exported(store, [due_refund(store)], people), None, "settled", reference="E", why="w", user=people[0], now=NOW)
    with monkeypatch.context() as patched:
        halt(patched, "money.answer_by_hand._end", "money.answer_by_hand.actions.held_batch")
        agree = partial(agree_to_word, word, user=people[1], now=NOW, actor=MACHINE)
        both(agree, partial(refuse_word, BankWord.objects.get(), user=people[0], now=NOW, actor=MACHINE))
    assert (BankWord.objects.get().state, Refund.objects.get().state) in (("agreed", "confirmed"), ("refused", "sending"))


def test_a_difference_lapses_a_refund_is_void_and_evidence_comes_beside_news_of_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    case, remedy = waiting()
    late = DUE + timedelta(minutes=1)
    assert remedy.order is not None
    with monkeypatch.context() as patched:
        halt(patched, "money.record_payment.actions.lock", "cases.watch_deadlines.locked")
        both(partial(watch_deadlines, {}, late), partial(pay, remedy.order, 700))
    remedy.refresh_from_db()
    assert remedy.state in ("preparing", "void")

    owner = make_staff(case.store, "owner")
    case = answered(opened(paid_back(choosing(case.store, price_minor=900)), owner), owner)
    refund = Refund.objects.get(remedy__case=case)
    return_refund(refund.attempts.get(), code="closed", what="account closed", now=NOW, actor=MACHINE)
    with monkeypatch.context() as patched:
        patched.setattr("avdet.workflows.remedies.choose_remedy.worth_of", lambda *_: Worth(900, amount_minor=100))
        halt(patched, "money.void_refund.locked_payments", "remedies.choose_remedy.locked")
        void = partial(void_refund, Refund.objects.get(pk=refund.pk), why="decided anew", now=NOW, actor=MACHINE)
        both(void, partial(choose_remedy, again(case), "refund", actor=CUSTOMER, now=NOW))
    refund.refresh_from_db()
    assert (refund.state, refund.payment.refunded_minor) in (("void", 100), ("void", 0))

    case = follow(examined(arrived(claimed(came_back_undelivered(), "transit_damage"))))
    out = hand_over(fresh(case.order), actor=MACHINE, now=NOW, source="desk", carrier="Tipax")
    there = Sighting("delivered", NOW + DAY)
    made = Made(b"x", "application/pdf")
    with monkeypatch.context() as patched:
        halt(patched, "orders.follow_deliveries.move", "claims.add_evidence.locked")
        tell = partial(record_delivery, fresh(case.order), out, there, source="carrier", actor=MACHINE, now=there.at)
        both(tell, partial(add_to_open, [case.pk], Said(b"x", "document"), made, actor=CUSTOMER, now=NOW))
    assert (fresh(case.order).state, again(case).state) == ("delivered", "settled")


def test_an_order_is_cancelled_or_its_case_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    order = came_back_undelivered()
    case = claimed(order, "transit_damage")
    withdraw(case)
    with monkeypatch.context() as patched:
        halt(patched, "orders.cancel_order.with_open_cases", "cases.reopen_case.held_case")
        cancel = partial(cancel_order, fresh(order), actor=MACHINE, now=NOW, reason="mistake")
        both(cancel, partial(reopen_case, again(case), why="they called", author=make_staff(case.store, "expert"), now=NOW))
    assert (fresh(order).state, again(case).state) in (("cancelled", "withdrawn"), ("returned", "review"))


def came_back_undelivered() -> Order:
    store = make_store("persianpetshop")
    order = bought(store, DraftLine(make_product(store, "CAGE", on_hand=5).sku), delivered=False)
    for at, kind in enumerate(("refused", "returned")):
        seen = Sighting(kind, NOW - timedelta(hours=9 - at))
        record_delivery(order, deliveries_of(order)[0], seen, source="carrier", actor=MACHINE, now=seen.at)
    return fresh(order)
