"""A case that waits for a colleague has a day, of the store's own choosing where no clause promises one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from avdet.core.periods import OURS
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.outbox.models import Notice
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.web.portal.case_told import promise
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.our_deadline import CHOSEN, length_of, our_deadline
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.cases.withdraw_case import withdraw_case
from tests.factories import NOW, make_staff, make_store
from tests.workflows.cases import CUSTOMER, SEALED, delivered, filed

OPENED = {**SEALED, "sealed": False}
SATURDAY = datetime(2026, 11, 28, 23, 59, 59, 999_999, tzinfo=ZoneInfo("Asia/Tehran"))
"""The fifth working day after `NOW`, a Sunday: Friday is none."""


@pytest.mark.parametrize("kind", CHOSEN)
@pytest.mark.parametrize("said", [None, 0, -1, "7", True])
def test_what_is_no_number_of_days_leaves_the_usual_ones(kind: str, said: object) -> None:
    assert length_of(Store(returns={CHOSEN[kind]: said}), kind) == OURS[kind]


def test_the_days_of_a_customer_are_days_of_the_calendar() -> None:
    due = our_deadline(Case(store=Store(returns={"choose_days": 3})), "choose_by", binds="customer", now=NOW).due_at
    assert due == NOW + timedelta(days=3)


@pytest.mark.django_db
def test_where_the_calendar_has_ended_any_day_counts() -> None:
    unlisted = NOW.replace(year=2090)
    due = our_deadline(Case(store=make_store("fetrashop")), "store_by", binds="store", now=unlisted)
    assert (due.due_at, due.calendar) == (unlisted + timedelta(days=3), "")


@pytest.mark.django_db
def test_a_case_that_is_opened_again_has_a_day_of_the_stores_own_each_time() -> None:
    store = make_store("fetrashop", returns={"answer_days": 5})
    expert = make_staff(store, "expert")
    case = filed(delivered(store), answers=OPENED)
    assert (case.state, case.due_at, case.deadlines.count()) == ("denied", None, 0)
    case = reopen_case(case, why="a mistake", author=expert, now=NOW)
    (ours,) = case.deadlines.all()
    assert (ours.kind, ours.binds, ours.due_at, ours.clauses, case.due_at) == ("store_by", "store", SATURDAY, [], SATURDAY)
    assert "IR" in ours.calendar
    assert [promise(case, now) for now in (NOW, SATURDAY + timedelta(hours=1))] == ["aim", "late"]
    watch_deadlines({}, SATURDAY - timedelta(hours=1))
    watch_deadlines({}, SATURDAY + timedelta(hours=1))
    assert set(Notice.objects.filter(channel="email").values_list("kind", flat=True)) >= {"case_due", "case_overdue"}
    later = SATURDAY + timedelta(days=1)
    case = answer_case(case, {}, actor=Actor.of(expert, "staff", "desk"), now=later)
    assert (case.state, case.waits_for, case.due_at, promise(case, later)) == ("denied", "nobody", None, "")
    case = reopen_case(case, why="once more", author=expert, now=later)
    assert case.due_at is not None
    assert case.due_at > later + timedelta(days=4)
    withdraw_case(case, actor=CUSTOMER, now=later)
    assert sorted(CaseDeadline.objects.values_list("state", flat=True)) == ["missed", "void"]
