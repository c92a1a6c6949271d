"""No deadline passes in silence, and none is spoken of twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from avdet.core.errors import AvdetError
from avdet.ports.jobs import KINDS
from avdet.records.cases.chain import broken
from avdet.records.cases.deadlines import AT_ONCE, near, passed
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.cases.queries import events_of
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.workflows.cases import watch_deadlines as watched
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.goods.print_slip import slip_of_parcel
from avdet.workflows.goods.send_parcel import send_parcel
from tests.factories import NOW, make_staff, make_store
from tests.workflows.cases import CUSTOMER, SEALED, claimed_pieces, delivered, filed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RANGE = (NOW + 7 * DAY, NOW + 10 * DAY)


@pytest.fixture
def case() -> Case:
    made = filed(delivered(), quantity=2)
    CaseDeadline.objects.all().delete()
    return made


def deadline(case: Case, kind: str = "send_by", binds: str = "customer", **fields: Any) -> CaseDeadline:
    """One that reminds after seven days and falls due after ten."""
    remind_at, due_at = RANGE
    return CaseDeadline.objects.create(
        **{"case": case, "kind": kind, "binds": binds, "due_at": due_at, "remind_at": remind_at, "since": NOW, "after": "reported", "clauses": ["FET-MIS-1"], **fields}
    )


def watch(at: datetime) -> None:
    KINDS["watch_deadlines"].work({}, at)


def told() -> list[str]:
    return sorted(Notice.objects.exclude(kind="claim_filed").filter(channel="email").values_list("kind", flat=True))


def test_the_job_is_known_and_comes_every_five_minutes() -> None:
    assert KINDS["watch_deadlines"].every == timedelta(minutes=5)


def test_nobody_is_reminded_early_or_of_what_is_over_or_void(case: Case) -> None:
    deadline(case)
    watch(RANGE[0] - timedelta(seconds=1))
    CaseDeadline.objects.update(state="void")
    watch(RANGE[1] + DAY)
    assert told() == []


def test_a_range_reminds_at_its_first_end_once(case: Case) -> None:
    made = deadline(case)
    watch(RANGE[0])
    watch(RANGE[0] + timedelta(minutes=5))
    assert told() == ["deadline_near"]
    notice = Notice.objects.get(kind="deadline_near", channel="email")
    assert (notice.values["until_at"], notice.values["case"]) == (made.due_at.isoformat(), case.number)


def test_what_binds_the_store_is_told_to_whoever_it_is_assigned_to_else_to_experts_and_owners(case: Case) -> None:
    people = {role: make_staff(case.store, role) for role in ("desk", "expert", "accountant", "owner")}
    deadline(case, "refund_by", "store")
    watch(RANGE[0])
    assert {str(each.to) for each in Notice.objects.filter(kind="case_due")} == {people["expert"].email, people["owner"].email}
    Case.objects.filter(pk=case.pk).update(assigned_to=people["desk"])
    watch(RANGE[1])
    assert {str(each.to) for each in Notice.objects.filter(kind="case_overdue")} == {people["desk"].email}
    assert "/desk/cases/" in Notice.objects.get(kind="case_overdue").values["url"]


def test_what_was_not_sent_in_time_closes_and_its_pieces_are_free(case: Case) -> None:
    deadline(case)
    watch(RANGE[1])
    watch(RANGE[1] + DAY)
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.waits_for, now.due_at, claimed_pieces(case)) == ("withdrawn", "nobody", None, 0)
    assert [event.kind for event in events_of(now)][-2:] == ["missed", "withdraw"]
    assert events_of(now)[-1].actor == "system"
    assert broken(now, events_of(now)) is None
    assert told() == ["deadline_missed"]
    assert CaseDeadline.objects.get().state == "missed"


def to_return() -> tuple[Case, CaseDeadline]:
    """Another product than was ordered: FET-MIS-1 has it returned within 7 to 10 working days of its delivery."""
    made = filed(delivered(), reason="wrong_item", answers={**SEALED, "visible_without_opening": True})
    assert (made.state, made.waits_for) == ("approved", "customer")
    return made, made.deadlines.get()


def test_goods_that_are_to_be_returned_within_a_range_are_reminded_of_at_its_first_end_and_asked_for_after_its_last() -> None:
    made, running = to_return()
    ends = made.decision["deadlines"]
    assert running.remind_at is not None
    assert (running.remind_at.isoformat(), running.due_at.isoformat()) == tuple(
        datetime.fromisoformat(ends[name]["at"]).astimezone(UTC).isoformat() for name in ("remind_at", "report_by")
    )
    assert (made.due_at, running.clauses) == (running.due_at, ["FET-MIS-1"])
    watch(running.remind_at)
    assert told() == ["deadline_near"]
    make_staff(made.store, "expert")
    watch(running.due_at)
    late = Case.objects.get(pk=made.pk)
    assert (late.state, late.waits_for, late.due_at, claimed_pieces(late)) == ("approved", "customer", None, 1)  # it was made in time
    assert told() == ["case_overdue", "deadline_missed", "deadline_near"]


def test_goods_that_were_handed_over_are_reminded_of_no_more() -> None:
    made, running = to_return()
    parcel = announce_parcel(made.order, [made.pk], "post", actor=CUSTOMER, now=NOW)
    slip = slip_of_parcel(parcel, "fa")
    assert slip.send_by == running.due_at
    send_parcel(parcel, actor=CUSTOMER, now=NOW + DAY)
    watch(running.due_at + DAY)
    assert made.deadlines.get(pk=running.pk).state == "met"
    assert "deadline_near" not in told()


def test_what_was_sent_is_not_closed(case: Case) -> None:
    make_staff(case.store, "owner")
    Case.objects.filter(pk=case.pk).update(goods="on_the_way", waits_for="carrier")
    deadline(case)
    watch(RANGE[1])
    assert Case.objects.get(pk=case.pk).state == "approved"
    assert claimed_pieces(case) == 2
    assert told() == ["case_overdue"]


def test_a_day_to_pay_by_on_which_nothing_is_paid_any_more_is_written_down_once(case: Case) -> None:
    deadline(case, "pay_by")
    watch(RANGE[1])
    now = Case.objects.get(pk=case.pk)
    assert (now.state, events_of(now)[-1].kind, broken(now, events_of(now))) == ("approved", "missed", None)
    assert (told(), CaseDeadline.objects.get().state) == (["deadline_missed"], "missed")


@pytest.mark.parametrize("kind", ["report_by", "evidence_by"])
def test_evidence_that_did_not_come_is_for_a_person_to_decide(kind: str) -> None:
    case = filed(delivered(make_store("ofiskutum"), traits=["authorised_installation"]), reason="installation_fault", answers={"service_report": False})
    CaseDeadline.objects.all().delete()
    deadline(case, kind)
    watch(RANGE[1])
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.waits_for, now.due_at) == ("review", "store", CaseDeadline.objects.get(kind="store_by", state="open").due_at)
    assert told() == ["deadline_missed"]


def test_a_missed_promise_of_the_store_is_red_and_programs_hear_of_it(case: Case) -> None:
    case.store.has_webhooks = True
    add_endpoint(case.store, "https://shop.example/told", kinds=["case.missed"], now=NOW)
    case = Case.objects.get(pk=case.pk)
    Case.objects.filter(pk=case.pk).update(waits_for="store", due_at=RANGE[1])
    deadline(case, "decide_by", "store")
    watch(RANGE[1])
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.due_at) == ("approved", RANGE[1])
    assert events_of(now)[-1].facts["deadline"] == "decide_by"
    assert json.loads(WebhookMessage.objects.get().body)["data"]["case"] == case.number


@pytest.mark.parametrize("fault", [AvdetError, OperationalError])
def test_one_that_cannot_be_dealt_with_holds_up_no_other(case: Case, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    other = filed(delivered(case.store), key="other")
    CaseDeadline.objects.all().delete()
    first, second = deadline(case), deadline(other)
    real = watched.end_case

    def broken_for_one(chapter: Any, *args: Any, **kwargs: Any) -> Any:
        if chapter.case.pk == case.pk:
            raise fault("killed on the way")
        return real(chapter, *args, **kwargs)

    monkeypatch.setattr(watched, "end_case", broken_for_one)
    with pytest.raises(AvdetError, match="1 deadlines could not"):
        watch(RANGE[1])
    states = dict(CaseDeadline.objects.values_list("pk", "state"))
    assert states == {first.pk: "open", second.pk: "missed"}
    monkeypatch.undo()
    watch(RANGE[1])
    assert set(CaseDeadline.objects.values_list("state", flat=True)) == {"missed"}


def test_they_are_read_page_by_page(case: Case, django_assert_num_queries: Any) -> None:
    rows = [CaseDeadline(case=case, kind=f"k{number}", binds="store", due_at=NOW + DAY, remind_at=NOW, since=NOW, after="reported")
            for number in range(AT_ONCE + 1)]  # fmt: skip
    CaseDeadline.objects.bulk_create(rows)
    with django_assert_num_queries(2):
        assert len({each.pk for each in near(NOW)}) == AT_ONCE + 1
    with django_assert_num_queries(1):
        assert list(passed(NOW)) == []


def test_a_deadline_costs_a_fixed_number_of_statements(case: Case, django_assert_max_num_queries: Any) -> None:
    deadline(case)
    with django_assert_max_num_queries(19):
        watch(RANGE[1])
