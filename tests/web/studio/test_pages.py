"""Every page of the studio: for owners only, in three languages, in a fixed number of statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from avdet.records.stores.models import Store
from tests.factories import make_staff, make_store, make_user

pytestmark = pytest.mark.django_db
PAGES = ["", "policy/", "policy/new/", "policy/new/?from=newest", "policy/1/", "calendar/", "calendar/?month=2026-11", "calendar/days/2026-11-22/",
         "calendar/versions/", "look/", "details/", "texts/", "messages/", "staff/", "history/"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["desk", "expert", "accountant"])
def test_other_staff_find_no_such_page(path: str, role: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(store, role))
    assert client.get(f"/fetrashop/studio/{path}").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_an_owner_of_another_store_finds_no_such_page(path: str, client: Client, store: Store) -> None:
    client.force_login(make_staff(make_store("offykala"), "owner"))
    assert client.get(f"/fetrashop/studio/{path}").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client: Client, store: Store) -> None:
    found = client.get("/fetrashop/studio/policy/")
    assert found.status_code == 302
    assert "next=" in found["Location"]


def test_a_customer_finds_no_such_page(client: Client, store: Store) -> None:
    client.force_login(make_user())
    assert client.get("/fetrashop/studio/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(path: str, language: str, studio: Client) -> None:
    studio.cookies["language"] = language
    found = studio.get(f"/fetrashop/studio/{path}")
    assert found.status_code == 200
    assert f'<html lang="{language}"' in found.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_each_page_takes_few_statements(path: str, studio: Client, django_assert_max_num_queries: Any) -> None:
    studio.get(f"/fetrashop/studio/{path}")
    with django_assert_max_num_queries(10):
        studio.get(f"/fetrashop/studio/{path}")


@pytest.mark.parametrize("path", ["policy/9/", "policy/9/edit/", "policy/1/edit/", "calendar/days/2026-13-01/", "calendar/days/1800-01-01/",
                                  "calendar/days/x/", "invitations/nonsense/"])  # fmt: skip
def test_what_is_not_there_is_not_there(path: str, studio: Client) -> None:
    assert studio.get(f"/fetrashop/studio/{path}").status_code == 404
