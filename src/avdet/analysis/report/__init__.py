"""What a replay found: who would be treated differently, from what to what, by which clause, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from avdet.core.decide import Decision
from avdet.core.policy import Period, Texts
from avdet.core.vocabulary import CARRIAGES

Kind = Literal["outcome", "values", "duties"]
"""What differs: the outcome; else remedies or who pays a carriage; else only what is asked of the customer, or a deadline."""
Direction = Literal["better", "worse", "other"]
"""For the customer."""
RANK = {"deny": 0, "review": 1, "ask": 1, "evidence": 2, "approve": 3}
Money = dict[str, int]
"""Currency → minor units."""


@dataclass(frozen=True, slots=True)
class Terms:
    """One of the two policies: enough to run the replay again."""

    store: str
    version: str
    fingerprint: str
    calendar: str
    names: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stand:
    """What one policy answers to a group of claims, and the clauses that make the difference."""

    outcome: str
    remedies: tuple[str, ...] = ()
    return_shipping: str | None = None
    redelivery_shipping: str | None = None
    outbound_shipping: str | None = None
    requires: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


@dataclass
class Change:
    """Claims that are treated differently in the same way. `value` is their invoiced value, by currency."""

    point: str
    kind: Kind
    direction: Direction
    old: Stand
    new: Stand
    claims: int = 0
    value: Money = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    sample: tuple[str, ...] = ()


@dataclass
class Stake:
    """Claims and their invoiced value; for carriage also what it cost, where the file says."""

    claims: int = 0
    value: Money = field(default_factory=dict)
    cost: Money = field(default_factory=dict)

    def add(self, claims: int, currency: str, value: int, cost: int = 0) -> None:
        self.claims += claims
        self.value[currency] = self.value.get(currency, 0) + value
        if cost:
            self.cost[currency] = self.cost.get(currency, 0) + cost


@dataclass
class Stakes:
    """The money. A refund is gained where the new policy approves one and the old did not; carriage shifts where both
    name who pays to send the goods back, and differ."""

    refund_gained: Stake = field(default_factory=Stake)
    refund_lost: Stake = field(default_factory=Stake)
    carriage_to_store: Stake = field(default_factory=Stake)
    carriage_to_customer: Stake = field(default_factory=Stake)


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows that were not judged, and why."""

    why: str
    claims: int
    sample: tuple[str, ...]


@dataclass
class Report:
    """A replay's findings. Nothing in it depends on the clock or on the engine: the same file and policies, the same report.

    `outcomes` counts claims by (old outcome, new outcome), `reasons` by reason: (claims, of which with another outcome).
    `texts` holds the words of every clause that is named, by language.
    """

    old: Terms
    new: Terms
    file: str
    fingerprint: str
    rows: int = 0
    judged: int = 0
    refused: tuple[Refused, ...] = ()
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    stakes: Stakes = field(default_factory=Stakes)
    texts: dict[str, Texts] = field(default_factory=dict)

    def changed(self, kind: Kind | None = None, direction: Direction | None = None) -> int:
        """Claims that are treated differently; of one kind or direction only, if given."""
        return sum(change.claims for change in self.changes
                   if kind in (None, change.kind) and direction in (None, change.direction))  # fmt: skip

    def table(self) -> Iterator[tuple[str, ...]]:
        """The changes as rows of plain text: claims, from, to, old clauses, new clauses, value, sample."""
        for change in self.changes:
            value = ", ".join(f"{amount:,} {currency}" for currency, amount in change.value.items())
            yield (f"{change.claims:,}", *spoken(change),
                   " ".join(change.old.clauses), " ".join(change.new.clauses), value, " ".join(change.sample))  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON; amounts in minor units."""
        plain = asdict(self)
        plain["outcomes"] = [{"old": old, "new": new, "claims": claims} for (old, new), claims in self.outcomes.items()]
        plain["reasons"] = [{"reason": reason, "claims": claims, "other_outcome": other}
                            for reason, (claims, other) in self.reasons.items()]  # fmt: skip
        plain["changed"] = {kind: self.changed(kind) for kind in ("outcome", "values", "duties")}
        plain["directions"] = {way: self.changed(direction=way) for way in ("better", "worse", "other")}
        del plain["texts"]
        return plain


def spoken(change: Change) -> tuple[str, str]:
    """What either policy answers, as far as it makes the difference, in the words of the contract."""
    return _spoken(change.old, change.new, change.kind), _spoken(change.new, change.old, change.kind)


def _spoken(stand: Stand, other: Stand, kind: Kind) -> str:
    parts = [stand.outcome, *(f"ask {name}" for name in stand.ask)]
    if kind == "duties":
        both = {*other.requires, *other.deadlines}
        return ", ".join([*parts, *(each for each in (*stand.requires, *stand.deadlines) if each not in both)])
    carriages = (f"{way.removesuffix('_shipping')}: {getattr(stand, way)}" for way in CARRIAGES if getattr(stand, way))
    return ", ".join([*parts, *stand.remedies, *carriages])


# ---- comparing two answers -------------------------------------------------------------------------------------------


def compared(old: Decision, new: Decision) -> tuple[Kind, Direction, Stand, Stand] | None:
    """How two answers to one claim differ; `None` if they are alike in essence."""
    if old.essence == new.essence:
        return None
    kind = _kind(old, new)
    effects = _effects(old, new, kind)
    return kind, _direction(old, new), stand(old, effects), stand(new, effects)


def _kind(old: Decision, new: Decision) -> Kind:
    if old.outcome != new.outcome:
        return "outcome"
    return "values" if _values(old) != _values(new) else "duties"


def _values(decision: Decision) -> tuple[object, ...]:
    return decision.remedies, *decision.carriages


def _effects(old: Decision, new: Decision, kind: Kind) -> frozenset[str]:
    """The effects of an answer that make the difference."""
    if kind == "outcome":
        return frozenset({"outcome"})
    if kind == "values":
        return frozenset(name for name in ("remedies", *CARRIAGES) if getattr(old, name) != getattr(new, name))
    differ = {f"deadlines.{name}" for name, _ in set(_due(old)) ^ set(_due(new))}
    return frozenset(differ | ({"requires"} if set(old.requires) != set(new.requires) else set()))


def _due(decision: Decision) -> tuple[tuple[str, str], ...]:
    return tuple((name, _words(period)) for name, period in decision.deadlines)


def _words(period: Period) -> str:
    return f"{period.length} {period.unit} after {period.after}"


def stand(decision: Decision, effects: frozenset[str]) -> Stand:
    """An answer as it stands in the report; its clauses are those that put the effects in question there."""
    clauses = tuple(dict.fromkeys(row.clause for row in decision.because if row.effect in effects))
    due = tuple(sorted(f"{name}: {words}" for name, words in _due(decision)))
    return Stand(decision.outcome, decision.remedies, *decision.carriages,
                 tuple(sorted(decision.requires)), due, decision.ask, clauses)  # fmt: skip


def _direction(old: Decision, new: Decision) -> Direction:
    """Whether the customer fares better: by outcome, else by who pays to send the goods back, else by what is offered."""
    risen = RANK[new.outcome] - RANK[old.outcome]
    if risen:
        return "better" if risen > 0 else "worse"
    offered = set(old.remedies), set(new.remedies)
    steps = [
        *(_payer(now) - _payer(was) for was, now in zip(old.carriages, new.carriages, strict=True)),
        int(offered[0] < offered[1]) - int(offered[1] < offered[0]),
    ]
    if min(steps) >= 0 < max(steps):
        return "better"
    return "worse" if max(steps) <= 0 > min(steps) else "other"


def _payer(who: str | None) -> int:
    return {"store": 1, None: 0, "customer": -1}[who]


def grants_refund(decision: Decision) -> bool:
    """Whether the customer can have the money back as things stand: by a refund, or because the order is cancelled."""
    return decision.outcome == "approve" and not {"refund", "cancellation"}.isdisjoint(decision.remedies)
