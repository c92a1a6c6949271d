"""GoRules JDM: a graph of decision tables, opened and edited in the GoRules editor and decided by any ZEN engine.

One row of the table *Clauses that apply* is one clause, or one of its cases. What exceptions, agreement, gaps and
conflicts mean is the same for every policy, and stands in one short function node at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from avdet.analysis.export.plan import Plan, Rule
from avdet.analysis.export.spelling import Spelling, spelled
from avdet.core import conditions as c
from avdet.core.facts import BY_NAME
from avdet.core.point import Point
from avdet.core.policy import Period
from avdet.core.resolve import SCALARS

Node = dict[str, Any]
_PLACES = {"facts": {"x": 60, "y": 240}, "clauses": {"x": 380, "y": 80}, "places": {"x": 380, "y": 240},
           "needs": {"x": 380, "y": 400}, "answer": {"x": 720, "y": 240}, "said": {"x": 1060, "y": 240}}  # fmt: skip
"""Where each node stands on the editor's canvas."""
_COLUMNS = ("rule", "clause", "exception_to", "once", *SCALARS, "remedies", "requires", "deadlines")


def written(point: Point) -> str:
    """The JDM document, as JSON."""
    plan = Plan(point)
    edition = point.edition
    tables = [
        _table("clauses", "Clauses that apply", "applies", _COLUMNS, [_row(rule) for rule in plan.rules]),
        _table("places", "Places left open", "open", ("about",), [_open_place(*place) for place in plan.open_places]),
        _table("needs", "Facts that each reason needs", "needs", ("facts",), [*_needs(plan)], first=True),
    ]
    answer = {"source": files("avdet.analysis.export").joinpath("jdm.js").read_text(encoding="utf-8")}
    last = [_node("answer", "Exceptions, then agreement", "functionNode", answer), _node("said", "Answer", "outputNode", {})]
    nodes = [_node("facts", "Facts", "inputNode", {}), *tables, *last]
    title = f"{edition.policy.store}, version {edition.version}, at: {point.name}"
    document = {"name": title, "contentType": "application/vnd.gorules.decision", "fingerprint": edition.fingerprint,
                "nodes": [{**node, "position": _PLACES[node["id"]]} for node in nodes],
                "edges": [*_edges([node["id"] for node in tables])]}  # fmt: skip
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _node(name: str, title: str, kind: str, content: Mapping[str, Any]) -> Node:
    return {"id": name, "name": title, "type": kind, "content": dict(content)}


def _edges(tables: Sequence[str]) -> Iterator[dict[str, str]]:
    through = [pair for table in tables for pair in (("facts", table), (table, "answer"))]
    for source, target in (*through, ("facts", "answer"), ("answer", "said")):
        yield {"id": f"{source} to {target}", "type": "edge", "sourceId": source, "targetId": target}


def _table(name: str, title: str, path: str, outputs: Sequence[str], rows: list[Node], *, first: bool = False) -> Node:
    """Two columns ask: the reason, and a whole condition; the rest say."""
    return _node(name, title, "decisionTableNode", {
        "hitPolicy": "first" if first else "collect", "executionMode": "single", "inputField": None, "passThrough": False,
        "outputPath": path, "rules": rows,
        "inputs": [{"id": "reason", "name": "Reason", "field": "reason"}, {"id": "condition", "name": "Provided that"}],
        "outputs": [{"id": output, "name": output.replace("_", " ").capitalize(), "field": output} for output in outputs],
    })  # fmt: skip


# ---- rows ------------------------------------------------------------------------------------------------------------


def _row(rule: Rule) -> Node:
    then, clause = rule.branch.then, rule.branch.clause
    deadlines = {name: _period(period) for name, period in then.deadlines}
    said: dict[str, Any] = {effect: getattr(then, effect) for effect in SCALARS}
    said |= {"rule": rule.name, "clause": clause.id, "exception_to": sorted(rule.branch.exception_to), "once": rule.branch.once,
             "remedies": then.remedies, "requires": then.requires, "deadlines": deadlines}  # fmt: skip
    text = clause.text.get("en") or next(iter(clause.text.values()), "")
    return {"_id": rule.name, "_description": text, **_asked(rule.branch.condition),
            **{column: json.dumps(said[column]) if said[column] else "" if column in SCALARS else json.dumps(said[column])
               for column in _COLUMNS}}  # fmt: skip


def _period(period: Period) -> dict[str, Any]:
    return {"count": period.length, "unit": period.unit, "after": period.after}


def _open_place(name: str, about: str, condition: c.Condition) -> Node:
    return {"_id": name, **_asked(condition), "about": json.dumps(about)}


def _needs(plan: Plan) -> Iterator[Node]:
    for reasons, names in plan.needs.items():
        asked = ", ".join(map(json.dumps, reasons))
        yield {"_id": asked or "any other", "reason": asked, "condition": "", "facts": json.dumps(names)}


def _asked(condition: c.Condition) -> dict[str, str]:
    """The two asking cells of a row: the reasons, if the condition names them as a part of its own, and the rest."""
    parts = condition.parts if isinstance(condition, c.All) else (condition,)
    reasons = next((part for part in parts if _names_reasons(part)), None)
    rest = c.conjoin([part for part in parts if part is not reasons])
    cell = ", ".join(_literal(operand) for operand in c.operands(reasons)) if isinstance(reasons, c.Atom) else ""
    return {"reason": cell, "condition": "" if rest == c.ALWAYS else expression(rest)}


def _names_reasons(part: c.Condition) -> bool:
    return isinstance(part, c.Atom) and part.fact == "reason" and part.op in ("==", "in")


# ---- conditions ------------------------------------------------------------------------------------------------------


def expression(condition: c.Condition) -> str:
    """A condition in the ZEN expression language."""
    return spelled(condition, Spelling(_atom, "not ({})".format, "true", "false", "and", "or"))


def _atom(atom: c.Atom) -> str:
    if atom.op == "known":
        return f"{atom.fact} != null"
    values = [_literal(operand) for operand in c.operands(atom)]
    if atom.op == "in":
        return f"{atom.fact} in [{', '.join(values)}]"
    if atom.op == "between":
        return f"{atom.fact} >= {values[0]} and {atom.fact} <= {values[1]}"
    if BY_NAME[atom.fact].kind == "bool":
        return f"{atom.fact} {'==' if (atom.op == '==') == (values[0] == 'true') else '!='} true"
    return f"{atom.fact} {atom.op} {values[0]}"


def _literal(operand: c.Operand) -> str:
    if isinstance(operand, c.FactRef):
        return operand.name
    return json.dumps(operand.value if isinstance(operand, c.Parameter) else operand)
