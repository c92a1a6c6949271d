"""A guest's way to one order: what is never told apart, what a code does not open, and what it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from avdet.records.orders.models import GuestCode
from avdet.records.orders.owners import new_code, use_code
from avdet.records.orders.queries import order_by_id
from avdet.records.outbox.models import Notice
from avdet.web.shared.access import may_see
from tests.factories import NOW, make_customer, make_order, make_store, make_user

pytestmark = pytest.mark.django_db
FIND, CODE = "/fetrashop/find/", "/fetrashop/find/code/"


@pytest.fixture
def order():
    store = make_store("fetrashop")
    return make_order(store, make_customer(store, phone="+989121234567", email="zeynep@example.test"), number="F-1001")


def ask(client: Client, number: str, login: str):
    client.cookies["language"] = "en"
    return client.post(FIND, {"order_number": number, "login": login})


def seen(client: Client, order, user=None) -> bool:
    request = RequestFactory().get("/")
    request.user, request.session = user or AnonymousUser(), client.session
    return may_see(request, order_by_id(order.pk))


def told() -> str:
    return str(Notice.objects.latest("pk").values["code"])


@pytest.mark.parametrize(
    ("number", "login"), [("", "x@y.test"), ("F-1001", ""), ("F-1001", "hello"), ("F-1001", "a@b\nBcc: x@y.z")]
)
def test_what_cannot_be_is_sent_back(client, order, number, login):
    assert ask(client, number, login).status_code == 422
    assert not GuestCode.objects.exists()


@pytest.mark.parametrize(
    ("number", "login"),
    [("F-1001", "09120000000"), ("F-1001", "somebody@example.test"), ("F-9999", "09121234567"), ("1001", "zeynep@example.test"),
     ("F-1001' or '1'='1", "09121234567"), ("\u202eF-1001", "09121234567")],
)  # fmt: skip
def test_nobody_learns_whether_an_order_exists(client, order, number, login):
    right = ask(Client(), "F-1001", "09121234567")
    wrong = ask(client, number, login)
    assert (wrong.status_code, wrong["Location"]) == (right.status_code, right["Location"]) == (302, CODE)
    assert "six digits" in client.get(CODE).content.decode()
    assert Notice.objects.count() == 1
    answer = client.post(CODE, {"code": told()})
    assert answer.status_code == 422
    assert not seen(client, order)


def test_the_same_statements_are_spent_until_the_code(client, order, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        ask(client, "F-1001", "09121234567")
    with django_assert_max_num_queries(18):
        ask(client, "F-9999", "09121234567")


def test_a_code_is_mistyped_five_times_at_most(client, order):
    ask(client, "F-1001", "09121234567")
    code = told()
    for n in range(5):
        assert client.post(CODE, {"code": f"{(int(code) + n + 1) % 1_000_000:06}"}).status_code == 422
    assert client.post(CODE, {"code": code}).status_code == 422
    assert not seen(client, order)


def test_a_code_lapses_is_used_once_and_is_replaced_by_a_newer_one(order):
    old = new_code(order, "sms", now=NOW)
    assert not use_code(order.pk, old, now=NOW + timedelta(minutes=11))
    new = new_code(order, "sms", now=NOW)
    assert old == new or not use_code(order.pk, old, now=NOW)
    assert use_code(order.pk, new, now=NOW)
    assert not use_code(order.pk, new, now=NOW)
    assert new_code(order, "sms", now=NOW)
    assert new_code(order, "sms", now=NOW) == "", "three in an hour are enough"
    assert new_code(order, "sms", now=NOW + timedelta(hours=2))


def test_one_visitor_asks_only_so_often(client, order):
    answers = [ask(client, f"F-{n}", "09121234567").status_code for n in range(21)]
    assert answers[19:] == [302, 429]


def test_a_code_of_one_store_opens_nothing_in_another(client, order):
    make_store("offykala")
    ask(client, "F-1001", "09121234567")
    answer = client.post("/offykala/find/code/", {"code": told()})
    assert answer["Location"] == "/offykala/find/"
    assert not seen(client, order)


@pytest.mark.parametrize("login", ["۰۹۱۲ ۱۲۳ ۴۵۶۷", "+98 912 123 4567", " Zeynep@Example.TEST "])
def test_a_guest_sees_the_one_order_for_a_day(client, order, login):
    other = make_order(order.store, order.customer)
    ask(client, "F-۱۰۰۱", login)
    before = client.session.session_key
    code = told().translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    answer = client.post(CODE, {"code": code})
    assert answer["Location"] == "/fetrashop/orders/F-1001/"
    assert client.session.session_key != before
    assert seen(client, order)
    assert not seen(client, other)
    assert not seen(Client(), order)
    session = client.session
    session["guest_orders"] = {str(order.pk): (timezone.now() - timedelta(seconds=1)).timestamp()}
    session.save()
    assert not seen(client, order)


def test_an_order_is_its_owners(client, order):
    owner = make_user("zeynep")
    assert not seen(client, order, owner)
    order.customer.user = owner
    order.customer.save()
    assert seen(client, order, owner)
    assert not seen(client, order, make_user("mallory"))


def test_the_code_itself_is_kept_nowhere(client, order):
    ask(client, "F-1001", "09121234567")
    kept = GuestCode.objects.get()
    assert told() not in (kept.code_print, kept.channel)
    assert Notice.objects.get().to == "+989121234567"
