"""The type check of conditions: only declared facts, compared with values they can have, where somebody can know them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, CLAIMLESS, KNOWERS, Fact, Value


class TypeCheckError(ValueError):
    """What is wrong with a condition, and the cure."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.what, self.cure = what, cure


def nearest(word: str, allowed: Sequence[str]) -> str:
    """A cure that names what was probably meant."""
    close = get_close_matches(word, allowed, 1, 0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(allowed[:12])
    return f"use one of: {shown}{' …' if len(allowed) > 12 else ''}" if allowed else "there is none to choose from"


def check_condition(condition: c.Condition, point: str) -> None:
    """Raise `TypeCheckError` unless every comparison is well typed and can be known at the decision point."""
    for atom in c.atoms(condition):
        fact = _declared(atom.fact)
        _knowable(fact, atom, point)
        _comparable(fact, atom)


def _declared(name: str) -> Fact:
    fact = BY_NAME.get(name)
    if fact is None:
        raise TypeCheckError(f"{name!r} is no fact", nearest(name, tuple(BY_NAME)) + " (avdet facts lists them)")
    return fact


def _knowable(fact: Fact, atom: c.Atom, point: str) -> None:
    askable = fact.known_by in KNOWERS[point] and not (point in CLAIMLESS and fact.known_by == "customer")
    if atom.op == "known":
        if askable:
            raise TypeCheckError(f"'known {fact.name}' at {point}, where it can simply be asked", "turn on the fact itself")
    elif not askable:
        who = "there is no claim yet" if point in CLAIMLESS else f"only the {fact.known_by} can know it, later"
        raise TypeCheckError(f"{fact.name} is not known at {point}: {who}", "let the clause speak at a later decision point")


def _comparable(fact: Fact, atom: c.Atom) -> None:
    if atom.op == "known":
        return
    if atom.op not in ("==", "!=", "in") and fact.kind != "int":
        raise TypeCheckError(f"{fact.name} is no figure, so {atom.op!r} says nothing", "use ==, != or in")
    if atom.op in ("==", "!=") and fact.kind != "bool" and atom.value is True:
        raise TypeCheckError(f"{fact.name} is {'a figure' if fact.kind == 'int' else 'one of a list'}, not yes or no",
                        f"compare it: {fact.name} {'<= 7' if fact.kind == 'int' else '== ' + fact.values[0]}")  # fmt: skip
    for operand in c.operands(atom):
        _operand(fact, operand)
    if atom.op == "between":
        low, high = (o.value if isinstance(o, c.Parameter) else o for o in c.operands(atom))
        if isinstance(low, int) and isinstance(high, int) and low > high:
            raise TypeCheckError(f"nothing lies between {low} and {high}", "put the smaller figure first")


def _operand(fact: Fact, operand: c.Operand) -> None:
    if isinstance(operand, c.FactRef):
        other = BY_NAME.get(operand.name)
        if other is None and fact.kind == "bool" and operand.name in ("yes", "no"):
            raise TypeCheckError(f"{operand.name!r} is no value of {fact.name}", f"write {fact.name}, or not {fact.name}")
        if other is None:
            raise TypeCheckError(f"{operand.name!r} is neither a parameter nor a fact", nearest(operand.name, tuple(BY_NAME)))
        if not (fact.kind == other.kind == "int" and fact.always and other.always and fact.unit == other.unit):
            raise TypeCheckError(f"{fact.name} and {other.name} cannot be compared", "compare figures of the same unit")
        return
    value: Value = operand.value if isinstance(operand, c.Parameter) else operand
    if not fact.admits(value):
        bounds = {"bool": "true or false", "int": f"{fact.low} … {fact.high} {fact.unit}"}
        cure = nearest(str(value), fact.values) if fact.kind == "enum" else f"it can be {bounds[fact.kind]}"
        raise TypeCheckError(f"{value!r} is no value of {fact.name}", cure)
