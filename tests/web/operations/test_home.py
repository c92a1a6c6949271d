"""The front door of an installation: its stores; and in a demonstration, whom one may sign in as."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_customer, make_staff, make_store, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody() -> list[str]:
    """Staff, the first of two customers of one store, and platform support; a customer without an account is nobody to sign in as."""
    first, second = make_store("fetrashop"), make_store("ofiskutum")
    people = [make_staff(first, "owner"), make_staff(second, "desk"), make_user("alice"), make_user("root", is_support=True)]
    make_customer(first)
    make_customer(first, people[2])
    make_customer(first, make_user("bob", email="bob@example.test"))
    return [str(user.email) for user in people]


def test_a_real_installation_names_nobody(client: Client, everybody: list[str]) -> None:
    page = client.get("/").content.decode()
    assert "/ofiskutum/" in page
    assert not [email for email in everybody if email in page]


def test_a_demonstration_names_whom_one_may_be(
    client: Client, everybody: list[str], settings: Any, django_assert_num_queries: Any
) -> None:
    settings.DEMO = True
    with django_assert_num_queries(4):
        page = client.get("/").content.decode()
    assert [email for email in everybody if email not in page] == []
    assert settings.DEMO_PASSWORD in page
    assert "bob@example.test" not in page


def test_its_only_store_is_where_one_is_led(client: Client) -> None:
    make_store("fetrashop")
    assert client.get("/")["Location"] == "/fetrashop/"
