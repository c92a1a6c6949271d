"""A store's terms are at hand without a statement, and never out of date for whoever has just read the store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from avdet.policies.shelf import policy_path
from avdet.records.shared.actors import Actor
from avdet.records.stores.calendars import Days, write_calendar
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.policies import add_draft, publish, withdraw
from avdet.records.stores.stamps import calendar_at, stamp, version_at
from avdet.records.stores.terms import terms_in_force
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db
OWNER = Actor("staff", 7)
NEXT_WEEK = NOW + timedelta(days=7)


def read(store: Store) -> Store:
    """The store as the next request reads it."""
    return Store.objects.get(pk=store.pk)


def draft(store: Store) -> PolicyVersion:
    source = policy_path("fetrashop").read_text(encoding="utf-8").replace('version: "1"', 'version: "2"')
    return add_draft(store, source, "sha256:second", actor=OWNER, now=NOW)


def number(store: Store) -> int | None:
    found = version_at(read(store), NEXT_WEEK)
    return found.number if found else None


def test_a_store_that_was_never_stamped_is_looked_up() -> None:
    store = make_store()
    assert (store.terms_stamp, number(store)) == ("", 1)
    assert version_at(make_store("bare", country="TR", currency="TRY", time_zone="Europe/Istanbul"), NOW) is None


def test_what_is_published_or_withdrawn_is_in_force_for_the_next_who_reads() -> None:
    store = make_store()
    stamp(store)
    assert number(store) == 1
    second = publish(draft(store), NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)
    assert number(store) == 2
    withdraw(second, actor=OWNER, now=NOW)
    assert number(store) == 1


def test_what_was_not_committed_is_never_seen() -> None:
    store = make_store()
    stamp(store)
    before = read(store).terms_stamp

    def publish_and_fail() -> None:
        with transaction.atomic():
            publish(draft(store), NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)
            assert number(store) == 2
            raise KeyError

    with pytest.raises(KeyError):
        publish_and_fail()
    assert (number(store), read(store).terms_stamp) == (1, before)


def test_a_calendar_counts_from_its_edit_on() -> None:
    store = make_store()
    stamp(store)
    later = NOW + timedelta(hours=1)
    write_calendar(store, Days((4, 5)), after=1, actor=OWNER, now=later)
    found = [calendar_at(read(store), at) for at in (NOW, later)]
    assert [each.weekend for each in found if each] == [[5], [4, 5]]


def test_once_at_hand_terms_cost_no_statement(django_assert_num_queries: Any) -> None:
    store = make_store()
    stamp(store)
    terms_in_force(store, NOW)
    with django_assert_num_queries(0):
        assert terms_in_force(store, NOW) is not None
