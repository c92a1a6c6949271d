"""The experts' finding: put to the terms before it is signed, so that it is known what follows, and again when it is."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.contract.question import Answers
from avdet.contract.question import Inspection as Facts
from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.lifecycles import GOODS
from avdet.core.vocabulary import SHOWN_BY
from avdet.records.cases.actions import Chapter, held_case
from avdet.records.cases.models import FREED, Case
from avdet.records.catalogue.queries import free_pieces_of
from avdet.records.inspections.actions import sign
from avdet.records.inspections.models import Inspection
from avdet.records.inspections.queries import newest_of
from avdet.records.orders.claimed import free_pieces
from avdet.records.orders.serials import among, serials_of
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import NOTHING_COMES
from avdet.records.people.models import User
from avdet.records.remedies.queries import carriers_word
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.cases.conclude_case import conclude, tell_state
from avdet.workflows.cases.decide_case import file_of_case, question_again
from avdet.workflows.cases.keep_override import as_overridden
from avdet.workflows.cases.our_deadline import CARRIER_BY, wait_until
from avdet.workflows.claims.file_claim import Unanswered
from avdet.workflows.policy.ask_policy import OrderFile, put

OPEN: Final = ("evidence", "review", "approved", "choosing", "denied")
"""States of a case whose goods may be examined; once a remedy has been chosen it is too late to find otherwise."""
CARRIERS_WORD: Final = frozenset({"carrier_confirmed"})
"""What only the carrier can tell: a finding is kept, and waits for it."""
SEEN: Final = Answers.__struct_fields__
"""Facts that a claim asks for: where nobody was asked one, whoever has the goods before them may say it."""
MOST_NOTE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Findings:
    """What the expert has found. `checklist`: requirement → whether it is met, or one of `SEEN` → whether it is so; what is not
    known is left out.

    `in_stock` is only asked for goods that no stock is kept of. `quantity` is how many pieces were examined: where it is fewer
    than the case has, the rest is let go of.
    """

    quantity: int
    finding: str = ""
    within_rules: bool | None = None
    carrier_confirmed: bool | None = None
    makers_opinion_needed: bool | None = None
    customer_refuses_goods: bool | None = None
    in_stock: bool | None = None
    checklist: Mapping[str, bool] = field(default_factory=dict)
    serial_sold: str = ""
    serial_seen: str = ""
    note: str = ""


def weigh(case: Case, file: OrderFile, found: Findings) -> Answer:
    """What the terms say to these findings. Nothing is written.

    Terms that are silent about an inspection leave standing what they granted: a confirmed finding changes nothing of it.
    """
    known = _facts(case, found, file.now)
    answers = facts_seen(found.checklist)
    answer = put(file, question_again(case, file, "inspection", answers=answers, inspection=known), case.claim.language)
    if found.finding == "confirmed" and _silent(answer):
        granted = put(file, question_again(case, file, "claim", answers=answers, inspection=known), case.claim.language)
        return granted if granted.outcome == "approve" else answer
    return answer


def foresee(case: Case, file: OrderFile, found: Findings) -> Answer:
    """What would follow if these findings were signed: what the terms say, and what colleagues have granted beside them.

    Asked of the case as it would then be, with the pieces that were examined and no others.
    """
    left = copy(case)
    left.quantity = found.quantity
    answer = weigh(left, file, with_the_word(case, found))
    if not case.overridden or answer.outcome == "ask":
        return answer
    return as_overridden(left, answer, point="inspection", now=file.now, seen=found)


def _silent(answer: Answer) -> bool:
    rows = [row for row in answer.because if row.effect == "outcome"]
    return answer.outcome == "review" and all(row.finding == "gap" for row in rows)


def facts_seen(checklist: Mapping[str, bool]) -> dict[str, bool]:
    """The facts of the contract that a checklist shows, in the place of what the customer had said."""
    seen = {}
    for name, met in checklist.items():
        fact, value = SHOWN_BY.get(name, (name, True))
        if isinstance(value, bool) and fact in SEEN:
            seen[fact] = value if met else not value
    return seen


def _facts(case: Case, found: Findings, now: datetime) -> Facts:
    finding: Any = found.finding or None
    arrived = max(case.arrived_at, case.filed_at) if case.arrived_at else None
    return Facts(
        finding=finding, in_stock=replacement_in_stock(case) if found.in_stock is None else found.in_stock,
        carrier_confirmed=found.carrier_confirmed, within_rules=found.within_rules, goods_received_at=arrived,
        customer_refuses_goods=found.customer_refuses_goods, makers_opinion_needed=found.makers_opinion_needed,
        found_at=now if finding else None,
    )  # fmt: skip


def replacement_in_stock(case: Case) -> bool | None:
    """Whether as many pieces of the same product can be sent; `None` for one that is not in the catalogue."""
    if case.order_line.product_id is None:
        return None
    free = free_pieces_of(case.order_line.product_id)
    return True if free is None else free >= case.quantity


def facts_found(case: Case) -> Findings | None:
    """The findings of the inspection that counts, to put the case to the terms again with what is known since."""
    row = newest_of(case)
    if row is None:
        return None
    names = ("quantity", "finding", "within_rules", "carrier_confirmed", "makers_opinion_needed", "customer_refuses_goods")
    checklist = {name: met for name, met in row.checklist.items() if met is not None}
    in_stock = row.in_stock if case.order_line.product_id is None else None  # what is counted is looked up anew
    found = Findings(checklist=checklist, in_stock=in_stock, **{name: getattr(row, name) for name in names})
    word = word_of(case)
    return found if word is None else replace(found, carrier_confirmed=word)


def word_of(case: Case) -> bool | None:
    """Whether the carrier has confirmed the damage of a case, or refused it; `None` as long as it has said neither."""
    return carriers_word(case) if case.reason == "transit_damage" else None


def with_the_word(case: Case, found: Findings) -> Findings:
    """The findings with what the carrier has said, which nobody else can find; `AvdetError` where they contradict it."""
    word = word_of(case)
    if word is None:
        return found
    if found.carrier_confirmed is (not word):
        raise coded(AvdetError, "finding.carriers_word", where="carrier_confirmed")
    return replace(found, carrier_confirmed=word)


@transaction.atomic
def inspect_case(
    case_id: int, found: Findings, *, revision: int, by: User, actor: Actor, now: datetime, parcel: Parcel | None = None
) -> Inspection:
    """Signs the findings: the case is decided by them, its deadlines begin, and the customer is told.

    `revision` is the case's as the expert saw it: `Conflict` where it has moved since. `Unanswered` where the terms turn on
    something that has not been found out; the carrier's word alone may be outstanding, and then the case waits for it.
    `AvdetError` for findings that contradict what the carrier has said.
    """
    case = held_case(case_id)
    if case.revision != revision:
        raise coded(Conflict, "record.changed", where=f"case {case.number}")
    may_be_examined(case, found)
    found = with_the_word(case, found)
    chapter = Chapter(case, actor=actor, now=now)
    _leave_out_rest(chapter, found)
    file = file_of_case(case, now)
    if found.in_stock is None:
        found = replace(found, in_stock=replacement_in_stock(case))
    answer = weigh(case, file, found)
    missing = set(answer.ask) - CARRIERS_WORD if answer.outcome == "ask" else set()
    if missing:
        raise Unanswered([name for name in answer.ask if name in missing], where="findings")
    row = sign(case, by=by, now=now, parcel=parcel, **_columns(found), **_sold(case, found))
    _decide(chapter, answer, row)
    return row


def may_be_examined(case: Case, found: Findings) -> None:
    """`AvdetError` where there is nothing to examine, it is too late, or the findings cannot be so."""
    here = case.goods in ("arrived", "inspected") or (case.reason in NOTHING_COMES and case.goods == "with_customer")
    if not here:
        raise coded(AvdetError, "finding.not_here", where="goods")
    if case.state not in OPEN:
        raise coded(AvdetError, "finding.too_late", where="state")
    fewest = case.quantity if case.settled_before else 1
    if not fewest <= found.quantity <= case.quantity:
        raise coded(AvdetError, "finding.pieces", where="quantity", quantity=found.quantity, most=case.quantity)
    if found.finding and not BY_NAME["finding"].admits(found.finding):
        raise coded(AvdetError, "finding.kind", where="finding")
    if len(found.note) > MOST_NOTE or max(len(found.serial_sold), len(found.serial_seen)) > 80:
        raise coded(AvdetError, "finding.long", where="note", most=MOST_NOTE)


def _leave_out_rest(chapter: Chapter, found: Findings) -> None:
    """Pieces that never came are free to be claimed again; the case goes on with those that did."""
    case = chapter.case
    rest = case.quantity - found.quantity
    if rest:
        chapter.note("reduced", {"from": case.quantity, "to": found.quantity}).set(quantity=found.quantity)
        if case.state not in FREED:
            free_pieces(case.order_line, rest)


def _decide(chapter: Chapter, answer: Answer, row: Inspection) -> None:
    case, was = chapter.case, chapter.case.state
    facts = {"inspection": row.pk, "finding": row.finding, "within_rules": row.within_rules, "quantity": row.quantity}
    if GOODS.allows(case.goods, "inspect"):
        chapter.move("inspect", axis="goods", facts=facts)
    else:
        chapter.note("verified", facts)
    chapter.set(found_at=chapter.now)
    if answer.outcome == "ask":
        wait_until(chapter.note("waits_for_carrier", {"ask": list(answer.ask)}), CARRIER_BY, binds="carrier")
        return
    conclude(chapter, answer, point="inspection")
    if case.state == was:
        tell_state(case, now=chapter.now)


def _columns(found: Findings) -> dict[str, Any]:
    names = (
        "quantity", "finding", "within_rules", "carrier_confirmed", "makers_opinion_needed", "customer_refuses_goods",
        "in_stock", "serial_seen", "note",
    )  # fmt: skip
    return {name: getattr(found, name) for name in names} | {"checklist": dict(found.checklist)}


def _sold(case: Case, found: Findings) -> dict[str, str]:
    """The number that was sold: the one that was seen, if it is among those of the order; what the expert read elsewhere,
    where the order has none.
    """
    sold = serials_of(case.order_line)
    return {"serial_sold": (among(found.serial_seen, sold) or sold[0]) if sold else found.serial_sold}
