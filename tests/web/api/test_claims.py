"""Claims through the API: looked at beforehand, filed, read, listed, answered, withdrawn; refusals first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseDeadline, Claim, Evidence
from avdet.records.orders.models import Order, OrderLine
from avdet.records.stores.models import Store
from avdet.words.phrases import phrase
from tests.factories import make_order, make_store
from tests.records.cases.pictures import PDF, photo
from tests.web.api.callers import ROOT, Caller
from tests.web.api.claiming import SEALED, arrived, line, send_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def order(store: Store) -> Order:
    return arrived(store)


def path(order: Order, rest: str = "claims") -> str:
    return f"/orders/{order.number}/{rest}"


@pytest.mark.parametrize(
    ("body", "kind", "where"),
    [
        ({}, "invalid", "body.lines"), ({"lines": []}, "invalid", "body.lines"),
        ({"lines": [line(quantity=0)]}, "invalid", "body.lines[0].quantity"),
        ({"lines": [line(quantity=-1)]}, "invalid", "body.lines[0].quantity"),
        ({"lines": [line(quantity=10**9)]}, "invalid", "body.lines[0].quantity"),
        ({"lines": [line(reason="bored")]}, "invalid", "body.lines[0].reason"),
        ({"lines": [line(colour="red")]}, "invalid", "body.lines[0].colour"),
        ({"lines": [line(answers={"sealed": "yes"})]}, "invalid", "body.lines[0].answers.sealed"),
        ({"lines": [line(answers={"colour": True})]}, "refused", "answers"),
        ({"lines": [line(2)]}, "refused", "body.lines[0].position"),
        ({"lines": [line(quantity=4)]}, "refused", "lines[0].quantity"),
        ({"lines": [line(), line()]}, "refused", "lines"),
        ({"lines": [line(reason="not_received")]}, "refused", "lines[0].reason"),
        ({"lines": [line()], "evidence": [10**9]}, "refused", "body.evidence"),
    ],
)  # fmt: skip
def test_what_cannot_be_claimed_is_refused_by_its_place(call: Caller, order: Order, body: Any, kind: str, where: str) -> None:
    problem = call.post(path(order), body)
    assert (call.status, problem["kind"]) == (422, kind)
    assert where in (problem.get("where"), *(each["where"] for each in problem.get("errors", ())))
    assert not Claim.objects.exists()
    assert OrderLine.objects.get(order=order).claimed_quantity == 0


def test_an_order_that_has_not_left_yet_cannot_be_claimed_on(call: Caller, store: Store) -> None:
    fresh = make_order(store)
    assert call.post(path(fresh), {"lines": [line()]})["where"] == "lines[0].reason"
    assert call.post(path(fresh, "claims/preview"), {"lines": [{"position": 1}]})["lines"][0]["reasons"] == []


def test_a_line_of_another_order_and_three_pieces_of_two_are_refused_one_by_one_too(call: Caller, store: Store) -> None:
    order = arrived(store, pieces=2)
    assert [call.post(path(order), {"lines": [line()]}) and call.status for _ in range(3)] == [201, 201, 422]
    assert Case.objects.count() == 2


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_what_is_not_answered_is_asked_for_in_the_callers_language(call: Caller, order: Order, language: str) -> None:
    problem = call.post(f"{path(order)}?lang={language}", {"lines": [line(answers={})]})
    assert (call.status, problem["kind"]) == (422, "unanswered")
    assert problem["title"] == phrase(language, "api.problem.unanswered.title")
    first = problem["ask"][0]
    looked = call.post(f"{path(order, 'claims/preview')}?lang={language}", {"lines": [line(answers={})]})["lines"][0]
    assert (looked["settled"], looked["outcome"], looked["ask"][0]) == (False, "ask", first)
    assert not Claim.objects.exists()


def test_a_claim_is_looked_at_beforehand_and_nothing_is_kept(call: Caller, order: Order) -> None:
    body = {"lines": [line(quantity=2), {"position": 1}], "words": "kutusu ezilmiş, ekran kırık"}
    with CaptureQueriesContext(connection) as asked:
        settled, open_line = call.post(path(order, "claims/preview"), body)["lines"]
    assert (settled["settled"], settled["outcome"], settled["answer"]["outcome"]) == (True, "approve", "approve")
    assert settled["answer"]["because"][0]["clause"].startswith("FET-")
    assert (open_line["outcome"], open_line["answer"], open_line["suggested"]) == (None, None, ["transit_damage"])
    assert "withdrawal" in open_line["reasons"]
    assert not [each["sql"] for each in asked if each["sql"].startswith(("INSERT", "UPDATE")) and "apitoken" not in each["sql"]]
    assert not Claim.objects.exists()


def test_what_is_looked_at_beforehand_takes_the_place_that_a_withdrawn_claim_has_left(call: Caller, order: Order) -> None:
    OrderLine.objects.filter(order=order).update(discount_minor=1)  # which one piece of the three bears
    first, *_ = [call.post(path(order), {"lines": [line()]})["data"][0]["number"] for _ in range(3)]
    call.post(f"/cases/{first}/withdraw", None)
    looked = call.post(path(order, "claims/preview"), {"lines": [line()]})["lines"][0]
    filed = call.post(path(order), {"lines": [line()]})["data"][0]
    assert (looked["answer"]["amounts"], Case.objects.get(number=filed["number"]).pieces_before) == (filed["decision"]["amounts"], 0)


def test_a_claim_is_filed_and_read_as_it_was_filed(call: Caller, order: Order) -> None:
    filed = call.post(path(order), {"lines": [line(quantity=2)], "words": "istemiyorum", "language": "tr"})["data"]
    assert call.status == 201
    case = filed[0]
    assert (case["number"], case["state"], case["goods"], case["waits_for"]) == (f"{order.number}-R1", "approved", "with_customer", "customer")
    assert (case["quantity"], case["position"], case["answers"]) == (2, 1, SEALED)
    assert case["decision"]["outcome"] == "approve"
    read = call.get(f"/cases/{case['number']}")
    assert {**read, "due_at": ""} == {**case, "due_at": ""}
    assert call.last["ETag"] == f'"{case["revision"]}"'
    call.get(f"/cases/{case['number']}", If_None_Match=call.last["ETag"])
    assert call.status == 304
    events = call.get(f"/cases/{case['number']}/events")["data"]
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert "istemiyorum" not in str(events)
    kept = Case.objects.get()
    assert (kept.claim.words, kept.claim.channel, kept.claim.language) == ("istemiyorum", "api", "tr")
    assert broken(kept, list(kept.events.order_by("number"))) is None


def test_the_same_reference_files_once(call: Caller, order: Order) -> None:
    body = {"lines": [line()], "reference": "till-7"}
    first, second = (call.post(path(order), body)["data"] for _ in range(2))
    assert [case["number"] for case in first] == [case["number"] for case in second]
    assert Case.objects.count() == 1
    once = [call.post(path(order), {"lines": [line()]}, Idempotency_Key="k") for _ in range(2)]
    assert once[0] == once[1]
    assert Case.objects.count() == 2


def test_cases_are_listed_by_what_is_wanted(call: Caller, store: Store, stranger: Caller) -> None:
    first, second = arrived(store), arrived(store, days=4)
    call.post(path(first), {"lines": [line(), line(reason="defect", answers={**SEALED, "documents": True})]})
    call.post(path(second), {"lines": [line()]})
    every = [case["number"] for case in call.get("/cases")["data"]]
    assert len(every) == Case.objects.count() >= 2
    assert stranger.get("/cases")["data"] == []
    for asked, wanted in (
        (f"order={first.number}", {f"{first.number}-R1", f"{first.number}-R2"}), ("order=none", set()),
        ("reason=defect", {f"{first.number}-R2"}), ("state=settled", set()), ("goods=arrived", set()),
        ("goods=with_customer", set(every)), ("since=2099-01-01T00:00:00Z", set()), ("since=2020-01-01T00:00:00Z", set(every)),
    ):  # fmt: skip
        assert {case["number"] for case in call.get(f"/cases?{asked}")["data"]} == wanted & set(every), asked
    page = call.get("/cases?limit=1")
    assert page["data"][0]["number"] == every[0]
    assert call.get(f"/cases?limit=1&cursor={page['next']}")["data"][0]["number"] == every[1]
    assert call.get("/cases?state=lost")["kind"] == "invalid"


def test_a_claim_is_withdrawn_and_its_pieces_are_free_again(call: Caller, order: Order) -> None:
    number = call.post(path(order), {"lines": [line(quantity=3)]})["data"][0]["number"]
    assert call.post(f"/cases/{number}/withdraw", None, If_Match='"99"')["kind"] == "changed"
    assert call.post(f"/cases/{number}/withdraw", None)["state"] == "withdrawn"
    assert OrderLine.objects.get(order=order).claimed_quantity == 0
    assert call.post(f"/cases/{number}/withdraw", None)["kind"] == "refused"
    assert call.post(path(order), {"lines": [line(quantity=3)]})["data"][0]["number"] == f"{order.number}-R2"


def test_filing_costs_a_fixed_number_of_statements(call: Caller, store: Store) -> None:
    call.get("/store")
    costs = []
    for products in (1, 1, 2, 4):
        order = arrived(store, products=products)
        with CaptureQueriesContext(connection) as asked:
            call.post(path(order), {"lines": [line(position) for position in range(1, products + 1)]})
        assert call.status == 201
        costs.append(len([each for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
    assert costs[0] == costs[1] <= 15
    assert costs[2:] == [costs[0] + 2, costs[0] + 6], "a further line is guarded and told of, and costs nothing else"


def test_reading_and_listing_cost_a_fixed_number_of_statements(call: Caller, store: Store, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        call.post(path(arrived(store)), {"lines": [line()]})
    with django_assert_max_num_queries(3):
        call.get("/cases")
    with django_assert_max_num_queries(3):
        call.get(f"/cases/{Case.objects.all()[0].number}")


def test_evidence_is_handed_in_named_in_a_claim_and_counts_as_an_answer(call: Caller, order: Order) -> None:
    made = send_file(call, path(order, "evidence"), photo())
    assert (call.status, made["kind"], made["media_type"], made["cases"]) == (201, "photo", "image/jpeg", [])
    report = send_file(call, path(order, "evidence"), PDF, "report.pdf", kind="carrier_report")
    assert [each["id"] for each in call.get(path(order, "evidence"))["data"]] == [made["id"], report["id"]]
    defect = line(reason="transit_damage", answers={**SEALED, "visible_at_delivery": True})
    case = call.post(path(order), {"lines": [defect], "evidence": [made["id"], report["id"]]})["data"][0]
    assert case["answers"] == {**defect["answers"], "documents": True, "carrier_report": True}
    listed = call.get(f"/cases/{case['number']}/evidence")["data"]
    assert [(each["id"], each["cases"]) for each in listed] == [(made["id"], [case["number"]]), (report["id"], [case["number"]])]
    assert call.get(path(order, "evidence"))["data"] == []


def test_a_report_counts_for_nothing_before_its_file_is_here(call: Caller, order: Order) -> None:
    idle = line(answers={**SEALED, "carrier_report": True})  # nothing turns on it
    assert call.post(path(order), {"lines": [idle]})["data"][0]["state"] == "approved"
    store = make_store("ofiskutum")
    call, order = Caller(store), arrived(store)
    broken_one = line(reason="transit_damage", answers={"visible_at_delivery": False, "carrier_report": True})
    case = call.post(path(order), {"lines": [broken_one]})["data"][0]
    assert (case["state"], case["decision"]["missing"], case["answers"]) == ("evidence", ["carrier_report"], {"visible_at_delivery": False})
    by = CaseDeadline.objects.get(case__number=case["number"])
    assert (by.kind, by.due_at.isoformat()[:19]) == ("evidence_by", case["due_at"][:19])
    where = f"/cases/{case['number']}"
    assert call.post(f"{where}/answers", {"answers": {"carrier_report": True}})["code"] == "claim.unshown"
    send_file(call, f"{where}/evidence", PDF, "report.pdf", kind="carrier_report")
    assert call.post(f"{where}/answers", {})["state"] == "approved"


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
@pytest.mark.parametrize(("raw", "said", "why"), [
    (b"GIF89a", {}, "form"), (b"", {}, "empty"), (PDF, {"kind": "photo"}, "photo"), (photo(), {"kind": "receipt", "side": 2}, "side"),
])  # fmt: skip
def test_a_file_that_cannot_be_kept_is_refused_in_the_callers_language(
    call: Caller, order: Order, raw: bytes, said: Any, why: str, language: str
) -> None:
    problem = send_file(call, f"{path(order, 'evidence')}?lang={language}", raw, **said)
    assert (call.status, problem["kind"]) == (422, "refused")
    assert problem["what"] == phrase(language, f"shared.evidence.fault.{why}", photo=12, paper=10, pixels=40, most=30)
    assert not Evidence.objects.exists()


def test_what_is_no_form_with_a_file_in_it_is_refused(call: Caller, order: Order) -> None:
    where = path(order, "evidence")
    problem = call.post(where, {"kind": "photo"})
    assert (call.status, "multipart/form-data" in problem["detail"]) == (415, True)
    call.last = call.client.post(ROOT + where, {"kind": "video", "file": SimpleUploadedFile("a", b"x")}, headers={"Authorization": f"Bearer {call.text}"})
    assert call.last.json()["errors"][0]["where"] == "form.kind"
    for kind, body in (("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"--b\r\nnonsense"), ("multipart/form-data; boundary=b", b"")):
        call.last = call.client.generic("POST", ROOT + where, body, content_type=kind, headers={"Authorization": f"Bearer {call.text}"})
        assert call.status == 422, (kind, call.last.content)
    call.post(where, None)
    assert call.status == 422


def test_the_same_file_under_the_same_key_is_handed_in_once(call: Caller, order: Order) -> None:
    where, key = path(order, "evidence"), {"Idempotency-Key": "k-1"}
    first = send_file(call, where, photo(), headers=key)
    again = send_file(call, where, photo(), headers=key)
    assert (first, call.last["Idempotency-Replayed"]) == (again, "true")
    assert send_file(call, where, photo(2), headers=key)["kind"] == "key_reused"


def test_evidence_is_taken_back_until_a_case_of_it_is_decided(call: Caller, store: Store, order: Order) -> None:
    free, bound = (send_file(call, path(order, "evidence"), photo(seed))["id"] for seed in (1, 2))
    call.post(path(order), {"lines": [line()], "evidence": [bound]})
    assert Case.objects.get().state == "approved"
    assert call("DELETE", f"/evidence/{bound}")["kind"] == "refused"
    call("DELETE", f"/evidence/{free}")
    assert call.status == 204
    call("DELETE", f"/evidence/{free}")
    assert call.status == 404
    assert call.get(path(order, "evidence"))["data"] == []


def test_a_case_that_waits_for_evidence_is_decided_again_when_it_has_come() -> None:
    store = make_store("ofiskutum")
    call, order = Caller(store), arrived(store, trait="authorised_installation")
    fault = line(reason="installation_fault", answers={"service_report": False})
    case = call.post(path(order), {"lines": [fault]})["data"][0]
    where = f"/cases/{case['number']}"
    assert (case["state"], case["waits_for"]) == ("evidence", "customer")
    assert call.post(f"{where}/answers", {"answers": {}})["kind"] == "refused"
    assert call.post(f"{where}/answers", {"answers": {"colour": True}})["kind"] == "refused"
    made = send_file(call, f"{where}/evidence", PDF, "report.pdf", kind="service_report")
    assert (call.status, made["cases"]) == (201, [case["number"]])
    later = call.post(f"{where}/answers", {"answers": {}})
    assert (later["state"], later["answers"]["service_report"]) == ("approved", True)
    assert "evidence_added" in [event["kind"] for event in call.get(f"{where}/events")["data"]]
