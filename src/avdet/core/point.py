"""A decision point of a policy: its branches as numbered conditions, and what each set of them comes to.

A clause that applies is set aside by an applicable exception to it; the values of what remains must agree. Which branches
apply is one integer, found by generated code; what that integer comes to is worked out once and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from avdet.core import conditions as c
from avdet.core.compile import Chain, Mask, Masks, build, mask_source, masks_source
from avdet.core.facts import CLAIMLESS, Facts, Given
from avdet.core.policy import Branch, Edition, Gap, Period
from avdet.core.vocabulary import REASONS

SCALARS = ("outcome", "return_shipping", "redelivery_shipping")
MAX_FREE = 6
GAP = "GAP"
"""Stands for a clause where none speaks and the terms name no open place."""


@dataclass(frozen=True, slots=True)
class Because:
    """A value of the answer and the clause that put it there.

    `finding` is `gap` where the terms are silent, `conflict` where the clause disagrees with another in force: then
    `says` is what this clause by itself would have set.
    """

    clause: str
    effect: str
    value: str
    finding: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy answers, before any date is worked out. `ask` is empty unless the outcome is `ask`."""

    outcome: str
    remedies: tuple[str, ...] = ()
    return_shipping: str | None = None
    redelivery_shipping: str | None = None
    requires: tuple[str, ...] = ()
    deadlines: tuple[tuple[str, Period], ...] = ()
    because: tuple[Because, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def essence(self) -> tuple[object, ...]:
        """What makes two answers different: deadlines count only where there is something left to do by them."""
        due = tuple(sorted((n, p.unit, p.length, p.after) for n, p in self.deadlines))
        return (self.outcome, self.remedies, self.return_shipping, self.redelivery_shipping, frozenset(self.requires),
                due if self.outcome in ("approve", "evidence") else ())  # fmt: skip

    @property
    def finding(self) -> str:
        """`gap`, `conflict` or nothing."""
        return next((row.finding for row in self.because if row.finding), "")


@dataclass(frozen=True)
class Point:
    """One edition at one decision point: the branches and gaps as numbered conditions, and what each set comes to."""

    edition: Edition
    name: str

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        return self.edition.branches(self.name)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        return self.edition.gaps(self.name)

    @cached_property
    def conditions(self) -> tuple[c.Condition, ...]:
        """Condition i is bit i: first the branches, then the gaps that the terms name."""
        return (*(branch.condition for branch in self.branches), *(gap.when for gap in self.gaps))

    @cached_property
    def defeaters(self) -> tuple[int, ...]:
        """For each branch, the bits of the branches that set it aside when they apply."""
        return tuple(
            sum(1 << i for i, other in enumerate(self.branches) if branch.clause.id in other.exception_to)
            for branch in self.branches
        )

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """Every fact that anything at this point turns on."""
        return tuple(dict.fromkeys(name for condition in self.conditions for name in c.facts_of(condition)))

    @cached_property
    def known(self) -> dict[int, Decision]:
        """Bits → decision, for every set of bits met so far."""
        return {}

    @cached_property
    def masks(self) -> dict[str | None, Mask]:
        """Reason → generated code; filled as reasons are met."""
        return {}

    def mask(self, reason: str | None) -> Mask:
        """Generated code for claims with this reason."""
        if reason not in self.masks:
            self.masks[reason] = build(self.source(reason), "mask")
        return self.masks[reason]

    @cached_property
    def partial(self) -> dict[str | None, Masks]:
        """Reason → generated code for claims with unknown facts; filled as reasons are met."""
        return {}

    @cached_property
    def agreed(self) -> dict[tuple[int, int], Decision | None]:
        """(certain, possible) bits → the decision, where it does not hang on what is only possible."""
        return {}

    def certain(self, facts: Facts) -> Decision | None:
        """The decision, if what is unknown hangs on no more than a few branches and none of them changes it."""
        reason = facts["reason"]
        assert reason is None or isinstance(reason, str)
        if reason not in self.partial:
            self.partial[reason] = build(masks_source(self.chains(reason)), "masks")
        key = self.partial[reason](facts)
        if key not in self.agreed:
            self.agreed[key] = self._agree(*key)
        return self.agreed[key]

    def _agree(self, holds: int, may: int) -> Decision | None:
        free = [1 << i for i in range(len(self.conditions)) if (may & ~holds) >> i & 1]
        if len(free) > MAX_FREE:
            return None
        found = self.resolve(holds)
        sums = [holds]
        for bit in free:
            sums += [total | bit for total in sums]
        return found if all(self.resolve(total) == found for total in sums) else None

    def source(self, reason: str | None) -> str:
        """The Python that decides claims with this reason."""
        return mask_source(self.chains(reason))

    def chains(self, reason: str | None) -> list[Chain]:
        """The conditions as cases of clauses, with the reason put in."""
        given = Given("reason", reason)
        gaps = enumerate(self.gaps, len(self.branches))
        return [*_chains(self.branches, given), *(Chain(c.ALWAYS, ((_open(gap.when, given), bit),)) for bit, gap in gaps)]

    def compile(self) -> None:
        """Generate the code for every reason now, instead of as each is met."""
        for reason in (None,) if self.name in CLAIMLESS else REASONS:
            self.mask(reason)

    # ---- what a set of applicable branches comes to ----

    def in_force(self, mask: int) -> Iterator[Branch]:
        for i, branch in enumerate(self.branches):
            if mask >> i & 1 and not mask & self.defeaters[i]:
                yield branch

    def resolve(self, mask: int) -> Decision:
        """The decision when exactly the conditions in `mask` hold."""
        decision = self.known.get(mask)
        if decision is None:
            decision = self.known[mask] = self._resolve(mask)
        return decision

    def _resolve(self, mask: int) -> Decision:
        rows = [(branch.clause.id, effect, value) for branch in self.in_force(mask) for effect, value in branch.then.rows()]
        disputed = [effect for effect in dict.fromkeys(row[1] for row in rows) if _disputed(effect, rows)]
        because = [Because(clause, effect, value if isinstance(value, str) else _period(value))
                   for clause, effect, value in rows if effect not in disputed]  # fmt: skip
        found: dict[str, str | None] = {effect: next((value for _, e, value in rows if e == effect and isinstance(value, str)
                                                      and effect not in disputed), None) for effect in SCALARS}  # fmt: skip
        outcome = found["outcome"]
        if disputed:
            outcome, because = "review", [*_conflict(disputed, rows), *(row for row in because if row.effect != "outcome")]
        elif outcome is None:
            outcome, because = "review", [*self._gap(mask), *because]
        deadlines = {effect.removeprefix("deadlines."): value for _, effect, value in rows
                     if isinstance(value, Period) and effect not in disputed}  # fmt: skip
        force = list(self.in_force(mask))
        return Decision(
            outcome=outcome, remedies=united([branch.then.remedies for branch in force]),
            return_shipping=found["return_shipping"], redelivery_shipping=found["redelivery_shipping"],
            requires=united([branch.then.requires for branch in force]),
            deadlines=tuple(deadlines.items()), because=tuple(because),
        )  # fmt: skip

    def _gap(self, mask: int) -> list[Because]:
        named = [gap.about for i, gap in enumerate(self.gaps) if mask >> (len(self.branches) + i) & 1]
        return [Because(about, "outcome", "review", "gap") for about in named or [GAP]]


# ---- pieces ----------------------------------------------------------------------------------------------------------


def _open(condition: c.Condition, given: Facts) -> c.Condition:
    return c.simplify(condition, given) if given["reason"] is not None else condition


def _chains(branches: Iterable[Branch], given: Facts) -> Iterator[Chain]:
    """Branches of one clause share its scope and, being cases, an if / elif chain."""
    by_clause: dict[str, list[tuple[int, Branch]]] = {}
    for bit, branch in enumerate(branches):
        by_clause.setdefault(branch.clause.id, []).append((bit, branch))
    for group in by_clause.values():
        scope = _open(group[0][1].scope, given)
        links = tuple((_open(branch.case, given), bit) for bit, branch in group)
        yield Chain(scope, links)


def _disputed(effect: str, rows: list[tuple[str, str, str | Period]]) -> bool:
    if effect in ("remedies", "requires"):
        return False
    values = {
        value if isinstance(value, str) else (value.unit, value.length, value.after) for _, e, value in rows if e == effect
    }
    return len(values) > 1


def _conflict(disputed: list[str], rows: list[tuple[str, str, str | Period]]) -> Iterator[Because]:
    for clause, effect, value in rows:
        if effect in disputed:
            said = value if isinstance(value, str) else _period(value)
            yield Because(clause, "outcome", "review", "conflict", said if effect == "outcome" else f"{effect}={said}")


def _period(period: Period) -> str:
    return f"{period.length} {period.unit} after {period.after}"


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
