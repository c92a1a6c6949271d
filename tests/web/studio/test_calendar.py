"""The calendar's pages: a month in the reader's calendar, one change at a time, and what it would move."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avdet.records.stores.models import Store
from avdet.records.stores.terms import calendar_in_force
from avdet.web.studio.months import drawn_month, month_of
from tests.conftest import Deferred
from tests.factories import make_order

CHANGE = "/fetrashop/studio/calendar/change/"


def ahead(days: int) -> date:
    """A working day of Fetrashop, some days from now: no Friday, and no holiday is likely to be added."""
    return timezone.now().date() + timedelta(days=days)


def send(studio: Client, **form: Any) -> Any:
    return studio.post(CHANGE, {"after": "1", **form})


def now_closed(store: Store, day: date) -> str:
    return calendar_in_force(store, timezone.now()).why_closed(day)


@pytest.mark.django_db
@pytest.mark.parametrize("form", [
    {"kind": "close", "first": "", "name": "x"},
    {"kind": "close", "first": "31.02.2027", "name": "x"},
    {"kind": "close", "first": "2027-03-02", "last": "2027-03-01", "name": "x"},
    {"kind": "close", "first": "2027-03-02", "last": "2028-03-02", "name": "x"},
    {"kind": "close", "first": "2027-03-02", "name": " "},
    {"kind": "close", "first": "2027-03-02", "name": "x" * 81},
    {"kind": "close", "first": "2027-03-02", "name": "a\u202eb"},
    {"kind": "close", "first": "1999-03-02", "name": "x"},
    {"kind": "week", "weekend": ["1", "2", "3", "4", "5", "6", "7"]},
    {"kind": "burn", "first": "2027-03-02"},
    {"kind": "close", "first": "2027-03-02", "name": "x", "after": "0"},
])  # fmt: skip
@pytest.mark.parametrize("confirm", [{}, {"confirm": "1"}])
def test_a_change_that_cannot_be_changes_nothing(
    form: dict[str, Any], confirm: dict[str, str], studio: Client, store: Store
) -> None:
    found = send(studio, **form, **confirm)
    assert found.status_code == 422
    assert store.calendar_versions.count() == 1


@pytest.mark.django_db
def test_what_was_typed_stands_in_the_form_again(studio: Client) -> None:
    shown = send(studio, kind="close", first="2027-03-02", last="soon", name="Stocktaking").content.decode()
    assert 'value="2027-03-02"' in shown
    assert 'value="soon"' in shown
    assert 'value="Stocktaking"' in shown
    assert 'href="#last"' in shown or 'href="#first"' in shown


@pytest.mark.django_db
def test_a_change_is_looked_at_before_it_is_saved(studio: Client, store: Store) -> None:
    make_order(
        store,
        placed_at=timezone.now() - timedelta(days=4),
        state="delivered",
        handed_over_at=timezone.now() - timedelta(days=3),
        delivered_at=timezone.now() - timedelta(days=2),
    )
    days = {"first": f"{ahead(0):%Y-%m-%d}", "last": f"{ahead(14):%Y-%m-%d}"}
    page = send(studio, kind="close", name="Stocktaking", **days).content.decode()
    assert "Stocktaking" in page
    assert store.calendar_versions.count() == 1
    assert store.orders.get().number in page


@pytest.mark.django_db
def test_a_day_is_closed_opened_again_and_both_are_kept(studio: Client, store: Store, deferred: Deferred) -> None:
    day = next(ahead(n) for n in range(20, 40) if not now_closed(store, ahead(n)))
    order = make_order(store, state="confirmed")
    assert send(studio, kind="close", first=day.isoformat(), name="Move", confirm="1", remark="new house").status_code == 302
    assert now_closed(store, day) == "Move"
    assert deferred.run(timezone.now()) == 1
    order.refresh_from_db()
    assert order.process_by is not None
    assert studio.post(CHANGE, {"after": "2", "kind": "open", "first": day.isoformat(), "confirm": "1"}).status_code == 302
    assert now_closed(store, day) == ""
    assert [(version.number, version.added) for version in store.calendar_versions.order_by("number")] == [
        (1, {}),
        (2, {day.isoformat(): "Move"}),
        (3, {}),
    ]
    assert "new house" in studio.get("/fetrashop/studio/calendar/versions/").content.decode()


@pytest.mark.django_db
def test_a_holiday_of_the_country_is_worked_on(studio: Client, store: Store) -> None:
    assert now_closed(store, date(2027, 3, 22))
    send(studio, kind="open", first="1406/01/02", confirm="1")
    assert now_closed(store, date(2027, 3, 22)) == ""
    assert store.calendar_versions.get(number=2).removed == ["2027-03-22"]


@pytest.mark.django_db
def test_the_week_is_set(studio: Client, store: Store) -> None:
    send(studio, kind="week", weekend=["4", "5"], confirm="1")
    assert now_closed(store, date(2026, 11, 26)) == "weekend"


@pytest.mark.django_db
def test_two_tabs_do_not_undo_each_other(studio: Client, store: Store) -> None:
    assert send(studio, kind="week", weekend=["4", "5"], confirm="1").status_code == 302
    assert send(studio, kind="week", weekend=["5"], confirm="1").status_code == 422
    assert store.calendar_versions.count() == 2


@pytest.mark.django_db
def test_a_preview_takes_as_many_statements_for_many_orders_as_for_one(
    studio: Client, store: Store, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_order(store, state="confirmed")
    with django_assert_max_num_queries(16):
        send(studio, kind="week", weekend=["4", "5"])


@pytest.mark.parametrize(("key", "language", "found"), [
    ("", "fa", (1405, 9)), ("", "tr", (2026, 11)), ("1405-13", "fa", (1405, 9)), ("9999-01", "en", (2026, 11)),
    ("2027-02", "tr", (2027, 2)), ("1406-01", "fa", (1406, 1)), ("x", "en", (2026, 11)), ("2026-11-22-1", "en", (2026, 11)),
])  # fmt: skip
def test_a_month_is_found_in_the_reader_s_calendar(key: str, language: str, found: tuple[int, int]) -> None:
    assert month_of(key, date(2026, 11, 22), language) == found


@pytest.mark.django_db
def test_a_month_has_all_its_days_and_their_names(store: Store) -> None:
    calendar = calendar_in_force(store, timezone.now())
    month = drawn_month(1406, 1, calendar, {}, "fa")
    days = [day for week in month.weeks for day in week if day]
    assert len(days) == 31
    assert month.title == "فروردین ۱۴۰۶"
    assert days[0].why == "نوروز"
    assert (month.before, month.after) == ("1405-12", "1406-02")
