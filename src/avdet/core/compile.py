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
Masks = Callable[[Facts], tuple[int, int]]
"""Facts → (bits that certainly hold, bits that may still hold), by Kleene's logic where facts are unknown."""
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
    values = [_literal(operand) for operand in c.operands(atom)]
    if BY_NAME[atom.fact].kind == "bool" and atom.op in ("==", "!="):
        return name if (atom.op == "==") == (values[0] == "True") else f"not {name}"
    if atom.op == "between":
        return f"{values[0]} <= {name} <= {values[1]}"
    if atom.op == "in":
        return f"{name} in ({', '.join(values)},)"
    return f"{name} {atom.op} {values[0]}"


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


def _names(conditions: Iterable[c.Condition]) -> list[str]:
    return list(dict.fromkeys(name for condition in conditions for name in c.facts_of(condition)))


def _loads(names: Iterable[str]) -> list[str]:
    return [f"    {_variable(name)} = f[{name!r}]" for name in names]


def _prologue(names: Sequence[str]) -> list[str]:
    """Loads the facts, and gives up where one of them is unknown."""
    lines = _loads(names)
    doubtful = [f"{_variable(name)} is None" for name in names if not BY_NAME[name].always]
    if doubtful:
        lines.append(f"    if {' or '.join(doubtful)}: return -1")
    return lines


def _needed(chains: Iterable[Chain]) -> tuple[list[Chain], list[str]]:
    """The chains whose scope may hold, and the facts they turn on: what a scope that never holds would ask is not asked."""
    found = [chain for chain in chains if chain.scope != c.NEVER]
    return found, _names(condition for chain in found for condition in (chain.scope, *(link[0] for link in chain.links)))


def mask_source(chains: Iterable[Chain]) -> str:
    """The source of a `Mask`."""
    chains, names = _needed(chains)
    lines = ["def mask(f):", *_prologue(names), "    m = 0"]
    for chain in chains:
        indent = "    "
        if chain.scope != c.ALWAYS:
            lines.append(f"{indent}if {expression(chain.scope)}:")
            indent += "    "
        word = "if"
        for condition, bit in chain.links:
            lines.append(f"{indent}{word} {expression(condition)}: m |= {1 << bit}")
            word = "elif"
    return "\n".join([*lines, "    return m"])


def certain(condition: c.Condition) -> str:
    """Python for: the condition holds, whatever the unknown facts are."""
    if isinstance(condition, c.Not):
        return f"not {possible(condition.part)}"
    return _kleene(condition, certain, "False", "{0} is not None")


def possible(condition: c.Condition) -> str:
    """Python for: the condition holds or may still hold."""
    if isinstance(condition, c.Not):
        return f"not {certain(condition.part)}"
    return _kleene(condition, possible, "True", "{0} is None")


def _kleene(condition: c.Atom | c.All | c.Any, inner: Callable[[c.Condition], str], unknown: str, test: str) -> str:
    if isinstance(condition, c.Atom):
        if condition.op == "known" or BY_NAME[condition.fact].always:
            return f"({_atom(condition)})"
        guard = test.format(_variable(condition.fact))
        return f"({guard} {'and' if unknown == 'False' else 'or'} {_atom(condition)})"
    if not condition.parts:
        return "True" if isinstance(condition, c.All) else "False"
    joint = " and " if isinstance(condition, c.All) else " or "
    return "(" + joint.join(inner(part) for part in condition.parts) + ")"


def masks_source(chains: Iterable[Chain]) -> str:
    """The source of a `Masks`. A case may hold while no earlier one certainly does; it certainly does if none may."""
    chains, names = _needed(chains)
    lines = ["def masks(f):", *_loads(names), "    t = p = 0"]
    for chain in chains:
        lines.append(f"    if {possible(chain.scope)}:")
        lines.append(f"        s = {certain(chain.scope)}; e = False")
        for condition, bit in chain.links:
            lines.append(f"        if not e and {possible(condition)}:")
            lines.append(f"            p |= {1 << bit}")
            lines.append(f"            if {certain(condition)}:")
            lines.append(f"                e = True; t |= {1 << bit} if s and not p & {_earlier(chain, bit)} else 0")
    return "\n".join([*lines, "    return t, p"])


def _earlier(chain: Chain, bit: int) -> int:
    return sum(1 << other for _, other in chain.links if other < bit)


def faults_source(conditions: Sequence[Sequence[c.Condition]]) -> str:
    """The source of a `Faults`; each condition comes as its parts."""
    names = _names(part for parts in conditions for part in parts)
    lines = ["def faults(f):", *_prologue(names), "    return ("]
    for parts in conditions:
        tests = "".join(f"{number} if not ({expression(part)}) else " for number, part in enumerate(parts, 1))
        lines.append(f"        {tests}0,")
    return "\n".join([*lines, "    )"])


def build(source: str, name: str) -> Anything:
    """The function of that name which the generated source defines."""
    space: dict[str, Anything] = {"__builtins__": {}}
    exec(compile(source, f"<avdet {name}>", "exec"), space)
    return space[name]
