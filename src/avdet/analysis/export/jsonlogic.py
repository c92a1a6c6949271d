"""JSONLogic: one rule over the facts that returns the answer's values, in the order that `fields` names.

The rule works in steps, each on the list of names that the step before it returned (`{"var": "current"}`): the rules that
apply, those in force, those that speak; the last step says what they come to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from avdet.analysis.export.plan import Offer, Plan
from avdet.core import conditions as c
from avdet.core.facts import BY_NAME
from avdet.core.point import Point
from avdet.core.resolve import GAP
from avdet.core.vocabulary import CARRIAGES

Logic = Any
"""A JSONLogic expression."""
WIDTH = 120
_CURRENT = {"var": "current"}
_FIXED = ("outcome", "remedies", *CARRIAGES, "requires", "because", "finding", "ask")


def written(point: Point) -> str:
    """The document: what it is, the names of the values, and the rule."""
    plan = Plan(point)
    edition = point.edition
    fields = [*_FIXED, *(effect for effect in plan.says if effect.startswith("deadlines."))]
    document = {
        "policy": edition.policy.store, "version": edition.version, "at": point.name, "fingerprint": edition.fingerprint,
        "about": "Apply `rule` to an object of the facts, each a value or null; it returns the values that `fields` names.",
        "facts": {fact.name: fact.kind for fact in plan.facts}, "fields": fields, "rule": _rule(plan, fields),
    }  # fmt: skip
    return _laid_out(document) + "\n"


def _rule(plan: Plan, fields: list[str]) -> Logic:
    steps: Logic = {"merge": [*_applying(plan)]}
    for step in (_in_force(plan), *([_speaking(plan)] if plan.waiting else []), [_field(plan, field) for field in fields]):
        steps = {"reduce": [[steps], step, []]}
    unknown = _missing(plan)
    blank = [{"outcome": "ask", "finding": "", "ask": unknown}.get(field, None if _single(field) else []) for field in fields]
    return {"if": [unknown, blank, steps]}


def _single(field: str) -> bool:
    return field not in ("remedies", "requires", "because")


def _missing(plan: Plan) -> Logic:
    """The facts that are unknown and that the claim's reason needs. (`missing` differs between engines about null.)"""
    chain: list[Logic] = []
    for reasons, names in plan.needs.items():
        if reasons:
            chain += [{"in": [{"var": "reason"}, list(reasons)]}, _unknown(names)]
    return {"if": [*chain, _unknown(plan.needs[()])]} if chain else _unknown(plan.needs[()])


def _unknown(names: Iterable[str]) -> Logic:
    return {"merge": [{"if": [{"===": [{"var": name}, None]}, name, []]} for name in names]}


# ---- conditions ------------------------------------------------------------------------------------------------------


def expression(condition: c.Condition) -> Logic:
    """A condition in JSONLogic."""
    if isinstance(condition, c.Atom):
        return _atom(condition)
    if isinstance(condition, c.Not):
        return {"!": [expression(condition.part)]}
    if not condition.parts:
        return isinstance(condition, c.All)
    return {"and" if isinstance(condition, c.All) else "or": [expression(part) for part in condition.parts]}


def _atom(atom: c.Atom) -> Logic:
    fact: Logic = {"var": atom.fact}
    values = [_operand(operand) for operand in c.operands(atom)]
    if atom.op == "known":
        return {"!==": [fact, None]}
    if atom.op == "in":
        return {"or": [{"===": [fact, value]} for value in values]} if _refers(atom) else {"in": [fact, values]}
    if atom.op == "between":
        return {"<=": [values[0], fact, values[1]]}
    if BY_NAME[atom.fact].kind == "bool":
        return {"!!": [fact]} if (atom.op == "==") == values[0] else {"!": [fact]}
    return {{"==": "===", "!=": "!=="}.get(atom.op, atom.op): [fact, values[0]]}


def _refers(atom: c.Atom) -> bool:
    return any(isinstance(operand, c.FactRef) for operand in c.operands(atom))


def _operand(operand: c.Operand) -> Logic:
    if isinstance(operand, c.FactRef):
        return {"var": operand.name}
    return operand.value if isinstance(operand, c.Parameter) else operand


# ---- steps -----------------------------------------------------------------------------------------------------------


def _applying(plan: Plan) -> Iterator[Logic]:
    for rule in plan.rules:
        yield {"if": [expression(rule.branch.condition), rule.name, []]}
    for name, _, condition in plan.open_places:
        yield {"if": [expression(condition), name, []]}


def _in_force(plan: Plan) -> Logic:
    """Of the names that apply, those that no exception sets aside."""
    excepted = [rule for rule in plan.rules if rule.over]
    if not excepted:
        return _CURRENT
    free = {"filter": [_CURRENT, {"!": [{"in": [{"var": ""}, [rule.name for rule in excepted]]}]}]}
    stand = [{"if": [{"and": [_says([rule.name]), {"!": [_says(rule.over)]}]}, rule.name, []]} for rule in excepted]
    return {"merge": [free, *stand]}


def _speaking(plan: Plan) -> Logic:
    """Of the names in force, those that do not wait for another outcome."""
    every = [name for names in plan.waiting.values() for name in names]
    parts: list[Logic] = [{"filter": [_CURRENT, {"!": [{"in": [{"var": ""}, every]}]}]}]
    for how, names in plan.waiting.items():
        parts.append({"if": [_fallen(plan, how), {"filter": [_CURRENT, {"in": [{"var": ""}, list(names)]}]}, []]})
    return {"merge": parts}


def _fallen(plan: Plan, how: str) -> Logic:
    every = list(plan.says.get("outcome", {}).values())
    alone = [{"and": [_says(own), {"!": [_says([name for other in every if other != own for name in other])]}]}
             for own in plan.fallen(how)]  # fmt: skip
    return {"or": alone}


def _says(names: Iterable[str]) -> Logic:
    """Whether any of these is among the current names."""
    listed = list(names)
    return {"in": [listed[0], _CURRENT]} if len(listed) == 1 else {"some": [_CURRENT, {"in": [{"var": ""}, listed]}]}


# ---- the answer ------------------------------------------------------------------------------------------------------


def _field(plan: Plan, field: str) -> Logic:
    if field == "outcome":
        said = [part for value, names in plan.says.get("outcome", {}).items() for part in (_says(names), value)]
        return {"if": [*([_conflict(plan), "review"] if plan.disputable else []), *said, "review"]}
    if field in ("remedies", "requires"):
        return {"merge": [_offer(offer) for offer in plan.offers(field)]}
    if field == "because":
        return {"merge": [*_cited(plan)]}
    if field == "finding" and not plan.silent and not plan.disputable:
        return ""
    if field == "finding":
        return {"if": [*([_conflict(plan), "conflict"] if plan.disputable else []), _gap(plan), "gap", ""]}
    return [] if field == "ask" else _scalar(plan, field)


def _scalar(plan: Plan, effect: str) -> Logic:
    said = [part for value, names in plan.says.get(effect, {}).items() for part in (_says(names), value)]
    disputed = [_disputed(plan, effect), None] if effect in plan.disputable else []
    return {"if": [*disputed, *said, None]} if said else None


def _disputed(plan: Plan, effect: str) -> Logic:
    return {">": [{"+": [{"if": [_says(names), 1, 0]} for names in plan.says[effect].values()]}, 1]}


def _conflict(plan: Plan) -> Logic:
    disputes = [_disputed(plan, effect) for effect in plan.disputable]
    return disputes[0] if len(disputes) == 1 else {"or": disputes}


def _gap(plan: Plan) -> Logic:
    silent = {"!": [_says(name for names in plan.says.get("outcome", {}).values() for name in names)]}
    return {"and": [{"!": [_conflict(plan)]}, silent]} if plan.disputable else silent


def _offer(offer: Offer) -> Logic:
    says = _says(offer.rules)
    return {"if": [{"and": [says, {"!": [_says(offer.unless)]}]} if offer.unless else says, offer.item, []]}


def _cited(plan: Plan) -> Iterator[Logic]:
    """Ids of the clauses that the answer rests on. A clause with nothing but an outcome is not one of them where others

    disagree about something else: then the outcome is not its own.
    """
    others = [effect for effect in plan.disputable if effect != "outcome"]
    own = [rule for rule in plan.rules if rule.only_outcome and others]
    for rule in plan.rules:
        if rule not in own and any(rule.branch.then.rows()):
            yield {"if": [_says([rule.name]), rule.clause, []]}
    if own:
        outcome = _disputed(plan, "outcome") if "outcome" in plan.disputable else False
        free = {"or": [outcome, {"!": [{"or": [_disputed(plan, effect) for effect in others]}]}]}
        yield {"if": [free, {"merge": [{"if": [_says([rule.name]), rule.clause, []]} for rule in own]}, []]}
    if plan.silent:
        yield {"if": [_gap(plan), _open_places(plan), []]}


def _open_places(plan: Plan) -> Logic:
    named: list[Logic] = [{"if": [_says([name]), about, []]} for name, about, _ in plan.open_places]
    if not named:
        return GAP
    return {"merge": [*named, {"if": [_says(name for name, _, _ in plan.open_places), [], GAP]}]}


# ---- layout ----------------------------------------------------------------------------------------------------------


def _laid_out(value: Any, indent: str = "") -> str:
    """JSON in which whatever fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, (dict, list)):
        return line
    deeper = indent + " "
    if isinstance(value, list):
        return "[\n" + ",\n".join(deeper + _laid_out(item, deeper) for item in value) + f"\n{indent}]"
    rows = (f"{deeper}{json.dumps(key)}: {_laid_out(item, deeper)}" for key, item in value.items())
    return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
