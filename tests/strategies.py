"""Draws of policies, claims and questions: small, and nasty on purpose.

One generator for two uses: `random.Random` for the large run, and Hypothesis (which plays the part of `Random`, and can
then shrink what it drew). A policy is drawn as a document with conditions in tree form, which the oracle reads as it is;
`written` turns it into the file that the engine reads, with some conditions in infix form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from avdet.core import vocabulary as v
from avdet.core.calendar import MAX_COUNT
from avdet.core.facts import BY_NAME, CLAIMLESS, FACTS, KNOWERS, UNKNOWN, Fact
from tests.oracle import Terms, comparisons, conditions_at

Doc = dict[str, Any]

VERSIONS: Final = ("2026-01-01", "2026-05-01")
_FLAGS: Final = ("sealed", "used", "box_kept", "documents", "misuse", "food", "large", "delivered", "seven_day_test", "minor")
_LISTS: Final = ("reason", "payment_method", "country", "place")
_FIGURES: Final = ("days_since_delivery", "hours_since_delivery", "working_days_since_hand_over", "unit_price", "order_total",
                   "quantity", "claimed_quantity", "days_since_order")  # fmt: skip
_LATER: Final = ("finding", "carrier_confirmed", "within_rules")
_SAME_UNIT: Final = (("unit_price", "order_total"), ("quantity", "claimed_quantity"), ("days_since_delivery", "days_since_order"))
_CUTS: Final = (-1, 0, 1, 2, 3, 7, 10, 14, 24, 1000)
_REMEDIES: Final = ("replacement", "refund", "other_product", "correction")
_REQUIRES: Final = ("original_box", "invoice", "documents", "six_photos")
_TURNS: Final = ("granted", "granted", "denied")
_POINTS: Final = ("claim", "claim", "claim", "inspection", "checkout", "cancellation", "refund")


@dataclass(frozen=True)
class Palette:
    """What one policy is made of: few facts and values, so that clauses meet."""

    points: tuple[str, ...]
    facts: tuple[Fact, ...]
    outcomes: tuple[str, ...]
    parameters: Mapping[str, Any]


def some(r: Random, items: Sequence[Any], low: int, high: int) -> list[Any]:
    return r.sample(list(items), min(len(items), r.randint(low, high)))


def one_in(r: Random, n: int) -> bool:
    return r.randrange(n) == 0


# ---- policies --------------------------------------------------------------------------------------------------------


def policy(r: Random) -> Doc:
    """A policy document of one to six clauses, with conditions in tree form."""
    palette = _palette(r)
    ids = [f"{r.choice(('BKS', 'A1'))}-{r.choice(('WDR', 'X'))}-{i}{r.choice(('', '.1'))}" for i in range(1, r.randint(1, 6) + 1)]
    return {
        "avdet": 1, "store": "bookshop", "name": {"en": "Bookshop"}, "languages": ["en"], "currency": "EUR",
        "calendar": {"country": "none", "zone": "Europe/Istanbul", "weekend": ["saturday", "sunday"]},
        "versions": [{"version": str(i), "in_force_from": day} for i, day in enumerate(VERSIONS)],
        "parameters": dict(palette.parameters),
        "clauses": [_clause(r, palette, name, ids[i + 1 :], [other for other in ids if other != name]) for i, name in enumerate(ids)],
        "gaps": [_gap(r, palette, ids) for _ in range(r.choice((0, 1, 2)))],
    }  # fmt: skip


def _palette(r: Random) -> Palette:
    points = tuple(dict.fromkeys(r.choice(_POINTS) for _ in range(r.randint(1, 2))))
    names = [*some(r, _FLAGS, 1, 3), *some(r, _LISTS, 0, 2), *some(r, _FIGURES, 0, 2), *some(r, _LATER, 0, 1)]
    if one_in(r, 4):
        names += r.choice(_SAME_UNIT)
    facts = tuple(BY_NAME[name] for name in dict.fromkeys(names))
    parameters = {"window": r.choice((1, 7, 14)), "floor": r.choice((1, 10, 1000)), "cause": r.choice(v.REASONS)}
    return Palette(points, facts, tuple(some(r, v.OUTCOMES, 1, 3)), parameters)


def _clause(r: Random, palette: Palette, name: str, later: list[str], others: list[str]) -> Doc:
    """One clause; its exceptions go to later ones only, so that they never come full circle; those of its cases go anywhere."""
    at = some(r, palette.points, 1, 2)
    doc: Doc = {"id": name, "text": {"en": name}, "at": at[0] if len(at) == 1 and one_in(r, 2) else at}
    if one_in(r, 2):
        doc["when"] = condition(r, palette, at, 2)
    if later and one_in(r, 2):
        doc["exception_to"] = some(r, later, 1, 2)
    if one_in(r, 8):
        doc[r.choice(("valid_from", "valid_to"))] = r.choice(("2026-05-01", "2026-03-01", "2026-08-01"))
    free = "exception_to" not in doc
    if free and one_in(r, 5):
        doc["once"], palette, others = r.choice(_TURNS), replace(palette, outcomes=()), []
    if one_in(r, 3):
        doc["cases"] = [_case(r, palette, at, others, waits=free and one_in(r, 6)) for _ in range(r.randint(1, 3))]
        return doc
    return {**doc, **_plain(r, palette, at)}


def _plain(r: Random, palette: Palette, at: list[str]) -> Doc:
    doc: Doc = {"then": _values(r, palette)}
    if one_in(r, 2):
        doc["provided"] = condition(r, palette, at, 2)
    if one_in(r, 2):
        doc["within"] = _period(r, palette, sets=True)
    always = _hollow(doc.get("provided")) and "within" not in doc
    if not always and one_in(r, 2):
        doc["otherwise"] = _values(r, palette)
    return _once(doc)


def _hollow(tree: Any) -> bool:
    """Whether a condition is nothing but `always`, after which the language allows no `otherwise`."""
    return tree is None or ("all" in tree and all(map(_hollow, tree["all"]))) or ("any" in tree and any(map(_hollow, tree["any"])))


def _once(doc: Doc) -> Doc:
    """A deadline that `within` sets is set by nothing else: the language refuses it."""
    taken = doc.get("within", {}).get("sets")
    for part in ("then", "otherwise"):
        if doc.get(part, {}).get("deadlines", {}).pop(taken, None) and not doc[part]["deadlines"]:
            del doc[part]["deadlines"]
            doc[part] = doc[part] or {"nothing": True}
    return doc


def _case(r: Random, palette: Palette, at: list[str], others: list[str], *, waits: bool) -> Doc:
    points = some(r, at, 1, 2)
    if waits:
        palette, others = replace(palette, outcomes=()), []
    doc: Doc = {"then": _values(r, palette), **({"once": r.choice(_TURNS)} if waits else {})}
    if one_in(r, 3):
        doc["at"] = points
    else:
        points = at
    if not one_in(r, 5):
        doc["when"] = condition(r, palette, points, 2)
    if one_in(r, 4):
        doc["within"] = _period(r, palette, sets=True)
    if others and one_in(r, 4):
        doc["exception_to"] = [r.choice(others)]
    return _once(doc)


def _values(r: Random, palette: Palette) -> Doc:
    doc: Doc = {}
    if palette.outcomes and not one_in(r, 4):
        doc["outcome"] = r.choice(palette.outcomes)
    if one_in(r, 2):
        doc["remedies"] = some(r, _REMEDIES, 1, 2)
    if one_in(r, 4):
        doc[r.choice(v.CARRIAGES)] = r.choice(v.PAYERS)
    if one_in(r, 4):
        doc["requires"] = some(r, _REQUIRES, 1, 2)
    if one_in(r, 6):
        doc["deadlines"] = {r.choice(("report_by", "send_by")): _period(r, palette)}
    return doc or {"nothing": True}


def _period(r: Random, palette: Palette, *, sets: bool = False) -> Doc:
    unit = r.choice(("days", "days", "hours", "working_days", "months"))
    count: Any = "window" if one_in(r, 3) else min(r.choice((0, 1, 7, 14, 24)), MAX_COUNT[unit])
    doc: Doc = {unit: count, "after": r.choice(("delivered", "delivered", "handed_to_carrier", "placed"))}
    if sets and one_in(r, 2):
        doc["sets"] = r.choice(("report_by", "send_by"))
    return doc


def _gap(r: Random, palette: Palette, ids: list[str]) -> Doc:
    doc: Doc = {"about": r.choice(ids), "at": list(palette.points), "text": {"en": "open"}}
    if not one_in(r, 4):
        doc["when"] = condition(r, palette, list(palette.points), 1)
    return doc


# ---- conditions ------------------------------------------------------------------------------------------------------


def condition(r: Random, palette: Palette, at: Sequence[str], depth: int) -> Doc:
    """A condition, in tree form, over facts that can be known (or can only be `known`) at all of `at`."""
    if depth == 0 or one_in(r, 3):
        return _atom(r, palette, at)
    kind = r.randrange(12)
    if kind < 3:
        return {"not": condition(r, palette, at, depth - 1)}
    if kind == 11:
        return r.choice(({"all": []}, {"any": []}, {"all": []}))
    parts = [condition(r, palette, at, depth - 1) for _ in range(r.randint(1, 3))]
    return {"all" if kind < 7 else "any": parts}


def askable(fact: Fact, point: str) -> bool:
    return fact.known_by in KNOWERS[point] and not (point in CLAIMLESS and fact.known_by == "customer")


def _atom(r: Random, palette: Palette, at: Sequence[str]) -> Doc:
    usable = [fact for fact in palette.facts if all(askable(fact, point) for point in at)]
    never = [fact for fact in palette.facts if not any(askable(fact, point) for point in at)]
    if never and (not usable or one_in(r, 5)):
        return {"fact": r.choice(never).name, "op": "known"}
    fact = r.choice(usable) if usable else BY_NAME["delivered"]
    if fact.kind == "bool":
        return {"fact": fact.name, "op": r.choice(("==", "==", "!=")), "value": r.choice((True, True, False))}
    return _listed(r, fact, palette) if fact.kind == "enum" else _figure(r, fact, palette)


def _listed(r: Random, fact: Fact, palette: Palette) -> Doc:
    few = fact.values[:4]
    if one_in(r, 2):
        return {"fact": fact.name, "op": "in", "value": some(r, few, 1, 3)}
    cause = fact.name == "reason" and one_in(r, 4)
    return {"fact": fact.name, "op": r.choice(("==", "!=")), "value": {"parameter": "cause"} if cause else r.choice(few)}


def _figure(r: Random, fact: Fact, palette: Palette) -> Doc:
    twin = next((b if fact.name == a else a for a, b in _SAME_UNIT if fact.name in (a, b)), None)

    def operand() -> Any:
        if twin and BY_NAME[twin] in palette.facts and one_in(r, 3):
            return {"ref": twin}
        if one_in(r, 4):
            return {"parameter": r.choice(("window", "floor"))}
        return max(fact.low, r.choice(_CUTS))

    kind = r.randrange(8)
    if kind == 0:
        low, high = (max(fact.low, cut) for cut in sorted(r.sample(_CUTS, 2)))
        return {"fact": fact.name, "op": "between", "value": [low, high]}
    if kind == 1:
        return {"fact": fact.name, "op": "in", "value": [operand() for _ in range(r.randint(1, 3))]}
    return {"fact": fact.name, "op": r.choice(("==", "!=", "<", "<=", "<=", ">", ">=")), "value": operand()}


# ---- writing a policy file -------------------------------------------------------------------------------------------


def written(doc: Doc, r: Random) -> bytes:
    """The policy file of a drawn document: JSON, which is YAML too, with about half of its conditions in infix form."""
    plain = {**doc, "clauses": [_written_clause(clause, r) for clause in doc["clauses"]],
             "gaps": [_with_conditions(gap, r) for gap in doc["gaps"]]}  # fmt: skip
    return json.dumps(plain).encode()


def _written_clause(doc: Doc, r: Random) -> Doc:
    doc = _with_conditions(doc, r)
    return {**doc, "cases": [_with_conditions(case, r) for case in doc["cases"]]} if "cases" in doc else doc


def _with_conditions(doc: Doc, r: Random) -> Doc:
    return {key: _written(value, r) if key in ("when", "provided") else value for key, value in doc.items()}


def _written(tree: Any, r: Random) -> Any:
    if not _empty_any(tree) and one_in(r, 2):
        return infix(tree, r)
    for joint in ("all", "any"):
        if joint in tree:
            return {joint: [_written(part, r) for part in tree[joint]]}
    if "not" in tree:
        return {"not": _written(tree["not"], r)}
    return {**tree, "value": _names(tree["value"])} if "value" in tree else tree


def _empty_any(tree: Any) -> bool:
    """Whether `any: []` stands anywhere, which infix can only write as `not always`."""
    return False if "fact" in tree else tree.get("any") == [] or any(map(_empty_any, _parts(tree)))


def _parts(tree: Any) -> list[Any]:
    return [tree["not"]] if "not" in tree else [*tree.get("all", ()), *tree.get("any", ())]


def _names(value: Any) -> Any:
    """References as the file writes them: bare names."""
    if isinstance(value, list):
        return [_names(item) for item in value]
    return next(iter(value.values())) if isinstance(value, dict) else value


def infix(tree: Any, r: Random, above: str = "or") -> str:
    """A condition in infix form, with parentheses where they are needed, and sometimes where they are not."""
    if "fact" in tree:
        return _comparison(tree, r)
    if "not" in tree:
        return "not " + infix(tree["not"], r, "not")
    joint = "and" if "all" in tree else "or"
    parts = tree["all"] if joint == "and" else tree["any"]
    if not parts:
        return "always" if joint == "and" else "not always"
    text = f" {joint} ".join(infix(part, r, joint) for part in parts)
    loose = above == "not" or (above == "and" and joint == "or")
    return f"({text})" if (loose and len(parts) > 1) or one_in(r, 6) else text


def _comparison(atom: Any, r: Random) -> str:
    name, op = str(atom["fact"]), atom["op"]
    if op == "known":
        return f"known {name}"
    if op == "between":
        return f"{name} between {_word(atom['value'][0], r)} and {_word(atom['value'][1], r)}"
    if op == "in":
        opening, closing = r.choice(("()", "[]"))
        return f"{name} in {opening}{', '.join(_word(item, r) for item in atom['value'])}{closing}"
    if op == "==" and atom["value"] is True and one_in(r, 2):
        return name
    return f"{name}{r.choice(('', ' '))}{op}{r.choice(('', ' '))}{_word(atom['value'], r)}"


def _word(given: Any, r: Random) -> str:
    value: bool | int | str = _names(given)
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "_") if isinstance(value, int) and one_in(r, 2) else str(value)


# ---- facts -----------------------------------------------------------------------------------------------------------

BASE: Final[Mapping[str, Any]] = {
    **UNKNOWN,
    **{fact.name: {"bool": False, "enum": (fact.values or ("",))[0], "int": max(fact.low, 0)}[fact.kind] for fact in FACTS if fact.always},
}
"""What the record always knows, and nothing else."""


def named(terms: Terms, at: str) -> dict[str, list[int]]:
    """Every fact that the terms name at a point, in a fixed order, with the figures to which they compare it."""
    found: dict[str, list[int]] = {}
    for atom in (atom for condition in conditions_at(terms, at) for atom in comparisons(condition)):
        cuts = found.setdefault(atom["fact"], [])
        for value in atom["value"] if isinstance(atom.get("value"), list) else [atom.get("value")]:
            if isinstance(value, dict):
                found.setdefault(value["ref"], [])
            elif type(value) is int:
                cuts.append(value)
    return found


def facts(r: Random, terms: Terms, *, at: str = "claim", known: bool = False) -> dict[str, Any]:
    """A claim for some terms: what the record knows is known, the rest perhaps; figures near those that the terms name.

    With `known`, nothing that can be asked at the point is unknown.
    """
    found, cuts = dict(BASE), named(terms, at)
    hidden = [name for name in cuts if not BY_NAME[name].always and askable(BY_NAME[name], at)]
    unknown = 0 if known else r.choice((0, 0, 1, 2, 4))
    left_out = set(r.sample(hidden, min(len(hidden), unknown)))
    for name in cuts:
        fact = BY_NAME[name]
        early = not askable(fact, at) and (one_in(r, 2) or at in CLAIMLESS)
        if name not in left_out and not early:
            found[name] = value(r, fact, cuts[name] or [0, 7])
    if at not in CLAIMLESS and "reason" not in left_out:
        found["reason"] = found["reason"] or r.choice(v.REASONS)
    return found


def value(r: Random, fact: Fact, cuts: Sequence[int]) -> Any:
    """A value of a fact; a figure lies at, just below or just above one of `cuts`, or at a bound."""
    if fact.kind == "bool":
        return one_in(r, 2)
    if fact.kind == "enum":
        return r.choice(fact.values[:5])
    near = r.choice(cuts) + r.choice((-1, 0, 0, 1))
    return max(fact.low, min(fact.high, r.choice((near, near, near, fact.low, 0, fact.high))))


# ---- questions for the shipped policies ------------------------------------------------------------------------------

_CLOCK: Final = ("placed_at", "paid_at", "invoiced_at", "handed_to_carrier_at", "delivered_at")
_CURRENCY: Final = {"ofiskutum": "TRY", "hepsiburada": "TRY"}
_PROMISES: Final = ("sealed", "used", "box_kept", "box_marked", "accessories_complete", "gift_included", "visible_at_delivery",
                    "visible_without_opening", "visible_without_use", "in_specification", "misuse", "carrier_report",
                    "service_report", "documents", "six_photos", "opened_before_courier", "arranged")  # fmt: skip


def _stamp(hours: int) -> str:
    """An instant some hours into 2026; the first fortnight of the year is left alone."""
    from datetime import datetime, timedelta, timezone

    return (datetime(2026, 2, 1, 9, tzinfo=timezone(timedelta(hours=3))) + timedelta(hours=hours)).isoformat()


def question(r: Random, store: str, at: str) -> Doc:
    """A question about a shipped policy that keeps to the contract: events in order, quantities that were ordered."""
    hour, times = 0, {}
    for event in _CLOCK[: r.randint(1, len(_CLOCK))]:
        times[event] = _stamp(hour)
        hour += r.choice((0, 1, 20, 24, 72))
    hour += r.choice((0, 1, 23, 24, 25, 167, 168, 169, 24 * 10, 24 * 14, 24 * 15, 24 * 40))
    quantity = r.choice((1, 1, 2, 5))
    line = {"sku": "A", "quantity": quantity, "unit_price": r.choice((0, 1, 45_000_000, 100_000_001)),
            "currency": _CURRENCY.get(store, "IRR"), "in_stock": r.choice((0, 1, 9)), "traits": some(r, v.TRAITS[:11], 0, 2)}  # fmt: skip
    order: Doc = {**times, "lines": [line], "delivery_method": r.choice(("carrier", "direct")),
             "payment_method": r.choice(("online", "card_to_card", "cash_on_delivery")), "partial_consent": one_in(r, 2)}  # fmt: skip
    if not one_in(r, 3):
        order["destination"] = {"country": r.choice(("TR", "IR", "TR-KKTC", "DE")), "city": r.choice(("Tehran", "Istanbul", "Izmir"))}
    doc: Doc = {"store": store, "at": at, "now": _stamp(hour + r.choice((0, 1, 200))), "order": order}
    if at not in CLAIMLESS:
        doc["claim"] = _claim(r, quantity, hour)
    if at in ("inspection", "refund", "custody"):
        doc["inspection"] = _inspection(r)
    if at == "custody":
        doc["custody"] = {"started_at": _stamp(hour)}
    return doc


def _claim(r: Random, quantity: int, hour: int) -> Doc:
    found: Doc = {"sku": "A", "quantity": r.randint(1, quantity), "reported_at": _stamp(hour)}
    if not one_in(r, 8):
        found["reason"] = r.choice(v.REASONS)
    unsaid = r.choice((0, 0, 2, 5))
    names = r.sample(_PROMISES, len(_PROMISES) - unsaid)
    return {**found, "answers": {name: one_in(r, 2) for name in sorted(names)}}


def _inspection(r: Random) -> Doc:
    flags = {name: one_in(r, 2) for name in ("in_stock", "carrier_confirmed", "within_rules", "customer_refuses_goods")}
    kept = {name: flag for name, flag in flags.items() if not one_in(r, 6)}
    return kept if one_in(r, 6) else {**kept, "finding": r.choice(("confirmed", "not_confirmed", "misuse"))}


# ---- the same, for Hypothesis ----------------------------------------------------------------------------------------

randoms: Final = st.randoms(use_true_random=False)


@st.composite
def policies(draw: st.DrawFn) -> Doc:
    """Policy documents with conditions in tree form."""
    return policy(draw(randoms))


@st.composite
def claims(draw: st.DrawFn, terms: Terms, *, at: str = "claim", known: bool = False) -> dict[str, Any]:
    """Facts for some terms at a decision point, partly unknown unless `known`."""
    return facts(draw(randoms), terms, at=at, known=known)


@st.composite
def questions(draw: st.DrawFn, store: str, at: str) -> Doc:
    """Questions in the decision contract about a shipped policy."""
    return question(draw(randoms), store, at)
