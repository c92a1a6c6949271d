"""Whoever works for a store shows a second factor before any of its pages."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.test import Client, RequestFactory

from avdet.records.people.marks import Marks
from avdet.records.people.models import Mark, Membership
from avdet.records.people.queries import has_second_factor
from avdet.web.shared.access import open_to
from tests.factories import LONG_AGO, make_store
from tests.web.accounts.people import PASSWORD, client, known, shown_by_app, with_app

__all__ = ["client"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return make_store("fetrashop")


@pytest.fixture
def desk(store):
    user = known("dora")
    Membership.objects.create(store=store, user=user, role="owner", created_at=LONG_AGO)
    return user


def signed_in(user) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def looked_at(client: Client, user, store):
    """What a page of the staff answers to this client's session."""
    request = RequestFactory().get("/fetrashop/desk/")
    request.user, request.store, request.session = user, store, client.session
    return open_to("owner", "support")(lambda _: "shown")(request)


def test_staff_without_a_second_factor_are_led_to_set_one_up(desk, store):
    answer = looked_at(signed_in(desk), desk, store)
    assert answer["Location"] == "/account/second/app/?next=/fetrashop/desk/"


def test_platform_support_is_no_exception(store):
    user = known("sue", is_support=True)
    assert looked_at(signed_in(user), user, store)["Location"].startswith("/account/second/app/")


def test_a_session_from_before_the_app_must_show_it(desk, store):
    before = signed_in(desk)
    with_app(desk)
    assert looked_at(before, desk, store)["Location"] == "/account/again/second/?next=/fetrashop/desk/"
    assert before.post("/account/again/second/", {"code": "000000", "next": "/fetrashop/terms/"}).status_code == 200
    assert looked_at(before, desk, store) != "shown"
    answer = before.post("/account/again/second/", {"code": shown_by_app(), "next": "/fetrashop/terms/"})
    assert answer["Location"] == "/fetrashop/terms/"
    assert looked_at(before, desk, store) == "shown"


def test_a_password_alone_does_not_sign_staff_in(desk):
    client = signed_in(with_app(desk))
    assert "_auth_user_id" not in client.session
    for wrong in ("000000", "", "abc", "9" * 200):
        client.post("/account/login/second/", {"code": wrong})
    assert "_auth_user_id" not in client.session


def test_a_code_is_used_once(desk):
    with_app(desk)
    code = shown_by_app()
    assert signed_in(desk).post("/account/login/second/", {"code": code}).status_code == 302
    again = signed_in(desk)
    assert again.post("/account/login/second/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in again.session


def test_the_mark_of_one_person_is_no_good_to_another(desk, store):
    client = signed_in(desk)
    session = client.session
    session["second_factor"] = desk.pk + 1
    session.save()
    assert looked_at(client, desk, store) != "shown"


def test_a_code_that_was_used_is_known_to_every_process_for_as_long_as_it_is_right(desk):
    with_app(desk)
    code = shown_by_app()
    assert signed_in(desk).post("/account/login/second/", {"code": code}).status_code == 302
    ends = [end - time.time() for end in Mark.objects.filter(expires_at__gt=time.time() + 85).values_list("expires_at", flat=True)]
    assert any(85 < end <= 90 for end in ends), "a code is right for three times thirty seconds"
    Mark.objects.filter(expires_at__lte=time.time() + 60).delete()  # half a minute later
    caches["default"] = Marks("", {})  # another process
    again = signed_in(desk)
    assert again.post("/account/login/second/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in again.session


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_desk_and_gives_recovery_codes(desk, store):
    client = signed_in(desk)
    page = client.get("/account/second/app/")
    assert "data:image/svg+xml" in page.content.decode()
    assert page.context["totp_svg"].index("#fff") < page.context["totp_svg"].index("<path"), "dark on white, also at night"
    code = shown_by_app(page.context["form"].secret)
    answer = client.post("/account/second/app/", {"code": code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))})
    assert answer["Location"] == "/account/second/codes/"
    assert looked_at(client, desk, store) == "shown"
    codes = client.get("/account/second/codes/").context["unused_codes"]
    assert len(codes) == 10
    fresh = signed_in(desk)
    assert fresh.post("/account/login/second/", {"code": codes[0]}).status_code == 302
    assert looked_at(fresh, desk, store) == "shown"


def test_the_secret_lies_in_the_database_sealed(desk):
    with_app(desk)
    assert "JBSWY3DP" not in str(desk.authenticator_set.get().data)


def test_staff_cannot_do_without_it_again(desk):
    with_app(desk)
    client = signed_in(desk)
    client.post("/account/login/second/", {"code": shown_by_app()})
    client.post("/account/second/app/remove/")
    assert has_second_factor(desk)


def test_a_customer_may_do_without_it(store):
    user = with_app(known("carol"))
    client = signed_in(user)
    client.post("/account/login/second/", {"code": shown_by_app()})
    client.post("/account/second/app/remove/")
    assert not has_second_factor(user)


def test_only_a_demonstration_goes_without(desk, store, settings):
    settings.SECOND_FACTOR = False
    assert looked_at(signed_in(desk), desk, store) == "shown"


def test_a_stranger_signs_in_first(store):
    request = RequestFactory().get("/fetrashop/desk/")
    request.user, request.store, request.session = AnonymousUser(), store, {}
    assert open_to("owner")(lambda _: "shown")(request)["Location"].startswith("/account/login/?next=")
