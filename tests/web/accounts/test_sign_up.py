"""Signing up by phone or e-mail: what is refused, what is never said, and what follows once a contact is verified."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from avdet.records.outbox.models import Notice
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.stores.invitations import invite
from tests.factories import make_customer, make_order, make_store
from tests.web.accounts.people import NEW_PASSWORD, client, code_told, known, shown_by_app, told

__all__ = ["client"]
pytestmark = pytest.mark.django_db
SIGN_UP = "/account/signup/"


def sign_up(client: Client, login: str, **said: str):
    return client.post(SIGN_UP, {"name": "Zeynep Çelik", "login": login, "password1": NEW_PASSWORD, **said})


@pytest.fixture(autouse=True)
def store():
    return make_store("fetrashop")


@pytest.mark.parametrize("login", ["", "hello", "a@", "12", "0912", "a@b.test\nBcc: c@d.test", "<script>@x", "9" * 300])
def test_what_is_neither_address_nor_number_is_refused(client, login):
    answer = sign_up(client, login)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not User.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("password", ["short", "password123", "1234567890"])
def test_a_weak_password_is_refused_in_the_readers_language(client, password):
    client.cookies["language"] = "fa"
    answer = sign_up(client, "09121234567", password1=password)
    (fault, *_) = answer.context["form"].errors["password1"]
    assert any("\u0600" <= sign <= "\u06ff" for sign in fault)
    assert not User.objects.exists()


@pytest.mark.parametrize("login", ["taken@example.test", "+90 532 111 22 33"])
def test_nobody_learns_who_has_an_account(client, login):
    known("bob", email="taken@example.test", phone="+905321112233")
    taken = sign_up(client, login)
    fresh = sign_up(Client(), login.replace("taken", "other").replace("33", "44"))
    assert (taken.status_code, taken["Location"]) == (fresh.status_code, fresh["Location"])
    pages = [client.get(taken["Location"]).content.decode()]
    assert "Enter the code" in pages[0]
    assert told(kind="account_exists").values.keys() == {"url"}
    assert User.objects.filter(email="taken@example.test").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("login", "kind", "confirm"), [("0912 123 4567", "sign_in_code", "phone"), ("dana@example.test", "verify_email", "email")])
def test_who_was_invited_signs_up_and_sets_up_an_app_without_writing_the_password_again(client, store, login, kind, confirm):
    _, token = invite(store, "desk", "dana@example.test", actor=Actor.system("tests"), now=timezone.now())
    link = f"/fetrashop/studio/invitations/{token}/"
    assert client.get(link)["Location"] == f"/account/login/?next={link}"
    sign_up(client, login, next=link)
    answer = client.post(f"/account/{confirm}/confirm/", {"code": code_told(kind=kind), "next": link})
    assert answer["Location"] == link
    assert client.post(link)["Location"] == "/fetrashop/desk/"
    assert client.get("/fetrashop/desk/")["Location"].startswith("/account/second/app/")
    page = client.get("/account/second/app/?next=/fetrashop/desk/")
    assert page.status_code == 200
    assert client.post("/account/second/app/", {"code": shown_by_app(page.context["form"].secret)}).status_code == 302
    assert client.get("/fetrashop/desk/").status_code == 200


def test_an_unverified_account_cannot_come_in_and_a_wrong_code_ends_the_attempt(client):
    answer = sign_up(client, "0912 123 4567")
    assert answer["Location"] == "/account/phone/confirm/"
    wrong = "000000" if code_told() != "000000" else "000001"
    for _ in range(3):
        answer = client.post("/account/phone/confirm/", {"code": wrong})
    assert answer.status_code == 302
    client.post("/account/phone/confirm/", {"code": code_told()})
    assert "_auth_user_id" not in client.session
    assert User.objects.get().phone_verified is False


def test_somebody_signs_up_by_phone_in_persian_digits(client):
    answer = sign_up(client, "۰۹۱۲ ۱۲۳ ۴۵۶۷", next="/fetrashop/orders/")
    notice = told(kind="sign_in_code")
    assert (notice.channel, notice.to, notice.store.slug) == ("sms", "+989121234567", "fetrashop")
    code = notice.values["code"].translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    answer = client.post("/account/phone/confirm/", {"code": code})
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.phone, user.phone_verified, user.email, user.name) == ("+989121234567", True, None, "Zeynep Çelik")
    assert client.session["_auth_user_id"] == str(user.pk)
    second = Client()
    assert sign_up(second, "0532 111 22 33").status_code == 302  # a second account without an e-mail is no duplicate
    assert User.objects.count() == 2


def test_somebody_signs_up_by_email(client):
    answer = sign_up(client, " Zeynep@Example.test ")
    assert answer["Location"] == "/account/email/confirm/"
    answer = client.post("/account/email/confirm/", {"code": code_told(kind="verify_email", to__isnull=False)})
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.email, user.phone) == ("zeynep@example.test", "")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_session_gets_a_new_key_at_sign_up(client):
    client.get(SIGN_UP)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_up(client, "09121234567")
    client.post("/account/phone/confirm/", {"code": code_told()})
    assert client.session.session_key != before


def test_past_orders_of_the_verified_contact_only_become_theirs(client, store):
    other_store = make_store("offykala")
    mine = make_customer(store, phone="+989121234567", email="somebody@else.test")
    again = make_customer(store, phone="+989121234567", email="again@else.test", external_ref="77")
    elsewhere = make_customer(other_store, phone="+989121234567")
    stranger = make_customer(store, phone="+989120000000")
    taken = make_customer(store, known("carol"), phone="+989121234567")
    orders = [make_order(store, each) for each in (mine, again, stranger, taken)]
    sign_up(client, "09121234567")
    mine.refresh_from_db()
    assert mine.user is None
    client.post("/account/phone/confirm/", {"code": code_told(kind="sign_in_code")})
    user = User.objects.get(phone_print__isnull=False)
    assert set(user.customers.all()) == {mine, elsewhere}
    for order in orders:
        order.refresh_from_db()
    assert [order.customer_id for order in orders] == [mine.pk, mine.pk, stranger.pk, taken.pk]
    assert orders[1].events.get().kind == "claimed"


def test_the_number_and_the_name_lie_in_the_database_sealed(client):
    sign_up(client, "09121234567")
    with connection.cursor() as cursor:
        cursor.execute("select phone, phone_print, name, email from people_user")
        row = " ".join(str(each) for each in cursor.fetchone())
    assert "9121234567" not in row
    assert "Zeynep" not in row
