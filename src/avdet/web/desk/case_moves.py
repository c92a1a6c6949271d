"""What may be done with a case now: the moves that its reader may make, each with what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from avdet.core.lifecycles import CASE
from avdet.records.cases.models import Case, CaseOverride
from avdet.web.desk.moves import Offered, channels
from avdet.web.desk.pages import EXPERTS, HANDS, WRITERS
from avdet.words import money as priced
from avdet.words.phrases import phrase
from avdet.workflows.cases.answer_case import ANSWERABLE
from avdet.workflows.cases.merge_cases import may_merge
from avdet.workflows.cases.override_case import OPEN, SECOND
from avdet.workflows.cases.withdraw_case import may_withdraw

CALLERS: Final = (*HANDS, "expert")
"""Who does for a customer on the telephone what the customer may do."""
WHO: Final = {
    "agree": SECOND, "refuse": SECOND, "answer": EXPERTS, "ask": EXPERTS, "override": EXPERTS, "merge": CALLERS,
    "withdraw": CALLERS, "reopen": EXPERTS, "assign": WRITERS, "note": WRITERS,
}  # fmt: skip
"""Move → who may make it."""
_ICONS: Final = {
    "agree": "circle-check", "refuse": "circle-x", "answer": "scale", "ask": "image", "override": "pencil", "merge": "copy",
    "withdraw": "circle-x", "reopen": "rotate-ccw", "assign": "user", "note": "message-square",
}  # fmt: skip
_KEYS: Final = {
    "agree": "g", "refuse": "f", "answer": "a", "ask": "q", "override": "o", "merge": "m", "withdraw": "w", "reopen": "r",
    "assign": "s", "note": "n",
}  # fmt: skip
_KINDS: Final = {"withdraw": "danger", "refuse": "danger"}
_TOLD: Final = ("agree", "answer", "ask", "override", "merge", "withdraw", "reopen")
"""Moves of which the customer is told."""


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A case as it lies on the desk: `alike` are others of its line and reason, `waiting` an override for a second person."""

    case: Case
    alike: Sequence[Case]
    waiting: CaseOverride | None
    reader: int

    @property
    def mergeable(self) -> list[Case]:
        """Cases that can go on as one with it."""
        return [other for other in self.alike if may_merge(self.case, other)]


def offered(desk: OnDesk, role: str | None, language: str) -> list[Offered]:
    """The allowed moves; the first of them is the page's main one where it leads the case on."""
    made: list[Offered] = []
    for name in _open(desk):
        if role in WHO[name]:
            kind = "main" if not made and name in ("agree", "answer") and _leads(desk, name) else _KINDS.get(name, "plain")
            made.append(Offered(name, _ICONS[name], kind, tuple(_follows(name, desk, language)), _KEYS[name]))
    return made


def _leads(desk: OnDesk, name: str) -> bool:
    return name == "agree" or desk.case.state == "review"


def _open(desk: OnDesk) -> Iterator[str]:
    case = desk.case
    if desk.waiting is not None and desk.waiting.author_id != desk.reader:
        yield from ("agree", "refuse")
    if case.state in ANSWERABLE and case.goods != "lost":
        yield "answer"
    if case.state == "review":
        yield "ask"
    if case.state in OPEN and desk.waiting is None:
        yield "override"
    if CASE.allows(case.state, "reopen"):
        yield "reopen"
    if desk.mergeable:
        yield "merge"
    if may_withdraw(case):
        yield "withdraw"
    yield from ("assign", "note")


def _follows(name: str, desk: OnDesk, language: str) -> Iterator[str]:
    """The consequences, as sentences."""
    case = desk.case
    yield phrase(language, f"desk.case_follows.{_called(name, case)}")
    limit = case.store.second_approval_minor
    if name == "override" and limit is not None:
        yield phrase(language, "desk.case_follows.second", amount=priced(limit, case.order.currency, language))
    elif name in _TOLD:
        yield phrase(language, f"desk.follows.{channels(case.order)}")


def _called(name: str, case: Case) -> str:
    """What was put right already stays so: then less follows from the same move."""
    given = case.settled_before or case.state == "settled"
    return f"{name}_settled" if given and name in ("withdraw", "reopen") else name
