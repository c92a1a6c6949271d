"""Exported policies decided by the engines they were exported to, each answer in one common shape to compare with `decide`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from avdet.analysis.export import export
from avdet.core.decide import Decision
from avdet.core.facts import BY_NAME
from avdet.core.policy import Edition
from avdet.core.vocabulary import CARRIAGES

Facts = Mapping[str, Any]
Said = dict[str, Any]
Decider = Callable[[Sequence[Facts]], list[Said]]
"""Claims → the answer to each."""

_SQL_TYPES = {"bool": "BOOLEAN", "enum": "VARCHAR", "int": "BIGINT"}
CERTAIN = ("outcome", "remedies", *CARRIAGES, "requires")
"""What of an answer is the same in every completion of a partly known claim."""
_ZEN: list[Any] = []


def ours(decision: Decision) -> Said:
    """A decision in the shape in which exports are compared."""
    return {
        "outcome": decision.outcome, "remedies": list(decision.remedies),
        **{way: getattr(decision, way) for way in CARRIAGES},
        "requires": sorted(decision.requires),
        "deadlines": {name: f"{p.length} {p.unit} after {p.after}" for name, p in decision.deadlines},
        "because": sorted({row.clause for row in decision.because}), "finding": decision.finding,
    }  # fmt: skip


def sql(edition: Edition, point: str) -> Decider:
    """The SQL export, run by DuckDB over a table of the claims."""
    import duckdb

    query = export(edition, "sql", point=point)
    used = [name for name in BY_NAME if f"--   {name} " in query]

    def decide_all(claims: Sequence[Facts]) -> list[Said]:
        with duckdb.connect() as database:
            columns = "".join(f", {name} {_SQL_TYPES[BY_NAME[name].kind]}" for name in used)
            database.execute(f"CREATE TABLE claims (claim_id BIGINT{columns})")
            rows = ", ".join(f"({i}{''.join(', ' + _literal(claim[name]) for name in used)})" for i, claim in enumerate(claims))
            database.execute(f"INSERT INTO claims VALUES {rows}")
            found = database.execute(query)
            names = [column[0] for column in found.description]
            return [_from_row(dict(zip(names, row, strict=True))) for row in sorted(found.fetchall())]

    return decide_all


def _literal(value: Any) -> str:
    return "NULL" if value is None else repr(value)


def _from_row(row: dict[str, Any]) -> Said:
    fixed = ("claim_id", "outcome", "remedies", *CARRIAGES, "requires", "because", "finding")
    listed = {name: [item for item in row[name].split(",") if item] for name in ("remedies", "requires", "because")}
    deadlines = {name: value for name, value in row.items() if name not in fixed and value}
    return _said({**row, **listed, "deadlines": deadlines})


def _said(answer: Mapping[str, Any]) -> Said:
    plain = {name: answer.get(name) for name in ("outcome", *CARRIAGES, "deadlines", "finding")}
    return {**plain, "remedies": list(answer["remedies"]), "requires": sorted(answer["requires"]),
            "because": sorted(set(answer["because"]))}  # fmt: skip


def jdm(edition: Edition, point: str) -> Decider:
    """The JDM export, decided by GoRules' own engine."""
    import zen

    if not _ZEN:
        _ZEN.append(zen.ZenEngine())
    decision = _ZEN[0].create_decision(export(edition, "jdm", point=point))

    def one(claim: Facts) -> Said:
        found = decision.evaluate(dict(claim))["result"]
        deadlines = {name: f"{p['count']} {p['unit']} after {p['after']}" for name, p in found["deadlines"].items()}
        return _said({**found, "deadlines": deadlines})

    return lambda claims: [one(claim) for claim in claims]


def jsonlogic(edition: Edition, point: str) -> Decider:
    """The JSONLogic export, decided by datalogic (Rust)."""
    import datalogic_py

    document = json.loads(export(edition, "jsonlogic", point=point))
    rule = datalogic_py.Engine().compile(document["rule"])
    return lambda claims: [_from_values(document["fields"], rule.evaluate(dict(claim))) for claim in claims]


def panzi(edition: Edition, point: str) -> Decider:
    """The JSONLogic export, decided by a second implementation (Python)."""
    from json_logic import jsonLogic  # type: ignore[import-untyped]

    document = json.loads(export(edition, "jsonlogic", point=point))
    return lambda claims: [_from_values(document["fields"], jsonLogic(document["rule"], dict(claim))) for claim in claims]


def _from_values(fields: Sequence[str], values: Sequence[Any]) -> Said:
    found = dict(zip(fields, values, strict=True))
    deadlines = {name.removeprefix("deadlines."): value for name, value in found.items() if name.startswith("deadlines.") and value}
    return _said({**found, "deadlines": deadlines})
