"""Working hours between a parcel's arrival and the experts' finding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from avdet.records.inspections.models import Inspection
from avdet.records.stores.terms import calendar_in_force
from avdet.workflows.policy.time_to_find import TimeToFind, time_to_find, working_hours
from tests.factories import make_store
from tests.workflows.cases.test_inspect_case import ARRIVED, SIGNED, found, here, signed

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 19, 8, 30, tzinfo=UTC)
"""Noon in Tehran, before a Friday on which the store does not work."""


@pytest.mark.parametrize(("later", "hours"), [(timedelta(0), 0), (timedelta(hours=-1), 0), (timedelta(hours=6), 6), (timedelta(hours=24), 12),
                                              (timedelta(hours=48), 24), (timedelta(days=400), None)])  # fmt: skip
def test_only_working_days_count(later: timedelta, hours: float | None) -> None:
    counted = working_hours(calendar_in_force(make_store(), THURSDAY), THURSDAY, THURSDAY + later)
    assert counted == hours if hours is not None else counted < 120 * 24


def test_without_a_finding_there_is_no_average_and_not_every_store_names_one() -> None:
    assert time_to_find(make_store("offykala"), SIGNED) == TimeToFind(None, None, ())
    assert time_to_find(make_store(), SIGNED) == TimeToFind(None, 48, ("FET-INSP-7",))


def test_the_average_is_that_of_the_stores_own_findings() -> None:
    case = signed(here(), found())
    assert time_to_find(make_store("offykala"), SIGNED).average is None
    assert time_to_find(case.store, SIGNED).average == round((SIGNED - ARRIVED).total_seconds() / 3600)
    Inspection.objects.update(signed_at=ARRIVED)
    assert time_to_find(case.store, SIGNED).average == 0
