"""The solver's few words, typed and quick: the only module that touches z3 itself.

`And` and `Or` go straight to z3's own functions: its Python front door checks every argument anew, which for a policy of
a hundred branches costs more than the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import z3 as _z3

z3: Any = _z3
Truth = Any
"""A z3 Boolean."""
Figure = Any
"""A z3 bit-vector, unsigned."""
Model = Any

TRUE: Final[Truth] = z3.BoolVal(True)
FALSE: Final[Truth] = z3.BoolVal(False)


def _joined(make: Any, parts: Sequence[Truth]) -> Truth:
    array = (z3.Ast * len(parts))(*(part.as_ast() for part in parts))
    return z3.BoolRef(make(z3.main_ctx().ref(), len(parts), array), z3.main_ctx())


def all_of(parts: Iterable[Truth]) -> Truth:
    """All of them hold; constants fold."""
    left = [part for part in parts if part is not TRUE]
    if any(part is FALSE for part in left):
        return FALSE
    if len(left) < 2:
        return left[0] if left else TRUE
    return _joined(z3.Z3_mk_and, left)


def any_of(parts: Iterable[Truth]) -> Truth:
    """At least one holds; constants fold."""
    left = [part for part in parts if part is not FALSE]
    if any(part is TRUE for part in left):
        return TRUE
    if len(left) < 2:
        return left[0] if left else FALSE
    return _joined(z3.Z3_mk_or, left)


def no(part: Truth) -> Truth:
    """It does not hold."""
    if part is TRUE or part is FALSE:
        return FALSE if part is TRUE else TRUE
    return z3.BoolRef(z3.Z3_mk_not(z3.main_ctx().ref(), part.as_ast()), z3.main_ctx())


def none_of(parts: Iterable[Truth]) -> Truth:
    """None of them holds."""
    return no(any_of(parts))


def implies(condition: Truth, then: Truth) -> Truth:
    """Whenever the first holds, so does the second."""
    return any_of([no(condition), then])


def same(one: Truth, other: Truth) -> Truth:
    """Both hold or neither does."""
    return one == other


def two_of(parts: Sequence[Truth]) -> Truth:
    """At least two of them hold."""
    pairs = ((one, other) for i, one in enumerate(parts) for other in parts[i + 1 :])
    return any_of(all_of(pair) for pair in pairs)


def chosen(truths: Sequence[Truth], cases: Sequence[Truth]) -> Truth:
    """Of `truths`, the one whose case holds; exactly one case does."""
    if all(truth is truths[0] for truth in truths):
        return truths[0]
    return all_of(implies(case, truth) for case, truth in zip(cases, truths, strict=True))


def at_most(figure: Figure, limit: int) -> Truth:
    """An unsigned bit-vector is no more than `limit`."""
    if limit < 0:
        return FALSE
    return TRUE if limit >= 2 ** figure.size() - 1 else z3.ULE(figure, z3.BitVecVal(limit, figure.size()))


class Search:
    """One incremental solver. Whatever is asked of it is asked under assumptions, so that it learns and forgets nothing."""

    def __init__(self) -> None:
        self.solver = z3.SolverFor("QF_FD")
        self.count = 0

    def require(self, truth: Truth) -> None:
        """Holds in every claim from here on."""
        if truth is not TRUE:
            self.solver.add(truth)

    def name(self, truth: Truth) -> Truth:
        """A letter that stands for a longer condition."""
        if truth is TRUE or truth is FALSE or z3.is_const(truth):
            return truth
        letter = self.letter()
        self.solver.add(letter == truth)
        return letter

    def letter(self) -> Truth:
        """A fresh Boolean."""
        self.count += 1
        return z3.Bool(f"_{self.count}")

    def figure(self, name: str, count: int) -> Figure:
        """A fresh bit-vector for a position among `count`."""
        found = z3.BitVec(name, max(1, (count - 1).bit_length()))
        self.require(at_most(found, count - 1))
        return found

    def holds(self, literals: Sequence[Truth]) -> bool:
        """Whether all the letters can hold at once."""
        context = z3.main_ctx().ref()
        array = (z3.Ast * len(literals))(*(literal.as_ast() for literal in literals))
        answer = z3.Z3_solver_check_assumptions(context, self.solver.solver, len(literals), array)
        assert answer in (z3.Z3_L_TRUE, z3.Z3_L_FALSE), "the solver gave up on a finite question"
        return bool(answer == z3.Z3_L_TRUE)

    def possible(self, *goals: Truth) -> bool:
        """Whether some claim meets all goals; if not, that is a proof that none does."""
        return not any(goal is FALSE for goal in goals) and self.holds(self._literals(goals))

    def find(self, *goals: Truth) -> Model | None:
        """A model in which all goals hold, or `None`."""
        return self.solver.model() if self.possible(*goals) else None

    def _literals(self, goals: Iterable[Truth]) -> list[Truth]:
        return [self._literal(goal) for goal in goals if goal is not TRUE]

    def _literal(self, goal: Truth) -> Truth:
        if z3.is_const(goal) or (z3.is_not(goal) and z3.is_const(goal.arg(0))):
            return goal
        letter = self.letter()
        self.solver.add(implies(letter, goal))
        return letter

    def _refused(self) -> set[int]:
        """Which of the letters asked for cannot hold together."""
        context = z3.main_ctx().ref()
        core = z3.Z3_solver_get_unsat_core(context, self.solver.solver)
        z3.Z3_ast_vector_inc_ref(context, core)
        found = {z3.Z3_ast_vector_get(context, core, i).value for i in range(z3.Z3_ast_vector_size(context, core))}
        z3.Z3_ast_vector_dec_ref(context, core)
        return found

    def simplest(self, goals: Sequence[Truth], wishes: Sequence[Truth]) -> tuple[Model, list[Truth]]:
        """A model of the goals in which as many wishes hold as can, the first the dearest; and those that hold.

        The goals must be satisfiable. Each refusal names a few wishes that cannot hold together, and the least dear of
        them is given up; at the end, what was given up in vain is taken back.
        """
        aims, kept, given_up = self._literals(goals), list(wishes), list[Truth]()
        while not self.holds([*aims, *kept]):
            core = self._refused()
            worst = next(wish for wish in reversed(kept) if wish.as_ast().value in core)
            kept = [wish for wish in kept if wish is not worst]
            given_up.append(worst)
        for wish in reversed(given_up[:-1]):
            if self.holds([*aims, *kept, wish]):
                kept.append(wish)
        self.holds([*aims, *kept])
        return self.solver.model(), kept

    def smallest(self, goals: Sequence[Truth], figure: Figure, model: Model) -> tuple[Model, Truth]:
        """The model in which a figure is as small as the goals allow, and the condition that keeps it so."""
        aims = self._literals(goals)
        low, high = 0, number(model, figure)
        while low < high:
            middle = (low + high) // 2
            if self.holds([*aims, self._literal(at_most(figure, middle))]):
                model = self.solver.model()
                high = number(model, figure)
            else:
                low = middle + 1
        return model, self._literal(at_most(figure, high))


def _value(model: Model, term: Any) -> Any:
    """The value of a letter in a model, completed where the model leaves it open."""
    context, found = z3.main_ctx().ref(), (z3.Ast * 1)()
    known = z3.Z3_model_eval(context, model.model, term.as_ast(), True, found)
    assert known
    return found[0]


def number(model: Model, figure: Figure) -> int:
    """A bit-vector's value in a model."""
    return int(model.eval(figure, model_completion=True).as_long())


def true_in(model: Model, truth: Truth) -> bool:
    """A Boolean's value in a model."""
    return bool(z3.Z3_get_bool_value(z3.main_ctx().ref(), _value(model, truth)) == z3.Z3_L_TRUE)
