"""What comes back, through the API: parcels, what was found, remedies and refunds of one claim; refusals first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Stock
from avdet.records.people.models import BankAccount
from avdet.records.refunds.models import Goodwill, Refund
from avdet.records.stores.models import Store
from avdet.words.phrases import phrase
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.money.send_refund import send_refund
from tests.factories import make_product, make_staff, make_store
from tests.records.cases.pictures import PDF, photo
from tests.web.api.callers import ROOT, Caller
from tests.web.api.claiming import arrived, send_file
from tests.workflows.money import grant, pay
from tests.workflows.payouts import iban
from tests.workflows.remedies import FAULTY

pytestmark = pytest.mark.django_db
FAULT = {"lines": [{"position": 1, "quantity": 2, "reason": "defect", "answers": FAULTY}]}
FOUND = {"finding": "confirmed", "within_rules": True, "in_stock": True, "quantity": 2, "checklist": {"original_box": True, "used": False}}


class World:
    """A store with a claim on two of three pieces that a customer is to send in, and a program that its owner has made."""

    def __init__(self) -> None:
        self.store: Store = make_store()
        self.call = Caller(self.store, maker=make_staff(self.store, "owner"))
        self.order = arrived(self.store)
        pay(self.order, 3 * 45_000_000)
        answers = {name: value for name, value in FAULTY.items() if name != "arranged"}
        said = {"lines": [{**FAULT["lines"][0], "answers": answers}]}
        self.case = self.call.post(f"/orders/{self.order.number}/claims", said)["data"][0]["number"]

    def announced(self) -> dict[str, Any]:
        body = {"cases": [self.case], "way": "post"}
        made: dict[str, Any] = self.call.post(f"/orders/{self.order.number}/parcels", body)
        return made

    def received(self) -> str:
        code = str(self.announced()["code"])
        self.call.post(f"/parcels/{code}/arrival", {"found": "whole"})
        return code

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, str]:
        problem = self.call(method, path, body, **headers)
        return self.call.status, problem["kind"], problem.get("code") or problem["errors"][0]["where"]


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return World()


def test_what_cannot_be_done_with_a_parcel_is_refused_by_its_code(world: World) -> None:
    mine = f"/orders/{world.order.number}/parcels"
    assert world.refused("POST", mine, {"cases": [world.case], "way": "pigeon"}) == (422, "invalid", "body.way")
    assert world.refused("POST", mine, {"cases": ["X-R1"], "way": "post"}) == (422, "refused", "asked.no_case")
    assert world.refused("POST", mine, {"cases": [world.case], "way": "carrier_code"}) == (422, "refused", "parcel.way")
    code = world.announced()["code"]
    assert world.refused("POST", mine, {"cases": [world.case], "way": "post"}) == (422, "refused", "parcel.not_now")
    here = f"/parcels/{code}"
    more = {"found": "short", "pieces": [{"case": world.case, "quantity": 3}]}
    assert world.refused("POST", f"{here}/arrival", more) == (422, "refused", "parcel.too_many")
    assert world.refused("POST", f"{here}/arrival", {**more, "pieces": [{"case": "X-R1", "quantity": 1}]})[2] == "asked.no_case"
    assert world.refused("PUT", f"{here}/owner", {"order": world.order.number, "pieces": [{"case": world.case, "quantity": 1}]})[2] == "parcel.known"
    world.call.post(f"{here}/moves", {"move": "cancel"}, If_Match='"7"')
    assert world.call.status == 412
    world.call.post(f"{here}/moves", {"move": "cancel"})
    assert world.refused("POST", f"{here}/moves", {"move": "lose"}) == (422, "refused", "lifecycle.parcel")


def test_a_parcel_is_announced_sent_and_received(world: World) -> None:
    ways = world.call.get(f"/orders/{world.order.number}/parcels/ways?lang=tr")
    assert ways["cases"] == [{"case": world.case, "quantity": 2}]
    assert "post" in [way["way"] for way in ways["ways"]]
    made = world.announced()
    assert (world.call.status, made["state"], made["items"]) == (201, "announced", [{"case": world.case, "announced": 2, "arrived": None}])
    here = f"/parcels/{made['code']}"
    slip = world.call.client.get(f"{ROOT}{here}/slip", headers={"Authorization": f"Bearer {world.call.text}"})
    assert (slip["Content-Type"], slip["Cache-Control"], slip.content[:5]) == ("application/pdf", "private, no-store", b"%PDF-")
    sent = world.call.post(f"{here}/moves", {"move": "send", "tracking_number": "T-1"})
    assert (sent["state"], world.call.get(f"/cases/{world.case}")["goods"]) == ("sent", "on_the_way")
    assert [each["code"] for each in world.call.get("/parcels?bears=T-1")["data"]] == [made["code"]]
    assert world.call.get("/parcels?bears=T-2")["data"] == world.call.get("/parcels?state=lost")["data"] == []
    back = world.call.post(f"{here}/arrival", {"found": "short", "pieces": [{"case": world.case, "quantity": 1}], "note": "one"})
    assert (back["state"], back["items"][0]["arrived"], back["moves"]) == ("arrived", 1, [])
    nameless = world.call.post("/parcels", {"carrier": "tipax", "tracking_number": "T-9"})
    assert (world.call.status, nameless["order"], nameless["items"]) == (201, None, [])
    whose = {"order": world.order.number, "pieces": [{"case": world.case, "quantity": 1}]}
    known = world.call("PUT", f"/parcels/{nameless['code']}/owner", whose)
    assert (known["order"], known["items"][0]["arrived"]) == (world.order.number, 1)
    assert world.refused("PUT", f"/parcels/{nameless['code']}/owner", whose)[2] == "parcel.known"


def test_a_finding_is_signed_by_a_person_who_may_and_by_nobody_else(world: World) -> None:
    here = f"/cases/{world.case}/inspections"
    assert world.refused("POST", here, FOUND) == (422, "refused", "finding.not_here")
    world.received()
    assert world.refused("POST", here, {**FOUND, "checklist": {"colour": True}})[:2] == (422, "invalid")
    assert world.refused("POST", here, {**FOUND, "quantity": 3}) == (422, "refused", "finding.pieces")
    assert Caller(world.store).post(here, FOUND)["kind"] == "person"
    clerk = make_staff(world.store, "accountant")
    assert Caller(world.store, maker=clerk).post(f"{here}?lang=tr", FOUND)["title"] == phrase("tr", "api.problem.person.title")
    looked = world.call.post(f"{here}/preview", FOUND)
    assert (looked["outcome"], world.call.get(here)["data"]) == ("approve", [])


def test_what_a_colleague_granted_is_foreseen_as_it_will_be_signed(world: World) -> None:
    opened = {"position": 1, "quantity": 1, "reason": "withdrawal", "answers": {**FAULTY, "carrier_report": False}}
    world.case = world.call.post(f"/orders/{world.order.number}/claims", {"lines": [opened]})["data"][0]["number"]
    case, owner = Case.objects.get(number=world.case), world.store.members.get(role="owner").user
    asked = {"outcome": "approve", "remedies": ["refund"], "return_shipping": "store"}
    override_case(case, asked, reason="a regular customer", author=owner, now=timezone.now())
    world.received()
    here = f"/cases/{world.case}"
    looked = world.call.post(f"{here}/inspections/preview", {**FOUND, "quantity": 1})
    world.call.post(f"{here}/inspections", {**FOUND, "quantity": 1})
    decided = world.call.get(here)["decision"]
    assert (looked["outcome"], looked["remedies"]) == (decided["outcome"], decided["remedies"]) == ("approve", ["refund"])


def test_from_the_finding_to_the_money(world: World) -> None:
    code = world.received()
    here = f"/cases/{world.case}"
    signed = world.call.post(f"{here}/inspections", FOUND)
    assert (world.call.status, signed["finding"], signed["parcel"], signed["signed_name"]) == (201, "confirmed", code, "owner")
    assert world.call.get(f"{here}/inspections")["data"] == [{**signed, "checklist": {"original_box": True, "used": False}}]
    offered = world.call.get(f"{here}/remedies")
    assert (offered["data"], {each["kind"] for each in offered["offered"]}) == ([], {"replacement", "other_product", "refund"})
    assert world.refused("POST", f"{here}/remedies", {"kind": "redelivery"}) == (422, "refused", "remedy.not_granted")
    Stock.objects.update(on_hand=0)
    gone = world.call.post(f"{here}/remedies", {"kind": "replacement"})
    assert (world.call.status, gone["kind"]) == (409, "out_of_stock")
    left = world.call.get(f"{here}/remedies")["offered"]  # the choice is open again, among what is left
    assert {each["kind"] for each in left} == {"other_product", "refund"}
    assert all(each["clauses"] for each in left)
    other = {"kind": "other_product", "sku": make_product(world.store, "DEARER", price_minor=95_000_000).sku}
    for shown in ({}, {"difference": {"amount_minor": -5_000_000, "currency": "IRR"}}):
        assert world.refused("POST", f"{here}/remedies", other | shown) == (409, "conflict", "remedy.difference")
    strange = {"difference": {"amount_minor": 5_000_000, "currency": "TRY"}}
    assert world.refused("POST", f"{here}/remedies", other | strange) == (422, "refused", "asked.currency")
    chosen = world.call.post(f"{here}/remedies", {"kind": "refund"}, Idempotency_Key="choose")
    assert (world.call.status, chosen["amount"]["amount_minor"], chosen["chosen_by"]) == (201, 90_000_000, "customer")
    assert world.call.post(f"{here}/remedies", {"kind": "refund"}, Idempotency_Key="choose") == chosen
    assert world.refused("POST", f"{here}/remedies", {"kind": "refund"}) == (409, "conflict", "remedy.nothing_to_choose")
    owed = world.call.get(f"{here}/refunds")["data"]
    assert [(each["remedy"], each["amount"]["amount_minor"]) for each in owed] == [(chosen["id"], 90_000_000)]
    assert world.call.post(f"{here}/disposition", {"disposition": "supplier"})["disposition"] == "supplier"
    assert world.refused("POST", f"{here}/disposition", {"disposition": "scrap"}) == (422, "refused", "finding.not_ours")


def test_goodwill_is_given_in_a_persons_name_and_above_the_limit_waits_for_another_one(world: World) -> None:
    Store.objects.filter(pk=world.store.pk).update(returns={"second_approval_minor": 1_000})
    there = f"/orders/{world.order.number}/goodwill"
    said = {"amount": {"amount_minor": 500, "currency": "IRR"}, "reason": "it took long"}
    assert Caller(world.store).post(there, said)["kind"] == "person"
    too_much = {**said, "amount": {"amount_minor": 10**12, "currency": "IRR"}}
    assert world.refused("POST", there, too_much) == (422, "refused", "refund.left")
    assert world.call.post(there, said)["state"] == "granted"
    big = world.call.post(there, {**said, "amount": {"amount_minor": 5_000, "currency": "IRR"}})
    assert (big["state"], [each["id"] for each in world.call.get("/goodwill")["data"]]) == ("waiting", [big["id"]])
    assert Goodwill.objects.get(pk=big["id"]).author == world.store.members.get(role="owner").user


def test_an_account_is_named_for_what_waits_for_one_and_is_never_shown(world: World) -> None:
    there, number = f"/orders/{world.order.number}/refunds/account", iban()
    said = {"number": number, "holder_name": str(world.order.customer.name), "consent": "She agreed in the app."}
    assert world.refused("POST", there, said) == (422, "refused", "refund.no_account_asked")
    owed = grant(world.order, 5_000)[0]
    send_refund(owed.pk, now=timezone.now())
    for wrong, code in (({"number": "IR00"}, "bank.iban"), ({"holder_name": "Nobody"}, "bank.other_name"), ({"consent": " "}, "bank.consent"),
                        ({"holder": "father"}, "bank.of_age"), ({"holder": "other"}, "body.holder")):  # fmt: skip
        assert world.refused("POST", there, {**said, **wrong})[2] == code
    answer = world.call.post(there, said)
    assert ([each["id"] for each in answer["data"]], number in str(answer)) == ([owed.pk], False)
    kept = BankAccount.objects.get()
    assert (kept.number, kept.consent_text, Refund.objects.get().account) == (number, "She agreed in the app.", kept)


def test_a_file_is_handed_out_to_its_own_store_only(world: World, stranger_of: Any) -> None:
    piece = send_file(world.call, f"/orders/{world.order.number}/evidence", photo())["id"]
    paper = send_file(world.call, f"/orders/{world.order.number}/evidence", PDF, kind="receipt")["id"]
    bearer = {"Authorization": f"Bearer {world.call.text}"}
    full, small = (world.call.client.get(f"{ROOT}/evidence/{piece}/file?size={size}", headers=bearer) for size in ("full", "small"))
    assert (full["Content-Type"], full["X-Content-Type-Options"], full["Cache-Control"]) == ("image/jpeg", "nosniff", "private, no-store")
    assert len(small.content) < len(full.content)
    assert world.call.client.get(f"{ROOT}/evidence/{paper}/file", headers=bearer).content[:5] == b"%PDF-"
    world.call.get(f"/evidence/{paper}/file?size=small")
    assert world.call.status == 404
    assert stranger_of(f"/evidence/{piece}/file") == 404
    world.call("DELETE", f"/evidence/{piece}")
    world.call.get(f"/evidence/{piece}/file")
    assert world.call.status == 404


@pytest.fixture
def stranger_of(stranger: Caller) -> Any:
    def asked(path: str) -> int:
        stranger.get(path)
        return stranger.status

    return asked


@pytest.mark.parametrize("twice", [False, True], ids=["one", "two"])
def test_a_list_costs_the_same_however_much_stands_in_it(world: World, twice: bool) -> None:
    world.received()
    if twice:
        one = world.call.post(f"/orders/{world.order.number}/claims", {"lines": [{**FAULT["lines"][0], "quantity": 1}]})["data"][0]["number"]
        world.call.post(f"/orders/{world.order.number}/parcels", {"cases": [one], "way": "post"})
    for path, most in (
        ("/parcels", 3), (f"/orders/{world.order.number}/parcels", 4), (f"/orders/{world.order.number}/parcels/ways", 6),
        (f"/cases/{world.case}/inspections", 3), (f"/cases/{world.case}/remedies", 3), (f"/cases/{world.case}/refunds", 3),
        ("/goodwill", 2),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            world.call.get(path)
        assert (world.call.status, len(asked)) == (200, most), path
