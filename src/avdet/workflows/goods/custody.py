"""Faultless goods that their owner does not take back are kept for as long as the terms say, with word at each turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import OperationalError, transaction

from avdet.contract.question import Custody as Started
from avdet.core.errors import AvdetError
from avdet.core.lifecycles import GOODS
from avdet.ports.jobs import Payload, job
from avdet.records.cases.actions import Chapter, held_case, meet, note
from avdet.records.cases.deadlines import fall_on
from avdet.records.cases.models import Case
from avdet.records.remedies import actions
from avdet.records.remedies.models import Custody
from avdet.records.remedies.queries import custodies_ending, custodies_over
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.cases.decide_case import file_of_case, question_again
from avdet.workflows.cases.our_deadline import end_turn, turn_to
from avdet.workflows.goods.send_back import begin_send_back, on_its_way
from avdet.workflows.notices.tell import announce
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.policy.ask_policy import clauses_of, put
from avdet.workflows.remedies.follow_remedy import finish

NOTICE: Final = timedelta(days=7)
"""How long before its end the owner of the goods is told again."""
MACHINE: Final = Actor.system("custody")
log = structlog.get_logger("avdet.custody")


@transaction.atomic
def keep_for_owner(case: Case, *, actor: Actor, now: datetime) -> Custody:
    """The owner does not take the goods back: from now on they are kept, until the end that the terms set.

    `AvdetError` where no clause speaks of it, or the goods are not here; `Conflict` where they are kept already.
    """
    fresh = held_case(case.pk)
    if fresh.state == "denied":
        begin_send_back(fresh, actor=actor, now=now, kind="custody")
    fresh, _ = on_its_way(fresh)
    if not GOODS.allows(fresh.goods, "hold"):
        raise coded(AvdetError, "custody.not_here", where="goods")
    ends_at, clauses = _end(fresh, now)
    custody = actions.begin_custody(fresh, ends_at=ends_at, clauses=clauses, now=now)
    facts: dict[str, Any] = {"until": ends_at.isoformat(), "clauses": list(clauses)}
    chapter = Chapter(fresh, actor=actor, now=now).move("hold", axis="goods", facts=facts)
    end_turn(fresh)
    fall_on(fresh, "custody_until", ends_at)  # the decision had reckoned from its own day
    chapter.set(waits_for=Case.WaitsFor.CUSTOMER, due_at=ends_at).write()
    tell_case(fresh, "custody_began", now=now, until_at=ends_at.isoformat())
    return custody


def _end(case: Case, now: datetime) -> tuple[datetime, tuple[str, ...]]:
    """When custody that begins now ends, and by which clauses."""
    file = file_of_case(case, now)
    answer = put(file, question_again(case, file, "custody", custody=Started(now)), case.claim.language)
    deadline = answer.deadlines.get("custody_until")
    if deadline is None or not isinstance(deadline.at, datetime):
        raise coded(AvdetError, "custody.no_clause", where="custody")
    return deadline.at, clauses_of(answer, "deadlines.custody_until")


@transaction.atomic
def ask_for_goods(case: Case, *, actor: Actor, now: datetime) -> Case:
    """The owner wants goods sent that are kept for them: that is the store's turn, and the time runs out no more.

    Asked again, nothing changes. `AvdetError` where nothing is kept.
    """
    fresh, _ = on_its_way(case)
    if fresh.goods != "in_custody":
        raise coded(AvdetError, "custody.not_kept", where="goods")
    if fresh.waits_for != Case.WaitsFor.STORE:
        meet(fresh, "custody_until")
        turn_to(Chapter(fresh, actor=actor, now=now).note("goods_asked"), Case.WaitsFor.STORE).write()
        about = {"order_number": fresh.order.number, "case": fresh.number}
        announce(fresh.store, "case.goods_asked", about, key=f"goods_asked:{fresh.pk}:{fresh.revision}", now=now)
    return fresh


@job("watch_custody", every=timedelta(hours=1))
def watch_custody(_: Payload, now: datetime) -> None:
    """Owners are told a week before the end, and at the end; then the store answers for the goods no more."""
    for custody in custodies_over(now):
        _once(custody, now, give_up)
    for custody in custodies_ending(now + NOTICE):
        _once(custody, now, remind)


def _once(custody: Custody, now: datetime, work: Any) -> None:
    """Does it, unless somebody was faster, or was waited for in vain: then the others are seen to all the same, and it comes
    again with the next run as far as it still stands so.
    """
    try:
        with transaction.atomic():
            work(custody, now)
    except (AvdetError, OperationalError) as fault:
        log.warning("custody_left", custody=custody.pk, error=type(fault).__name__)


def remind(custody: Custody, now: datetime) -> None:
    """A week is left, unless the goods have been taken or asked for meanwhile."""
    case = held_case(custody.case_id)
    if case.goods != "in_custody" or case.waits_for == Case.WaitsFor.STORE:
        return
    note(case, "custody_ending", actor=MACHINE, now=now, facts={"until": custody.ends_at.isoformat()})
    tell_case(case, "custody_ending", now=now, until_at=custody.ends_at.isoformat())


def give_up(custody: Custody, now: datetime) -> None:
    """The time has passed: the goods are the store's to dispose of, and the case is settled."""
    case, remedy = on_its_way(custody.case)
    if case.waits_for == Case.WaitsFor.STORE or not actions.end_custody(custody, "given_up", now=now):
        raise coded(Conflict, "custody.ended", where=f"case {case.number}")
    facts = {"clauses": list(custody.clauses)}
    Chapter(case, actor=MACHINE, now=now).move("keep", axis="goods", facts=facts).write()
    finish(remedy, actor=MACHINE, now=now, told=False)
    tell_case(case, "custody_over", now=now)
