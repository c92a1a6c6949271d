"""The difference of another product: paid in time, not in time, too late; and what is free again then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.models import Stock
from avdet.records.orders.drafts import DraftLine
from avdet.records.outbox.models import Notice
from avdet.records.refunds.models import ReconcileFinding
from avdet.records.remedies.models import Remedy
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import granted_kinds
from tests.factories import NOW, make_product, make_store
from tests.workflows.remedies import CUSTOMER, MACHINE, again, all_is_well, arrived, bought, checked_goods, claimed, examined

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=2)


def waiting() -> tuple[Case, Remedy]:
    """Somebody has chosen goods that cost 700 more, in a store that waits two days for it."""
    store = make_store("fetrashop", returns={"pay_days": 2})
    order = bought(store, DraftLine(checked_goods(store, price_minor=1_000).sku))
    case = examined(arrived(claimed(order, "withdrawal")))
    Case.objects.filter(pk=case.pk).update(decision={**case.decision, "remedies": ["other_product", "refund"]})
    dearer = make_product(store, "DEARER", price_minor=1_700, on_hand=3)
    remedy = choose_remedy(again(case), "other_product", actor=CUSTOMER, now=NOW, sku=dearer.sku, difference_minor=700)
    Notice.objects.all().delete()
    return again(case), remedy


def told() -> set[str]:
    return set(Notice.objects.values_list("kind", flat=True))


def reserved() -> int:
    return Stock.objects.get(product__sku="DEARER").reserved


def pay(remedy: Remedy, at: object) -> None:
    assert remedy.order is not None
    record_payment(remedy.order, amount_minor=700, method="bank_transfer", reference="D1", paid_at=at, now=at, actor=MACHINE)


def test_not_paid_in_time_the_goods_are_free_and_the_choice_is_open_again() -> None:
    case, remedy = waiting()
    deadline = CaseDeadline.objects.get(case=case, kind="pay_by")
    assert (case.waits_for, case.due_at, deadline.binds, deadline.due_at, reserved()) == ("customer", DUE, "customer", DUE, 1)
    watch_deadlines({}, DUE - timedelta(hours=20))
    assert (told(), again(case).state) == ({"deadline_near"}, "settling")
    for _ in range(2):
        watch_deadlines({}, DUE + timedelta(minutes=1))
    case, remedy = again(case), Remedy.objects.select_related("order").get()
    assert (case.state, case.waits_for, remedy.state, reserved()) == ("choosing", "customer", "void", 0)
    assert remedy.order is not None
    assert (remedy.order.state, told()) == ("cancelled", {"deadline_near", "remedy_lapsed"})
    assert [event.kind for event in events_of(case)].count("missed") == 1
    assert set(granted_kinds(case)) == {"other_product", "refund"}
    all_is_well(case.store)
    pay(remedy, DUE + timedelta(hours=1))  # too late: a colleague is shown it
    assert ReconcileFinding.objects.get(healed_at=None).kind == "paid_after_cancellation"


def test_paid_in_time_nothing_more_is_waited_for() -> None:
    case, remedy = waiting()
    pay(remedy, NOW + timedelta(days=1))
    assert CaseDeadline.objects.get(case=case, kind="pay_by").state == "met"
    watch_deadlines({}, DUE + timedelta(days=1))
    case = again(case)
    assert (case.state, case.waits_for, Remedy.objects.get().state, reserved()) == ("settling", "store", "preparing", 1)
    assert "remedy_lapsed" not in told()
