"""`avdet policy diff`: claims that fare worse and better under another edition or policy, each put to both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from avdet.analysis.prove.inquiry import agree, plainest
from avdet.analysis.prove.logic import Truth, all_of, any_of, no
from avdet.analysis.prove.terms import Terms, ends_first, speaking, together
from avdet.analysis.prove.time import Use
from avdet.analysis.prove.witness import Witness, WitnessError, put, replayed, without_answers
from avdet.analysis.prove.words import listed, told
from avdet.core.decide import Engine
from avdet.core.policy import Edition, Period
from avdet.core.vocabulary import CARRIAGES
from avdet.policies import calendar_of

Fares = Literal["worse", "better"]
MOST: Final = 8
"""Changes of one kind at one decision point; after so many, the first are what to look at."""
_STORES_OWN: Final = ("decide_by", "refund_from", "refund_by", "process_by", "dispatch_by", "average_decision_by")
"""Deadlines that the store must keep: the later, the worse for the customer. All others bind the customer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which claims fare otherwise. `witness` is one of them, put to both; `before` and `after` are the answers.

    `effect`: outcome, one of `CARRIAGES`, remedies, requires or deadlines.<name>.
    `old` and `new`: the clauses that set it in each.
    """

    fares: Fares
    effect: str
    point: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    message: str
    witness: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def diff(old: Edition, new: Edition) -> tuple[Change, ...]:
    """Every way in which claims fare worse or better under `new`, the worse first. Both must sell in one currency."""
    points = dict.fromkeys((*old.points(), *new.points()))
    found = [change for point in points for change in Comparison(point, old, new).changes()]
    return tuple(sorted(found, key=lambda change: change.fares == "better"))


class Comparison:
    """Two editions at one decision point, over the same claims; each counts by its own calendar."""

    def __init__(self, point: str, old: Edition, new: Edition) -> None:
        self.point, self.old, self.new = point, old, new
        self.calendars = [calendar_of(edition.policy) for edition in (old, new)]
        points = [Engine(edition).point(point) for edition in (old, new)]
        counted = list(zip(points, self.calendars, strict=True))
        self.before, self.after = together(point, counted, [], self.calendars[1])
        self.claims = self.after.claims

    def changes(self) -> Iterator[Change]:
        before, after = self.before, self.after
        yield from self._ways("worse", "outcome", [after.worse_than(before)])
        yield from self._ways("better", "outcome", [before.worse_than(after)])
        granted = [terms.ranks[2] for terms in (before, after)]
        for way in CARRIAGES:
            charged = [terms.charges(way) for terms in (before, after)]
            yield from self._ways("worse", way, [*granted, no(charged[0]), charged[1]])
            yield from self._ways("better", way, [*granted, charged[0], no(charged[1])])
        for effect, loss, gain in (("remedies", "worse", "better"), ("requires", "better", "worse")):
            yield from self._ways(loss, effect, [*granted, self._sets_more(before, after, effect)])  # type: ignore[arg-type]
            yield from self._ways(gain, effect, [*granted, self._sets_more(after, before, effect)])  # type: ignore[arg-type]
        yield from self._deadlines(granted)

    def _sets_more(self, one: Terms, other: Terms, effect: str) -> Truth:
        """The first sets an item of the list that the other does not."""
        return any_of(all_of([truth, no(other.sets(effect, value))]) for (e, value), truth in one.present.items()
                      if e == effect)  # fmt: skip

    def _deadlines(self, granted: list[Truth]) -> Iterator[Change]:
        """A period of one edition against another of the other, under the same name."""
        names = {effect for effect, _ in self.before.setters if effect.startswith("deadlines.")}
        for effect in sorted(names & {effect for effect, _ in self.after.setters}):
            own = effect.removeprefix("deadlines.") in _STORES_OWN
            for was in _periods(self.before, effect):
                for becomes in _periods(self.after, effect):
                    if was == becomes and self.calendars[0] == self.calendars[1]:
                        continue
                    both = [*granted, self.before.sets(effect, was), self.after.sets(effect, becomes)]
                    first, second = Use(self.calendars[0], *_used(was)), Use(self.calendars[1], *_used(becomes))
                    yield from self._ways("better" if own else "worse", effect, [*both, ends_first(self.claims, second, first)])
                    yield from self._ways("worse" if own else "better", effect, [*both, ends_first(self.claims, first, second)])

    # ---- one way ----

    def _ways(self, fares: Fares, effect: str, goals: Sequence[Truth]) -> Iterator[Change]:
        """One change for each pairing of clauses that set the effect before and after."""
        aims = list(goals)
        for _ in range(MOST):
            model = plainest(self.claims, aims)
            if model is None:
                return
            now = replayed(self.claims.read(model), self.new, self.calendars[1].tz)
            was = put(now.claim, now.question, self.old)
            agree(model, self.before, was.mask, was)
            agree(model, self.after, now.mask, now)
            self._expect(fares, effect, was, now)
            yield self._change(fares, effect, was, now)
            aims.append(no(all_of([self._by_same(self.before, was, effect), self._by_same(self.after, now, effect)])))

    def _by_same(self, terms: Terms, witness: Witness, effect: str) -> Truth:
        clauses = _setting(terms, witness, effect)
        return all_of(terms.clause_in_force(clause, effect) for clause in clauses) if clauses else terms.unset(effect)

    def _expect(self, fares: Fares, effect: str, was: Witness, now: Witness) -> None:
        one, other = was.settled.decision, now.settled.decision
        differs = dict(one.deadlines) != dict(other.deadlines) or self.calendars[0] != self.calendars[1]
        if one.essence == other.essence and not (effect.startswith("deadlines.") and differs):
            raise WitnessError(f"the solver claims that {now.question} fares {fares} in {effect}, and both answer alike")

    def _change(self, fares: Fares, effect: str, was: Witness, now: Witness) -> Change:
        ours, theirs = _setting(self.before, was, effect), _setting(self.after, now, effect)
        was, now = without_answers(was, now)
        said = [_said(each, other, effect) for each, other in ((was, now), (now, was))]
        message = f"{effect} {said[0]} ({listed(ours)}) becomes {said[1]} ({listed(theirs)}): {told(now)}"
        return Change(fares, effect, self.point, ours, theirs, message, now.question, was.decided(), now.decided())


def _periods(terms: Terms, effect: str) -> list[tuple[str, int, str]]:
    return [value for e, value in terms.setters if e == effect]  # type: ignore[misc]


def _used(period: tuple[str, int, str]) -> tuple[str, str, int]:
    unit, length, after = period
    return after, unit, length


def _setting(terms: Terms, witness: Witness, effect: str) -> tuple[str, ...]:
    """The clauses that set the effect where the witness lies."""
    return tuple(dict.fromkeys(branch.clause.id for branch in speaking(terms.point, witness.mask)
                               if any(e == effect for e, _ in branch.then.rows())))  # fmt: skip


def _said(witness: Witness, other: Witness, effect: str) -> str:
    """What the answer says of the effect; of a list, only what the other does not say."""
    decision = witness.settled.decision
    if effect.startswith("deadlines."):
        period: Period = dict(decision.deadlines)[effect.removeprefix("deadlines.")]
        since = witness.settled.when.events[period.after]
        return f"{witness.settled.calendar.end(since, period.unit, period.length):%Y-%m-%d %H:%M}"
    value = getattr(decision, effect)
    if isinstance(value, tuple):
        return ", ".join(item for item in value if item not in getattr(other.settled.decision, effect)) or "nothing else"
    return str(value or "unsaid")
