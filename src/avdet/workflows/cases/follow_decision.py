"""What follows from a decision where nobody has a choice: the one remedy is taken, goods that were refused go back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, job
from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.deadlines import set_aside
from avdet.records.cases.models import Case
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.remedies.queries import live_remedy
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.cases.our_deadline import CHOOSE_BY, turn_to
from avdet.workflows.goods.custody import keep_for_owner
from avdet.workflows.goods.open_carrier_claim import carrier_of, open_carrier_claim
from avdet.workflows.goods.send_back import begin_send_back
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import granted_kinds, needs_first

MACHINE: Final = Actor.system("remedy")


@job("follow_decision", attempts=6)
def work(payload: Payload, now: datetime) -> None:
    """The job: payload {case}."""
    case = locked_once(int(payload["case"]))
    if case is not None:
        follow_decision(case, now=now)


def locked_once(case_id: int) -> Case | None:
    """The case as it stands; whoever does something to it locks it again."""
    with transaction.atomic():
        return locked(case_id)


def follow_decision(case: Case, *, now: datetime) -> None:
    """Does what is left to nobody's choice. Doing it again changes nothing.

    A carrier is asked by itself only where it may have reported the damage: it owes nothing for what it did not see.
    """
    if case.reason == "transit_damage" and case.answers.get("carrier_report") is not False and carrier_of(case):
        with transaction.atomic():
            fresh = locked(case.pk)
            if fresh is not None:
                open_carrier_claim(fresh, actor=MACHINE, now=now)
    if case.state == "choosing":
        _take_the_one(case, now)
    elif case.state == "denied" and case.goods in ("arrived", "inspected") and live_remedy(case) is None:
        _let_go_back(case, now)


def _take_the_one(case: Case, now: datetime) -> None:
    kinds = granted_kinds(case)
    if not kinds:  # a representative of the maker, say: nothing that a customer could choose
        _ask_a_colleague(case, "choice", now)
    if len(kinds) > 1 and "" not in (first := {needs_first(case, kind) for kind in kinds}):  # they would be chosen in vain
        _ask_a_colleague(case, "gift" if "gift" in first else "carriage", now)
    if len(kinds) != 1 or kinds[0] == "other_product":
        return
    try:
        choose_remedy(case, kinds[0], actor=MACHINE, now=now)
    except (Conflict, OutOfStock):
        return
    except AvdetError as fault:
        _ask_a_colleague(case, str(fault.where), now)


@transaction.atomic
def _ask_a_colleague(case: Case, why: str, now: datetime) -> None:
    fresh = locked(case.pk)
    if fresh is not None and fresh.state == "choosing" and fresh.waits_for != Case.WaitsFor.STORE:
        turn_to(Chapter(fresh, actor=MACHINE, now=now).note("remedy_waits", {"for": why}), Case.WaitsFor.STORE).write()
        set_aside(fresh, CHOOSE_BY)
        if why == "gift":
            tell_case(fresh, "gift_missing", now=now)


def _let_go_back(case: Case, now: datetime) -> None:
    """Goods that were refused are their owner's: they go back, or are kept where that was what their owner wished."""
    granted = case.decision.get("remedies", ())
    if "custody" in granted:
        keep_for_owner(case, actor=MACHINE, now=now)
    else:
        begin_send_back(case, actor=MACHINE, now=now)
