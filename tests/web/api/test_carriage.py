"""Carriage, custody and claims on carriers through the API; refusals first."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avdet.core.bookings import CARRIAGE, POSTAGE, RECOVERIES
from avdet.records.cases.models import Case
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.drafts import DraftLine
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import WebhookMessage
from avdet.records.remedies.models import Carriage, CarrierClaim, Custody
from avdet.records.stores.models import Store
from avdet.workflows.cases.override_case import override_case
from tests.factories import NOW, make_product, make_staff, make_store
from tests.records.cases.pictures import PDF
from tests.web.api.callers import Caller
from tests.web.api.claiming import send_file
from tests.workflows.remedies import again, all_is_well, arrived, bought, checked_goods, choosing, claimed, examined, follow

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=2)
"""Programs look at the clock on the wall, which shows a later time than this."""


@pytest.fixture
def store() -> Store:
    return make_store("persianpetshop")


def here(case: Case, rest: str) -> str:
    return f"/cases/{case.number}/{rest}"


def irr(amount: int) -> dict[str, Any]:
    return {"amount_minor": amount, "currency": "IRR"}


def refused(store: Store) -> Case:
    """A case whose goods are here, nothing was confirmed of, and are to go back."""
    order = bought(store, DraftLine(make_product(store, price_minor=1_000).sku), at=NOW - timedelta(days=8))
    return follow(examined(arrived(claimed(order, now=BEFORE), now=BEFORE), "not_confirmed", now=BEFORE), now=BEFORE)


def damaged(store: Store) -> Case:
    """Damage on the way that the experts have confirmed: the store's word waits for the carrier's."""
    order = bought(store, DraftLine(make_product(store, price_minor=1_000).sku), at=NOW - timedelta(days=7, hours=12))
    return examined(arrived(claimed(order, "transit_damage", now=BEFORE), now=BEFORE), now=BEFORE)


def failed(call: Caller, path: str, body: Any, method: str = "POST", **headers: str) -> tuple[int, str]:
    problem = call(method, path, body, **headers)
    return call.status, problem.get("code") or problem["kind"]


def test_carriage_is_written_down_and_settled_once(call: Caller, store: Store) -> None:
    case = refused(store)
    way = here(case, "carriage/redelivery")
    said = {"paid_by": "store", "amount": irr(900)}
    assert failed(call, here(case, "carriage/sideways"), said, "PUT") == (404, "not_found")
    assert failed(call, way, {**said, "paid_by": "nobody"}, "PUT") == (422, "invalid")
    assert failed(call, way, {**said, "amount": {**irr(1), "currency": "TRY"}}, "PUT") == (422, "asked.currency")
    assert failed(call, way, said, "PUT", If_Match='"99"') == (412, "changed")
    assert failed(call, f"{way}/settlement", {"reference": "B-1"}) == (422, "carriage.nothing")
    unknown = call.get(here(case, "carriage"))["data"][1]
    assert (unknown["way"], unknown["borne_by"], unknown["amount"], unknown["settled"]) == ("redelivery", "customer", None, "")
    call("PUT", way, said)
    kept = call("PUT", way, {**said, "amount": irr(700)})
    assert (kept["amount"], kept["borne_by"], kept["clauses"], kept["settled"]) == (irr(700), "customer", ["PPS-COST-3"], "")
    assert call.get(here(case, "carriage"))["data"][1] == kept
    settled = [call.post(f"{way}/settlement", {"reference": "B-1"}, Idempotency_Key="k") for _ in range(2)]
    assert (settled[0]["settled"], settled[1]) == ("charged", settled[0])
    assert failed(call, f"{way}/settlement", {"reference": "B-2"}) == (422, "carriage.nothing")
    back = here(case, "carriage/return")
    call("PUT", back, {**said, "paid_by": "customer"})
    assert call.get(here(case, "carriage"))["data"][0]["settled"] == "paid"  # whoever bears it has paid it
    assert (trial_balance(store)[CARRIAGE, "IRR"], trial_balance(store)[POSTAGE, "IRR"]) == (-700, 700)
    all_is_well(store)


def test_postage_that_the_store_bears_is_repaid_against_its_receipt() -> None:
    case = choosing(make_store())
    call = Caller(case.store)
    way = here(case, "carriage/return")
    said = {"paid_by": "customer", "amount": irr(500)}
    call("PUT", way, said)
    assert failed(call, f"{way}/settlement", {"reference": "B-1"}) == (422, "carriage.receipt")
    call("PUT", way, {**said, "receipt": True})
    assert call.post(f"{way}/settlement", {"reference": "B-1"})["settled"] == "repaid"
    assert Carriage.objects.get().settled == "repaid"


def test_goods_are_kept_asked_for_and_sent_back(call: Caller, store: Store) -> None:
    case = refused(store)
    moves = here(case, "goods/moves")
    call.get(here(case, "custody"))
    assert call.status == 404
    assert failed(call, here(case, "custody/call"), None) == (422, "custody.not_kept")
    assert failed(call, moves, {"move": "keep"}) == (422, "invalid")
    assert failed(call, moves, {"move": "send_back"}) == (422, "remedy.carrier")
    assert (call.post(moves, {"move": "hold"}, Idempotency_Key="k")["goods"], call.status) == ("in_custody", 200)
    custody = call.get(here(case, "custody"))
    assert (custody["case"], custody["clauses"], custody["asked"], custody["ended"]) == (case.number, ["PPS-INSP-2"], False, "")
    assert failed(call, moves, {"move": "hold"}) == (422, "custody.not_here")
    asked = call.post(here(case, "custody/call"), None)
    assert (asked["waits_for"], asked["revision"]) == ("store", call.post(here(case, "custody/call"), None)["revision"])
    assert call.get(here(case, "custody"))["asked"]
    assert failed(call, moves, {"move": "send_back", "carrier": "Tipax"}, If_Match='"1"') == (412, "changed")
    assert call.post(moves, {"move": "send_back", "carrier": "Tipax", "tracking_number": "T-1"})["goods"] == "going_back"
    assert call.post(moves, {"move": "come_again"})["goods"] == "arrived"
    assert call.post(moves, {"move": "give_back"})["state"] == "settled"
    assert (call.get(here(case, "custody"))["asked"], Custody.objects.get().ended) == (False, "taken")
    all_is_well(store)


def test_what_came_of_a_visit_is_written_down_in_an_experts_name(call: Caller, store: Store) -> None:
    expert = make_staff(store, "expert")
    case = claimed(bought(store, DraftLine(checked_goods(store).sku), delivered=False), "not_received")
    said = {"day": NOW.date().isoformat(), "found": "the neighbour was in", "mended": True}
    assert failed(call, here(case, "visit"), said) == (403, "person")
    signed = Caller(store, maker=expert)
    assert failed(signed, here(case, "visit"), said) == (422, "remedy.no_visit")
    override_case(case, {"outcome": "approve", "remedies": ["second_visit"]}, reason="once more", author=expert, now=NOW)
    follow(again(case))
    assert failed(signed, here(case, "visit"), {**said, "found": " "}) == (422, "record.why")
    assert (signed.post(here(case, "visit"), said)["state"], again(case).order.state) == ("settled", "delivered")


def test_a_claim_on_a_carrier_is_opened_with_its_report_answered_and_paid(
    call: Caller, store: Store, stranger: Caller, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    add_endpoint(store, "https://shop.example/hook", kinds=["carrier_claim.*"], now=NOW)
    assert failed(call, here(refused(store), "carrier-claim"), {"carrier": "Tipax"}) == (422, "carrier.nobody")
    case = damaged(store)
    report = send_file(call, here(case, "evidence"), PDF, "report.pdf", kind="carrier_report")["id"]
    opened = call.post(here(case, "carrier-claim"), {"note": "the box was crushed"})
    assert (call.status, opened["carrier"], opened["asked"], opened["reports"]) == (201, "Tipax", irr(1_000), [report])
    assert call.post(here(case, "carrier-claim"), {"carrier": "Post"}) == opened
    seen = call.last["ETag"]
    moves = f"/carrier-claims/{opened['id']}/moves"
    assert failed(call, moves, {"move": "submit"}) == (422, "carrier.reference")
    assert failed(call, moves, {"move": "recover", "amount": irr(1), "reference": "B"}) == (422, "lifecycle.carrier_claim")
    assert call.post(moves, {"move": "submit", "reference": "H-1"}, If_Match=seen)["reference"] == "H-1"
    assert failed(call, moves, {"move": "confirm"}, If_Match='"0"') == (412, "changed")
    assert call.post(moves, {"move": "confirm"}, Idempotency_Key="k")["moves"] == ["refuse", "recover", "close"]
    assert Case.objects.get(pk=case.pk).state == "choosing"
    for wrong in ({"reference": "B"}, {"reference": "B", "amount": irr(0)}):
        assert failed(call, moves, {"move": "recover", **wrong}) == (422, "carrier.amount")
    paid = call.post(moves, {"move": "recover", "amount": irr(800), "reference": "B-1"})
    assert (paid["state"], paid["recovered"]) == ("recovered", irr(800))
    assert [each["kind"] for each in paid["events"]] == ["open", "submit", "confirm", "recover"]
    assert call.get(f"/carrier-claims/{opened['id']}") == paid
    call.get(f"/carrier-claims/{opened['id']}", If_None_Match=call.last["ETag"])
    assert call.status == 304
    assert trial_balance(store)[RECOVERIES, "IRR"] == -800
    events = [json.loads(each.body) for each in WebhookMessage.objects.order_by("pk")]
    assert [each["type"].partition(".")[2] for each in events] == ["opened", "submitted", "confirmed", "recovered"]
    assert (events[-1]["data"]["claim"], events[-1]["data"]["recovered_minor"]) == (opened["id"], 800)
    assert stranger.get("/carrier-claims")["data"] == []


def test_what_is_read_costs_the_same_however_much_there_is(call: Caller, store: Store) -> None:
    for _ in range(2):
        case = damaged(store)
        claim = call.post(here(case, "carrier-claim"), {})["id"]
        for path, most in (
            ("/carrier-claims", 2), ("/carrier-claims?state=opened&limit=1", 2), (f"/carrier-claims/{claim}", 4),
            (here(case, "carriage"), 3), (here(case, "custody"), 3),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as asked:
                call.get(path)
            assert (path, len(asked)) == (path, most)
    assert CarrierClaim.objects.count() == 2
    first = call.get("/carrier-claims?limit=1")
    assert call.get(f"/carrier-claims?limit=1&cursor={first['next']}")["data"][0]["id"] < first["data"][0]["id"]
    assert call.get("/carrier-claims?state=closed")["data"] == []
