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
from avdet.core.policy import Branch, Edition, Gap
from avdet.core.resolve import Decision, resolve
from avdet.core.vocabulary import REASONS

MAX_KEPT = 50_000
"""Decisions kept for sets of branches already met; a shop's policy comes to some hundred."""
MAX_FREE = 6
"""Unknown branches up to which every combination of them is tried before the diagram is drawn."""


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
        """Every fact that anything at this point turns on, or only on whether it is known."""
        return tuple(dict.fromkeys(name for condition in self.conditions for atom in c.atoms(condition)
                                   for name in (atom.fact, *c.facts_of(atom))))  # fmt: skip

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

    def in_force(self, mask: int) -> list[Branch]:
        """The branches that hold and that no applicable exception sets aside."""
        return [branch for i, branch in enumerate(self.branches) if mask >> i & 1 and not mask & self.defeaters[i]]

    def resolve(self, mask: int) -> Decision:
        """The decision when exactly the conditions in `mask` hold."""
        decision = self.known.get(mask)
        if decision is None:
            if len(self.known) >= MAX_KEPT:
                self.known.clear()
                self.agreed.clear()
            open_places = [gap for i, gap in enumerate(self.gaps, len(self.branches)) if mask >> i & 1]
            decision = self.known[mask] = resolve(self.in_force(mask), open_places)
        return decision


# ---- pieces ----------------------------------------------------------------------------------------------------------


def _open(condition: c.Condition, given: Facts) -> c.Condition:
    return c.simplify(condition, given) if given["reason"] is not None else condition


def _chains(branches: Iterable[Branch], given: Facts) -> Iterator[Chain]:
    """Branches of one clause share its scope and, being cases, an if / elif chain."""
    by_clause: dict[str, list[tuple[int, Branch]]] = {}
    for bit, branch in enumerate(branches):
        if branch.condition != c.NEVER:
            by_clause.setdefault(branch.clause.id, []).append((bit, branch))
    for group in by_clause.values():
        scope = _open(group[0][1].scope, given)
        links = tuple((_open(branch.case, given), bit) for bit, branch in group)
        yield Chain(scope, links)
