"""Each clause of a claim, through the records: what the engine is told of a real order is what its case file told it.

A row names one of the engine's own cases and the clauses that it is about (`tests/policies/cases`). The order of that case is put into the
records, the claim is filed by the workflow that the portal and the API use, its goods are received and examined where the case
is about an inspection, and the decision that stands on the case's record rests on those clauses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from avdet.analysis.cases import CaseFile, read_cases
from avdet.contract.question import Question, convert_question
from avdet.policies.shelf import STORES
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.claims.file_claim import Wanted, file_claim
from avdet.workflows.goods.receive_parcel import receive_unannounced
from tests.factories import make_customer, make_order, make_product, make_staff, make_store
from tests.workflows.cases import CUSTOMER

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parents[1] / "policies/cases"

FILED: dict[str, tuple[str, ...]] = {
    "ofiskutum/ofi-breakage-no-report": ("OFI-6.2",),
    "ofiskutum/ofi-visible-told-at-once": ("OFI-7.2",),
    "ofiskutum/ofi-breakage-direct": ("OFI-6.3",),
    "ofiskutum/ofi-breakage-direct-refused": ("OFI-10.3",),
    "ofiskutum/ofi-wrong-item": ("OFI-10.2",),
    "ofiskutum/ofi-installation": ("OFI-6.4",),
    "ofiskutum/ofi-change-of-mind": ("OFI-ACC",),
    "ofiskutum/ofi-later-fault": ("OFI-7.1",),
    "ofiskutum/ofi-never-arrived": ("OFI-3",),
    "offykala/test-day-seven": (
        "OFK-TEST-1", "OFK-TEST-2", "OFK-SEND-1", "OFK-SEND-2", "OFK-SEND-3", "OFK-SEND-4", "OFK-SEND-5", "OFK-SEND-6",
        "OFK-SEND-7", "OFK-SEND-8",
    ),
    "offykala/no-serial-number": ("OFK-EXC-1",),
    "offykala/no-serial-number-withdrawn-on-its-way": ("OFK-WDR-1",),
    "offykala/gift-by-trait": ("OFK-EXC-2",),
    "offykala/parcel-never-came": ("OFK-DOOR-2",),
    "offykala/damage-in-time": ("OFK-DMG-1",),
    "offykala/damage-refused-at-the-door": ("OFK-DOOR-1",),
    "offykala/withdrawal-opened": ("OFK-WDR-2",),
    "offykala/withdrawal-large-sealed": ("OFK-WDR-3",),
    "hepsiburada/hep-unsolved-fault": ("HEP-SUP-1",),
    "persianpetshop/pps-food-fault-20-hours": ("PPS-FOOD-4",),
    "persianpetshop/pps-food-visible-but-opened": ("PPS-FOOD-5",),
    "persianpetshop/pps-food-asks-nothing-about-damage": ("PPS-TRN-1", "PPS-TRN-3"),
    "persianpetshop/pps-food-withdrawal": ("PPS-GEN-1",),
    "persianpetshop/pps-food-refused-change-of-mind": ("PPS-FOOD-3", "PPS-WDR-6"),
    "persianpetshop/pps-gift-card": ("PPS-GEN-4",),
    "persianpetshop/pps-gift-card-never-arrived": ("PPS-TRN-2",),
    "persianpetshop/pps-free-gift": ("PPS-GEN-2",),
    "persianpetshop/pps-free-gift-damaged": ("PPS-DMG-1",),
    "persianpetshop/pps-fault-in-time": ("PPS-GEN-3", "PPS-DEF-1", "PPS-DEF-2", "PPS-REQ-2", "PPS-SEND-2", "PPS-COST-2"),
    "persianpetshop/pps-fault-marked-box": ("PPS-DEF-3",),
    "persianpetshop/pps-fault-misuse": ("PPS-DEF-4",),
    "persianpetshop/pps-mismatch-in-time": ("PPS-MIS-1", "PPS-MIS-5"),
    "persianpetshop/pps-mismatch-used": ("PPS-MIS-2",),
    "persianpetshop/pps-mismatch-with-the-photo": ("PPS-MIS-3",),
    "persianpetshop/pps-wrong-item-not-about-the-table": ("PPS-MIS-4",),
    "persianpetshop/pps-damage-refused": ("PPS-TRN-4",),
    "persianpetshop/pps-withdrawal-shrink-film": ("PPS-WDR-1",),
    "persianpetshop/pps-withdrawal-sealed": ("PPS-WDR-4", "PPS-COST-3"),
    "persianpetshop/pps-withdrawal-bulk": ("PPS-WDR-2",),
    "persianpetshop/pps-withdrawal-hygiene": ("PPS-WDR-5",),
    "persianpetshop/pps-send-from-tehran": ("PPS-SEND-1",),
    "fetrashop/test-first-day": (
        "FET-TEST-1", "FET-SEND-1", "FET-SEND-2", "FET-SEND-3", "FET-SEND-4", "FET-SEND-5", "FET-SEND-6", "FET-SEND-7",
        "FET-SEND-8", "FET-REQ-2", "FET-COST-2", "FET-INSP-1", "FET-INSP-7",
    ),
    "fetrashop/test-box-thrown-away": ("FET-TEST-4",),
    "fetrashop/missing-parts": ("FET-MIS-1",),
    "fetrashop/parcel-never-came": ("FET-ORD-5",),
    "fetrashop/withdrawal-on-its-way": ("FET-WDR-1", "FET-WDR-2", "FET-COST-3"),
    "fetrashop/withdrawal-refused-at-the-door": ("FET-REF-1",),
    "fetrashop/withdrawal-made-to-order": ("FET-WDR-3",),
    "fetrashop/bulk-withdrawal": ("FET-WDR-4",),
    "fetrashop/mismatch-after-opening": ("FET-MIS-3", "FET-MIS-5"),
    "fetrashop/mismatch-visible-and-unopened": ("FET-MIS-2",),
    "fetrashop/mismatch-not-in-table": ("FET-MIS-4",),
    "fetrashop/damage-refused": ("FET-DMG-1",),
    "fetrashop/damage-accepted": ("FET-TEST-3",),
}
"""A case of the engine that is filed as a real claim → the clauses on which its decision rests."""
EXAMINED: dict[str, tuple[str, ...]] = {
    "ofiskutum/ofi-wrong-item-verified": ("OFI-10.2", "OFI-10.3"),
    "offykala/no-serial-number-examined": ("OFK-EXC-1",),
    "offykala/gift-examined": ("OFK-EXC-2",),
    "offykala/damage-late-with-documents-examined": ("OFK-DMG-1", "OFK-INSP-1"),
    "offykala/inspection-confirmed": ("OFK-TEST-2", "OFK-COST-1"),
    "offykala/inspection-confirmed-sold-out": ("OFK-INSP-3",),
    "offykala/inspection-reported-late": ("OFK-TEST-1", "OFK-INSP-2"),
    "offykala/inspection-came-back-scratched": ("OFK-SEND-2",),
    "offykala/inspection-marked-box": ("OFK-SEND-4",),
    "offykala/inspection-damage-visible-and-accepted": ("OFK-DOOR-2",),
    "offykala/withdrawal-back-in-the-store": ("OFK-WDR-1",),
    "offykala/withdrawal-came-back-opened": ("OFK-WDR-2",),
    "persianpetshop/pps-food-inspection-confirmed": ("PPS-FOOD-4", "PPS-COST-1"),
    "persianpetshop/pps-food-inspection-faultless": ("PPS-INSP-1", "PPS-COST-3"),
    "persianpetshop/pps-food-inspection-opened": ("PPS-FOOD-5",),
    "persianpetshop/pps-food-damage-carrier-confirms": ("PPS-TRN-2", "PPS-TRN-1"),
    "persianpetshop/pps-food-refused-examined": ("PPS-FOOD-3",),
    "persianpetshop/pps-gift-card-damage-confirmed": ("PPS-GEN-4",),
    "persianpetshop/pps-fault-marked-box-inspection": ("PPS-DEF-3",),
    "persianpetshop/pps-fault-misuse-found": ("PPS-DEF-4",),
    "persianpetshop/pps-fault-confirmed": ("PPS-GEN-3", "PPS-DEF-1", "PPS-COST-2"),
    "persianpetshop/pps-mismatch-late-and-outside-the-rules": ("PPS-MIS-1",),
    "persianpetshop/pps-damage-outside-the-rules-marked-box": ("PPS-DMG-1",),
    "persianpetshop/pps-mismatch-marked-box": ("PPS-MIS-5",),
    "persianpetshop/pps-damage-refused-examined": ("PPS-TRN-4",),
    "persianpetshop/pps-withdrawal-arrived-well": ("PPS-WDR-4", "PPS-WDR-6"),
    "persianpetshop/pps-withdrawal-hygiene-inspection": ("PPS-WDR-5",),
    "persianpetshop/pps-custody": ("PPS-INSP-2",),
    "fetrashop/average-counts-working-hours": ("FET-INSP-7", "FET-INSP-1"),
    "fetrashop/fault-without-the-label-examined": ("FET-TEST-1", "FET-COST-1"),
    "fetrashop/test-confirmed": ("FET-TEST-2", "FET-INSP-3", "FET-INSP-2"),
    "fetrashop/test-confirmed-sold-out": ("FET-TEST-5", "FET-INSP-4"),
    "fetrashop/test-not-confirmed": ("FET-INSP-9", "FET-COST-3"),
    "fetrashop/makers-opinion-needed-for-a-finding": ("FET-INSP-8",),
    "fetrashop/makers-opinion-on-a-change-of-mind": ("FET-WDR-1",),
    "fetrashop/test-confirmed-without-its-packaging": ("FET-TEST-4",),
    "fetrashop/test-confirmed-box-marked": ("FET-SEND-5",),
    "fetrashop/withdrawal-made-to-order-sent-anyway": ("FET-WDR-3",),
    "fetrashop/mismatch-visible-found-opened": ("FET-MIS-2",),
    "fetrashop/mismatch-came-back-without-its-box": ("FET-MIS-3",),
    "fetrashop/mismatch-not-in-table-examined": ("FET-MIS-4",),
    "fetrashop/wrong-item-came-back-marked": ("FET-MIS-5",),
    "fetrashop/mismatch-confirmed": ("FET-MIS-1",),
    "fetrashop/damage-refused-confirmed": ("FET-DMG-1",),
    "fetrashop/damage-accepted-examined": ("FET-TEST-3",),
}
"""The same for goods that are received and examined."""


@cache
def all_cases() -> dict[str, CaseFile]:
    return {f"{store}/{case.id}": case for store in STORES for case in read_cases(CASES / f"{store}.yaml")}


def order_of(question: Question) -> tuple[Order, OrderLine]:
    """The order of a question in the records, and the line that is claimed."""
    asked = question.order
    store = make_store(question.store)
    goods = [
        make_product(store, line.sku, on_hand=line.in_stock or 0, traits=list(line.traits), price_minor=line.unit_price) for line in asked.lines
    ]
    where = msgspec.to_builtins(asked.destination) if asked.destination else {"country": store.country}
    address = {key: value for key, value in where.items() if isinstance(value, str)}
    state = "delivered" if asked.delivered_at else "returned" if asked.refused_at else "shipped"
    fields: dict[str, Any] = {
        name: getattr(asked, name) or None for name in ("paid_at", "invoiced_at", "delivered_at", "refused_at")
    } | {"handed_over_at": asked.handed_to_carrier_at or None}  # fmt: skip
    made = make_order(
        store, make_customer(store), products=goods, state=state, placed_at=asked.placed_at, address={**address, "street": "1"},
        country=address.get("country", store.country), payment_method=asked.payment_method, delivery_method=asked.delivery_method or "carrier",
        **fields,
    )  # fmt: skip
    for row, line in zip(OrderLine.objects.filter(order=made).order_by("position"), asked.lines, strict=True):
        total = line.unit_price * line.quantity - line.discount
        OrderLine.objects.filter(pk=row.pk).update(quantity=line.quantity, discount_minor=line.discount, total_minor=total)
    assert question.claim is not None
    whole = Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk)
    return whole, OrderLine.objects.get(order=made, sku=question.claim.sku)


def file_it(case: CaseFile) -> Case:
    question = convert_question({"now": (case.question.get("claim") or {}).get("reported_at"), **case.question})
    claim = question.claim
    assert claim is not None
    order, line = order_of(question)
    said = {name: value for name, value in msgspec.to_builtins(claim.answers).items() if isinstance(value, bool)}
    wanted = Wanted(line.pk, claim.quantity, str(claim.reason), said)
    (made,) = file_claim(order, [wanted], actor=CUSTOMER, channel="portal", key="k", now=claim.reported_at)
    return made


def examine_it(case: CaseFile) -> Case:
    """Filed, received, and examined with the findings of the engine's case."""
    made = file_it(case)
    found = dict(case.question["inspection"])
    arrived = datetime.fromisoformat(found.pop("goods_received_at", "") or made.filed_at.isoformat()) + timedelta(minutes=1)
    receive_unannounced(made.store, made.order, {made.pk: made.quantity}, actor=CUSTOMER, now=arrived)
    fresh, expert = Case.objects.get(pk=made.pk), make_staff(made.store, "expert")
    found_at = datetime.fromisoformat(found.pop("found_at", "") or arrived.isoformat()) + timedelta(minutes=1)
    findings = Findings(made.quantity, **{"finding": "", **found})
    inspect_case(made.pk, findings, revision=fresh.revision, by=expert, actor=Actor.of(expert, "staff"), now=found_at)
    return Case.objects.get(pk=made.pk)


def rests_on(made: Case, case: CaseFile, clauses: tuple[str, ...]) -> None:
    assert made.outcome == case.expect["outcome"]
    assert set(clauses) - {row["clause"] for row in made.decision["because"]} == set()


@pytest.mark.parametrize(("name", "clauses"), FILED.items())
def test_a_filed_claim_is_decided_by_its_clauses(name: str, clauses: tuple[str, ...]) -> None:
    case = all_cases()[name]
    rests_on(file_it(case), case, clauses)


@pytest.mark.parametrize(("name", "clauses"), EXAMINED.items())
def test_goods_that_were_examined_are_decided_by_their_clauses(name: str, clauses: tuple[str, ...]) -> None:
    case = all_cases()[name]
    rests_on(examine_it(case), case, clauses)
