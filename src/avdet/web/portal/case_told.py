"""A request as its customer follows it: where it stands, what is theirs to do, what to pack and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avdet.records.cases.models import Case
from avdet.records.cases.queries import open_deadline_of
from avdet.records.parcels.queries import NOTHING_COMES
from avdet.words.catalogue import say
from avdet.workflows.cases.our_deadline import STORE_BY
from avdet.workflows.cases.take_decision import is_followed

TONES: Final = {
    "filed": "news", "evidence": "wait", "review": "news", "send": "wait", "verify": "news", "followed": "news",
    "on_the_way": "news", "arrived": "news", "carrier": "news", "choosing": "wait", "asked": "news", "pay": "wait",
    "settling": "news", "going_back": "news", "custody": "wait", "called": "news", "denied": "bad", "settled": "good",
    "over": "quiet", "withdrawn": "quiet", "merged": "quiet",
}  # fmt: skip
ICONS: Final = {
    "filed": "inbox", "evidence": "image", "review": "user", "send": "package", "verify": "search", "followed": "user",
    "on_the_way": "truck", "arrived": "package-open", "carrier": "truck", "choosing": "list-checks", "asked": "user",
    "pay": "hand-coins", "settling": "hourglass", "going_back": "undo-2", "custody": "hourglass", "called": "package",
    "denied": "circle-x", "settled": "circle-check", "over": "check", "withdrawn": "undo-2", "merged": "copy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """The one thing that matters of a case: how it stands, its tone and icon, and until when the customer is waited for."""

    key: str
    tone: str
    icon: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that the terms ask of the customer, and why: (clause, its text)."""

    said: str
    why: tuple[tuple[str, str], ...]


def standing(case: Case) -> Standing:
    """How a case stands: what was decided, and once it was accepted, or refused with its goods here, where the goods are.

    Whose remedy waits for its customer has a difference to pay.
    """
    key = case.state
    if key == "approved":
        here = "verify" if case.reason in NOTHING_COMES else "followed" if is_followed(case) else "send"
        key = {"with_customer": here, "on_the_way": "on_the_way"}.get(case.goods, "arrived")
        key = "carrier" if key == "arrived" and case.waits_for == "carrier" else key
    elif key == "choosing" and case.waits_for == "store":
        key = "asked"
    elif case.outcome == "deny" and key == "settling":
        key = "going_back" if case.goods != "in_custody" else "called" if case.waits_for == "store" else "custody"
    elif key == "settling" and case.waits_for == Case.WaitsFor.CUSTOMER:
        key = "pay"
    elif case.outcome == "deny" and key == "settled":
        key = "over"
    return Standing(key, TONES[key], ICONS[key], case.due_at if case.waits_for == "customer" else None)


def promise(case: Case, now: datetime) -> str:
    """What the day is by which the store acts, where it is its turn: promised by a `clause`, its own `aim`, or passed and so
    `late`; empty where none is set. One statement at most.
    """
    if case.waits_for != Case.WaitsFor.STORE or case.due_at is None:
        return ""
    if case.due_at < now:
        return "late"
    return "aim" if open_deadline_of([case], STORE_BY) is not None else "clause"


def demands(case: Case, texts: Mapping[str, str], language: str) -> list[Demand]:
    """What the decision asks for, each with the clauses that ask it."""
    rows = [row for row in case.decision.get("because", ()) if row["effect"] == "requires" and row.get("finding") != "gap"]
    found = []
    for name in case.decision.get("requires", ()):
        clauses = dict.fromkeys(row["clause"] for row in rows if row["value"] == name)
        found.append(Demand(say(language, "requirement", name), tuple((clause, texts.get(clause, "")) for clause in clauses)))
    return found


def is_paid_back(case: Case) -> bool:
    """Whether money is on its way to the customer of a case, who may have to say where to."""
    return case.state == "settling" and case.waits_for == Case.WaitsFor.BANK
