"""Which terms are in force when, counted by which calendar; and that what is published stays as it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from avdet.core.errors import AvdetError
from avdet.policies import load
from avdet.policies.shelf import policy_path
from avdet.records.shared.actors import Actor
from avdet.records.stores.calendars import Days, write_calendar
from avdet.records.stores.models import PolicyVersion, Store
from avdet.records.stores.policies import add_draft, drop_draft, publish, rewrite_draft, withdraw
from avdet.records.stores.queries import policy_in_force, policy_to_come
from avdet.records.stores.terms import calendar_in_force, policy_of, terms_in_force
from tests.factories import LONG_AGO, NOW, make_store

pytestmark = pytest.mark.django_db
OWNER = Actor("staff", 7, "Leyla", "studio")
NEXT_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def store() -> Store:
    return make_store()


@pytest.fixture
def draft(store: Store) -> PolicyVersion:
    source = policy_path("fetrashop").read_text(encoding="utf-8").replace('version: "1"', 'version: "2"')
    return add_draft(store, source, "sha256:second", actor=OWNER, now=NOW)


def number(store: Store, at: datetime) -> int:
    found = policy_in_force(store, at)
    return found.number if found else 0


def test_a_version_decides_from_the_instant_it_takes_force(store: Store, draft: PolicyVersion) -> None:
    assert number(store, LONG_AGO - timedelta(microseconds=1)) == 0
    assert number(store, LONG_AGO) == 1
    publish(draft, NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)
    assert [number(store, NEXT_WEEK - timedelta(microseconds=1)), number(store, NEXT_WEEK)] == [1, 2]
    coming = policy_to_come(store, NOW)
    assert coming is not None
    assert coming.number == 2


def test_terms_know_their_store_s_calendar_and_day(store: Store, django_assert_num_queries: Any) -> None:
    terms = terms_in_force(store, NOW)
    assert terms is not None
    assert terms.calendar.mark == "fetrashop/IR IR-0.109+1"
    assert terms.edition.in_force_from == date(2020, 1, 1)
    assert terms.edition.policy.counted is terms.calendar
    assert terms.edition.fingerprint == load("fetrashop").newest.fingerprint
    with django_assert_num_queries(2):
        again = terms_in_force(store, NOW)
    assert again is not None
    assert again.edition is terms.edition


def test_a_store_without_a_policy_has_no_terms() -> None:
    assert terms_in_force(make_store("bookshop"), NOW) is None


def test_a_document_is_read_once_and_found_by_what_it_says(store: Store) -> None:
    version = store.policy_versions.get()
    assert policy_of(version) is policy_of(store.policy_versions.get())


@pytest.mark.parametrize(
    "change", [{"source": "x"}, {"fingerprint": "x"}, {"takes_force_at": NOW}, {"number": 9}, {"state": "draft"}]
)
def test_the_database_refuses_to_change_what_is_published(change: dict[str, Any], store: Store) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        store.policy_versions.update(**change)


def test_findings_of_a_published_version_may_still_come_in(store: Store) -> None:
    assert store.policy_versions.update(findings=[{"level": "note"}]) == 1


def test_a_withdrawn_version_does_not_come_back(store: Store, draft: PolicyVersion) -> None:
    publish(draft, NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)
    withdraw(draft, actor=OWNER, now=NOW)
    assert number(store, NEXT_WEEK) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        store.policy_versions.filter(pk=draft.pk).update(state="published")


@pytest.mark.parametrize("at", [NOW - timedelta(seconds=1), LONG_AGO])
def test_a_later_version_takes_no_force_in_the_past(at: datetime, draft: PolicyVersion) -> None:
    with pytest.raises(AvdetError):
        publish(draft, at, accepted=False, actor=OWNER, now=NOW)


def test_versions_take_force_in_the_order_of_their_numbers(store: Store, draft: PolicyVersion) -> None:
    publish(draft, NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)
    third = add_draft(store, draft.source, "sha256:third", actor=OWNER, now=NOW)
    with pytest.raises(AvdetError):
        publish(third, NOW + timedelta(days=2), accepted=False, actor=OWNER, now=NOW)
    assert publish(third, NEXT_WEEK + timedelta(days=1), accepted=False, actor=OWNER, now=NOW).state == "published"


def test_what_has_taken_force_is_not_withdrawn(store: Store) -> None:
    with pytest.raises(AvdetError):
        withdraw(store.policy_versions.get(), actor=OWNER, now=NOW)


def test_a_draft_seen_by_two_is_published_once(store: Store, draft: PolicyVersion) -> None:
    other = store.policy_versions.get(number=2)
    publish(draft, NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)
    for move in (lambda: publish(other, NEXT_WEEK + timedelta(days=1), accepted=False, actor=OWNER, now=NOW),
                 lambda: rewrite_draft(other, "y", "sha256:y", remark="", actor=OWNER, now=NOW),
                 lambda: drop_draft(other, actor=OWNER, now=NOW)):  # fmt: skip
        with pytest.raises(AvdetError):
            move()


def test_a_text_rewritten_meanwhile_is_not_published_unseen(store: Store, draft: PolicyVersion) -> None:
    seen = store.policy_versions.get(number=2)
    rewrite_draft(draft, draft.source, "sha256:mended", remark="", actor=OWNER, now=NOW)
    with pytest.raises(AvdetError):
        publish(seen, NEXT_WEEK, accepted=False, actor=OWNER, now=NOW)


# ---- calendars -------------------------------------------------------------------------------------------------------


def test_an_edit_counts_from_when_it_was_made(store: Store) -> None:
    day = date(2026, 12, 1)
    write_calendar(store, Days((5,), added={day: "Move"}), after=1, actor=OWNER, now=NOW)
    assert calendar_in_force(store, NOW - timedelta(seconds=1)).is_working(day)
    kept = calendar_in_force(store, NOW)
    assert kept.why_closed(day) == "Move"
    assert kept.version == "IR-0.109+2"
    assert kept.months == "jalali"


def test_half_days_close_where_the_store_says_so() -> None:
    store = make_store("ofiskutum")
    day = date(2026, 10, 28)
    assert calendar_in_force(store, NOW).is_working(day)
    write_calendar(store, Days((6, 7), half_days_closed=True), after=1, actor=OWNER, now=NOW)
    assert not calendar_in_force(store, NOW).is_working(day)
    assert calendar_in_force(store, NOW).months == "gregorian"


def test_a_store_that_never_said_anything_keeps_its_country_s_days() -> None:
    store = make_store("bookshop")
    assert calendar_in_force(store, NOW).weekend == frozenset({5})
    assert calendar_in_force(make_store("other", country="DE", time_zone="Europe/Berlin"), NOW).weekend == frozenset({6, 7})


def test_deadlines_are_counted_by_the_store_s_own_calendar(store: Store) -> None:
    before = calendar_in_force(store, NOW).end(NOW, "working_days", 3)
    write_calendar(store, Days((4, 5), added={date(2026, 11, 24): "Move"}), after=1, actor=OWNER, now=NOW)
    after = calendar_in_force(store, NOW).end(NOW, "working_days", 3)
    assert (before.date(), after.date()) == (date(2026, 11, 25), date(2026, 11, 28))
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(days=3)
