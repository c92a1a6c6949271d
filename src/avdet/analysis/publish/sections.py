"""How the clauses of a policy fall into sections with headings: in the policy's own order, by what they are about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from avdet.core import conditions as c
from avdet.core.policy import Clause, Edition

_STEM: Final = re.compile(r"[A-Z0-9]+-(?:(?P<word>[A-Z]+)|(?P<number>\d+))")

_BY_STEM: Final = {
    "GEN": "general", "ACC": "account", "HLP": "account", "ORD": "order", "DSP": "dispatch", "DLV": "delivery",
    "DOOR": "delivery", "TEST": "test", "WDR": "withdrawal", "DEF": "defect", "MIS": "mismatch", "DMG": "damage",
    "TRN": "damage", "EXC": "excluded", "FOOD": "food", "SEND": "sending", "REQ": "request", "INSP": "inspection",
    "COST": "cost", "REF": "refund", "CAN": "cancellation", "PRV": "privacy", "MSG": "messages", "RATE": "ratings",
    "SUP": "support", "INV": "invoice", "ADR": "address",
}  # fmt: skip
"""The middle part of a clause id, as the shipped policies and `policy new` use it → subject."""

_BY_CARRIER: Final = {
    "help_centre": "account", "accounts": "account", "conversations": "messages", "ratings": "ratings",
    "notices": "delivery", "invoices": "invoice", "packing": "packing", "storefront": "order", "catalogue": "order",
    "refunds": "refund", "returns_desk": "request", "terms_page": "general",
}  # fmt: skip
_BY_REASON: Final = {
    "withdrawal": "withdrawal", "defect": "defect", "transit_damage": "damage", "mismatch": "mismatch",
    "missing_parts": "mismatch", "wrong_item": "mismatch", "installation_fault": "installation", "not_received": "delivery",
}  # fmt: skip
_BY_POINT: Final = {
    "checkout": "order", "dispatch": "dispatch", "address_change": "address", "cancellation": "cancellation",
    "delivery_failed": "delivery", "inspection": "inspection", "refund": "refund", "custody": "custody",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """`subject` is the key of its heading; `anchor` is unique on the page."""

    subject: str
    anchor: str
    clauses: tuple[Clause, ...]


def sections(edition: Edition) -> tuple[Section, ...]:
    """The clauses in the policy's order; neighbours whose ids have the same middle part, or the same subject, together."""
    runs = [(stem, list(group)) for stem, group in groupby(edition.clauses, key=_stem)]
    named = [(_BY_STEM.get(stem) or _commonest(group), group) for stem, group in runs]
    found, used = [], Counter[str]()
    for subject, groups in groupby(named, key=lambda pair: pair[0]):
        used[subject] += 1
        anchor = f"about-{subject}" + (f"-{used[subject]}" if used[subject] > 1 else "")
        found.append(Section(subject, anchor, tuple(clause for _, group in groups for clause in group)))
    return tuple(found)


def _stem(clause: Clause) -> str:
    match = _STEM.match(clause.id)
    return (match["word"] or match["number"]) if match else ""


def _commonest(clauses: list[Clause]) -> str:
    return Counter(_subject(clause) for clause in clauses).most_common(1)[0][0]


def _subject(clause: Clause) -> str:
    """What a clause is about, as its rule shows."""
    facts = {fact for case in clause.cases for fact in c.facts_of(case.when)} | set(c.facts_of(clause.when))
    if "country" in facts:
        return "where"
    reason = next(_reasons(clause), None)
    if reason:
        return _BY_REASON[reason]
    point = next((point for case in clause.cases for point in case.at if point != "claim"), None)
    return _BY_POINT.get(point or "") or _BY_CARRIER.get(clause.carried_by) or "general"


def _reasons(clause: Clause) -> Iterator[str]:
    for condition in (clause.when, *(case.when for case in clause.cases)):
        for atom in c.atoms(condition):
            if atom.fact == "reason" and atom.op in ("==", "in"):
                yield from (str(operand) for operand in c.operands(atom))
