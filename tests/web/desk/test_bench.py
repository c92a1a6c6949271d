"""The bench's pages: who may stand at it, what is scanned, parcels as they come, the finding before and after it is signed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from avdet.core.errors import AvdetError
from avdet.core.facts import FACTS
from avdet.records.cases.models import Case, Evidence
from avdet.records.inspections.models import Inspection
from avdet.records.orders.models import OrderLine
from avdet.records.orders.serials import name_serials
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcel_by_code
from avdet.records.people.models import User
from avdet.records.stores.models import PolicyVersion, Store
from avdet.web.desk.examining import ASKED
from avdet.words.phrases import phrase
from avdet.workflows.cases.inspect_case import SEEN
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.claims.file_claim import Wanted, file_claim
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.goods.receive_parcel import receive_parcel
from avdet.workflows.remedies.choose_remedy import choose_remedy
from tests.factories import make_staff, make_store, terms_anew
from tests.workflows.sending import CUSTOMER, EXPERT, NOW, claimed, delivered_order

pytestmark = pytest.mark.django_db
HERE = "/fetrashop/desk/bench"
TURNS_ON_THE_COURIER = """
  - id: FET-T-1
    source: "a test"
    at: claim
    when: reason == defect
    then: {outcome: approve, remedies: [refund]}
    text: {tr: "Gönderin.", fa: "بفرستید.", en: "Send it in."}
  - id: FET-T-2
    source: "a test"
    at: inspection
    when: finding == confirmed
    provided: opened_before_courier
    then: {outcome: approve, remedies: [refund]}
    otherwise: {outcome: deny}
    text: {tr: "Kuryenin yanında açın.", fa: "پیش پیک باز کنید.", en: "Open it before the courier."}
"""


@pytest.fixture
def store() -> Store:
    return make_store()


@pytest.fixture
def expert(store: Store, client: Client) -> Client:
    client.force_login(make_staff(store, "expert"))
    return client


@pytest.fixture
def parcel(store: Store) -> Parcel:
    order = delivered_order(store)
    return announce_parcel(order, [case.pk for case in claimed(order, quantity=2)], "post", actor=CUSTOMER, now=NOW)


def the_case(parcel: Parcel) -> Case:
    return Case.objects.select_related("order_line", "store").get(pk=parcel.items.get().case_id)


def arrived(parcel: Parcel) -> Case:
    receive_parcel(parcel.pk, {parcel.items.get().case_id: 2}, found="whole", actor=EXPERT, now=NOW)
    return the_case(parcel)


def fresh(parcel: Parcel) -> Parcel:
    found = parcel_by_code(parcel.store, parcel.code)
    assert found is not None
    return found


def left_open(client: Client, reason: str) -> tuple[Case, User]:
    """A case of two pieces at a store whose terms say nothing of its reason, and its expert, who has signed in."""
    store = make_store("offykala")
    expert = make_staff(store, "expert")
    client.force_login(expert)
    order = delivered_order(store)
    wanted = [Wanted(OrderLine.objects.get(order=order).pk, 2, reason, {"documents": True})]
    return file_claim(order, wanted, actor=CUSTOMER, channel="portal", key="k", now=NOW)[0], expert


def finding(case: Case, **said: str) -> dict[str, str]:
    return {"revision": str(case.revision), "quantity": "2", "finding": "confirmed", "within_rules": "yes", **said}


# ---- refusals --------------------------------------------------------------------------------------------------------


def test_who_packs_takes_parcels_in_and_examines_nothing(parcel: Parcel, client: Client, store: Store) -> None:
    client.force_login(make_staff(store, "desk"))
    case = the_case(parcel)
    assert client.get(f"{HERE}/").status_code == 200
    assert client.get(f"{HERE}/cases/{case.number}/").status_code == 404
    assert client.post(f"{HERE}/cases/{case.number}/", finding(case, sign="1")).status_code == 404
    client.force_login(make_staff(store, "accountant"))
    assert client.get(f"{HERE}/").status_code == 404


def test_another_stores_parcel_is_nothing_that_is_known_here(parcel: Parcel, client: Client) -> None:
    other = make_store("offykala")
    client.force_login(make_staff(other, "owner"))
    for said in (parcel.code, the_case(parcel).number, parcel.order.number if parcel.order else ""):
        page = client.get("/offykala/desk/bench/", {"q": said})
        assert page.status_code == 200
        assert the_case(parcel).order_line.name not in page.content.decode()
    assert client.get(f"/offykala/desk/bench/parcels/{parcel.code}/").status_code == 404
    assert client.post(f"/offykala/desk/bench/parcels/{parcel.code}/receive/", {"revision": "0", "found": "whole"}).status_code == 404
    assert client.post("/offykala/desk/bench/unannounced/", {"order": parcel.order.number if parcel.order else ""}).status_code == 422


@pytest.mark.parametrize("said", [{"found": "short"}, {"found": "x"}, {"found": "short", "pieces-1": "x"}])
def test_what_cannot_have_lain_in_it_is_refused(said: dict[str, str], parcel: Parcel, expert: Client) -> None:
    answer = expert.post(f"{HERE}/parcels/{parcel.code}/receive/", {"revision": "0", **said})
    assert (answer.status_code, fresh(parcel).state) == (422, "announced")


def test_who_is_second_is_told_that_it_has_changed(parcel: Parcel, expert: Client) -> None:
    said = {"revision": "0", "found": "whole"}
    assert expert.post(f"{HERE}/parcels/{parcel.code}/receive/", said).status_code == 302
    assert expert.post(f"{HERE}/parcels/{parcel.code}/receive/", said).status_code == 409
    case = the_case(parcel)
    assert expert.post(f"{HERE}/cases/{case.number}/", finding(case, sign="1")).status_code == 302
    assert expert.post(f"{HERE}/cases/{case.number}/", finding(case, sign="1")).status_code == 409
    assert Inspection.objects.count() == 1
    assert expert.post(f"{HERE}/cases/{case.number}/", finding(case, sign="1", revision="9" * 5_000)).status_code == 409


def test_nothing_is_signed_that_the_terms_cannot_answer(parcel: Parcel, expert: Client) -> None:
    case = arrived(parcel)
    for said in ({"finding": ""}, {"quantity": "3"}, {"quantity": "x"}, {"finding": "broken"}):
        assert expert.post(f"{HERE}/cases/{case.number}/", finding(case, sign="1", **said)).status_code == 422
    assert not Inspection.objects.exists()


def test_goods_that_are_not_here_have_no_form(parcel: Parcel, expert: Client) -> None:
    page = expert.get(f"{HERE}/cases/{the_case(parcel).number}/")
    assert (page.status_code, 'name="finding"' in page.content.decode()) == (200, False)


# ---- the bench at work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(language: str, parcel: Parcel, expert: Client) -> None:
    expert.cookies["language"] = language
    case = the_case(parcel)
    for path in ("", "?show=coming", "?show=arrived", "?show=lost&after=junk", f"?q={case.order.number}", "?q=nobody", "codes/", f"parcels/{parcel.code}/"):
        assert expert.get(f"{HERE}/{path}").status_code == 200, path
    case = arrived(parcel)
    for path in ("", f"parcels/{parcel.code}/", f"cases/{case.number}/"):
        assert expert.get(f"{HERE}/{path}").status_code == 200, path
    assert expert.post(f"{HERE}/cases/{case.number}/", finding(case)).status_code == 200


def test_scanned_it_opens_at_once(parcel: Parcel, expert: Client) -> None:
    answer = expert.get(f"{HERE}/", {"q": parcel.code.lower()})
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}/parcels/{parcel.code}/")


def test_what_follows_is_shown_and_then_signed(parcel: Parcel, expert: Client) -> None:
    case = arrived(parcel)
    shown = expert.post(f"{HERE}/cases/{case.number}/", finding(case, serial_sold="A 1", serial_seen="A2"))
    page = shown.content.decode()
    assert (shown.status_code, "FET-INSP-2" in page, 'value="A2"' in page, 'name="sign"' in page) == (200, True, True, True)
    assert "FET-INSP-2" not in expert.post(f"{HERE}/cases/{case.number}/", finding(case, finding="misuse")).content.decode()
    assert not Inspection.objects.exists()
    assert expert.post(f"{HERE}/cases/{case.number}/", finding(case, sign="1", serial_seen="A2")).status_code == 302
    row = Inspection.objects.get()
    assert (row.serial_seen, row.parcel_id, row.signed_name, the_case(parcel).state) == ("A2", parcel.pk, "expert", "choosing")
    sent_anew = choose_remedy(the_case(parcel), "replacement", actor=CUSTOMER, now=NOW).order
    assert sent_anew is not None
    assert phrase("fa", "desk.order.credit") in expert.get(f"/{case.store.slug}/desk/orders/{sent_anew.number}/").content.decode()
    case = the_case(parcel)
    assert expert.post(f"{HERE}/cases/{case.number}/keep/", {"revision": str(case.revision), "disposition": "stock"}).status_code == 422
    assert expert.post(f"{HERE}/cases/{case.number}/keep/", {"revision": str(case.revision), "disposition": "supplier"}).status_code == 302
    assert the_case(parcel).goods == "kept"
    assert expert.post(f"{HERE}/cases/{case.number}/keep/", {"revision": str(case.revision), "disposition": "stock"}).status_code == 409


def test_what_the_terms_turn_on_is_asked_where_nobody_was_asked_it_before(client: Client) -> None:
    """A colleague granted what the terms leave open: the bench shows that grant, and asks for what the clauses then want to know."""
    case, expert = left_open(client, "missing_parts")
    override_case(case, {"outcome": "approve", "remedies": ["refund"], "return_shipping": "store"}, reason="seen in the photo", author=expert, now=NOW)
    case.refresh_from_db()
    here = f"/offykala/desk/bench/cases/{case.number}/"
    first = client.get(here)
    assert (first.context["slip"].result, "check-box_unmarked" in first.content.decode()) == ("approve", False)
    page = client.post(here, finding(case)).content.decode()
    assert ("check-box_unmarked" in page, 'name="sign"' in page) == (True, False)
    assert 'name="sign"' in client.post(here, finding(case, **{"check-box_unmarked": "yes"})).content.decode()
    assert client.post(here, finding(case, sign="1", **{"check-box_unmarked": "yes"})).status_code == 302
    assert Case.objects.get(pk=case.pk).state in ("choosing", "settling")


def test_a_fact_that_no_demand_shows_is_asked_for_itself_where_the_terms_turn_on_it(store: Store, expert: Client) -> None:
    terms_anew(store, lambda source: f"{source[:source.index('parameters:')]}clauses:\n{TURNS_ON_THE_COURIER}")
    order = delivered_order(store, policy_version=PolicyVersion.objects.get(store=store, number=2))
    (case,) = file_claim(order, [Wanted(order.lines.get().pk, 2, "defect", {})], actor=CUSTOMER, channel="portal", key="k", now=NOW)
    case = arrived(announce_parcel(order, [case.pk], "post", actor=CUSTOMER, now=NOW))
    here, name = f"{HERE}/cases/{case.number}/", "check-opened_before_courier"
    page = expert.post(here, finding(case)).content.decode()
    assert (f'name="{name}"' in page, 'name="sign"' in page) == (True, False)
    assert expert.post(here, finding(case, sign="1")).status_code == 422
    assert expert.post(here, finding(case, **{name: "no"})).context["answer"].outcome == "deny"
    assert expert.post(here, finding(case, sign="1", **{name: "yes"})).status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.clauses, Inspection.objects.get().checklist) == ("choosing", "FET-T-2", {"opened_before_courier": True})


def test_the_bench_has_a_field_for_every_fact_that_a_person_can_tell_of_a_claim() -> None:
    told = {fact.name for fact in FACTS if fact.known_by in ("customer", "expert", "carrier")} - {"reason"}
    assert told <= {*SEEN, *ASKED, "finding", "replacement_in_stock"}


def test_what_a_grant_asked_of_the_customer_is_gone_through_at_the_bench(client: Client) -> None:
    case, expert = left_open(client, "wrong_item")
    assert (case.state, [each["effect"] for each in case.decision["warnings"]]) == ("review", ["outcome"])
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="seen in the photo", author=expert, now=NOW)
    with pytest.raises(AvdetError):
        announce_parcel(case.order, [case.pk], "tipax", actor=CUSTOMER, now=NOW)
    case = arrived(announce_parcel(case.order, [case.pk], "express_post", actor=CUSTOMER, now=NOW))
    assert case.decision.get("warnings") is None
    page = client.get(f"/offykala/desk/bench/cases/{case.number}/")
    checks = {each.name: each.clauses for each in page.context["checks"]}
    assert (checks["signed_fault_note"], checks["warranty_card"]) == (("OFK-SEND-5",), ("OFK-SEND-3",))


def test_the_number_on_the_goods_stands_beside_those_that_were_sold(parcel: Parcel, expert: Client) -> None:
    case = arrived(parcel)
    name_serials({case.order_line: ["SN-1", "SN-2"]})
    expert.cookies["language"] = "en"
    pages = [expert.post(f"{HERE}/cases/{case.number}/", finding(case, serial_seen=seen)).content.decode() for seen in ("sn-2", "SN-3")]
    assert all("SN-1" in page and 'name="serial_sold"' not in page for page in pages)
    assert ["These are not the same number" in page for page in pages] == [False, True]


def test_an_unannounced_parcel_is_taken_in_and_its_owner_found_later(store: Store, expert: Client) -> None:
    order = delivered_order(store)
    (case,) = claimed(order)
    assert expert.post(f"{HERE}/unannounced/", {"note": "no name"}).status_code == 302
    parcel = Parcel.objects.get()
    assert expert.get(f"{HERE}/parcels/{parcel.code}/").status_code == 200
    assert expert.post(f"{HERE}/parcels/{parcel.code}/know/", {"revision": str(parcel.revision), "order": "nothing"}).status_code == 422
    assert expert.post(f"{HERE}/parcels/{parcel.code}/know/", {"revision": str(parcel.revision), "order": order.number}).status_code == 302
    case.refresh_from_db()
    assert (case.goods, fresh(parcel).order_id) == ("arrived", order.pk)


def test_of_an_order_with_several_cases_the_pieces_of_each_are_asked_for(store: Store, expert: Client) -> None:
    order = delivered_order(store, products=2)
    first, second = claimed(order)
    assert expert.post(f"{HERE}/unannounced/", {"note": "no name"}).status_code == 302
    parcel = Parcel.objects.get()
    here, said = f"{HERE}/parcels/{parcel.code}/know/", {"revision": str(parcel.revision), "order": order.number}
    asked = expert.post(here, said)
    assert asked.status_code == 422
    assert all(f'name="pieces-{case.pk}"' in asked.content.decode() for case in (first, second))
    assert expert.post(here, {**said, f"pieces-{second.pk}": "1"}).status_code == 302
    assert (parcel.items.get().case_id, fresh(parcel).order_id) == (second.pk, order.pk)


def test_what_was_typed_of_nobodys_parcel_stays_when_it_is_refused(expert: Client) -> None:
    said = {"carrier": "Tipax", "tracking_number": "T-77", "note": "x" * 2_001}
    page = expert.post(f"{HERE}/unannounced/", said)
    assert page.status_code == 422
    assert all(text in page.content.decode() for text in ('value="Tipax"', 'value="T-77"', said["note"]))


def test_for_an_order_that_is_known_its_cases_are_counted(store: Store, expert: Client) -> None:
    order = delivered_order(store)
    (case,) = claimed(order, quantity=2)
    assert expert.post(f"{HERE}/unannounced/", {"order": order.number, f"pieces-{case.pk}": "3"}).status_code == 422
    assert expert.post(f"{HERE}/unannounced/", {"order": order.number, f"pieces-{case.pk}": "۲", "tracking_number": "T-1"}).status_code == 302
    assert Parcel.objects.get().items.get().arrived == 2


def test_the_carriers_codes_are_handed_out(expert: Client, store: Store) -> None:
    order = delivered_order(store)
    parcel = announce_parcel(order, [case.pk for case in claimed(order, reason="mismatch")], "post", actor=CUSTOMER, now=NOW)
    Parcel.objects.filter(pk=parcel.pk).update(way="carrier_code")
    listed = SimpleUploadedFile("codes.csv", f"koli;kod\r\n{parcel.code};RC-1\r\nX1;RC-2\r\n".encode())
    page = expert.post(f"{HERE}/codes/", {"codes": "", "file": listed})
    assert [(row.line, row.code, row.fault) for row in page.context["rows"]] == [(2, "RC-1", ""), (3, "X1 RC-2", "no_parcel")]
    assert fresh(parcel).return_code == ""
    assert expert.post(f"{HERE}/codes/", {"codes": page.context["text"], "give": "1"}).status_code == 302
    assert fresh(parcel).return_code == "RC-1"
    (given,) = expert.get(f"{HERE}/codes/").context["lists"]
    assert expert.post(f"{HERE}/codes/", {"undo": given.file}).status_code == 302
    assert expert.post(f"{HERE}/codes/", {"undo": given.file}).status_code == 422
    assert expert.post(f"{HERE}/codes/", {"codes": "9" * 200_001}).status_code == 422
    assert fresh(parcel).return_code == ""
    assert expert.post(f"{HERE}/codes/", {"codes": "RC-1", "give": "1"}).status_code == 302
    said = {"revision": str(fresh(parcel).revision), "return_code": "RC-9"}
    assert expert.post(f"{HERE}/parcels/{parcel.code}/code/", said).status_code == 302
    assert expert.post(f"{HERE}/parcels/{parcel.code}/code/", {**said, "revision": "9", "return_code": ""}).status_code == 409
    assert expert.post(f"{HERE}/parcels/{parcel.code}/lose/", {"revision": str(fresh(parcel).revision)}).status_code == 302
    assert fresh(parcel).state == "lost"


def test_an_expert_adds_photographs(parcel: Parcel, expert: Client) -> None:
    case, photo = arrived(parcel), io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(photo, "JPEG")
    url, page = f"/fetrashop/desk/cases/{case.number}/evidence/", f"{HERE}/cases/{case.number}/"
    assert url in expert.get(page).content.decode()
    assert expert.post(url, {"file": SimpleUploadedFile("a.jpg", b"nothing"), "from": "bench"}).url == page
    assert not Evidence.objects.exists()
    assert expert.post(url, {"file": SimpleUploadedFile("a.jpg", photo.getvalue()), "from": "bench"}).url == page
    assert Evidence.objects.get().uploaded_by == "staff"


def test_pages_cost_the_same_however_much_there_is(store: Store, expert: Client, django_assert_max_num_queries: Any) -> None:
    order = delivered_order(store, products=4)
    cases = claimed(order)
    parcel = announce_parcel(order, [case.pk for case in cases], "post", actor=CUSTOMER, now=NOW)
    receive_parcel(parcel.pk, {case.pk: 1 for case in cases}, found="whole", actor=EXPERT, now=NOW)
    scanned = f"?q={order.number}"
    for path, most in (("", 9), (scanned, 14), ("?show=arrived", 10), (f"parcels/{parcel.code}/", 8), (f"cases/{cases[0].number}/", 19)):
        with django_assert_max_num_queries(most):
            assert expert.get(f"{HERE}/{path}").status_code == 200
    page = expert.get(f"{HERE}/{scanned}")
    assert page.context["here"] == cases
    assert "There is no open case" not in page.content.decode(), "they are here"
