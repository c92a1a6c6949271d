"""A customer chooses how their request is put right, and follows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.actions import count
from avdet.records.catalogue.models import Product
from avdet.records.orders.drafts import DraftLine
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.stores.models import Store
from avdet.workflows.goods.custody import keep_for_owner
from tests.factories import NOW, make_customer, make_product, make_store, make_user
from tests.workflows.remedies import (
    MACHINE,
    again,
    all_is_well,
    arrived,
    bought,
    checked_goods,
    claimed,
    examined,
    follow,
    giving_back,
)

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=2)
"""The pages look at the clock on the wall, which shows a later time than this."""


@pytest.fixture
def store() -> Store:
    return make_store()


@pytest.fixture
def alice(client: Client) -> User:
    user = make_user("alice", language="en")
    client.force_login(user)
    client.get("/?lang=en")
    return user


@pytest.fixture
def case(store: Store, alice: User) -> Case:
    """Her fault is confirmed, and she is to choose."""
    goods = checked_goods(store, price_minor=1_000_000)
    order = bought(store, DraftLine(goods.sku), customer=make_customer(store, alice), language="en", at=NOW - timedelta(days=8))
    return examined(arrived(claimed(order, now=BEFORE), now=BEFORE), now=BEFORE)


def at(case: Case, kind: str = "") -> str:
    return f"/{case.store.slug}/cases/{case.number}/remedy/{kind + '/' if kind else ''}"


def choose(client: Client, case: Case, kind: str, **said: Any) -> Any:
    return client.post(at(case, kind), {"revision": case.revision, **said}, follow=True)


def test_somebody_elses_choice_is_not_there(client: Client, case: Case) -> None:
    client.force_login(make_user("bob"))
    for url in (at(case), at(case, "refund")):
        assert client.get(url).status_code == 404
    assert client.post(at(case, "refund"), {"revision": case.revision}).status_code == 404
    assert not Remedy.objects.exists()


@pytest.mark.parametrize("kind", ["correction", "send_back", "money"])
def test_what_was_not_granted_is_not_there(client: Client, case: Case, kind: str) -> None:
    assert client.get(at(case, kind)).status_code == 404
    assert client.post(at(case, kind), {"revision": case.revision}).status_code == 404


def test_what_each_comes_to_is_said_before_it_is_chosen(client: Client, case: Case, django_assert_num_queries: Any) -> None:
    client.get(at(case))
    with django_assert_num_queries(9):
        page = client.get(at(case)).content.decode()
    assert page.count("1,000,000") >= 2
    assert "FET-TEST-2" in page
    assert "FET-INSP-3" in page
    check = client.get(at(case, "refund")).content.decode()
    assert "1,000,000" in check
    assert "cannot be changed afterwards" in check
    assert not Remedy.objects.exists()


def test_a_first_delivery_that_is_given_back_is_a_line_of_its_own_with_its_clause(client: Client, alice: User) -> None:
    store = giving_back()
    goods, language = checked_goods(store, price_minor=1_000_000), {"customer": make_customer(store, alice), "language": "en"}
    order = bought(store, DraftLine(goods.sku), at=NOW - timedelta(days=8), shipping_minor=30_000, **language)
    case = examined(arrived(claimed(order, now=BEFORE), now=BEFORE), now=BEFORE)
    for page in (client.get(at(case)), client.get(at(case, "refund")), choose(client, case, "refund"), client.get(at(case))):
        shown = page.content.decode()
        assert "First delivery given back" in shown
        assert "FET-COST-1" in shown
        assert "30,000" in shown
        assert "1,030,000" in shown


def test_a_choice_is_made_once_and_followed(client: Client, case: Case) -> None:
    page = choose(client, case, "refund").content.decode()
    assert "Your choice has been taken." in page
    assert Refund.objects.get().amount_minor == 1_000_000
    late = choose(client, case, "replacement").content.decode()
    assert "Something changed" in late
    assert Remedy.objects.get().kind == "refund"
    assert "chosen" in client.get(at(case)).content.decode()
    all_is_well(case.store)


def test_what_has_run_out_is_said_kindly_and_the_rest_is_left(client: Client, case: Case) -> None:
    assert case.order_line.product_id is not None
    count(case.store, [(case.order_line.product_id, 0)], now=NOW, actor=MACHINE)
    page = choose(client, case, "replacement").content.decode()
    assert "run out meanwhile" in page
    assert at(case, "replacement") not in page
    assert at(case, "refund") in page
    assert not Remedy.objects.exists()


def test_another_product_is_found_with_its_difference_and_waits_to_be_paid(client: Client, case: Case, store: Store) -> None:
    make_product(store, "dear", price_minor=1_250_000)
    make_product(store, "cheap", price_minor=400_000)
    shelves = client.get(at(case, "other_product"), {"q": ""}).content.decode()
    assert "250,000" in shelves
    assert "600,000" in shelves, "what comes back"
    check = client.get(at(case, "other_product"), {"sku": "dear"}).content.decode()
    assert "250,000" in check
    Product.objects.filter(sku="dear").update(price_minor=1_300_000)
    said: dict[str, str]
    for said in ({}, {"difference": "250000"}, {"difference": "x"}):
        late = choose(client, case, "other_product", sku="dear", **said)
        assert (late.status_code, "300,000" in late.content.decode(), Remedy.objects.exists()) == (409, True, False)
    page = choose(client, case, "other_product", sku="dear", difference="300000").content.decode()
    remedy = Remedy.objects.get()
    assert remedy.state == "awaiting_payment"
    assert "difference awaited" in page
    assert remedy.order is not None
    assert remedy.order.number in page
    lead = client.get(f"/{store.slug}/cases/{case.number}/").content.decode()
    assert ("Please pay the difference" in lead, "You need do nothing" in lead) == (True, False)
    assert client.get(f"/{store.slug}/orders/{remedy.order.number}/").status_code == 200


def test_goods_in_custody_are_asked_for_by_their_owner_alone(client: Client, alice: User) -> None:
    store = make_store("persianpetshop")
    order = bought(store, DraftLine(make_product(store).sku), customer=make_customer(store, alice), language="en", at=NOW - timedelta(days=8))
    case = follow(examined(arrived(claimed(order, now=BEFORE), now=BEFORE), "not_confirmed", now=BEFORE), now=BEFORE)
    here = f"/{store.slug}/cases/{case.number}/"
    early = client.post(f"{here}call/", follow=True).content.decode()
    assert "Send me my goods" not in early
    assert "noted" not in early
    keep_for_owner(case, actor=MACHINE, now=BEFORE)
    assert "Send me my goods" in client.get(here).content.decode()
    bob = Client()
    bob.force_login(make_user("bob"))
    assert bob.post(f"{here}call/").status_code == 404
    page = client.post(f"{here}call/", follow=True).content.decode()
    assert "You have asked for your goods" in page
    assert "Send me my goods" not in page
    assert (again(case).waits_for, [event.kind for event in events_of(case)][-1]) == ("store", "goods_asked")
    assert "You can collect them" not in client.get(f"{here}remedy/").content.decode()


def test_before_and_after_the_choice_its_address_leads_to_the_case(client: Client, store: Store, alice: User) -> None:
    order = bought(store, DraftLine(checked_goods(store).sku), customer=make_customer(store, alice))
    case = claimed(order)
    for url in (at(case), at(case, "refund")):
        answer = client.get(url)
        assert (answer.status_code, answer["Location"]) == (302, f"/{store.slug}/cases/{case.number}/")
    assert client.post(at(case, "refund"), {"revision": again(case).revision}).status_code == 302
    assert not Remedy.objects.exists()
