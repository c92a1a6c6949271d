"""SQL: one SELECT that decides every row of a table of claims, in plain CASE, AND, OR and NOT.

Each clause is a column that is true where it applies; SQL's own three-valued logic makes it NULL where an unknown fact
keeps it open, and such a claim has the outcome `ask`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from avdet.analysis.export.plan import Plan
from avdet.analysis.export.spelling import Spelling, spelled
from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, Fact
from avdet.core.point import Point
from avdet.core.resolve import GAP
from avdet.core.vocabulary import CARRIAGES

_TYPES = {"bool": "BOOLEAN", "enum": "VARCHAR", "int": "BIGINT"}


def written(point: Point) -> str:
    """The query, with the table it reads described at its head."""
    plan = Plan(point)
    steps = [("applies", _applies(plan), "claims"), ("in_force", _in_force(plan), "applies")]
    if plan.waiting:
        steps += [("fallen", _fallen(plan), "in_force"), ("speaks", _speaks(plan), "fallen")]
    steps.append(("said", _said(plan), steps[-1][0]))
    with_ = ",\n".join(f"{name} AS (\n{_select(['*', *columns], table)}\n)" for name, columns, table in steps)
    return f"{_head(plan)}WITH {with_}\n{_select(['claim_id', *_answer(plan)], 'said')}\n"


def _select(columns: Iterable[str], table: str) -> str:
    return "SELECT\n  " + ",\n  ".join(columns) + f"\nFROM {table}"


def _head(plan: Plan) -> str:
    edition, point = plan.point.edition, plan.point.name
    table = "\n".join(f"--   {fact.name} {_TYPES[fact.kind]}{_bounds(fact)}" for fact in plan.facts)
    return (f"-- {edition.policy.store}, version {edition.version}, at: {point}\n-- {edition.fingerprint}\n"
            f"-- Written by `avdet policy export --to sql`. Reads a table `claims`; NULL means not known yet:\n"
            f"--   claim_id\n{table}\n\n")  # fmt: skip


def _bounds(fact: Fact) -> str:
    if fact.kind == "enum":
        return f": {', '.join(fact.values)}"
    return f": {fact.low} to {fact.high} {fact.unit}" if fact.kind == "int" else ""


# ---- conditions ------------------------------------------------------------------------------------------------------


def expression(condition: c.Condition) -> str:
    """A condition in SQL."""
    return spelled(condition, Spelling(_atom, _negated, "TRUE", "FALSE", "AND", "OR"))


def _negated(text: str) -> str:
    return f"NOT {text}" if text.isidentifier() else f"NOT ({text})"


def _atom(atom: c.Atom) -> str:
    if atom.op == "known":
        return f"{atom.fact} IS NOT NULL"
    values = [_literal(operand) for operand in c.operands(atom)]
    if atom.op == "in":
        return f"{atom.fact} IN ({', '.join(values)})"
    if atom.op == "between":
        return f"{atom.fact} BETWEEN {values[0]} AND {values[1]}"
    if BY_NAME[atom.fact].kind == "bool":
        return atom.fact if (atom.op == "==") == (values[0] == "TRUE") else f"NOT {atom.fact}"
    return f"{atom.fact} {({'==': '=', '!=': '<>'}).get(atom.op, atom.op)} {values[0]}"


def _literal(operand: c.Operand) -> str:
    if isinstance(operand, c.FactRef):
        return operand.name
    value = operand.value if isinstance(operand, c.Parameter) else operand
    return str(value).upper() if isinstance(value, bool) else str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# ---- steps -----------------------------------------------------------------------------------------------------------


def _named(name: str) -> str:
    return f'"{name}"'


def _any(names: Iterable[str]) -> str:
    return " OR ".join(map(_named, names)) or "FALSE"


def _applies(plan: Plan) -> Iterator[str]:
    for rule in plan.rules:
        yield f"({expression(rule.branch.condition)}) AS {_named(rule.name + ' applies')}"
    for name, about, condition in plan.open_places:
        yield f"-- {about} leaves this open\n  ({expression(condition)}) AS {_named(name)}"


def _in_force(plan: Plan) -> Iterator[str]:
    for rule in plan.rules:
        aside = _any(f"{name} applies" for name in rule.over)
        applies = _named(rule.name + " applies")
        yield f"{applies}{f' AND NOT ({aside})' if rule.over else ''} AS {_named(_standing(plan, rule.name))}"


def _standing(plan: Plan, name: str) -> str:
    """A rule that waits for the outcome stands under another name until that has fallen."""
    return f"{name} waits" if any(name in names for names in plan.waiting.values()) else name


def _fallen(plan: Plan) -> Iterator[str]:
    every = plan.says.get("outcome", {}).values()
    for how in plan.waiting:
        own = plan.fallen(how)
        alone = [f"(({_any(group)}) AND NOT ({_any(n for other in every if other != group for n in other)}))" for group in own]
        yield f"({' OR '.join(alone)}) AS {how}"


def _speaks(plan: Plan) -> Iterator[str]:
    for how, names in plan.waiting.items():
        yield from (f"{_named(name + ' waits')} AND {how} AS {_named(name)}" for name in names)


def _said(plan: Plan) -> Iterator[str]:
    names = [*(f"{rule.name} applies" for rule in plan.rules), *(name for name, _, _ in plan.open_places)]
    yield _joined("OR", [f"{_named(name)} IS NULL" for name in names]) + " AS undecided"
    for effect in plan.disputable:
        counts = [f"CASE WHEN {_any(names)} THEN 1 ELSE 0 END" for names in plan.says[effect].values()]
        yield _joined("+", counts) + f" > 1 AS {_named(_dispute(effect))}"


def _joined(sign: str, parts: list[str]) -> str:
    """Parts in parentheses, over several lines if they are long."""
    line = f"({f' {sign} '.join(parts)})"
    return line if len(line) <= 100 else "(\n    " + f"\n    {sign} ".join(parts) + "\n  )"


def _dispute(effect: str) -> str:
    return f"{effect.removeprefix('deadlines.')} disputed"


# ---- the answer ------------------------------------------------------------------------------------------------------


def _answer(plan: Plan) -> Iterator[str]:
    conflict = [(_conflict(plan), "'review'")] if plan.disputable else []
    said = [(_any(names), _quoted(value)) for value, names in plan.says.get("outcome", {}).items()]
    yield _case([("undecided", "'ask'"), *conflict, *said], "'review'") + " AS outcome"
    yield f"{_listed(_offers(plan, 'remedies'))} AS remedies"
    for effect in CARRIAGES:
        yield f"{_scalar(plan, effect)} AS {effect}"
    yield f"{_listed(_offers(plan, 'requires'))} AS requires"
    for effect in plan.says:
        if effect.startswith("deadlines."):
            yield f"{_scalar(plan, effect)} AS {effect.removeprefix('deadlines.')}"
    yield f"{_listed(_cited(plan))} AS because"
    yield f"{_finding(plan)} AS finding"


def _case(whens: list[tuple[str, str]], otherwise: str = "") -> str:
    last = f" ELSE {otherwise}" if otherwise else ""
    cases = [f"WHEN {when} THEN {then}" for when, then in whens]
    line = f"CASE {' '.join(cases)}{last} END"
    return line if len(line) <= 100 else "CASE\n    " + "\n    ".join(cases) + f"\n   {last} END"


def _conflict(plan: Plan) -> str:
    return _any(map(_dispute, plan.disputable))


def _scalar(plan: Plan, effect: str) -> str:
    said = [(_any(names), _quoted(value)) for value, names in plan.says.get(effect, {}).items()]
    disputed = [(_named(_dispute(effect)), "NULL")] if effect in plan.disputable else []
    return _case([("undecided", "NULL"), *disputed, *said]) if said else "NULL"


def _listed(cases: Iterable[str]) -> str:
    """Text with commas: concat_ws leaves out what is NULL, and every engine has it."""
    listed = "".join(f",\n    {case}" for case in cases)
    return f"CASE WHEN undecided THEN '' ELSE concat_ws(','{listed}) END" if listed else "''"


def _offers(plan: Plan, effect: str) -> Iterator[str]:
    for offer in plan.offers(effect):
        unless = f" AND NOT ({_any(offer.unless)})" if offer.unless else ""
        rules = f"({_any(offer.rules)})" if unless else _any(offer.rules)
        yield f"CASE WHEN {rules}{unless} THEN {_quoted(offer.item)} END"


def _cited(plan: Plan) -> Iterator[str]:
    others = [effect for effect in plan.disputable if effect != "outcome"]
    outcome = f"{_named(_dispute('outcome'))} OR " if "outcome" in plan.disputable else ""
    for rule in plan.rules:
        if rule.only_outcome and others:
            free = f" AND ({outcome}NOT ({_any(map(_dispute, others))}))"
            yield f"CASE WHEN {_named(rule.name)}{free} THEN {_quoted(rule.clause)} END"
        elif any(rule.branch.then.rows()):
            yield f"CASE WHEN {_named(rule.name)} THEN {_quoted(rule.clause)} END"
    if not plan.silent:
        return
    yield from (f"CASE WHEN {_gap(plan)} AND {_named(name)} THEN {_quoted(about)} END" for name, about, _ in plan.open_places)
    named = f" AND NOT ({_any(name for name, _, _ in plan.open_places)})" if plan.open_places else ""
    yield f"CASE WHEN {_gap(plan)}{named} THEN {_quoted(GAP)} END"


def _gap(plan: Plan) -> str:
    conflict = f" AND NOT ({_conflict(plan)})" if plan.disputable else ""
    return f"NOT ({_any(name for names in plan.says.get('outcome', {}).values() for name in names)}){conflict}"


def _finding(plan: Plan) -> str:
    conflict = [(_conflict(plan), "'conflict'")] if plan.disputable else []
    gap = [(_gap(plan), "'gap'")] if plan.silent else []
    return _case([("undecided", "''"), *conflict, *gap], "''") if conflict or gap else "''"
