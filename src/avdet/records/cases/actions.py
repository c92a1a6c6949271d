"""What is done to cases. Whatever moves one leaves a link in its chain of events, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from avdet.core.lifecycles import CASE, GOODS, Lifecycle
from avdet.records.cases.chain import link
from avdet.records.cases.models import Case, CaseDeadline, CaseEvent, Claim
from avdet.records.cases.queries import with_order
from avdet.records.orders.queries import LIGHT
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import composed, insert
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded

AXES: Final[Mapping[str, Lifecycle]] = {"state": CASE, "goods": GOODS}


class Chapter:
    """What happens to one case at one moment: moves and facts, gathered in memory and written at once by `write`.

    `AvdetError` for a move that the case's state does not allow; `Conflict` from `write` where somebody else was faster, and
    then nothing is written.
    """

    def __init__(self, case: Case, *, actor: Actor, now: datetime) -> None:
        self.case, self.actor, self.now = case, actor, now
        self._revision, self._events, self._columns = case.revision, list[CaseEvent](), set[str]()

    def move(self, name: str, *, axis: str = "state", facts: Mapping[str, Any] | None = None) -> Chapter:
        """One move of `state` or of `goods`."""
        source = getattr(self.case, axis)
        target = AXES[axis].after(source, name)
        self.set(**{axis: target})
        return self._event(name, facts, axis=axis, from_state=source, to_state=target)

    def note(self, kind: str, facts: Mapping[str, Any] | None = None) -> Chapter:
        """Something that moves nothing."""
        return self._event(kind, facts)

    def set(self, **columns: Any) -> Chapter:
        """Columns that change with it."""
        for name, value in columns.items():
            setattr(self.case, name, value)
        self._columns |= set(columns)
        return self

    def write(self) -> None:
        """Keep it. A case that is new is saved by `open_cases`, and its events with it."""
        if not self._events:
            raise ValueError("nothing has happened: move or note something first")
        values = {name: getattr(self.case, name) for name in sorted(self._columns | {"revision", "chain"})}
        with transaction.atomic(savepoint=False):
            if not Case.objects.filter(pk=self.case.pk, revision=self._revision).update(**values):
                raise coded(Conflict, "record.changed", where=f"case {self.case.number}")
            insert(self._events)

    @property
    def events(self) -> Sequence[CaseEvent]:
        """What has been gathered and not been written."""
        return tuple(self._events)

    def _event(self, kind: str, facts: Mapping[str, Any] | None, **axis: str) -> Chapter:
        case, actor = self.case, self.actor
        case.revision += 1
        event = CaseEvent(
            case=case, number=case.revision, kind=kind, actor=actor.kind, actor_id=actor.id, source=actor.source[:20],
            facts=dict(facts or {}), at=self.now, **axis,
        )  # fmt: skip
        case.chain = event.chain = link(case.number, event, case.chain)
        self._events.append(event)
        return self


def move(
    case: Case, name: str, *, actor: Actor, now: datetime, axis: str = "state", facts: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Case:  # fmt: skip
    """One move of a case, with its event. Errors as in `Chapter`."""
    Chapter(case, actor=actor, now=now).move(name, axis=axis, facts=facts).set(**columns).write()
    return case


def note(
    case: Case, kind: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **columns: Any
) -> Case:
    """Something that moves nothing, in the case's history."""
    Chapter(case, actor=actor, now=now).note(kind, facts).set(**columns).write()
    return case


def open_cases(claim: Claim, chapters: Sequence[Chapter]) -> list[Case]:
    """Saves a claim with its new cases and what has happened to them so far. Three statements, however many there are."""
    insert([claim])
    cases = [chapter.case for chapter in chapters]
    for case in cases:
        case.claim = claim
    insert(cases)
    insert([_owned(event) for chapter in chapters for event in chapter.events])
    return cases


def _owned(event: CaseEvent) -> CaseEvent:
    """The event of a case that had no id yet when it happened."""
    event.case = event.case
    return event


def set_deadlines(case: Case, deadlines: Sequence[CaseDeadline], *, but: CaseDeadline | None = None) -> None:
    """The deadlines that run from now on, as a decision set them: whatever was open before is void, `but` for one."""
    before = CaseDeadline.objects.filter(case=case, state="open")
    before.exclude(pk__in=[but.pk] if but else []).update(state="void")
    begin_deadlines(deadlines)


def begin_deadlines(deadlines: Iterable[CaseDeadline]) -> None:
    """Writes the deadlines of cases that have had none. One statement."""
    rows = list(deadlines)
    for each in rows:
        each.case = each.case  # it had no id yet when it was made
    insert(rows)


def meet(case: Case, *kinds: str) -> int:
    """What these deadlines asked for has been done; says how many were open."""
    return CaseDeadline.objects.filter(case=case, kind__in=kinds, state="open").update(state="met")


def locked(case_id: int) -> Case | None:
    """The case, its row locked until the transaction ends, with its order and customer, line, claim and store."""
    return next(map(with_order, _locked(case_id)), None)


def held_case(case_id: int) -> Case:
    """The same; `Conflict` where there is none any more."""
    case = locked(case_id)
    if case is None:
        raise coded(Conflict, "record.gone", where="case")
    return case


@composed
def _locked(case_id: int) -> QuerySet[Case]:
    rows = Case.objects.select_for_update(of=("self",)).filter(pk=case_id)
    return rows.select_related("order__customer", "order_line", "claim", "store", "policy_version").defer(*LIGHT)
