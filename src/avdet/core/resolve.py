"""What the branches in force come to: values that agree, each with its clauses; or a gap, or a conflict.

Outcomes are settled first. A clause that speaks `once: granted` (or `denied`) then adds its values only if that is how the
outcome has fallen: what must be packed matters to nobody whose claim is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from avdet.core.policy import Branch, Gap, Period
from avdet.core.vocabulary import CARRIAGES

SCALARS = ("outcome", *CARRIAGES)
GRANTED = ("approve", "evidence")
GAP = "GAP"
"""Stands for a clause where none speaks and the terms name no open place."""

Row = tuple[str, str, str | Period]
"""(clause, effect, value)."""


@dataclass(frozen=True, slots=True)
class Because:
    """A value of the answer and the clause that put it there.

    `finding` is `gap` where the terms are silent, `conflict` where the clause disagrees with another in force: then
    `says` is what this clause by itself would have set. `gap` is the open place that the terms name, if they do.
    """

    clause: str
    effect: str
    value: str
    finding: str = ""
    says: str = ""
    gap: Gap | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy answers, before any date is worked out. `ask` is empty unless the outcome is `ask`."""

    outcome: str
    remedies: tuple[str, ...] = ()
    return_shipping: str | None = None
    redelivery_shipping: str | None = None
    outbound_shipping: str | None = None
    requires: tuple[str, ...] = ()
    deadlines: tuple[tuple[str, Period], ...] = ()
    because: tuple[Because, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def essence(self) -> tuple[object, ...]:
        """What makes two answers different: deadlines count only where there is something left to do by them."""
        due = tuple(sorted((n, p.unit, p.length, p.after) for n, p in self.deadlines))
        return (self.outcome, self.remedies, *self.carriages, frozenset(self.requires),
                due if self.outcome in ("approve", "evidence") else ())  # fmt: skip

    @property
    def carriages(self) -> tuple[str | None, str | None, str | None]:
        """Who bears each of `CARRIAGES`."""
        return self.return_shipping, self.redelivery_shipping, self.outbound_shipping

    def charges(self, way: str) -> bool:
        """Whether the customer bears a carriage: the first delivery also where a granted claim does not give it back."""
        payer = getattr(self, way)
        return payer == "customer" or (way == "outbound_shipping" and payer is None and self.outcome == "approve")

    @property
    def finding(self) -> str:
        """`gap`, `conflict` or nothing."""
        return next((row.finding for row in self.because if row.finding), "")


def resolve(force: Sequence[Branch], open_places: Sequence[Gap]) -> Decision:
    """The decision of the branches in force; `open_places`: the gaps that the terms name here."""
    outcome = fallen(force)
    speaking = [branch for branch in force if speaks(branch, outcome)]
    rows: list[Row] = [(branch.clause.id, *value) for branch in speaking for value in branch.then.rows()]
    disputed = [effect for effect in dict.fromkeys(row[1] for row in rows) if _disputed(effect, rows)]
    agreed = [row for row in rows if row[1] not in disputed]
    because = [Because(clause, effect, _said(value)) for clause, effect, value in agreed]
    if disputed:
        outcome, because = "review", [*_conflict(disputed, rows), *(row for row in because if row.effect != "outcome")]
    elif outcome is None:
        named = [Because(gap.about, "outcome", "review", "gap", gap=gap) for gap in open_places]
        because = [*(named or [Because(GAP, "outcome", "review", "gap")]), *because]
    scalars = {effect: value for _, effect, value in agreed if isinstance(value, str)}
    deadlines = {effect.removeprefix("deadlines."): value for _, effect, value in agreed if isinstance(value, Period)}
    return Decision(
        outcome=outcome or "review",
        remedies=united([branch.then.remedies for branch in speaking]),
        return_shipping=scalars.get("return_shipping"),
        redelivery_shipping=scalars.get("redelivery_shipping"),
        outbound_shipping=scalars.get("outbound_shipping"),
        requires=united([branch.then.requires for branch in speaking]),
        deadlines=tuple(deadlines.items()),
        because=tuple(because),
    )


def fallen(force: Sequence[Branch]) -> str | None:
    """The outcome on which the branches in force agree, whatever else they may dispute."""
    outcomes = {branch.then.outcome for branch in force if branch.then.outcome}
    return outcomes.pop() if len(outcomes) == 1 else None


def speaks(branch: Branch, outcome: str | None) -> bool:
    """Whether a branch in force adds its values, given how the outcome has fallen."""
    if not branch.once:
        return True
    return outcome in GRANTED if branch.once == "granted" else outcome == "deny"


def _disputed(effect: str, rows: Sequence[Row]) -> bool:
    if effect in ("remedies", "requires"):
        return False
    values = {
        value if isinstance(value, str) else (value.unit, value.length, value.after) for _, e, value in rows if e == effect
    }
    return len(values) > 1


def _conflict(disputed: list[str], rows: Sequence[Row]) -> Iterator[Because]:
    for clause, effect, value in rows:
        if effect in disputed:
            said = _said(value)
            yield Because(clause, "outcome", "review", "conflict", said if effect == "outcome" else f"{effect}={said}")


def _said(value: str | Period) -> str:
    return value if isinstance(value, str) else f"{value.length} {value.unit} after {value.after}"


def united(lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    """One list of all the items: each list's own order is kept where they can all be, else that of first appearance.

    >>> united([("refund",), ("other_product", "refund")])
    ('other_product', 'refund')
    """
    items = list(dict.fromkeys(item for each in lists for item in each))
    before = {item: {each[i - 1] for each in lists for i, x in enumerate(each) if i and x == item} for item in items}
    found: list[str] = []
    while len(found) < len(items):
        left = [item for item in items if item not in found]
        free = next((item for item in left if before[item] <= set(found)), None)
        if free is None:
            return tuple(items)
        found.append(free)
    return tuple(found)
