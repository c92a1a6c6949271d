"""An order comes to somebody's account only by a contact that the account has shown to be its own."""

from __future__ import annotations

from typing import Any

import pytest

from avdet.records.orders.models import Order
from avdet.records.people.accounts import customer_for, set_phone, trust_email
from avdet.records.people.buyers import Buyer, buyer_of
from avdet.records.people.many_buyers import buyers_of
from avdet.records.people.models import Customer, User
from avdet.records.stores.models import Store
from avdet.workflows.orders.claim_orders import claim_orders, customer_here
from tests.factories import NOW, make_customer, make_order, make_store, make_user

pytestmark = pytest.mark.django_db
PHONE, MAIL = "+989121112233", "alice@example.test"
ALICE = Buyer("", "Alice", PHONE, MAIL, "fa")


@pytest.fixture
def store() -> Store:
    return make_store()


@pytest.fixture
def mallory(store: Store) -> User:
    """Somebody who has typed alice's address and number into a sign-up, and has bought at the store."""
    user = make_user("mallory", email=MAIL)
    set_phone(user, PHONE, verified=False)
    make_customer(store, user, phone=PHONE, email=MAIL, external_ref="12")
    return user


def test_an_unverified_contact_brings_nobody_anybodys_order(store: Store, mallory: User) -> None:
    for buyer in (ALICE, Buyer(phone=PHONE), Buyer(email=MAIL), Buyer(reference="12"), Buyer("12", "Alice", PHONE, MAIL)):
        found = buyer_of(store, buyer, now=NOW)
        assert found is not None
        assert found.user is None


def test_the_verified_half_of_a_contact_brings_none_of_the_other_half(store: Store) -> None:
    """mallory orders with an address of her own and alice's number, verifies the address, and waits for alice's orders."""
    mallory = make_user("mallory", email="mallory@example.test")
    bait = buyer_of(store, Buyer("", "Mallory", PHONE, "mallory@example.test"), now=NOW)
    make_order(store, bait)
    trust_email(mallory)
    claim_orders(mallory, now=NOW)
    for buyer in (ALICE, Buyer(phone=PHONE), Buyer("7", "Alice", PHONE)):
        order = make_order(store, buyer_of(store, buyer, now=NOW))
        claim_orders(mallory, now=NOW)
        order.refresh_from_db()
        assert order.customer is not None
        assert order.customer.user is None
    assert Order.objects.filter(customer__user=mallory).count() == 1


def test_records_that_nobody_has_claimed_are_not_mixed_either(store: Store) -> None:
    """The same, with the bait waiting unclaimed until alice has ordered."""
    bait = buyer_of(store, Buyer("", "Mallory", PHONE, "mallory@example.test"), now=NOW)
    theirs = [buyer_of(store, buyer, now=NOW) for buyer in (ALICE, Buyer(phone=PHONE), Buyer(reference="5", phone=PHONE))]
    orders = [make_order(store, each) for each in (bait, *theirs)]
    mallory = make_user("mallory", email="mallory@example.test")
    trust_email(mallory)
    claim_orders(mallory, now=NOW)
    assert list(Order.objects.filter(customer__user=mallory)) == orders[:1]


def test_a_shops_reference_leads_to_nobodys_account(store: Store) -> None:
    """bob once ordered in his shop with alice's address: what he orders afterwards stays his own."""
    alice = make_user("alice", email=MAIL)
    trust_email(alice)
    make_customer(store, alice)
    gift = buyer_of(store, Buyer("66", "Bob", "", MAIL), now=NOW)
    later = buyer_of(store, Buyer("66", "Bob", "+989125556677", "bob@example.test"), now=NOW)
    bare = buyer_of(store, Buyer("66"), now=NOW)
    assert [each and each.user for each in (gift, later, bare)] == [alice, None, None]


def test_a_files_references_lead_to_nobodys_account_nor_to_what_can_be_claimed(store: Store, mallory: User) -> None:
    claimable = buyer_of(store, Buyer("13", "Alice", PHONE, "other@example.test"), now=NOW)
    found = buyers_of(store, ["12", "13", "14"], now=NOW)
    assert buyers_of(store, ["14", "13", "12"], now=NOW) == found
    records = Customer.objects.filter(pk__in=found.values())
    assert [(each.user, each.phone_print, each.email_print) for each in records] == [(None, "", "")] * 3
    assert claimable not in records


def test_a_contact_of_before_brings_nothing_more(store: Store) -> None:
    """A number that somebody has given up belongs to somebody else soon."""
    alice = make_user("alice")
    make_customer(store, alice)
    set_phone(alice, PHONE, verified=True)
    mine = buyer_of(store, Buyer(phone=PHONE), now=NOW)
    set_phone(alice, "+989120000001", verified=True)
    later = buyer_of(store, Buyer(phone=PHONE), now=NOW)
    assert mine is not None
    assert later is not None
    assert (mine.user, later.user) == (alice, None)


@pytest.mark.parametrize("buyer", [ALICE, Buyer(phone=PHONE), Buyer(email=MAIL.title()), Buyer("9", "Alice", PHONE, "work@example.test")])
def test_a_verified_contact_brings_an_order_to_its_account(store: Store, buyer: Buyer) -> None:
    alice = make_user("alice", email=MAIL)
    trust_email(alice)
    set_phone(alice, PHONE, verified=True)
    known = customer_for(alice, store, now=NOW)
    assert buyer_of(store, buyer, now=NOW) == known


def test_a_store_that_does_not_know_the_account_keeps_the_order_until_its_owner_comes(store: Store) -> None:
    alice = make_user("alice", email=MAIL)
    trust_email(alice)
    order = make_order(store, buyer_of(store, ALICE, now=NOW))
    assert order.customer is not None
    assert order.customer.user is None
    mine = customer_here(alice, store, now=NOW)
    assert list(Order.objects.filter(customer=mine)) == [order]
    assert customer_here(make_user("bob"), store, now=NOW) is None


def test_a_phone_goes_before_an_address(store: Store) -> None:
    alice, bob = make_user("alice", email=MAIL), make_user("bob")
    trust_email(alice)
    make_customer(store, alice)
    make_customer(store, bob)
    set_phone(bob, PHONE, verified=True)
    found = buyer_of(store, ALICE, now=NOW)
    assert found is not None
    assert found.user == bob


def test_what_waited_is_joined_once_the_contact_is_verified(store: Store, mallory: User) -> None:
    waiting = [buyer_of(store, buyer, now=NOW) for buyer in (ALICE, Buyer(phone=PHONE), Buyer("12", "Alice", PHONE))]
    orders = [make_order(store, each) for each in waiting]
    set_phone(mallory, "", verified=False)
    alice = make_user("alice", email="alice@else.test")
    set_phone(alice, PHONE, verified=True)
    assert claim_orders(alice, now=NOW) == 2
    assert set(Order.objects.filter(customer__user=alice)) == set(orders)


@pytest.mark.parametrize(("buyer", "most"), [(ALICE, 1), (Buyer(phone=PHONE), 1), (Buyer("1"), 1)])
def test_a_buyer_is_found_in_a_fixed_number_of_statements(
    store: Store, buyer: Buyer, most: int, django_assert_num_queries: Any
) -> None:
    made = buyer_of(store, buyer, now=NOW)
    for _ in range(30):
        make_customer(store)
    with django_assert_num_queries(most):
        assert buyer_of(store, buyer, now=NOW) == made
