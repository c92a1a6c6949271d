"""The maker's representative is granted, comes, and the case ends by what they found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case, CaseNote
from avdet.records.cases.queries import events_of
from avdet.records.orders.drafts import DraftLine
from avdet.records.outbox.models import Notice
from avdet.records.people.models import User
from avdet.records.remedies.models import Remedy
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.goods.dispose_goods import places_for
from avdet.workflows.goods.send_back import give_back, hand_back
from avdet.workflows.remedies.record_visit import record_visit
from tests.factories import NOW, make_staff, make_store
from tests.workflows.remedies import MACHINE, again, all_is_well, arrived, bought, checked_goods, claimed, examined, follow

pytestmark = pytest.mark.django_db
ACT: dict[str, Any] = {"actor": MACHINE, "now": NOW}


def granted() -> tuple[Case, User]:
    """A visit that a colleague has granted for goods that are at the store."""
    store = make_store("fetrashop")
    expert = make_staff(store, "expert")
    case = examined(arrived(claimed(bought(store, DraftLine(checked_goods(store).sku)))), by=expert, makers_opinion_needed=True)
    override_case(case, {"outcome": "approve", "remedies": ["makers_representative"]}, reason="the maker comes", author=expert, now=NOW)
    return follow(again(case)), expert


@pytest.mark.parametrize("wrong", [{"day": NOW.date() + timedelta(days=1)}, {"found": " "}])
def test_what_is_no_finding_of_a_visit_is_refused(wrong: dict[str, Any]) -> None:
    case, expert = granted()
    said = {"day": NOW.date(), "found": "a loose wire", "mended": True, "author": expert, "now": NOW, **wrong}
    with pytest.raises(AvdetError):
        record_visit(case, **said)
    Remedy.objects.update(state="void")
    with pytest.raises(AvdetError, match="no visit"):
        record_visit(case, **{**said, "day": NOW.date(), "found": "a loose wire"})
    assert not CaseNote.objects.exists()


def test_put_right_by_the_maker_the_goods_go_back_and_the_case_is_settled() -> None:
    case, expert = granted()
    assert (case.state, case.waits_for, Remedy.objects.get().kind, places_for(case)) == ("settling", "store", "makers_representative", ())
    assert Notice.objects.filter(kind="remedy_visit").count() == 2
    due = case.deadlines.get(state="open")
    assert (due.kind, due.binds, due.due_at, case.due_at) == ("visit_by", "store", NOW + timedelta(days=14), due.due_at)
    record_visit(case, day=NOW.date(), found="a loose wire", mended=True, author=expert, now=NOW)
    case = again(case)
    assert (case.state, case.goods, CaseNote.objects.get().text) == ("settling", "inspected", "a loose wire")
    assert (case.deadlines.get(pk=due.pk).state, case.deadlines.get(state="open").kind) == ("met", "store_by")
    hand_back(case, carrier="Tipax", tracking_number="T1", **ACT)
    give_back(again(case), **ACT)
    case = again(case)
    assert (case.state, case.goods, case.waits_for) == ("settled", "given_back", "nobody")
    assert "visited" in [event.kind for event in events_of(case)]
    all_is_well(case.store)


def test_put_right_where_the_goods_are_the_case_is_settled_at_once() -> None:
    case, expert = granted()
    Case.objects.filter(pk=case.pk).update(goods="with_customer")
    assert record_visit(again(case), day=NOW.date(), found="a loose wire", mended=True, author=expert, now=NOW).state == "settled"


def test_a_visit_that_does_not_take_place_in_time_is_overdue_and_the_experts_are_told() -> None:
    case, expert = granted()
    due = NOW + timedelta(days=14)
    for at in (due - timedelta(hours=20), due):
        watch_deadlines({}, at)
    told = Notice.objects.filter(channel="email", kind__in=("case_due", "case_overdue")).values_list("kind", flat=True)
    assert sorted(set(told)) == ["case_due", "case_overdue"]
    assert (again(case).state, again(case).due_at) == ("settling", due)
    record_visit(case, day=due.date(), found="beyond repair", mended=False, author=expert, now=due + timedelta(days=1))
    case = again(case)
    anew = case.deadlines.get(state="open")
    assert (case.state, anew.kind, case.due_at) == ("review", "store_by", anew.due_at)


def test_not_put_right_an_expert_decides_anew() -> None:
    case, expert = granted()
    record_visit(case, day=NOW.date(), found="beyond repair", mended=False, author=expert, now=NOW)
    case = again(case)
    assert (case.state, case.waits_for, Remedy.objects.get().state, case.order_line.claimed_quantity) == ("review", "store", "void", 1)
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="beyond repair", author=expert, now=NOW)
    case = follow(again(case))
    assert (case.state, case.waits_for, Remedy.objects.get(state="chosen").kind) == ("settling", "bank", "refund")
    all_is_well(case.store)
