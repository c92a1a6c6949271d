"""Products are written within their bounds, found by their folded words, and never over somebody else's change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.catalogue import editing, expected, queries
from avdet.records.catalogue.models import Incoming, Product
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def store() -> Store:
    return make_store()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("names", "Phone"), ("names", {"de": "Telefon"}), ("names", {"en": 5}), ("names", {"en": "x" * 301}), ("names", {"en": "a\x00b"}),
        ("price_minor", -1), ("price_minor", 10**15 + 1), ("price_minor", 1.5), ("price_minor", True), ("price_minor", "5"),
        ("vat_basis_points", 10_001), ("weight_grams", -1), ("on_sale", 1), ("traits", ["shiny"]), ("category", "x" * 81),
        ("specification", [{"label": "x"}]), ("specification", [{"label": "x", "value": "y", "html": "z"}]), ("specification", ["x"]),
        ("specification", [{"label": "l", "value": "v"}] * 101), ("store", 5), ("id", 1), ("revision", 9), ("words", "x"),
    ],
)  # fmt: skip
def test_a_field_out_of_its_bounds_is_named(store: Store, field: str, value: Any) -> None:
    make_product(store, "A")
    with pytest.raises(AvdetError) as refusal:
        editing.put(store, {"A": {field: value}}, now=NOW)
    assert refusal.value.where.startswith((field, "fields"))
    assert Product.objects.get().revision == 0


def test_a_new_product_needs_a_name_and_a_price_and_none_is_made_without(store: Store) -> None:
    with pytest.raises(AvdetError, match="B: a new product needs a name and a price"):
        editing.put(store, {"A": {"names": {"fa": "الف"}, "price_minor": 1}, "B": {"price_minor": 1}}, now=NOW)
    assert Product.objects.count() == 0


def test_nobody_writes_over_somebody_else(store: Store) -> None:
    made = editing.create(store, "A", {"names": {"en": "Pen"}, "price_minor": 1}, now=NOW)
    editing.edit(made, {"price_minor": 2}, revision=1, now=NOW)
    with pytest.raises(Conflict):
        editing.edit(made, {"price_minor": 3}, revision=1, now=NOW)
    with pytest.raises(Conflict):
        editing.create(store, "A", {"names": {"en": "Pen"}, "price_minor": 1}, now=NOW)
    assert Product.objects.values_list("price_minor", "revision").get() == (2, 2)


def test_what_is_not_named_stays_and_what_is_written_is_found(store: Store) -> None:
    before = make_product(store, "A-1", names={"fa": "كيبورد بی‌سیم"}, traits=["food"], seller="Işık")
    made = editing.put(store, {"A-1": {"category": "رایانه"}, "B-2": {"names": {"tr": "İĞNE"}, "price_minor": 5}}, now=NOW)
    assert set(made) == {"A-1", "B-2"}
    after = Product.objects.get(sku="A-1")
    assert (after.pk, after.names, after.traits, after.revision) == (before.pk, before.names, ["food"], 1)
    for text, sku in (("کیبورد", "A-1"), ("بی سیم رایانه", "A-1"), ("isik", "A-1"), ("iğne", "B-2"), ("b 2", "B-2")):
        assert [product.sku for product in queries.products(store, queries.Wanted(text)).rows] == [sku], text


def test_many_are_written_in_few_statements(store: Store, django_assert_num_queries: Any) -> None:
    for number in range(30):
        make_product(store, f"S-{number}")
    changes = {f"S-{number}": {"names": {"en": f"Thing {number}"}, "price_minor": number} for number in range(60)}
    with django_assert_num_queries(5):
        editing.put(store, changes, now=NOW)
    assert Product.objects.filter(revision=1).count() == 60


@pytest.mark.parametrize(
    ("quantity", "days", "latest"), [(0, 1, None), (-5, 1, None), (10**9, 1, None), (5, -1, None), (5, 1001, None), (5, 3, 2), (5, 3, 2000)]
)
def test_what_cannot_be_expected_is_refused(store: Store, quantity: int, days: int, latest: int | None) -> None:
    last = None if latest is None else TODAY + timedelta(days=latest)
    with pytest.raises(AvdetError):
        expected.expect(make_product(store), quantity, TODAY + timedelta(days=days), latest_on=last, today=TODAY)
    assert Incoming.objects.count() == 0


def test_what_has_come_is_no_longer_expected(store: Store) -> None:
    product = make_product(store, "A")
    coming = expected.expect(product, 5, date(2026, 12, 1), latest_on=date(2026, 12, 4), today=TODAY)
    assert expected.arrived(product, coming.pk, now=NOW, actor=Actor.system())
    assert not expected.arrived(product, coming.pk, now=NOW, actor=Actor.system())
    assert not expected.arrived(make_product(store), coming.pk, now=NOW, actor=Actor.system())
    found = queries.product_of(store, "A")
    assert found is not None
    assert (found.stock.on_hand, list(found.expected)) == (15, [])  # type: ignore[attr-defined]
