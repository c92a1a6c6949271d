"""An answer of the engine as the decision slip shows it: the slip, the text of each clause it names, and why not otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from avdet.contract.answer import Settled, builtins, render
from avdet.contract.question import Question
from avdet.core.trace import trace
from avdet.words.slip import About, Slip, slip
from avdet.words.trace import verdict


@dataclass(frozen=True, slots=True)
class Shown:
    """What `<c-slip>` draws. `texts`: clause → its text in the reader's language; `trace`: (clause, what became of it)."""

    slip: Slip
    texts: dict[str, str]
    trace: tuple[tuple[str, str], ...]


def shown(settled: Settled, question: Question, language: str, *, traced: bool = True) -> Shown:
    """The slip of a settled question in the reader's language; without its trace where nobody will read it."""
    edition, claim = settled.engine.edition, question.claim
    reason = (claim.reason or "") if claim else ""
    about = About(question.at, question.order.number, reason, settled.calendar.local(settled.when.asked))
    name = edition.policy.names.get(language) or edition.policy.store
    drawn = slip(builtins(render(settled, question, language)), about, calendar=settled.calendar,
                 in_force_from=edition.in_force_from, name=name, language=language)  # fmt: skip
    texts = {clause.id: clause.text.get(language, "") for clause in edition.clauses}
    return Shown(drawn, texts, tuple(_trace(settled, question.at, language)) if traced else ())


def _trace(settled: Settled, point: str, language: str) -> Iterator[tuple[str, str]]:
    """Each clause with what became of it; of one that applies, only the case that does."""
    parameters = settled.engine.edition.policy.parameters
    reasons = trace(settled.engine, point, settled.facts)
    spoken = {reason.clause for reason in reasons if reason.status in ("in_force", "set_aside")}
    for reason in reasons:
        if reason.status in ("in_force", "set_aside") or reason.clause not in spoken:
            earlier = [r for r in reasons if r.clause == reason.clause and r.case < reason.case and r.status == "not_met"]
            yield reason.clause, verdict(reason, parameters, language, failed=earlier)
