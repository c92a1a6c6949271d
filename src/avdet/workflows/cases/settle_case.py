"""A case comes to its end: everything that was granted has been done."""

from __future__ import annotations

from avdet.ports.jobs import defer
from avdet.records.cases.actions import Chapter, meet, set_deadlines
from avdet.records.cases.models import Case
from avdet.records.cases.overrides import drop_waiting
from avdet.workflows.cases.our_deadline import CARRIER_BY, STORE_BY
from avdet.workflows.cases.take_decision import turn_of
from avdet.workflows.notices.tell_case import tell_case


def settle_case(chapter: Chapter, *, told: bool = True) -> None:
    """Settles the case of a chapter and writes it; nobody is waited for any more, no second person either, and no
    deadline runs: money and carriers were waited for until now. The store alone may have goods to put in their place that came
    after all.

    `told` is false where the customer is told of the end in other words.
    """
    case = chapter.case
    chapter.move("settle").set(waits_for=turn_of(case), due_at=None, ended_at=chapter.now).write()
    meet(case, "refund_by", CARRIER_BY, STORE_BY)
    set_deadlines(case, [])
    drop_waiting(case, now=chapter.now)
    let_order_end(case)
    if told:
        tell_case(case, "claim_settled", now=chapter.now)


def let_order_end(case: Case) -> None:
    """A case is over: its order may have come back meanwhile, and have waited for it to end."""
    if case.order.state == "returned":
        defer("end_recalled", {"order": case.order_id})
