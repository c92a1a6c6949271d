"""What may be done to put a case right: the moves that its reader may make, each with what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from avdet.core.lifecycles import GOODS
from avdet.records.cases.models import Case
from avdet.records.remedies.models import SECOND_VISIT, TO_OWNER, VISITS, Carriage, CarrierClaim, Custody, Remedy
from avdet.web.desk.case_moves import CALLERS
from avdet.web.desk.moves import Offered
from avdet.web.desk.pages import EXPERTS, PURSES, WRITERS
from avdet.words.phrases import phrase
from avdet.workflows.goods.open_carrier_claim import carrier_answers
from avdet.workflows.goods.send_back import HERE
from avdet.workflows.remedies.remedy_sums import Offer

WHO: Final = {
    "choose": CALLERS, "hand_back": CALLERS, "give_back": CALLERS, "come_again": CALLERS, "lose": CALLERS, "keep": CALLERS,
    "carriage": WRITERS, "repay": PURSES, "charge": PURSES, "carrier": EXPERTS, "visited": EXPERTS,
    "carrier_came": EXPERTS,
}  # fmt: skip
"""Move → who may make it."""
_ICONS: Final = {
    "choose": "list-checks", "hand_back": "truck", "give_back": "package-check", "come_again": "undo-2", "lose": "package-x",
    "keep": "hourglass", "carriage": "receipt-text", "repay": "hand-coins", "charge": "credit-card", "carrier": "scale",
    "visited": "user", "carrier_came": "truck",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Putting:
    """A case that is being put right: what may be chosen, what was, what each way cost, and what the carrier is asked."""

    case: Case
    offers: list[Offer]
    remedy: Remedy | None
    carriages: Mapping[str, Carriage]
    custody: Custody | None
    claim: CarrierClaim | None
    owed: Mapping[str, list[str]] = field(default_factory=dict)


def owed_ways(carriages: Mapping[str, Carriage]) -> dict[str, list[str]]:
    """`repay` and `charge` → the ways of which that is still to be done."""
    rows = [each for each in carriages.values() if not each.settled and each.paid_by != each.borne_by]
    return {
        "repay": [each.way for each in rows if each.paid_by == "customer"],
        "charge": [each.way for each in rows if each.paid_by == "store"],
    }


def remedy_moves(putting: Putting, role: str | None, language: str) -> list[Offered]:
    """The allowed moves; the first is the page's main one."""
    names = [name for name in _open(putting) if role in WHO[name]]
    return [
        Offered(name, _ICONS[name], "main" if at == 0 and name != "carriage" else "plain", (_follows(name, language),))
        for at, name in enumerate(names)
    ]


def _open(putting: Putting) -> Iterator[str]:
    case, remedy = putting.case, putting.remedy
    if putting.offers:
        yield "choose"
    if remedy is not None and case.state == "settling" and remedy.kind in TO_OWNER:
        yield from _back(case)
    elif remedy is not None and case.state == "settling" and remedy.kind in VISITS:
        yield "carrier_came" if remedy.kind == SECOND_VISIT else "visited"
    elif case.state == "denied" and GOODS.allows(case.goods, "hold"):
        yield "keep"
    yield from (name for name in ("repay", "charge") if putting.owed.get(name))
    if putting.claim is None and carrier_answers(case):
        yield "carrier"
    yield "carriage"


def _back(case: Case) -> Iterator[str]:
    """Goods that are to go back to their owner."""
    if case.goods in HERE:
        yield "hand_back"
    for name, move in (("give_back", "give_back"), ("come_again", "come_again"), ("lose", "lose"), ("keep", "hold")):
        if GOODS.allows(case.goods, move):
            yield name


def _follows(name: str, language: str) -> str:
    return phrase(language, f"desk.remedy_follows.{name}")
