"""What the terms ask of a claim that a person grants where they do not: as if no clause refused it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from avdet.core.conditions import ALWAYS, NEVER, conjoin, simplify
from avdet.core.facts import Facts
from avdet.core.policy import Branch
from avdet.core.resolve import Because, speaks

REFUSING: Final = ("deny", "review")


def demanded(branches: Sequence[Branch], facts: Facts) -> list[Because]:
    """Each demand with its clause, of the branches at a decision point that hold for certain.

    A refusal is passed over: the next case of its clause speaks that holds, and so do the clauses that it would set aside.
    """
    force = list(_holding((branch for branch in branches if branch.then.outcome not in REFUSING), facts))
    aside = {clause for branch in force for clause in branch.exception_to}
    speaking = (branch for branch in force if branch.clause.id not in aside and speaks(branch, "approve"))
    return [Because(branch.clause.id, "requires", name) for branch in speaking for name in branch.then.requires]


def _holding(branches: Iterator[Branch], facts: Facts) -> Iterator[Branch]:
    """Of each clause the first case that holds; none after one of which it is not known."""
    for _, cases in groupby(branches, key=lambda branch: branch.clause.id):
        for branch in cases:
            left = simplify(conjoin([branch.scope, branch.case]), facts)
            if left == ALWAYS:
                yield branch
            if left != NEVER:
                break
