"""Putting cases right at the desk, and claims on carriers: who may do what, what is refused, what is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Product
from avdet.records.orders.drafts import DraftLine
from avdet.records.parcels.models import Parcel
from avdet.records.remedies.models import Carriage, CarrierClaim, Custody, Remedy
from avdet.records.stores.models import Store
from avdet.workflows.cases.override_case import override_case
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.remedies import again, all_is_well, arrived, bought, checked_goods, claimed, examined, follow, giving_back

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=2)
"""The pages look at the clock on the wall, which shows a later time than this."""


def made(slug: str, reason: str = "defect", finding: str = "confirmed", **found: Any) -> Case:
    """A case whose goods were examined, and what followed by itself."""
    store = make_store(slug)
    goods = checked_goods(store, price_minor=1_000_000) if slug == "fetrashop" else make_product(store, price_minor=1_000_000)
    hours = 12 if reason == "transit_damage" else 24
    order = bought(store, DraftLine(goods.sku), at=BEFORE - timedelta(days=5, hours=hours), language="en")
    return follow(examined(arrived(claimed(order, reason, now=BEFORE), now=BEFORE), finding, now=BEFORE, **found), now=BEFORE)


@pytest.fixture
def case() -> Case:
    return made("fetrashop")


def as_role(client: Client, store: Store, role: str) -> Client:
    client.force_login(make_staff(store, role))
    client.get("/?lang=en")
    return client


def at(case: Case, name: str = "") -> str:
    return f"/{case.store.slug}/desk/cases/{case.number}/remedy/{f'do/{name}/' if name else ''}"


def do(client: Client, case: Case, name: str, **said: Any) -> Any:
    return client.post(at(case, name), {"revision": again(case).revision, **said}, follow=True)


@pytest.mark.parametrize(("role", "name"), [("accountant", "choose"), ("desk", "repay"), ("expert", "charge"), ("accountant", "carrier"), ("owner", "steal")])
def test_nobody_does_what_is_not_theirs(client: Client, case: Case, role: str, name: str) -> None:
    assert do(as_role(client, case.store, role), case, name, kind="refund").status_code == 404
    assert not Remedy.objects.exists()


def test_another_stores_case_is_not_there(client: Client, case: Case) -> None:
    as_role(client, make_store("offykala"), "owner")
    assert client.get(at(case)).status_code == 404
    assert client.post(at(case, "choose"), {"kind": "refund"}).status_code == 404


@pytest.mark.parametrize(("name", "said", "status"), [
    ("choose", {"kind": "custody"}, 422), ("choose", {"kind": "other_product", "sku": "nothing"}, 422), ("choose", {"kind": "refund", "revision": 0}, 409),
    ("hand_back", {"carrier": "Tipax"}, 422), ("carriage", {"way": "return", "paid_by": "store", "amount": "much"}, 422),
    ("carriage", {"way": "up", "paid_by": "store", "amount": "5"}, 422), ("carrier", {"carrier": "Tipax"}, 422), ("keep", {}, 422),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_done(client: Client, case: Case, name: str, said: dict[str, Any], status: int) -> None:
    answer = do(as_role(client, case.store, "owner"), case, name, **said)
    assert answer.status_code == status
    assert "notice error" in answer.content.decode()
    assert not Remedy.objects.exists()
    assert not Carriage.objects.exists()


def test_a_customer_on_the_telephone_chooses(client: Client, case: Case, django_assert_num_queries: Any) -> None:
    as_role(client, case.store, "desk").get(at(case))
    with django_assert_num_queries(12):
        page = client.get(at(case)).content.decode()
    assert "FET-TEST-2" in page
    done = do(client, case, "choose", kind="refund").content.decode()
    assert "The choice has been taken." in done
    remedy = Remedy.objects.get()
    assert (remedy.kind, remedy.chosen_by) == ("refund", "staff")
    all_is_well(case.store)


def test_another_product_is_chosen_at_the_sum_that_the_customer_has_heard(client: Client, case: Case) -> None:
    make_product(case.store, "dear", price_minor=1_250_000)
    as_role(client, case.store, "desk")
    other = {"kind": "other_product", "sku": "dear"}
    asked = do(client, case, "choose", **other)
    page = asked.content.decode()
    assert (asked.status_code, "250,000" in page, 'value="dear"' in page, "notice error" in page) == (200, True, True, False)
    Product.objects.filter(sku="dear").update(price_minor=1_300_000)
    late = do(client, case, "choose", difference="250000", **other)
    assert (late.status_code, "300,000" in late.content.decode(), "another sum" in late.content.decode()) == (409, True, True)
    assert not Remedy.objects.exists()
    assert "The choice has been taken." in do(client, case, "choose", difference="300000", **other).content.decode()
    assert (Remedy.objects.get().state, Remedy.objects.get().difference_minor) == ("awaiting_payment", 300_000)


def test_a_first_delivery_that_is_given_back_is_named_with_its_clause_before_and_after(client: Client) -> None:
    store = giving_back()
    order = bought(store, DraftLine(checked_goods(store).sku), at=BEFORE - timedelta(days=6), shipping_minor=30_000)
    case = examined(arrived(claimed(order, now=BEFORE), now=BEFORE), now=BEFORE)
    as_role(client, store, "desk")
    for page in (client.get(at(case)), do(client, case, "choose", kind="refund")):
        shown = page.content.decode()
        assert "First delivery given back" in shown
        assert "30,000" in shown
        assert "FET-COST-1" in shown


def test_postage_is_recorded_and_repaid_by_whoever_keeps_the_money(client: Client, case: Case) -> None:
    as_role(client, case.store, "desk")
    do(client, case, "carriage", way="return", paid_by="customer", amount="1500", receipt="yes")
    assert "FET-COST-1" in client.get(at(case)).content.decode()
    as_role(client, case.store, "accountant")
    assert case.number in client.get(f"/{case.store.slug}/desk/carriers/").content.decode()
    assert do(client, case, "repay", way="return", reference="").status_code == 422
    assert "repayment has been recorded" in do(client, case, "repay", way="return", reference="B-1").content.decode()
    assert Carriage.objects.get().settled == "repaid"
    all_is_well(case.store)


def test_goods_go_back_come_again_and_are_kept(client: Client) -> None:
    case = made("persianpetshop", finding="not_confirmed")
    as_role(client, case.store, "desk")
    do(client, case, "hand_back", carrier="Tipax", tracking_number="T-1")
    assert "T-1" in client.get(at(case)).content.decode()
    do(client, case, "come_again")
    do(client, case, "keep")
    assert "PPS-INSP-2" in client.get(at(case)).content.decode()
    assert Custody.objects.get().ended == ""
    assert "The case is settled." in do(client, case, "give_back").content.decode()
    assert again(case).state == "settled"
    all_is_well(case.store)


def test_goods_that_are_lost_on_their_way_back_are_an_experts_to_decide_and_claimed_from_the_carrier(client: Client) -> None:
    case = made("fetrashop", finding="not_confirmed")
    as_role(client, case.store, "expert")
    assert do(client, case, "lose").status_code == 422
    do(client, case, "hand_back", carrier="Tipax", tracking_number="T-1")
    assert "An expert decides now." in do(client, case, "lose").content.decode()
    page = client.get(f"/{case.store.slug}/desk/cases/{case.number}/").content.decode()
    assert ("move-override" in page, "move-answer" in page, again(case).goods) == (True, False, "lost")
    do(client, case, "carrier")
    letter = client.get(f"/{case.store.slug}/desk/carriers/{CarrierClaim.objects.get().pk}/letter/").content.decode()
    assert "Claim for a lost consignment" in letter
    assert "T-1" in letter
    assert "Tipax" in letter
    override_case(again(case), {"outcome": "approve", "remedies": ["refund"]}, reason="lost", author=make_staff(case.store, "owner"), now=NOW)
    follow(case)
    arrived(case)  # it turns up after all
    bench = f"/{case.store.slug}/desk/bench"
    for page in (f"{bench}/parcels/{Parcel.objects.latest('pk').code}/", f"{bench}/cases/{case.number}/"):
        assert "Nothing more is owed to the customer" in client.get(page).content.decode(), page
    kept = client.post(f"{bench}/cases/{case.number}/keep/", {"revision": again(case).revision, "disposition": "supplier"}, follow=True)
    assert (kept.status_code, again(case).goods) == (200, "kept")


def test_what_the_makers_representative_found_is_written_down_by_an_expert(client: Client) -> None:
    case = made("fetrashop", makers_opinion_needed=True)
    expert = make_staff(case.store, "expert")
    override_case(case, {"outcome": "approve", "remedies": ["makers_representative"]}, reason="the maker comes", author=expert, now=NOW)
    follow(case)
    as_role(client, case.store, "expert")
    assert "The representative was there" in client.get(at(case)).content.decode()
    wrong = do(client, case, "visited", day="2999-01-01", found="a loose wire", mended="yes")
    assert (wrong.status_code, "a loose wire" in wrong.content.decode(), "2999-01-01" in wrong.content.decode()) == (422, True, True)
    assert "The visit has been recorded." in do(client, case, "visited", day="2026-01-02", found="a loose wire", mended="yes").content.decode()
    assert (again(case).state, Remedy.objects.get(state="chosen").kind) == ("settling", "send_back")


def test_what_came_of_the_carriers_second_visit_is_written_down_by_an_expert(client: Client) -> None:
    store = make_store("ofiskutum")
    case = claimed(bought(store, DraftLine(checked_goods(store).sku), delivered=False), "not_received")
    override_case(case, {"outcome": "approve", "remedies": ["second_visit"]}, reason="once more", author=make_staff(store, "expert"), now=NOW)
    follow(case)
    as_role(client, store, "expert")
    assert "The carrier came a second time" in client.get(at(case)).content.decode()
    wrong = do(client, case, "carrier_came", day="2999-01-01", found="the neighbour was in", mended="yes")
    assert (wrong.status_code, "the neighbour was in" in wrong.content.decode()) == (422, True)
    found = {"found": "the neighbour was in", "mended": "yes"}
    assert "The second visit has been recorded." in do(client, case, "carrier_came", day="2026-01-02", **found).content.decode()
    assert (again(case).state, again(case).order.state) == ("settled", "delivered")


# ---- claims on carriers ----------------------------------------------------------------------------------------------


def test_a_claim_on_a_carrier_is_led_to_its_end(client: Client, django_assert_num_queries: Any) -> None:
    case = made("persianpetshop", "transit_damage")
    store, claim = case.store, CarrierClaim.objects.get()
    here = f"/{store.slug}/desk/carriers/{claim.pk}/"

    def move(name: str, **said: Any) -> Any:
        return client.post(f"{here}do/{name}/", {"revision": CarrierClaim.objects.get().revision, **said}, follow=True)

    as_role(client, store, "expert").get(here)
    with django_assert_num_queries(7):
        client.get(f"/{store.slug}/desk/carriers/")
    assert move("recover", amount="5", reference="B").status_code == 404
    assert move("submit", reference="").status_code == 422
    assert "The carrier has the claim." in move("submit", reference="H-7").content.decode()
    letter = client.get(f"{here}letter/").content.decode()
    assert "H-7" in letter
    assert "1,000,000" in letter
    assert "Claim for damage in transit" in letter
    Store.objects.filter(pk=store.pk).update(returns={"address": {store.language: "12 Harbour Road"}})
    assert "12 Harbour Road" in client.get(f"{here}letter/").content.decode()
    assert client.post(f"{here}do/confirm/", {"revision": 0}).status_code == 409
    move("confirm")
    assert again(case).state == "choosing"
    bench = client.get(f"/{store.slug}/desk/bench/cases/{case.number}/").content.decode()
    assert ("It has confirmed the damage." in bench, 'name="carrier_confirmed"' in bench) == (True, False)
    as_role(client, store, "accountant")
    assert "has been recorded" in move("recover", amount="900000", reference="B-3").content.decode()
    assert CarrierClaim.objects.get().recovered_minor == 900_000
    all_is_well(store)


def test_another_stores_claim_is_not_there(client: Client) -> None:
    case = made("persianpetshop", "transit_damage")
    claim = CarrierClaim.objects.get()
    as_role(client, make_store("offykala"), "owner")
    for url in (f"/{case.store.slug}/desk/carriers/{claim.pk}/", f"/offykala/desk/carriers/{claim.pk}/", f"/offykala/desk/carriers/{claim.pk}/letter/"):
        assert client.get(url).status_code == 404
