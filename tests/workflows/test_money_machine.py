"""Never more out than in, whatever is done to a customer's money in whatever order: granted, sent, refused, batched, returned."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from avdet.core.bookings import BANK
from avdet.core.errors import AvdetError
from avdet.ports import jobs
from avdet.records.ledger.queries import balance
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.refunds.models import Refund, RefundAttempt
from avdet.workflows.money.answer_by_hand import agree_to_word, enter_word
from avdet.workflows.money.ask_destination import choose_account
from avdet.workflows.money.confirm_refund import confirm_refund, refuse_transfer
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.money.give_goodwill import give_goodwill
from avdet.workflows.money.make_batch import make_batch, take_out, void_batch
from avdet.workflows.money.release_batch import approve_batch, release_batch
from avdet.workflows.money.send_refund import send_by_hand, send_refund
from avdet.workflows.money.void_refund import void_refund
from tests.factories import NOW
from tests.workflows.money import MACHINE, books_agree, grant, order_of, pay
from tests.workflows.payouts import account_of, paying_store, read, told, two_people

PAID = 1_000
pytestmark = pytest.mark.django_db
any_one = st.integers(0, 5)


class Money(RuleBasedStateMachine):
    """One order of 1,000, and everybody who may do something to its money. What is refused changes nothing."""

    @initialize()
    def begin(self) -> None:
        self.store = paying_store()
        self.people = two_people(self.store)
        self.order = order_of(self.store, PAID)
        pay(self.order)
        self.accounts = [account_of(self.order.customer) for _ in range(2)]
        self.paid_by_bank, self.causes = dict[str, int](), 0

    def refund(self, which: int) -> Refund | None:
        found = list(Refund.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    def batch(self, which: int) -> PayoutBatch | None:
        found = list(PayoutBatch.objects.order_by("pk"))
        return found[which % len(found)] if found else None

    @rule(amount=st.integers(1, 700))
    def grant(self, amount: int) -> None:
        self.causes += 1
        with contextlib.suppress(AvdetError):
            grant(self.order, amount, key=str(self.causes))

    @rule(amount=st.integers(1, 700))
    def goodwill(self, amount: int) -> None:
        with contextlib.suppress(AvdetError):
            give_goodwill(self.order, amount_minor=amount, reason="late", author=self.people[0], now=NOW, actor=MACHINE)

    @rule(which=any_one, how=st.sampled_from(["send", "by_hand", "confirm", "refuse", "void"]))
    def move_refund(self, which: int, how: str) -> None:
        refund = self.refund(which)
        if refund is None:
            return
        with contextlib.suppress(AvdetError):
            if how == "send":
                send_refund(refund.pk, now=NOW)
            elif how == "by_hand":
                send_by_hand(refund, now=NOW, actor=MACHINE)
            elif how == "confirm":
                confirm_refund(refund, reference="B-1", at=NOW, now=NOW, actor=MACHINE)
            elif how == "refuse":
                refuse_transfer(refund, why="closed", now=NOW, actor=MACHINE)
            else:
                void_refund(refund, why="mistake", now=NOW, actor=MACHINE)

    @rule(which=any_one)
    def choose(self, which: int) -> None:
        with contextlib.suppress(AvdetError):
            choose_account(self.order, self.accounts[which % 2], now=NOW, actor=MACHINE)

    @rule(which=st.lists(any_one, min_size=1, max_size=3))
    def make(self, which: list[int]) -> None:
        ids = {refund.pk for each in which if (refund := self.refund(each))}
        with contextlib.suppress(AvdetError):
            make_batch(self.store, ids, pay_on=NOW.date(), user=self.people[0], now=NOW, actor=MACHINE)

    @rule(which=any_one, how=st.sampled_from(["approve", "release", "export", "void", "take_out"]))
    def move_batch(self, which: int, how: str) -> None:
        batch = self.batch(which)
        if batch is None:
            return
        line = PayoutLine.objects.filter(batch=batch).first()
        with contextlib.suppress(AvdetError):
            if how == "approve":
                approve_batch(batch, user=self.people[0], now=NOW, actor=MACHINE)
            elif how == "release":
                release_batch(batch, user=self.people[1], now=NOW, actor=MACHINE)
            elif how == "export":
                export_batch(batch, "xml", now=NOW, actor=MACHINE)
            elif how == "void":
                void_batch(batch, why="mistake", now=NOW, actor=MACHINE)
            elif line is not None:
                take_out(batch, line, now=NOW, actor=MACHINE)

    @rule(which=any_one, says=st.lists(st.sampled_from(["ACSC", "RJCT", "ACSP"]), min_size=1, max_size=3))
    def answer(self, which: int, says: list[str]) -> None:
        batch = self.batch(which)
        if batch is not None:
            read(self.store, told(batch, *says))

    @rule(which=any_one, result=st.sampled_from(["settled", "returned", "undone"]))
    def by_hand(self, which: int, result: str) -> None:
        batch, (first, second) = self.batch(which), self.people
        with contextlib.suppress(AvdetError):
            if batch is not None:
                word = enter_word(batch, None, result, reference="EK-7", why="lost", user=first, now=NOW)
                agree_to_word(word, user=second, now=NOW, actor=MACHINE)

    @rule()
    def time_passes(self) -> None:
        jobs._connected[0].run(NOW)  # type: ignore[attr-defined]

    @invariant()
    def no_more_back_than_in(self) -> None:
        if not hasattr(self, "order"):
            return
        payment = self.order.payments.get()
        owed = sum(each.amount_minor for each in Refund.objects.exclude(state="void"))
        assert owed == payment.refunded_minor <= PAID

    @invariant()
    def no_refund_is_under_way_twice(self) -> None:
        for refund in Refund.objects.all():
            assert RefundAttempt.objects.filter(refund=refund, result__in=("done", "pending", "open", "unknown")).count() <= 1
            assert PayoutLine.objects.filter(refund=refund, result="open").count() <= 1

    @invariant()
    def the_books_agree(self) -> None:
        if hasattr(self, "store"):
            books_agree(self.store)
            arrived = sum(each.amount_minor for each in Refund.objects.filter(state="confirmed"))
            assert balance(self.store, BANK, "IRR") == PAID - arrived


def test_never_more_out_than_in(deferred) -> None:
    from django.db import transaction
    from hypothesis.stateful import run_state_machine_as_test

    class Undone(Money):
        """Each run in a transaction of its own, which is rolled back."""

        def __init__(self) -> None:
            super().__init__()
            deferred.waiting.clear()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck), derandomize=True,
        ),
    )  # fmt: skip
