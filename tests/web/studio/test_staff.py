"""Inviting, joining, changing roles and letting go."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avdet.records.outbox.models import Notice
from avdet.records.people.models import Membership, User
from avdet.records.stores.models import Store
from tests.factories import make_staff, make_store, make_user

pytestmark = pytest.mark.django_db


def invite(studio: Client, to: str = "new@example.test", role: str = "desk") -> str:
    """Invites, and gives the path of the link."""
    page = studio.post("/fetrashop/studio/staff/invite/", {"to": to, "role": role}).content.decode()
    found = re.search(r"/fetrashop/studio/invitations/[\w-]+/", page)
    return found[0] if found else ""


@pytest.mark.parametrize(("to", "role"), [("", "desk"), ("nobody", "desk"), ("a@b", "desk"), ("a@example.test", "king"), ("a@example.test", ""), ("123", "desk"),
                                          ("a@example.test\r\nBcc: b@example.test", "desk")])  # fmt: skip
def test_nobody_is_invited_by_a_form_that_says_nothing(to: str, role: str, studio: Client, store: Store) -> None:
    assert invite(studio, to, role) == ""
    assert store.invitations.count() == 0
    assert Notice.objects.count() == 0


def test_the_invited_joins_once(studio: Client, store: Store, client: Client) -> None:
    link = invite(studio)
    assert Notice.objects.get().kind == "staff_invited"
    client.logout()
    assert client.get(link).status_code == 302
    somebody = make_user("bob")
    client.force_login(somebody)
    assert client.get(link).status_code == 200
    assert not somebody.memberships.exists()
    assert client.post(link).status_code == 302
    assert somebody.memberships.get().role == "desk"
    client.force_login(make_user("charlie"))
    assert client.post(link).status_code == 404
    assert store.events.filter(kind="staff_joined").count() == 1


def test_a_link_of_one_store_opens_no_other(studio: Client, client: Client) -> None:
    make_store("offykala")
    link = invite(studio).replace("fetrashop", "offykala")
    client.force_login(make_user())
    assert client.post(link).status_code == 404


def test_a_link_that_was_taken_back_or_has_lapsed_opens_nothing(
    studio: Client, store: Store, client: Client, owner: User
) -> None:
    first, second = invite(studio), invite(studio)
    older, newer = store.invitations.order_by("pk")
    assert studio.post(f"/fetrashop/studio/staff/invitations/{older.pk}/withdraw/").status_code == 302
    store.invitations.filter(pk=newer.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    client.force_login(make_user())
    assert client.get(first).status_code == 404
    assert client.post(second).status_code == 404


def test_the_last_owner_neither_goes_nor_becomes_less(studio: Client, owner: User) -> None:
    mine = owner.memberships.get()
    for form in ({"remove": "1"}, {"role": "desk"}):
        assert studio.post(f"/fetrashop/studio/staff/{mine.pk}/", form).status_code == 422
    assert Membership.objects.get(pk=mine.pk).role == "owner"


@pytest.mark.parametrize("form", [{"role": "king"}, {}])
def test_a_role_that_is_none_is_refused(form: dict[str, str], studio: Client, store: Store) -> None:
    other = make_staff(store, "desk").memberships.get()
    assert studio.post(f"/fetrashop/studio/staff/{other.pk}/", form).status_code == 422


def test_with_two_owners_one_may_go(studio: Client, store: Store, owner: User) -> None:
    other = make_staff(store, "owner").memberships.get()
    assert studio.post(f"/fetrashop/studio/staff/{other.pk}/", {"role": "expert"}).status_code == 302
    other.refresh_from_db()
    assert other.role == "expert"
    assert studio.post(f"/fetrashop/studio/staff/{other.pk}/", {"remove": "1"}).status_code == 302
    assert [member.user_id for member in store.members.all()] == [owner.pk]


def test_another_store_s_staff_is_out_of_reach(studio: Client) -> None:
    theirs = make_staff(make_store("offykala"), "desk").memberships.get()
    assert studio.post(f"/fetrashop/studio/staff/{theirs.pk}/", {"remove": "1"}).status_code == 422
    theirs.refresh_from_db()


def test_what_was_done_is_kept_with_who_did_it(
    studio: Client, store: Store, owner: User, django_assert_max_num_queries: Any
) -> None:
    invite(studio)
    studio.cookies["language"] = "en"
    page = studio.get("/fetrashop/studio/history/").content.decode()
    assert "Somebody was invited as: Order desk" in page
    assert "owner" in page
    event = store.events.get(kind="staff_invited")
    assert event.actor.split(" (")[0] == f"staff {owner.pk}"


def test_the_history_is_read_in_pages(studio: Client, store: Store) -> None:
    for _ in range(60):
        invite(studio)
    first = studio.get("/fetrashop/studio/history/").content.decode()
    older = re.search(r"\?after=[\w-]+", first)
    assert older is not None
    assert "?before=" in studio.get(f"/fetrashop/studio/history/{older[0]}").content.decode()
    assert studio.get("/fetrashop/studio/history/?after=nonsense").status_code == 200
