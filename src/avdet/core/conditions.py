"""Conditions: a closed tree of comparisons joined by all / any / not, its short infix form, and Kleene's logic on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from avdet.core.facts import BY_NAME, Facts, Value

MAX_DEPTH: Final = 24
MAX_TOKENS: Final = 2_000
MAX_DIGITS: Final = 19
COMPARISONS: Final = ("==", "!=", "<=", ">=", "<", ">")
WORDS: Final = frozenset({"and", "or", "not", "in", "between", "known", "always"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure that the policy names once and uses in many places."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class FactRef:
    """Another fact as the right-hand side of a comparison."""

    name: str


Operand = Value | Parameter | FactRef


@dataclass(frozen=True, slots=True)
class Atom:
    """`fact op value`. `in` and `between` carry a tuple (between: both ends included); `known` carries True."""

    fact: str
    op: str
    value: Operand | tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Atom | All | Any | Not
ALWAYS: Final = All()
NEVER: Final = Any()


class ConditionError(ValueError):
    """A condition that cannot be read: what is wrong, and the cure."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.what, self.cure = what, cure


# ---- reading the infix form ------------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(r"\s*(?:(==|!=|<=|>=|<|>)|([()\[\],])|(-?\d+(?:_\d+)*)|([A-Za-z][A-Za-z0-9_-]*))", re.ASCII)


_MEANT: Final = {
    "=": "write ==", "≠": "write !=", "≤": "write <=", "≥": "write >=", "!": "write != or not",
    "&": "write and", "|": "write or", "'": "write names without quotes", '"': "write names without quotes",
    ".": "write whole figures, amounts in the smallest unit",
}  # fmt: skip
"""Signs that other notations use → what is written here."""


def _unreadable(rest: str) -> ConditionError:
    cure = _MEANT.get(rest[:1], "use facts, figures, == != < <= > >= in between known, and / or / not")
    return ConditionError(f"cannot read {rest[:12]!r} in the condition", cure)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise _unreadable(text[at:].lstrip())
        found.append(match.group().strip())
        at = match.end()
        if len(found) > MAX_TOKENS:
            raise ConditionError(f"the condition is longer than {MAX_TOKENS} words", "split it over several clauses")
    return found


class _Reader:
    """Recursive descent over the tokens; `parameters` gives names their figures."""

    def __init__(self, text: str, parameters: Mapping[str, Value]) -> None:
        self.tokens, self.at, self.depth, self.parameters = _tokens(text), 0, 0, parameters

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            wanted = repr(expected) if expected else "a fact, a figure or a value"
            raise ConditionError(f"expected {wanted}, found {token or 'the end'!r}", "complete the condition")
        self.at += 1
        return token

    def whole(self) -> Condition:
        tree = self.alternatives()
        if self.peek():
            raise ConditionError(f"{self.peek()!r} was not expected there", "join comparisons with and / or")
        return tree

    def alternatives(self) -> Condition:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConditionError(f"nested more than {MAX_DEPTH} deep", "split it over several clauses")
        parts = [self.conjunction()]
        while self.peek() == "or":
            self.take()
            parts.append(self.conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def conjunction(self) -> Condition:
        parts = [self.negation()]
        while self.peek() == "and":
            self.take()
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negation(self) -> Condition:
        nots = 0
        while self.peek() == "not":
            self.take()
            nots += 1
            if nots > MAX_DEPTH:
                raise ConditionError("too many 'not' in a row", "write the condition plainly")
        tree = self.primary()
        for _ in range(nots):
            tree = Not(tree)
        return tree

    def primary(self) -> Condition:
        if self.peek() == "(":
            self.take()
            tree = self.alternatives()
            self.take(")")
            return tree
        if self.peek() == "always":
            self.take()
            return ALWAYS
        if self.peek() == "known":
            self.take()
            return Atom(self.name(), "known", True)
        return self.comparison(self.name())

    def name(self) -> str:
        token = self.take()
        if not token[0].isalpha() or token in WORDS:
            raise ConditionError(f"expected a fact, found {token!r}", "start each comparison with a fact's name")
        return token

    def comparison(self, fact: str) -> Condition:
        op = self.peek()
        if op in COMPARISONS:
            self.take()
            return Atom(fact, op, self.operand(fact))
        if op == "between":
            self.take()
            low = self.operand(fact)
            self.take("and")
            return Atom(fact, "between", (low, self.operand(fact)))
        if op == "in":
            self.take()
            return Atom(fact, "in", self.listed(fact))
        return Atom(fact, "==", True)

    def listed(self, fact: str) -> tuple[Operand, ...]:
        close = {"(": ")", "[": "]"}.get(self.take(), "")
        if not close:
            raise ConditionError("'in' needs a list", "write: fact in (one, two)")
        values = [self.operand(fact)]
        while self.peek() == ",":
            self.take()
            values.append(self.operand(fact))
        self.take(close)
        return tuple(values)

    def operand(self, fact: str) -> Operand:
        token = self.take()
        if token[0].isdigit() or token[0] == "-":
            if len(token) > MAX_DIGITS:
                raise ConditionError(f"a figure of more than {MAX_DIGITS} digits", "write a smaller one")
            return int(token)
        if token in ("true", "false"):
            return token == "true"
        if not token[0].isalpha() or token in WORDS:
            raise ConditionError(f"expected a value, found {token!r}", "compare with a figure, a name or a parameter")
        return named(fact, token, self.parameters)


def named(fact: str, name: str, parameters: Mapping[str, Value]) -> Operand:
    """What a bare name on the right of a comparison means: a parameter, a value of an enum fact, or another fact."""
    if name in parameters:
        return Parameter(name, parameters[name])
    left = BY_NAME.get(fact)
    return name if left is not None and left.kind == "enum" else FactRef(name)


def parse(text: str, parameters: Mapping[str, Value] | None = None) -> Condition:
    """Read the infix form; what its names mean is judged by the type check.

    >>> show(parse("days_since_delivery <= 7 and (documents or not used)"))
    'days_since_delivery <= 7 and (documents or not used)'
    """
    if not text.strip():
        raise ConditionError("the condition is empty", "leave it out, or write: always")
    return _Reader(text, parameters or {}).whole()


# ---- writing it back -------------------------------------------------------------------------------------------------


def _operand(value: Operand) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.name if isinstance(value, (Parameter, FactRef)) else str(value)


def _atom(atom: Atom) -> str:
    if atom.op == "known":
        return f"known {atom.fact}"
    if isinstance(atom.value, tuple):
        values = [_operand(value) for value in atom.value]
        return f"{atom.fact} {atom.op} " + (" and ".join(values) if atom.op == "between" else f"({', '.join(values)})")
    return atom.fact if atom.op == "==" and atom.value is True else f"{atom.fact} {atom.op} {_operand(atom.value)}"


def show(condition: Condition) -> str:
    """The infix form of a condition; `parse` reads it back to an equal meaning."""
    if isinstance(condition, Atom):
        return _atom(condition)
    if isinstance(condition, Not):
        inner = show(condition.part)
        return f"not ({inner})" if isinstance(condition.part, (All, Any)) and condition.part.parts else f"not {inner}"
    if not condition.parts:
        return "always" if isinstance(condition, All) else "not always"
    joint = " and " if isinstance(condition, All) else " or "
    return joint.join(f"({show(p)})" if isinstance(p, (All, Any)) and p.parts else show(p) for p in condition.parts)


# ---- walking and evaluating ------------------------------------------------------------------------------------------


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every comparison in a condition, left to right."""
    if isinstance(condition, Atom):
        yield condition
    elif isinstance(condition, Not):
        yield from atoms(condition.part)
    else:
        for part in condition.parts:
            yield from atoms(part)


def facts_of(condition: Condition) -> tuple[str, ...]:
    """The facts a condition turns on, in order of appearance, each once; `known` does not count."""
    found: dict[str, None] = {}
    for atom in atoms(condition):
        if atom.op != "known":
            found[atom.fact] = None
            found.update((operand.name, None) for operand in operands(atom) if isinstance(operand, FactRef))
    return tuple(found)


def operands(atom: Atom) -> tuple[Operand, ...]:
    """The right-hand sides of a comparison."""
    return atom.value if isinstance(atom.value, tuple) else (atom.value,)


def holds(atom: Atom, facts: Facts) -> bool | None:
    """Whether a comparison holds; `None` where a fact in it is unknown, or (`facts.Given`) not looked at yet."""
    if atom.op == "known":
        return facts[atom.fact] is not None if atom.fact in facts else None
    have = facts[atom.fact]
    if have is None:
        return None
    values = [_value(operand, facts) for operand in operands(atom)]
    if any(value is None for value in values):
        return None
    return _compare(have, atom.op, values)


def _value(operand: Operand, facts: Facts) -> Value | None:
    if isinstance(operand, FactRef):
        return facts[operand.name]
    return operand.value if isinstance(operand, Parameter) else operand


def _compare(have: Value, op: str, values: list[Value | None]) -> bool:
    if op == "==":
        return have == values[0]
    if op == "!=":
        return have != values[0]
    if op == "in":
        return have in values
    numbers = [int(value) for value in values if value is not None]
    number = int(have)
    if op == "between":
        return numbers[0] <= number <= numbers[1]
    return {"<": number < numbers[0], "<=": number <= numbers[0],
            ">": number > numbers[0], ">=": number >= numbers[0]}[op]  # fmt: skip


def conjoin(parts: Iterator[Condition] | list[Condition]) -> Condition:
    """All of `parts`, flattened; NEVER as soon as one is."""
    flat: list[Condition] = []
    for part in parts:
        if part == NEVER:
            return NEVER
        flat.extend(part.parts if isinstance(part, All) else (part,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def disjoin(parts: Iterator[Condition] | list[Condition]) -> Condition:
    """Any of `parts`, flattened; ALWAYS as soon as one is."""
    flat: list[Condition] = []
    for part in parts:
        if part == ALWAYS:
            return ALWAYS
        flat.extend(part.parts if isinstance(part, Any) else (part,))
    return flat[0] if len(flat) == 1 else Any(tuple(flat))


def negate(part: Condition) -> Condition:
    """Not `part`, with constants and double negation folded."""
    if isinstance(part, Not):
        return part.part
    return NEVER if part == ALWAYS else ALWAYS if part == NEVER else Not(part)


def simplify(condition: Condition, facts: Facts) -> Condition:
    """What is left of a condition once the known facts are put in: ALWAYS, NEVER, or the part still open."""
    if isinstance(condition, Atom):
        value = holds(condition, facts)
        return condition if value is None else ALWAYS if value else NEVER
    if isinstance(condition, Not):
        return negate(simplify(condition.part, facts))
    parts = (simplify(part, facts) for part in condition.parts)
    return conjoin(parts) if isinstance(condition, All) else disjoin(parts)
