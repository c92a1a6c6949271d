"""The oracle: the policy language, read the plain way. Slow, small, and meant to be obviously right.

It shares no code with the engine beyond the lists of names. It reads a policy document itself (with conditions in tree
form), tries every completion of the facts that are unknown, and takes each definition at its word:

- of a clause's cases at a point, the first whose condition holds applies;
- a clause that applies is set aside by an applying one that names it as the rule it excepts;
- what remains sets values: scalars must agree (else *conflict*), lists unite; no outcome is a *gap*; a clause that waits
  for the outcome (`once: granted` or `denied`) says nothing where the outcome on which the others agree is not that;
- a partly known claim has the answer on which all its completions agree, else it is to be asked about each fact that
  changes the answer of some completion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import permutations, product
from typing import Any

from avdet.core import conditions as tree
from avdet.core.facts import BY_NAME
from avdet.core.policy import Edition, Values
from avdet.core.vocabulary import EVENTS

Facts = Mapping[str, Any]
SCALARS = ("outcome", "return_shipping", "redelivery_shipping", "outbound_shipping")


@dataclass(frozen=True)
class Case:
    """`sets`: (effect, value) rows; a deadline's value is (unit, count, event)."""

    at: tuple[str, ...]
    when: Any
    sets: tuple[tuple[str, Any], ...]
    exception_to: frozenset[str]
    once: str = ""


@dataclass(frozen=True)
class Clause:
    id: str
    when: Any
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Terms:
    """The clauses of one edition, and the gaps as (about, points, condition)."""

    clauses: tuple[Clause, ...]
    gaps: tuple[tuple[str, tuple[str, ...], Any], ...]


@dataclass(frozen=True)
class Verdict:
    """The answer to a claim whose facts are all known."""

    outcome: str
    remedies: tuple[str, ...]
    return_shipping: str | None
    redelivery_shipping: str | None
    outbound_shipping: str | None
    requires: frozenset[str]
    deadlines: frozenset[tuple[str, tuple[str, int, str]]]
    rows: frozenset[tuple[str, str, str]]
    finding: str = ""

    @property
    def essence(self) -> tuple[Any, ...]:
        """What makes two answers different: deadlines only where something is left to do by them."""
        due = self.deadlines if self.outcome in ("approve", "evidence") else frozenset()
        carriages = self.return_shipping, self.redelivery_shipping, self.outbound_shipping
        return (self.outcome, self.remedies, *carriages, self.requires, due)

    @property
    def cited(self) -> frozenset[str]:
        return frozenset(row[0] for row in self.rows)


# ---- conditions ------------------------------------------------------------------------------------------------------


def holds(condition: Any, facts: Facts) -> bool:
    """Whether a condition in tree form holds; the facts it turns on are known."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    return compares(condition, facts)


def compares(atom: Mapping[str, Any], facts: Facts) -> bool:
    have, op, value = facts[atom["fact"]], atom["op"], atom.get("value", True)
    if op == "known":
        return have is not None
    if op == "in":
        return any(have == meant(item, facts) for item in value)
    if op == "between":
        return bool(meant(value[0], facts) <= have <= meant(value[1], facts))
    other = meant(value, facts)
    if op in ("==", "!="):
        return bool(have == other) is (op == "==")
    return bool({"<": have < other, "<=": have <= other, ">": have > other, ">=": have >= other}[op])


def meant(value: Any, facts: Facts) -> Any:
    return facts[value["ref"]] if isinstance(value, Mapping) else value


def comparisons(condition: Any) -> Iterator[Mapping[str, Any]]:
    if condition is None:
        return
    for part in (*condition.get("all", ()), *condition.get("any", ())):
        yield from comparisons(part)
    if "not" in condition:
        yield from comparisons(condition["not"])
    if "fact" in condition:
        yield condition


# ---- a claim whose facts are all known -------------------------------------------------------------------------------


def applying(terms: Terms, point: str, facts: Facts) -> dict[str, tuple[int, Case]]:
    """Clause → its case that applies."""
    found = {}
    for clause in terms.clauses:
        for number, case in enumerate(clause.cases):
            if point in case.at and holds(clause.when, facts) and holds(case.when, facts):
                found[clause.id] = (number, case)
                break
    return found


def standing(terms: Terms, point: str, facts: Facts) -> dict[tuple[str, int], str]:
    """(clause, case) → in_force, waits, set_aside or not_met, for every case that speaks at the point."""
    applies = applying(terms, point, facts)
    force = in_force(applies)
    turns = ("", *fallen({value for _, case in force for effect, value in case.sets if effect == "outcome"}))
    found = {}
    for clause in terms.clauses:
        for number, case in enumerate(clause.cases):
            met = clause.id in applies and applies[clause.id][0] == number
            if point in case.at and not met:
                found[clause.id, number] = "not_met"
            elif met:
                stands = "in_force" if case.once in turns else "waits"
                found[clause.id, number] = stands if (clause.id, case) in force else "set_aside"
    return found


def in_force(applies: Mapping[str, tuple[int, Case]]) -> list[tuple[str, Case]]:
    """(clause, its case) that apply and that no applying exception sets aside."""
    excepted = {target for _, case in applies.values() for target in case.exception_to}
    return [(clause, case) for clause, (_, case) in applies.items() if clause not in excepted]


def verdict(terms: Terms, point: str, facts: Facts) -> Verdict:
    """What the terms say of a claim whose facts are all known."""
    force = in_force(applying(terms, point, facts))
    outcomes = {value for _, case in force for effect, value in case.sets if effect == "outcome"}
    force = [(clause, case) for clause, case in force if case.once in ("", *fallen(outcomes))]
    rows = [(clause, effect, value) for clause, case in force for effect, value in case.sets]
    single = [effect for _, effect, _ in rows if effect not in ("remedies", "requires")]
    disputed = {effect for effect in single if len({value for _, e, value in rows if e == effect}) > 1}
    agreed = {effect: value for _, effect, value in rows if effect in single and effect not in disputed}
    gap = not disputed and "outcome" not in agreed
    return Verdict(
        outcome="review" if disputed or gap else agreed["outcome"],
        remedies=united([[value for effect, value in case.sets if effect == "remedies"] for _, case in force]),
        return_shipping=agreed.get("return_shipping"), redelivery_shipping=agreed.get("redelivery_shipping"),
        outbound_shipping=agreed.get("outbound_shipping"),
        requires=frozenset(value for _, effect, value in rows if effect == "requires"),
        deadlines=frozenset((e.removeprefix("deadlines."), v) for e, v in agreed.items() if e.startswith("deadlines.")),
        rows=frozenset(reasons(rows, disputed)) | (open_places(terms, point, facts) if gap else frozenset()),
        finding="conflict" if disputed else "gap" if gap else "",
    )  # fmt: skip


def fallen(outcomes: set[str]) -> tuple[str, ...]:
    """How the outcome has fallen: granted, denied or neither."""
    if outcomes in ({"approve"}, {"evidence"}):
        return ("granted",)
    return ("denied",) if outcomes == {"deny"} else ()


def reasons(rows: list[tuple[str, str, Any]], disputed: set[str]) -> Iterator[tuple[str, str, str]]:
    """A row for each value in the answer; where clauses disagree, the outcome is theirs."""
    for clause, effect, value in rows:
        if effect in disputed:
            yield clause, "outcome", "review"
        elif not (disputed and effect == "outcome"):
            yield clause, effect, value if isinstance(value, str) else f"{value[1]} {value[0]} after {value[2]}"


def open_places(terms: Terms, point: str, facts: Facts) -> frozenset[tuple[str, str, str]]:
    named = [about for about, at, when in terms.gaps if point in at and holds(when, facts)]
    return frozenset((about, "outcome", "review") for about in named or ["GAP"])


def united(lists: list[list[str]]) -> tuple[str, ...]:
    """Of all orders that keep every list's own, the one nearest to first appearance; if there is none, first appearance."""
    items = list(dict.fromkeys(item for each in lists for item in each))
    kept = [each for each in lists if len(each) > 1]
    for order in permutations(items):
        if all([item for item in order if item in each] == each for each in kept):
            return order
    return tuple(items)


# ---- a claim whose facts are partly known ----------------------------------------------------------------------------


def conditions_at(terms: Terms, point: str) -> Iterator[Any]:
    for clause in terms.clauses:
        spoken = [case.when for case in clause.cases if point in case.at]
        yield from (clause.when, *spoken) if spoken else ()
    yield from (when for _, at, when in terms.gaps if point in at)


def unknown_at(terms: Terms, point: str, facts: Facts) -> list[str]:
    """The unknown facts that a condition at the point compares. What is merely `known` there is not asked for."""
    atoms = [atom for condition in conditions_at(terms, point) for atom in comparisons(condition) if atom["op"] != "known"]
    return list(dict.fromkeys(atom["fact"] for atom in atoms if facts[atom["fact"]] is None))


def told_apart(terms: Terms, point: str, fact: str) -> list[Any]:
    """Values of a fact, at least one of each kind that the point's conditions can tell apart."""
    declared = BY_NAME[fact]
    if declared.kind == "bool":
        return [False, True]
    atoms = [atom for condition in conditions_at(terms, point) for atom in comparisons(condition) if atom["fact"] == fact]
    values = [item for atom in atoms for item in (atom["value"] if isinstance(atom["value"], (list, tuple)) else [atom["value"]])]
    assert declared.kind == "enum", "every figure is known to the record"
    others = [value for value in declared.values if value not in values]
    return [value for value in declared.values if value in values] + others[:1]


def worlds(terms: Terms, point: str, facts: Facts) -> Iterator[Facts]:
    """The claim with its unknown facts filled in, in every way in which it can turn out."""
    names = unknown_at(terms, point, facts)
    for values in product(*(told_apart(terms, point, name) for name in names)):
        yield {**facts, **dict(zip(names, values, strict=True))}


@dataclass(frozen=True)
class Opinion:
    """The answer to a partly known claim: one essence, or the facts that still matter; `ways` are the completions."""

    essence: tuple[Any, ...] | None
    ask: frozenset[str]
    ways: tuple[Verdict, ...]


def opinion(terms: Terms, point: str, facts: Facts) -> Opinion:
    """What the terms say of any claim."""
    names = unknown_at(terms, point, facts)
    found = {tuple(world[name] for name in names): verdict(terms, point, world) for world in worlds(terms, point, facts)}
    ways = tuple(found.values())
    if len({way.essence for way in ways}) == 1:
        return Opinion(ways[0].essence, frozenset(), ways)
    return Opinion(None, frozenset(name for i, name in enumerate(names) if _matters(i, found)), ways)


def _matters(i: int, found: Mapping[tuple[Any, ...], Verdict]) -> bool:
    """Whether two completions that differ in nothing but fact i have different answers."""
    others: dict[tuple[Any, ...], set[Any]] = {}
    for values, way in found.items():
        others.setdefault(values[:i] + values[i + 1 :], set()).add(way.essence)
    return any(len(essences) > 1 for essences in others.values())


# ---- reading ---------------------------------------------------------------------------------------------------------


def from_document(doc: Mapping[str, Any], day: str) -> Terms:
    """The terms of a policy document that take force on a day. Conditions in tree form; parameters as {parameter: name}."""
    given = doc.get("parameters") or {}
    clauses = [entry for entry in doc["clauses"] if (entry.get("valid_from") or "") <= day < (entry.get("valid_to") or "9")]
    gaps = ((gap["about"], several(gap["at"]), filled(gap.get("when"), given)) for gap in doc.get("gaps") or ())
    assert date.fromisoformat(day)
    return Terms(tuple(Clause(entry["id"], filled(entry.get("when"), given), tuple(cases(entry, given)))
                       for entry in clauses), tuple(gaps))  # fmt: skip


def cases(entry: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Case]:
    at, over, once = several(entry.get("at", ())), frozenset(entry.get("exception_to", ())), entry.get("once", "")
    for case in entry.get("cases", ()):
        yield one_case({"at": at, "once": once, **case}, case.get("when"), over | set(case.get("exception_to", ())), given)
    if "then" in entry:
        yield one_case(entry, entry.get("provided"), over, given)
    if "otherwise" in entry:
        yield Case(at, None, (*end_of(entry, given), *sets(entry["otherwise"], given)), over, once)


def one_case(doc: Mapping[str, Any], when: Any, over: frozenset[str], given: Mapping[str, Any]) -> Case:
    parts = [filled(when, given)]
    if "within" in doc:
        unit, count, event = period(doc["within"], given)
        parts.append({"fact": f"{unit}_since_{EVENTS[event]}", "op": "<=", "value": count})
    said = (*end_of(doc, given), *sets(doc["then"], given))
    return Case(several(doc["at"]), {"all": parts}, said, over, doc.get("once", ""))


def end_of(doc: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The end of the period in which `then` holds is a deadline, whether it has passed or not."""
    name = doc.get("within", {}).get("sets")
    return ((f"deadlines.{name}", period(doc["within"], given)),) if name else ()


def sets(doc: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((effect, doc[effect]) for effect in SCALARS if doc.get(effect))
    yield from ((effect, item) for effect in ("remedies", "requires") for item in doc.get(effect, ()))
    yield from ((f"deadlines.{name}", period(entry, given)) for name, entry in doc.get("deadlines", {}).items())


def period(doc: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[str, int, str]:
    unit, count = next((key, value) for key, value in doc.items() if key not in ("after", "sets"))
    return unit, given.get(count, count), doc["after"]


def several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def filled(condition: Any, given: Mapping[str, Any]) -> Any:
    """A condition with the figures of its parameters put in."""
    if isinstance(condition, Mapping):
        return given[condition["parameter"]] if "parameter" in condition else {k: filled(v, given) for k, v in condition.items()}
    return [filled(part, given) for part in condition] if isinstance(condition, list) else condition


# ---- shipped policies, whose conditions are read by the language -----------------------------------------------------


def from_edition(edition: Edition) -> Terms:
    """The terms of an edition that the language has read: from there on the oracle goes its own way."""
    clauses = tuple(
        Clause(clause.id, plain(clause.when), tuple(
            Case(case.at, plain(case.when), tuple(_rows(case.then)), frozenset({*clause.exception_to, *case.exception_to}),
                 case.once)
            for case in clause.cases))
        for clause in edition.clauses
    )  # fmt: skip
    return Terms(clauses, tuple((gap.about, gap.at, plain(gap.when)) for gap in edition.policy.gaps))


def _rows(then: Values) -> Iterator[tuple[str, Any]]:
    for effect, value in then.rows():
        yield effect, value if isinstance(value, str) else (value.unit, value.length, value.after)


def plain(condition: tree.Condition) -> Any:
    """The language's condition in tree form."""
    if isinstance(condition, tree.Not):
        return {"not": plain(condition.part)}
    if isinstance(condition, (tree.All, tree.Any)):
        return {"all" if isinstance(condition, tree.All) else "any": [plain(part) for part in condition.parts]}
    many = isinstance(condition.value, tuple)
    values = [_operand(value) for value in tree.operands(condition)]
    return {"fact": condition.fact, "op": condition.op, "value": values if many else values[0]}


def _operand(value: tree.Operand) -> Any:
    return {"ref": value.name} if isinstance(value, tree.FactRef) else value.value if isinstance(value, tree.Parameter) else value
