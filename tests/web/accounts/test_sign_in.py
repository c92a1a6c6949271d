"""Signing in: brute force, enumeration, planted sessions, strangers' addresses; then passwords, codes and where one lands."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from avdet.records.outbox.models import Notice
from avdet.records.people.models import Membership
from tests.factories import LONG_AGO, make_customer, make_store, make_user
from tests.web.accounts.people import NEW_PASSWORD, PASSWORD, client, code_told, known, shown_by_app, with_app

__all__ = ["client"]
pytestmark = pytest.mark.django_db
SIGN_IN = "/account/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **said: str):
    return client.post(SIGN_IN, {"login": login, "password": password, **said})


@pytest.fixture(autouse=True)
def store():
    return make_store("fetrashop")


def faults(answer) -> list[str]:
    return [str(fault) for each in answer.context["form"].errors.values() for fault in each]


def test_a_wrong_password_and_an_unknown_account_are_answered_alike():
    user = known(phone="+905321112233")
    for one, other in ((user.email, "nobody@example.test"), ("05321112233", "05321112299")):
        assert faults(sign_in(Client(), one, "wrong")) == faults(sign_in(Client(), other, "wrong"))


@pytest.mark.parametrize("login", ["", "hello", "' or 1=1 --", "x" * 5000, "\u202ealice"])
def test_what_is_neither_address_nor_number_gets_nowhere(client, login):
    assert sign_in(client, login).status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("login", ["alice@example.test", "nobody@example.test"])
def test_guessing_is_stopped_whether_there_is_such_an_account_or_not(client, login):
    known(email="alice@example.test")
    answers = [sign_in(client, login, f"guess {n}").status_code for n in range(6)]
    assert answers[0] == 200
    assert answers[-1] == 429
    cache.clear()
    assert sign_in(client, login).status_code == 429, "the lock is in the database, not in one process"
    assert "_auth_user_id" not in client.session


def test_the_keeper_of_attempts_learns_no_name():
    sign_in(Client(), "alice@example.test", "wrong", next="/fetrashop/orders/1001/")
    row = AccessAttempt.objects.get()
    kept = f"{row.username} {row.get_data} {row.post_data} {row.path_info}"
    assert "alice" not in kept
    assert "wrong" not in kept
    assert "1001" not in kept


def test_a_planted_session_is_worth_nothing(client):
    user = known()
    client.get("/account/login/?next=/fetrashop/")
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    sign_in(client, user.email)
    assert client.session.session_key != before
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    "to",
    ["https://evil.test/", "//evil.test/", "/\\evil.test/", "javascript:alert(1)", "http:evil.test", " https://evil.test",
     "https://testserver.evil.test/", "https://127.0.0.1/"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(client, to):
    answer = sign_in(client, known().email, next=to)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_one_goes_on_to_where_one_came_from(client):
    assert sign_in(client, known().email, next="/fetrashop/terms/")["Location"] == "/fetrashop/terms/"


def test_everybody_lands_where_they_belong(store):
    customer, desk = known("carol"), known("dora")
    make_customer(store, customer)
    Membership.objects.create(store=store, user=with_app(desk), role="desk", created_at=LONG_AGO)
    assert sign_in(Client(), customer.email)["Location"] == "/fetrashop/orders/"
    client = Client()
    assert sign_in(client, desk.email)["Location"] == "/account/login/second/"
    assert client.post("/account/login/second/", {"code": shown_by_app()})["Location"] == "/fetrashop/desk/"


def test_a_number_signs_in_however_it_is_written():
    user = known(phone="+989121234567")
    for written in ("09121234567", "+98 912 123 4567", "۰۹۱۲-۱۲۳-۴۵۶۷", "00989121234567"):
        client = Client()
        client.cookies["language"] = "fa"
        assert sign_in(client, written).status_code == 302
        assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("login", ["nobody@example.test", "05329998877"])
def test_a_code_for_an_unknown_account_is_promised_and_never_sent(client, login):
    answer = client.post("/account/login/code/", {"login": login})
    assert answer["Location"] == "/account/login/code/confirm/"
    assert "six digits" in client.get(answer["Location"]).content.decode()
    assert not Notice.objects.exists()
    assert client.post(answer["Location"], {"code": ""}).status_code == 200
    assert client.post(answer["Location"], {"code": "123456"}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_code_signs_in_and_lets_a_forgotten_password_be_replaced(client):
    user = known(phone="+905321112233")
    other = Client()
    sign_in(other, user.email)
    assert "Forgotten password" in client.get("/account/password/reset/").content.decode()
    answer = client.post("/account/password/reset/", {"login": "0532 111 22 33"})
    answer = client.post(answer["Location"], {"code": code_told(kind="sign_in_code"), "next": "/account/password/new/"})
    assert answer["Location"] == "/account/password/new/"
    assert client.post("/account/password/new/", {"password1": "short", "password2": "short"}).status_code == 422
    answer = client.post("/account/password/new/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302, "other devices are signed out"
    cache.clear()
    assert sign_in(Client(), user.email, NEW_PASSWORD).status_code == 302


def test_a_new_password_without_the_old_one_needs_a_code(client):
    sign_in(client, known().email)
    answer = client.post("/account/password/new/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer["Location"] == "/account/password/change/"


def test_other_devices_are_listed_and_signed_out(client):
    user = known()
    other = Client(headers={"user-agent": "Old \u202ephone <b>"})
    sign_in(other, user.email)
    sign_in(client, user.email)
    page = client.get("/account/sessions/").content.decode()
    assert "this device" in page
    assert "<b>" not in page.split("<main")[1]
    client.post("/account/sessions/")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_a_change_is_told_to_the_owner(client):
    user = known()
    sign_in(client, user.email)
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    notice = Notice.objects.get()
    assert (notice.kind, notice.to) == ("account_changed", user.email)


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "login/code/", "password/reset/", "", "email/", "phone/", "password/change/", "sessions/", "second/",
     "second/app/", "logout/"],
)  # fmt: skip
def test_every_page_is_in_every_language(client, path, language, django_assert_max_num_queries):
    client.cookies["language"] = language
    if path not in ("login/", "signup/", "login/code/", "password/reset/"):
        sign_in(client, make_known_once().email)
    with django_assert_max_num_queries(14):
        answer = client.get(f"/account/{path}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'lang="{language}"' in page
    assert ("rtl" in page.split(">")[1]) is (language == "fa")
    assert "placeholder=" not in page


def make_known_once():
    from avdet.records.people.models import User

    return User.objects.filter(email="reader@example.test").first() or known(email="reader@example.test")


def test_somebody_without_a_verified_address_is_asked_for_the_code_first(client):
    user = make_user("dave")
    assert sign_in(client, user.email)["Location"] == "/account/email/confirm/"
    assert "_auth_user_id" not in client.session
