"""*What if I return it?* A product that nobody has bought yet, put to the terms as if it had just been delivered.

Nothing here knows what a policy says: every line is an answer of `decide` to an order made up for the purpose, by a customer
who kept the goods well. What ends a right is found by changing what that customer did and asking again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import encode
from msgspec.structs import replace

from avdet.contract.answer import render, settle_by
from avdet.contract.question import Account, Answers, Claim, Destination, Inspection, Line, Order, Question
from avdet.contract.shape import Answer, Deadline, PolicyMark
from avdet.core import vocabulary as v
from avdet.core.conditions import NEVER, simplify
from avdet.core.facts import UNKNOWN, Facts
from avdet.core.policy import Edition, Policy

WELL_KEPT: Final = Answers(
    sealed=True, used=False, box_kept=True, box_marked=False, accessories_complete=True, gift_included=True,
    visible_at_delivery=False, visible_without_opening=False, visible_without_use=True, in_specification=True, misuse=False,
    carrier_report=True, service_report=True, documents=True, six_photos=True, opened_before_courier=True, arranged=True,
)  # fmt: skip
PAGE: Final = "catalogue"
"""What clauses about a product's page are `carried_by`."""
When = Literal["always", "confirmed", "not_confirmed"]
_SKU: Final = "it"
_REASONS: Final = ("withdrawal", "transit_damage", "defect", "mismatch", "missing_parts", "wrong_item")


@dataclass(frozen=True, slots=True)
class Goods:
    """What the terms can tell one product from another by. `price_minor` is one piece's."""

    traits: tuple[str, ...]
    price_minor: int
    country: str


class Carriage(Struct, frozen=True, gc=False):
    """Who pays one of `CARRIAGES`: always, or once the store's experts have or have not `confirmed` the claim."""

    when: When
    effect: str
    payer: str
    clauses: tuple[str, ...]


class Why(Struct, frozen=True, gc=False):
    """A clause that decided, or a gap in the terms (then `clause` is empty), with its text."""

    clause: str
    text: str


class Ground(Struct, frozen=True, omit_defaults=True, gc=False):
    """What holds on one ground, or on several that fare alike.

    `grounds`: reasons of a claim, `cancellation` for a change of mind before shipping, `at_door` for damage seen at the door.
    `ends`: the clauses that end the right, such as one about opened packaging.
    """

    grounds: tuple[str, ...]
    outcome: str
    because: tuple[Why, ...]
    remedies: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    report_by: Deadline | UnsetType = UNSET
    period_clauses: tuple[str, ...] = ()
    carriage: tuple[Carriage, ...] = ()
    ends: tuple[str, ...] = ()

    def cited(self) -> Iterator[str]:
        """Every clause that the ground names."""
        yield from (why.clause for why in self.because)
        yield from self.period_clauses
        yield from (clause for each in self.carriage for clause in each.clauses)
        yield from self.ends


class Returns(Struct, frozen=True, gc=False):
    """Every ground, by the terms in force. `texts`: clause → its text.

    `specification`: clauses that hold the product to its specification table; `notes`: clauses about the page itself.
    """

    policy: PolicyMark
    grounds: tuple[Ground, ...]
    specification: tuple[Why, ...]
    notes: tuple[Why, ...]
    texts: dict[str, str]


def if_returned(policy: Policy, edition: Edition, goods: Goods, *, now: datetime, language: str) -> Returns:
    """What these terms hold ready for goods bought and delivered `now`; texts in `language`."""
    asked = _Asked(policy, edition, goods, now, language)
    grounds = tuple(_alike(asked.grounds()))
    facts: Facts = UNKNOWN | {trait: trait in goods.traits for trait in v.TRAITS}
    notes = [clause for clause in edition.clauses if clause.carried_by == PAGE and simplify(clause.when, facts) != NEVER]
    return Returns(
        policy=asked.mark, grounds=grounds, specification=asked.why(asked.ending("mismatch", ("in_specification",))),
        notes=asked.why(clause.id for clause in notes),
        texts={each.clause: each.text for each in asked.why(clause for ground in grounds for clause in ground.cited())},
    )  # fmt: skip


class _Asked:
    """The questions about one product, and what their answers come to."""

    def __init__(self, policy: Policy, edition: Edition, goods: Goods, now: datetime, language: str) -> None:
        self.policy, self.edition, self.language, self.now = policy, edition, language, now
        currency: Any = policy.currency
        line = Line(_SKU, 1, goods.price_minor, currency, traits=[t for t in goods.traits if t in v.TRAITS])
        self.paid = Order(
            placed_at=now, lines=[line], paid_at=now, invoiced_at=now, destination=Destination(goods.country), minor=False,
            paid_from=Account("customer"), refund_to=Account("customer"),
        )  # fmt: skip
        self.sent = replace(self.paid, handed_to_carrier_at=now)
        self.delivered = replace(self.sent, delivered_at=now)
        self.reasons = (*_REASONS, *(("installation_fault",) if "authorised_installation" in goods.traits else ()))
        self.mark = self.ask(Question(policy.store, "cancellation", self.paid, now)).policy

    def ask(self, question: Question) -> Answer:
        return render(settle_by(self.policy, question, self.edition), question, self.language)

    def claim(self, reason: str, answers: Answers = WELL_KEPT, *, refused: bool = False) -> Answer:
        order = replace(self.sent, refused_at=self.now) if refused else self.delivered
        return self.ask(Question(self.policy.store, "claim", order, self.now, claim=self.claimed(reason, answers)))

    def claimed(self, reason: str, answers: Answers) -> Claim:
        return Claim(_SKU, 1, self.now, reason, answers)

    def why(self, clauses: Iterable[str]) -> tuple[Why, ...]:
        """Clauses with their texts, each once."""
        known = self.edition.by_id
        return tuple(Why(each, _text(known[each].text, self.language)) for each in dict.fromkeys(clauses) if each in known)

    def grounds(self) -> Iterator[Ground]:
        """In the order in which a customer may meet them: before shipping, at the door, at home."""
        yield self.ground("cancellation", self.ask(Question(self.policy.store, "cancellation", self.paid, self.now)))
        seen = replace(WELL_KEPT, visible_at_delivery=True)
        yield self.ground("at_door", self.claim("transit_damage", seen, refused=True))
        for reason in self.reasons:
            found = self.ground(reason, self.claim(reason))
            if found.outcome in ("approve", "evidence"):
                matters = tuple(fact for fact in self.claim(reason, Answers()).ask if fact in Answers.__struct_fields__)
                found = replace(self.examined(reason, found), ends=self.ending(reason, matters))
            yield found

    def ground(self, name: str, answer: Answer) -> Ground:
        because = [row for row in answer.because if row.effect == "outcome"]
        return Ground(
            grounds=(name,), outcome=answer.outcome, remedies=answer.remedies, requires=answer.requires,
            because=tuple(Why("" if row.finding == "gap" else row.clause, row.text) for row in because),
            report_by=answer.deadlines.get("report_by", UNSET), period_clauses=_by(answer, "deadlines.report_by"),
            carriage=tuple(_carriage(answer, "always")),
        )  # fmt: skip

    def examined(self, reason: str, found: Ground) -> Ground:
        """With what follows once the experts have looked, where the claim by itself does not say it."""
        confirmed, otherwise = (self.inspection(reason, finding) for finding in ("confirmed", "not_confirmed"))
        later = (*_carriage(confirmed, "confirmed"), *_carriage(otherwise, "not_confirmed"))
        known = {each.effect for each in found.carriage}
        carriage = (*found.carriage, *(each for each in later if each.effect not in known))
        return replace(found, remedies=found.remedies or confirmed.remedies, carriage=carriage)

    def inspection(self, reason: str, finding: Literal["confirmed", "not_confirmed"]) -> Answer:
        looked = Inspection(finding, True, True, within_rules=True, goods_received_at=self.now, found_at=self.now)
        claim = self.claimed(reason, WELL_KEPT)
        return self.ask(Question(self.policy.store, "inspection", self.delivered, self.now, claim=claim, inspection=looked))

    def ending(self, reason: str, matters: tuple[str, ...]) -> tuple[str, ...]:
        """The clauses that end a right when one or two of the things that matter are otherwise."""
        found: dict[str, None] = {}
        for changed in (*combinations(matters, 1), *combinations(matters, 2)):
            otherwise = replace(WELL_KEPT, **{fact: not getattr(WELL_KEPT, fact) for fact in changed})
            answer = self.claim(reason, otherwise)
            found |= dict.fromkeys(_by(answer, "outcome") if answer.outcome == "deny" else ())
        return tuple(found)


def _text(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _by(answer: Answer, effect: str) -> tuple[str, ...]:
    rows = (row.clause for row in answer.because if row.effect == effect and row.finding != "gap")
    return tuple(dict.fromkeys(rows))


def _carriage(answer: Answer, when: When) -> Iterator[Carriage]:
    for way in v.CARRIAGES:
        payer = getattr(answer, way)
        if isinstance(payer, str):
            yield Carriage(when, way, payer, _by(answer, way))


def _alike(grounds: Iterable[Ground]) -> Iterator[Ground]:
    """Grounds that fare alike in everything are one."""
    names: dict[object, list[str]] = {}
    first: dict[object, Ground] = {}
    for ground in grounds:
        rest = encode(replace(ground, grounds=()))
        names.setdefault(rest, []).extend(ground.grounds)
        first.setdefault(rest, ground)
    return (replace(first[rest], grounds=tuple(each)) for rest, each in names.items())
