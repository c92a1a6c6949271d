"""Where shall we send your money: whose page it is, what it refuses, and both ways to answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from avdet.records.people.models import BankAccount, User
from avdet.records.refunds.models import Refund
from avdet.workflows.money.send_refund import send_refund
from tests.factories import NOW, make_customer, make_order, make_product, make_store, make_user
from tests.workflows.money import grant, pay
from tests.workflows.payouts import account_of, iban

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def refund(alice: User) -> Refund:
    store = make_store("fetrashop")
    order = make_order(store, make_customer(store, alice, name="شیرین"), products=[make_product(store, price_minor=100_000)])
    pay(order)
    made = grant(order, 100_000)[0]
    send_refund(made.pk, now=NOW)
    return made


@pytest.fixture
def here(alice: User, client: Client) -> Client:
    client.force_login(alice)
    return client


def url(refund: Refund) -> str:
    return f"/fetrashop/orders/{refund.payment.order.number}/money/"


def form(**wrong: Any) -> dict[str, Any]:
    return {"number": iban(), "holder": "self", "holder_name": "شیرین", "consent": "on"} | wrong


def account(refund: Refund) -> BankAccount | None:
    found: BankAccount | None = Refund.objects.get(pk=refund.pk).account
    return found


def test_it_is_the_buyers_alone(refund: Refund, client: Client) -> None:
    assert client.get(url(refund)).status_code == 404
    client.force_login(make_user("bob"))
    assert client.get(url(refund)).status_code == 404
    assert client.post(url(refund), form()).status_code == 404
    assert account(refund) is None


@pytest.mark.parametrize("wrong", [{"number": "IR00"}, {"holder_name": "Somebody"}, {"consent": ""}, {"holder": "father"}])
def test_an_account_that_cannot_be_is_not_kept(wrong: dict[str, str], refund: Refund, here: Client) -> None:
    assert here.post(url(refund), form(**wrong)).status_code == 422
    assert not BankAccount.objects.exists()


def test_an_account_of_somebody_else_cannot_be_named(refund: Refund, here: Client) -> None:
    other = account_of(make_customer(refund.store))
    assert here.post(url(refund), {"account": other.pk}).status_code == 422
    assert account(refund) is None


def test_a_new_account_is_kept_with_its_consent_and_paid_to(refund: Refund, here: Client, deferred: Any) -> None:
    order = url(refund).removesuffix("money/")
    assert url(refund) in here.get(order).content.decode(), "the order's page leads there"
    assert here.post(url(refund), form()).status_code == 302
    assert url(refund) not in here.get(order).content.decode(), "as long as it is asked"
    deferred.run(NOW)
    kept = BankAccount.objects.get()
    assert (account(refund), bool(kept.consent_text)) == (kept, True)


def test_a_registered_account_is_chosen(refund: Refund, here: Client) -> None:
    known = account_of(refund.payment.order.customer)
    page = here.get(url(refund))
    assert known.last_digits in page.content.decode()
    assert here.post(url(refund), {"account": known.pk}).status_code == 302
    assert account(refund) == known


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_it_opens_in_each_language_in_a_fixed_number_of_statements(
    language: str, refund: Refund, here: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        account_of(refund.payment.order.customer)
    here.cookies["language"] = language
    with django_assert_max_num_queries(8):
        assert here.get(url(refund)).status_code == 200


def test_where_nothing_is_owed_nothing_is_asked(refund: Refund, here: Client) -> None:
    Refund.objects.update(state="confirmed")
    assert here.get(url(refund)).status_code == 302
