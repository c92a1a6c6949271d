"""The carrier comes a second time with goods that it still has: they are handed over, or an expert decides anew (OFI-4.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.drafts import DraftLine
from avdet.records.outbox.models import Notice
from avdet.records.people.models import User
from avdet.records.remedies.models import Remedy
from avdet.workflows.cases.override_case import grants_for, override_case
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies.record_visit import record_visit
from tests.factories import NOW, make_staff, make_store, terms_anew
from tests.workflows.remedies import MACHINE, again, all_is_well, arrived, bought, checked_goods, claimed, follow, fresh

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
CLAUSE = """  - id: OFI-4.3
    source: "a test"
    at: claim
    when: reason == not_received and not delivered
    then: {outcome: approve, remedies: [second_visit]}
    text: {tr: "Kargo yeniden gelir.", fa: "پیک دوباره می‌آید.", en: "The carrier comes again."}

"""


def told(case: Case, kind: str, at: datetime, now: datetime) -> Case:
    """The carrier tells of the order's one delivery."""
    order = fresh(case.order)
    record_delivery(order, deliveries_of(order)[0], Sighting(kind, at), source="carrier", actor=MACHINE, now=now)
    return again(case)


def granted() -> tuple[Case, User]:
    """Nobody was at home, and a colleague has agreed with the customer that the carrier comes again."""
    store = make_store("ofiskutum")
    expert = make_staff(store, "expert")
    case = claimed(bought(store, DraftLine(checked_goods(store).sku), delivered=False), "not_received")
    case = told(case, "attempted", NOW - timedelta(hours=2), NOW)
    assert (case.state, "second_visit" in grants_for(case)) == ("review", True)
    override_case(case, {"outcome": "approve", "remedies": ["second_visit"]}, reason="nobody was at home", author=expert, now=NOW)
    return follow(again(case)), expert


def test_the_carrier_brings_nothing_that_is_at_the_store_or_came_back() -> None:
    store = make_store("ofiskutum")
    expert = make_staff(store, "expert")
    case = arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)), "mismatch"))
    with pytest.raises(AvdetError):
        override_case(case, {"outcome": "approve", "remedies": ["second_visit"]}, reason="again", author=expert, now=NOW)
    back = claimed(bought(store, DraftLine(checked_goods(store, sku="B").sku), delivered=False), "not_received")
    assert "second_visit" not in grants_for(told(back, "returned", NOW, NOW))


def test_agreed_it_has_its_day_and_the_customer_is_told_in_their_words() -> None:
    case, _ = granted()
    due = case.deadlines.get(state="open")
    assert (case.state, case.waits_for, Remedy.objects.get().kind) == ("settling", "carrier", "second_visit")
    assert (due.kind, due.binds, due.due_at, case.due_at) == ("visit_by", "carrier", NOW + timedelta(days=14), due.due_at)
    assert Notice.objects.filter(kind="remedy_second_visit").count() == 2


def test_what_the_carrier_is_to_bring_nobody_is_to_send() -> None:
    store = make_store("offykala")
    case = claimed(bought(store, DraftLine(checked_goods(store).sku)), "mismatch")
    override_case(case, {"outcome": "approve", "remedies": ["second_visit"]}, reason="it has the right one", author=make_staff(store, "expert"), now=NOW)
    assert not case.deadlines.filter(kind="send_by").exclude(state="void").exists()


@pytest.mark.parametrize("by", ["carrier", "colleague"])
def test_handed_over_the_case_is_settled_and_the_goods_may_be_claimed_like_any(by: str) -> None:
    case, expert = granted()
    assert told(case, "attempted", NOW - timedelta(hours=1), NOW).state == "settling"  # told late, it was the first attempt
    if by == "carrier":
        told(case, "delivered", LATER, LATER)
    else:
        record_visit(case, day=LATER.date(), found="the neighbour was in", mended=True, author=expert, now=LATER)
    case = again(case)
    assert (case.state, case.waits_for, case.order.state, Remedy.objects.get().state) == ("settled", "nobody", "delivered", "done")
    assert (case.order.delivered_at, case.deadlines.get(kind="visit_by").state) == (LATER, "met")
    assert "visited_again" in [event.kind for event in events_of(case)]
    with pytest.raises(AvdetError):
        reopen_case(case, why="they are here", author=expert, now=LATER)
    assert again(claimed(fresh(case.order), "mismatch", key="anew", now=LATER)).order_line.claimed_quantity == 1
    all_is_well(case.store)


@pytest.mark.parametrize("kind", ["attempted", "refused", "returned", "lost", "written down"])
def test_not_handed_over_an_expert_decides_anew(kind: str) -> None:
    case, expert = granted()
    with pytest.raises(AvdetError):
        record_visit(case, day=LATER.date(), found="it is yet to come", mended=True, author=expert, now=NOW)
    if kind == "written down":
        record_visit(case, day=LATER.date(), found="nobody again", mended=False, author=expert, now=LATER)
    else:
        told(case, kind, LATER, LATER)
    case = again(case)
    assert (case.state, case.waits_for, Remedy.objects.get().state, case.order_line.claimed_quantity) == ("review", "store", "void", 1)
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="it never came", author=expert, now=LATER)
    assert Notice.objects.filter(kind="claim_review").exists()
    all_is_well(case.store)


def test_where_the_terms_grant_it_nobody_has_to_examine_anything() -> None:
    store = terms_anew(make_store("ofiskutum"), lambda source: source.replace("\nclauses:\n", f"\nclauses:\n{CLAUSE}", 1))
    case = follow(claimed(bought(store, DraftLine(checked_goods(store).sku), delivered=False), "not_received"))
    assert (case.state, case.clauses, case.waits_for, Remedy.objects.get().kind) == ("settling", "OFI-4.3", "carrier", "second_visit")
