"""A claim of the proof as a question document, put to `decide` before anyone sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from msgspec import structs

from avdet.analysis.prove.claims import Claim
from avdet.contract.answer import Settled, engine_of, render, settle_by
from avdet.contract.gather import gather, plan
from avdet.contract.question import Answers, Question, convert_question
from avdet.core import conditions as c
from avdet.core.decide import Engine, decide
from avdet.core.facts import CLAIMLESS, Value
from avdet.core.policy import Edition, Policy
from avdet.core.vocabulary import TRAITS
from avdet.policies.shelf import STORES, policy_path

_ANSWERS: Final = Answers.__struct_fields__
_PROVINCES: Final = {"istanbul": {"province": "Istanbul"}, "tehran": {"province": "Tehran", "city": "Tehran"},
                     "karaj": {"province": "Alborz", "city": "Karaj"}}  # fmt: skip
_HOME: Final = {"istanbul": "TR", "tehran": "IR", "karaj": "IR"}


class WitnessError(AssertionError):
    """The solver's claim and the engine's answer differ: a bug in Avdet, never in a policy."""


def store_of(policy: Policy) -> str:
    """How a question names the policy: a shipped store by name, any other, be it an edited copy of one, by its file."""
    shipped = policy.store in STORES and policy.file == str(policy_path(policy.store))
    return policy.store if shipped else policy.file


class Document:
    """Writes one claim as a question. The sections hold only what the claim says."""

    def __init__(self, claim: Claim, policy: Policy, zone_of: Callable[[datetime], datetime]) -> None:
        self.claim, self.policy, self.values, self.zone_of = claim, policy, claim.values, zone_of

    def whole(self) -> dict[str, Any]:
        point, frame = self.claim.point, self.claim.frame
        question: dict[str, Any] = {"store": store_of(self.policy), "at": point, "now": self._iso(frame.now)}
        question["order"] = self._order()
        if point not in CLAIMLESS:
            question["claim"] = self._claim()
        if inspection := self._inspection():
            question["inspection"] = inspection
        if "custody_started" in self.claim.ages and point != "inspection":
            question["custody"] = {"started_at": self._at("custody_started")}
        return question

    def _iso(self, instant: datetime) -> str:
        return self.zone_of(instant).isoformat()

    def _at(self, event: str) -> str:
        return self._iso(self.claim.frame.instant(event, self.claim.ages[event]))

    def _given(self, *names: str) -> dict[str, Value]:
        return {name: self.values[name] for name in names if name in self.values}

    def _order(self) -> dict[str, Any]:
        order: dict[str, Any] = {"placed_at": self._at("placed")}
        for event in ("paid", "invoiced", "handed_to_carrier", "delivered", "refused"):
            if event in self.claim.ages:
                order[f"{event}_at"] = self._at(event)
        order |= self._given("payment_method", "delivery_method", "recipient", "partial_consent", "form_complete",
                             "recipient_details", "payer_documents_checked", "minor")  # fmt: skip
        return order | self._destination() | self._attempts() | self._accounts() | self._stop() | self._goods()

    def _destination(self) -> dict[str, Any]:
        place = str(self.values.get("place", "other"))
        country = str(self.values.get("country", _HOME.get(place, "")))
        if not country and place == "other":
            return {}
        return {"destination": {"country": "US" if country == "other" else country, **_PROVINCES.get(place, {})}}

    def _attempts(self) -> dict[str, Any]:
        if "first_attempt" not in self.claim.ages:
            return {}
        count = int(self.values.get("attempts", 1))
        times = [self._at("first_attempt"), *[self._at("last_attempt")] * (count - 1)]
        return {"deliveries": [{"attempted_at": at, "outcome": "nobody_home"} for at in times]}

    def _accounts(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        payer, holder = self.values.get("payer", "customer"), self.values.get("refund_holder", "none")
        same = self.values.get("paid_from_registered")
        if holder != "none":
            found["refund_to"] = {"holder": holder, "number": "1"}
        if payer != "customer" or (same is False and holder != "none"):
            found["paid_from"] = {"holder": payer, "number": "1" if same else "2"}
        return found

    def _stop(self) -> dict[str, Any]:
        if not self.values.get("sales_stopped"):
            return {}
        after = self.values["placed_before_stop"]
        return {"sales_stopped_at": self._iso(self.claim.frame.now) if after else self._at("placed")}

    def _goods(self) -> dict[str, Any]:
        quantity, total = int(self.values.get("quantity", 1)), self.values.get("order_total")
        price = int(self.values.get("unit_price", total if total and quantity == 1 else 1000))
        traits = [trait for trait in TRAITS if self.values.get(trait) and not (trait == "gift" and price == 0)]
        line: dict[str, Any] = {"sku": "A", "quantity": quantity, "unit_price": price, "currency": self.policy.currency}
        line |= {"traits": traits} if traits else {}
        if "short_of_stock" in self.values:
            short, nothing = self.values["short_of_stock"], self.values.get("nothing_in_stock", True)
            line["in_stock"] = quantity if not short else 0 if nothing else quantity - 1
        found: dict[str, Any] = {"lines": [line]}
        if total is not None and int(total) != price * quantity:
            found["shipping" if int(total) > price * quantity else "discount"] = abs(int(total) - price * quantity)
        return found

    def _claim(self) -> dict[str, Any]:
        claim = {"sku": "A", "quantity": int(self.values.get("claimed_quantity", self.values.get("quantity", 1)))}
        answers = self._given(*_ANSWERS)
        return claim | self._given("reason") | {"reported_at": self._iso(self.claim.frame.asked), "answers": answers}

    def _inspection(self) -> dict[str, Any]:
        found: dict[str, Any] = self._given("finding", "carrier_confirmed", "within_rules", "customer_refuses_goods",
                                            "makers_opinion_needed")  # fmt: skip
        if "replacement_in_stock" in self.values:
            found["in_stock"] = self.values["replacement_in_stock"]
        found |= {f"{event}_at": self._at(event) for event in ("goods_received", "found") if event in self.claim.ages}
        return found


@dataclass(frozen=True)
class Witness:
    """A claim, the question it makes, and what came of it when it was put to an edition."""

    claim: Claim
    edition: Edition
    question: dict[str, Any]
    settled: Settled
    law: Edition | None = None

    @cached_property
    def mask(self) -> int:
        """The branches and named gaps that apply, as bits."""
        return self._mask(self.settled.engine)

    def law_mask(self) -> int:
        """The same of the law beside it."""
        assert self.settled.law_engine is not None
        return self._mask(self.settled.law_engine)

    def _mask(self, engine: Engine) -> int:
        """By the generated code, or where that needs a fact that no branch turns on after all, condition by condition."""
        point, facts = engine.point(self.claim.point), self.settled.facts
        found = point.mask(facts["reason"])(facts)  # type: ignore[arg-type]
        if found >= 0:
            return found
        left = [c.simplify(condition, facts) for condition in point.conditions]
        if any(part not in (c.ALWAYS, c.NEVER) for part in left):
            raise WitnessError(f"a fact is missing in {self.question}")
        return sum(1 << i for i, part in enumerate(left) if part == c.ALWAYS)

    def decided(self) -> dict[str, Any]:
        """The outcome, the clauses it cites and, where they are silent or disagree, that; for a finding."""
        decision = self.settled.decision
        found: dict[str, Any] = {"outcome": decision.outcome, "clauses": cited(self.settled)}
        return found | ({"finding": decision.finding} if decision.finding else {})

    def answered(self) -> Any:
        """The whole answer document."""
        return render(self.settled, convert_question(self.question), None)


def cited(settled: Settled) -> list[str]:
    """The clauses an answer rests on, each once."""
    return list(dict.fromkeys(row.clause for row in settled.decision.because))


def written(claim: Claim, edition: Edition, zone: Any) -> dict[str, Any]:
    """The question document of a claim, its times in the store's zone."""
    return Document(claim, edition.policy, lambda at: at.astimezone(zone)).whole()


def replayed(claim: Claim, edition: Edition, zone: Any, law: Edition | None = None) -> Witness:
    """Write a claim as a question and put it to the edition."""
    return put(claim, written(claim, edition, zone), edition, law)


def put(claim: Claim, question: dict[str, Any], edition: Edition, law: Edition | None = None) -> Witness:
    """Put a question to an edition, as `avdet decide` would, but never let the law bind: the terms are under study.

    The law beside them may be another than the policy names.
    """
    asked = convert_question(question)
    settled = settle_by(replace(edition.policy, law_binds=False), asked, edition)
    if law is not None and (settled.law_engine is None or settled.law_engine.edition is not law):
        settled = _beside(settled, asked, law)
    return Witness(claim, edition, question, settled, law)


def _beside(settled: Settled, question: Question, law: Edition) -> Settled:
    engine, point = engine_of(law), question.at
    wanted = settled.engine.point(point).facts + engine.point(point).facts
    facts = gather(question, settled.when, settled.line, settled.calendar, plan(wanted))
    answer = decide(engine, point, facts) if engine.point(point).branches else None
    return structs.replace(settled, facts=facts, law=answer, law_engine=engine)


def without_answers(*witnesses: Witness, law: bool = False) -> tuple[Witness, ...]:
    """The same claim with fewer answers, where what each edition answers stays the same in every clause it cites.

    With `law`, what the law answers stays the same as well.
    """
    for name in witnesses[0].question.get("claim", {}).get("answers", {}):
        shorter = tuple(put(each.claim, _less(each.question, name), each.edition, each.law) for each in witnesses)
        if all(_alike(one, other, law=law) for one, other in zip(shorter, witnesses, strict=True)):
            witnesses = shorter
    return witnesses


def _less(question: dict[str, Any], name: str) -> dict[str, Any]:
    claim = question["claim"]
    return {**question, "claim": {**claim, "answers": {key: said for key, said in claim["answers"].items() if key != name}}}


def _alike(one: Witness, other: Witness, *, law: bool) -> bool:
    pairs = [(one.settled.decision, other.settled.decision)]
    if law and one.settled.law is not None and other.settled.law is not None:
        pairs.append((one.settled.law, other.settled.law))
    return all((mine.essence, mine.because) == (theirs.essence, theirs.because) for mine, theirs in pairs)
