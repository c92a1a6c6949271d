"""The numbers that a store gives its orders."""

from __future__ import annotations

import pytest

from avdet.records.orders.numbers import go_on_from, next_number
from tests.factories import make_order, make_store

pytestmark = pytest.mark.django_db


def test_a_number_that_is_taken_is_left_out() -> None:
    store = make_store()
    first = int(next_number(store))
    make_order(store, number=str(first + 1))
    assert next_number(store) == str(first + 2)


def test_numbers_go_on_behind_those_of_the_orders_that_were_there_before() -> None:
    store, other = make_store(), make_store("ofiskutum")
    go_on_from(store, 10_180)
    assert [next_number(store), next_number(store)] == ["10181", "10182"]
    assert int(next_number(other)) < 10_000
