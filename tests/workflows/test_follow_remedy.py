"""A remedy follows the money that it pays back, also when the bank sends that back after all."""

from __future__ import annotations

import pytest

from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.orders.drafts import DraftLine
from avdet.records.outbox.models import Notice
from avdet.records.payouts.models import PayoutBatch
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.records.remedies.models import Remedy
from avdet.records.stores.models import Store
from avdet.workflows.ask_destination import choose_account
from avdet.workflows.choose_remedy import choose_remedy
from avdet.workflows.remedy_sums import worth_of
from avdet.workflows.reopen_case import reopen_case
from avdet.workflows.send_refund import send_refund
from avdet.workflows.void_refund import void_refund
from tests.conftest import Deferred
from tests.factories import NOW, make_customer, make_staff
from tests.workflows.payouts import account_of, exported, paying_store, read, told
from tests.workflows.remedies import CUSTOMER, MACHINE, again, all_is_well, arrived, bought, checked_goods, claimed, examined

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(db: None) -> Store:
    return paying_store()


def paid_out(store: Store) -> tuple[Case, PayoutBatch]:
    """A case that is settled: the bank has paid its refund to the account of whoever claimed."""
    buyer = make_customer(store)
    account_of(buyer)
    order = bought(store, DraftLine(checked_goods(store).sku), customer=buyer)
    remedy = choose_remedy(examined(arrived(claimed(order, "withdrawal"))), "refund", actor=CUSTOMER, now=NOW)
    refund = Refund.objects.get(remedy=remedy)
    send_refund(refund.pk, now=NOW)
    batch = exported(store, [refund])
    read(store, told(batch, "ACSC"))
    return again(remedy.case), batch


def test_a_case_that_was_opened_again_meanwhile_stays_where_it_is(store: Store) -> None:
    case, batch = paid_out(store)
    reopen_case(case, why="the box was empty", author=make_staff(store, "expert"), now=NOW)
    read(store, told(batch, ("RJCT", "AC04")))
    assert (again(case).state, Remedy.objects.get().state, Refund.objects.get().state) == ("review", "done", "failed")
    void_refund(Refund.objects.get(), why="the account is closed for good", now=NOW, actor=MACHINE)
    assert (Remedy.objects.get().state, worth_of(again(case), "refund").amount_minor) == ("void", case.decision["amounts"]["goods"])
    all_is_well(store)


def test_money_that_comes_back_is_owed_again_until_another_account_takes_it(store: Store, deferred: Deferred) -> None:
    case, batch = paid_out(store)
    assert (case.state, case.waits_for, Remedy.objects.get().state) == ("settled", "nobody", "done")
    Notice.objects.all().delete()
    for _ in range(2):  # the bank may say so twice
        read(store, told(batch, ("RJCT", "AC04")))
    case, remedy = again(case), Remedy.objects.get()
    assert (case.state, case.waits_for, case.ended_at, remedy.state, remedy.ended_at) == ("settling", "bank", None, "chosen", None)
    assert [event.kind for event in events_of(case)].count("owe_again") == 1
    assert ReconcileFinding.objects.get(healed_at=None).kind == "refund_failed"
    deferred.run(NOW)
    assert set(Notice.objects.values_list("kind", flat=True)) == {"refund_account"}
    choose_account(case.order, account_of(case.order.customer), now=NOW, actor=MACHINE)
    deferred.run(NOW)
    read(store, told(exported(store, [Refund.objects.get()]), "ACSC"))
    assert (again(case).state, Remedy.objects.get().state) == ("settled", "done")
    assert not ReconcileFinding.objects.filter(healed_at=None).exists()
    all_is_well(store)
