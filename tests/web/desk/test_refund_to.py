"""The account that a refund goes to, named on the telephone: by whom, what is refused, what is kept and what is seen of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from avdet.records.people.models import BankAccount, Customer
from avdet.records.refunds.models import Refund, RefundEvent
from avdet.records.shared.sealed import fingerprint
from avdet.workflows.money.send_refund import send_refund
from tests.factories import NOW, make_customer, make_order, make_product, make_staff, make_store
from tests.web.browsers import staff
from tests.workflows.money import grant, pay
from tests.workflows.payouts import account_of, iban

pytestmark = pytest.mark.django_db
SHIRIN = "شیرین"


@pytest.fixture
def refund() -> Refund:
    """Owed to a guest who paid by transfer, and was asked for an account."""
    store = make_store("fetrashop")
    order = make_order(store, make_customer(store, name=SHIRIN), products=[make_product(store, price_minor=100_000)])
    pay(order)
    made = grant(order, 100_000)[0]
    send_refund(made.pk, now=NOW)
    return Refund.objects.get(pk=made.pk)


def there(refund: Refund, path: str = "money/") -> str:
    return f"/fetrashop/desk/orders/{refund.payment.order.number}/{path}"


def form(**wrong: str) -> dict[str, str]:
    said = {"number": iban(), "holder_name": SHIRIN, "consent": "1"} | wrong
    return {name: value for name, value in said.items() if value}


def account(refund: Refund) -> BankAccount | None:
    found: BankAccount | None = Refund.objects.get(pk=refund.pk).account
    return found


def test_another_stores_staff_find_nothing_here(refund: Refund) -> None:
    stranger = Client()
    stranger.force_login(make_staff(make_store("offykala"), "owner"))
    assert [stranger.get(there(refund)).status_code, stranger.post(there(refund), form()).status_code] == [404, 404]
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(("wrong", "says"), [
    ({"number": "IR00"}, "No account has this number"), ({"number": "6037991234567890"}, "No card has this number"),
    ({"holder_name": "Somebody"}, "another name"), ({"consent": ""}, "consent"), ({"holder": "father"}, "under 18"),
    ({"account": "7"}, "not the customer"),
])  # fmt: skip
def test_an_account_that_cannot_be_is_not_kept_and_what_was_typed_stays(wrong: dict[str, str], says: str, refund: Refund) -> None:
    said = form(**wrong)
    answer = staff(refund).post(there(refund), said)
    page = answer.content.decode()
    assert (answer.status_code, says in page, said["number"] in page) == (422, True, True)
    assert not BankAccount.objects.exists()


@pytest.mark.parametrize(("role", "language"), [("desk", "en"), ("expert", "tr"), ("accountant", "fa")])
def test_it_is_kept_with_the_consent_and_seen_by_its_last_digits(role: str, language: str, refund: Refund, deferred: Any) -> None:
    client, number = staff(refund, role, language), iban()
    assert there(refund) in client.get(there(refund, "")).content.decode(), "the order leads there"
    assert client.post(there(refund), form(number=number)).status_code == 302
    kept = BankAccount.objects.get()
    assert (account(refund), kept.number_print, bool(kept.consent_text)) == (kept, fingerprint(number, "bank"), True)
    event = RefundEvent.objects.get(refund=refund, kind="account_chosen")
    assert (event.actor, event.source) == ("staff", "desk")
    shown = [client.get(there(refund)), client.get(there(refund, ""))]
    if role == "accountant":
        shown.append(client.get(f"/fetrashop/desk/refunds/{refund.pk}/"))
        assert there(refund) in shown[-1].content.decode(), "it can still be corrected"
    assert kept.last_digits in shown[-1].content.decode() or role != "accountant"
    assert not any(number in page.content.decode() for page in shown)
    deferred.run(NOW)


def test_a_known_account_is_chosen_or_named_once_more_and_a_minors_may_be_the_fathers(refund: Refund) -> None:
    client, customer, number = staff(refund), refund.payment.order.customer, iban()
    known = account_of(customer, number)
    assert known.last_digits in client.get(there(refund)).content.decode()
    assert client.post(there(refund), {"account": str(known.pk)}).status_code == 302
    assert client.post(there(refund), form(number=number)).status_code == 302
    assert (account(refund), BankAccount.objects.count()) == (known, 1)
    Customer.objects.update(birth_year=NOW.year - 12)
    assert client.post(there(refund), form(holder="father", holder_name="بهرام")).status_code == 302
    assert BankAccount.objects.latest("pk").holder == "father"


def test_it_costs_the_same_and_nothing_is_asked_where_nothing_waits(refund: Refund, django_assert_num_queries: Any) -> None:
    client = staff(refund)
    client.get(there(refund))
    for _ in range(2):
        with django_assert_num_queries(8):
            assert client.get(there(refund)).status_code == 200
        for _ in range(3):
            account_of(refund.payment.order.customer)
    Refund.objects.update(state="confirmed")
    answer = client.post(there(refund), form())
    assert (answer.status_code, answer["Location"]) == (302, there(refund, ""))
