"""From the clause tree to specialised Python source: which branches apply to a claim, as the bits of one integer.

Identifiers in the generated source come from declared facts only, and values only from their declared lists, so nothing
that stands in a policy file can become code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any as Anything

from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, Facts, Value

Mask = Callable[[Facts], int]
"""Facts → bit i set where condition i holds; -1 where a fact that it needs is unknown."""
Faults = Callable[[Facts], tuple[int, ...]]
"""Facts → for each condition 0 where it holds, else the number (from 1) of the first part of it that fails."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Conditions of which at most the first that holds counts, inside a common scope; `bits` numbers them."""

    scope: c.Condition
    links: tuple[tuple[c.Condition, int], ...]


def _literal(operand: c.Operand) -> str:
    if isinstance(operand, c.FactRef):
        return _variable(operand.name)
    value: Value = operand.value if isinstance(operand, c.Parameter) else operand
    assert type(value) in (bool, int, str)
    return repr(value)


def _variable(fact: str) -> str:
    assert fact in BY_NAME
    return f"v_{fact}"


def _atom(atom: c.Atom) -> str:
    name = _variable(atom.fact)
    if atom.op == "known":
        return f"f[{atom.fact!r}] is not None"
    if BY_NAME[atom.fact].kind == "bool" and atom.op in ("==", "!="):
        return name if (atom.op == "==") == (atom.value is True or _literal_is_true(atom)) else f"not {name}"
    values = [_literal(operand) for operand in c.operands(atom)]
    if atom.op == "between":
        return f"{values[0]} <= {name} <= {values[1]}"
    if atom.op == "in":
        return f"{name} in ({', '.join(values)},)"
    return f"{name} {atom.op} {values[0]}"


def _literal_is_true(atom: c.Atom) -> bool:
    operand = c.operands(atom)[0]
    return operand.value is True if isinstance(operand, c.Parameter) else operand is True


def expression(condition: c.Condition) -> str:
    """Python for a condition whose facts are all known."""
    if isinstance(condition, c.Atom):
        return _atom(condition)
    if isinstance(condition, c.Not):
        return f"not ({expression(condition.part)})"
    if not condition.parts:
        return "True" if isinstance(condition, c.All) else "False"
    joint = " and " if isinstance(condition, c.All) else " or "
    return "(" + joint.join(expression(part) for part in condition.parts) + ")"


def _prologue(conditions: Iterable[c.Condition]) -> list[str]:
    names = dict.fromkeys(name for condition in conditions for name in c.facts_of(condition))
    lines = [f"    {_variable(name)} = f[{name!r}]" for name in names]
    doubtful = [f"{_variable(name)} is None" for name in names if not BY_NAME[name].always]
    if doubtful:
        lines.append(f"    if {' or '.join(doubtful)}: return -1")
    return lines


def mask_source(chains: Sequence[Chain]) -> str:
    """The source of a `Mask`."""
    every = [condition for chain in chains for condition in (chain.scope, *(link[0] for link in chain.links))]
    lines = ["def mask(f):", *_prologue(every), "    m = 0"]
    for chain in chains:
        if chain.scope == c.NEVER:
            continue
        indent = "    "
        if chain.scope != c.ALWAYS:
            lines.append(f"{indent}if {expression(chain.scope)}:")
            indent += "    "
        word = "if"
        for condition, bit in chain.links:
            lines.append(f"{indent}{word} {expression(condition)}: m |= {1 << bit}")
            word = "elif"
    return "\n".join([*lines, "    return m"])


def faults_source(conditions: Sequence[Sequence[c.Condition]]) -> str:
    """The source of a `Faults`; each condition comes as its parts."""
    every = [part for parts in conditions for part in parts]
    lines = ["def faults(f):", *_prologue(every), "    return ("]
    for parts in conditions:
        tests = "".join(f"{number} if not ({expression(part)}) else " for number, part in enumerate(parts, 1))
        lines.append(f"        {tests}0,")
    return "\n".join([*lines, "    )"])


def build(source: str, name: str) -> Anything:
    """The function of that name which the generated source defines."""
    space: dict[str, Anything] = {"__builtins__": {}}
    exec(compile(source, f"<avdet {name}>", "exec"), space)
    return space[name]
