"""Promises never exceed what there is, and every piece's way is written down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from avdet.core.errors import AvdetError
from avdet.records.catalogue import actions
from avdet.records.catalogue.models import Product, Reservation, Stock, StockMove
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
DESK = Actor("staff", 7, "Leyla", "desk")


@pytest.fixture
def store() -> Store:
    return make_store()


def stands(product: Product) -> tuple[int, int]:
    stock = Stock.objects.get(product=product)
    return stock.on_hand, stock.reserved


def history(product: Product) -> list[tuple[str, int, int, int]]:
    return list(StockMove.objects.filter(product=product).order_by("pk").values_list("kind", "quantity", "on_hand", "reserved"))


def test_more_than_there_is_cannot_be_promised(store: Store) -> None:
    plenty, few = make_product(store, "A"), make_product(store, "B", on_hand=2)
    with pytest.raises(OutOfStock) as refusal:
        actions.reserve(store, "1001", [(plenty.pk, 1), (few.pk, 3)], now=NOW, actor=DESK)
    assert refusal.value.short == [("B", 3, 2)]
    assert str(refusal.value) == "B: not enough in stock (B: 3 asked for, 2 left) → order fewer, or wait until more arrive"
    assert (stands(plenty), stands(few), Reservation.objects.count(), StockMove.objects.count()) == ((10, 0), (2, 0), 0, 0)


def test_what_is_promised_cannot_be_promised_again(store: Store) -> None:
    product = make_product(store, on_hand=3)
    actions.reserve(store, "1001", [(product.pk, 2)], now=NOW, actor=DESK)
    with pytest.raises(OutOfStock) as refusal:
        actions.reserve(store, "1002", [(product.pk, 1), (product.pk, 1)], now=NOW, actor=DESK)
    assert refusal.value.short == [(product.sku, 2, 1)]


@pytest.mark.parametrize("quantity", [0, -1, -(10**9), 10**9, 10**30])
def test_a_number_that_is_no_number_of_pieces_is_refused(store: Store, quantity: int) -> None:
    product = make_product(store)
    for verb in (actions.receive, actions.take_back):
        with pytest.raises(AvdetError, match="no number of pieces"):
            verb(store, [(product.pk, quantity)], now=NOW, actor=DESK)
    for verb in (actions.reserve, actions.ship, actions.release):
        with pytest.raises(AvdetError, match="no number of pieces"):
            verb(store, "1001", [(product.pk, quantity)], now=NOW, actor=DESK)
    assert stands(product) == (10, 0)


@pytest.mark.parametrize("counted", [-1, 10**9])
def test_a_count_that_is_no_number_of_pieces_is_refused(store: Store, counted: int) -> None:
    with pytest.raises(AvdetError, match="a count is a number of pieces"):
        actions.count(store, [(make_product(store).pk, counted)], now=NOW, actor=DESK)


def test_what_is_promised_cannot_be_counted_away(store: Store) -> None:
    product = make_product(store)
    actions.reserve(store, "1001", [(product.pk, 4)], now=NOW, actor=DESK)
    with pytest.raises(AvdetError, match="3 counted, but 4 are promised to orders"):
        actions.count(store, [(product.pk, 3)], now=NOW, actor=DESK)
    actions.count(store, [(product.pk, 4)], now=NOW, actor=DESK)
    assert stands(product) == (4, 4)


def test_no_more_leaves_than_an_order_holds(store: Store) -> None:
    product = make_product(store)
    actions.reserve(store, "1001", [(product.pk, 2)], now=NOW, actor=DESK)
    for verb in (actions.ship, actions.release):
        with pytest.raises(AvdetError, match="but 2 are held for order 1001"):
            verb(store, "1001", [(product.pk, 3)], now=NOW, actor=DESK)
    actions.ship(store, "1001", now=NOW, actor=DESK)
    with pytest.raises(AvdetError, match="but 0 are held"):
        actions.ship(store, "1001", [(product.pk, 1)], now=NOW, actor=DESK)


def test_an_order_reserves_a_product_once(store: Store) -> None:
    product = make_product(store)
    actions.reserve(store, "1001", [(product.pk, 1)], now=NOW, actor=DESK)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.reserve(store, "1001", [(product.pk, 1)], now=NOW, actor=DESK)
    assert stands(product) == (10, 1)


def test_another_stores_stock_is_out_of_reach(store: Store) -> None:
    other = make_store("other", country="IR")
    theirs = make_product(other)
    actions.reserve(other, "1001", [(theirs.pk, 2)], now=NOW, actor=DESK)
    for verb in (actions.ship, actions.release):
        assert verb(store, "1001", now=NOW, actor=DESK) == {}
    assert (stands(theirs), len(history(theirs))) == ((10, 2), 1)


def test_the_database_itself_refuses_a_promise_of_what_is_not_there(store: Store) -> None:
    product = make_product(store, on_hand=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.filter(product=product).update(reserved=2)


def test_what_is_counted_elsewhere_can_always_be_promised(store: Store) -> None:
    product = Product.objects.create(store=store, sku="X", price_minor=1, updated_at=NOW)
    actions.reserve(store, "1001", [(product.pk, 5)], now=NOW, actor=DESK)
    assert actions.ship(store, "1001", [(product.pk, 5)], now=NOW, actor=DESK) == {}
    assert history(product) == []


def test_an_order_is_shipped_in_parts_and_the_rest_let_go(store: Store) -> None:
    product, other = make_product(store, "A"), make_product(store, "B")
    actions.reserve(store, "1001", [(product.pk, 3), (other.pk, 1), (product.pk, 1)], now=NOW, actor=DESK)
    assert actions.ship(store, "1001", [(product.pk, 1)], now=NOW, actor=DESK) == {product.pk: 1}
    assert actions.release(store, "1001", [(product.pk, 1)], now=NOW, actor=DESK) == {product.pk: 1}
    assert actions.release(store, "1001", now=NOW, actor=DESK) == {product.pk: 2, other.pk: 1}
    assert actions.release(store, "1001", now=NOW, actor=DESK) == {}
    assert history(product) == [("reserved", 4, 10, 4), ("shipped", -1, 9, 3), ("released", -1, 9, 2), ("released", -2, 9, 0)]
    row = Reservation.objects.get(product=product)
    assert (row.quantity, row.shipped, row.released, row.held) == (4, 1, 3, 0)


def test_a_move_says_who_when_and_what_for(store: Store) -> None:
    product = make_product(store)
    actions.receive(store, [(product.pk, 5)], now=NOW, actor=DESK, reference="delivery note 14")
    move = StockMove.objects.get(product=product)
    assert (move.kind, move.quantity, move.on_hand, move.reference, move.at) == ("received", 5, 15, "delivery note 14", NOW)
    assert "staff" in move.actor


def test_goods_come_back_and_are_counted(store: Store) -> None:
    product = Product.objects.create(store=store, sku="X", price_minor=1, updated_at=NOW)
    actions.take_back(store, [(product.pk, 1)], now=NOW, actor=DESK, reference="1001")
    actions.count(store, [(product.pk, 7)], now=datetime(2026, 12, 1, tzinfo=UTC), actor=DESK)
    actions.count(store, [(product.pk, 7)], now=NOW, actor=DESK)
    assert history(product) == [("returned", 1, 1, 0), ("counted", 6, 7, 0)]


def test_many_lines_take_few_statements(store: Store, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    products = [make_product(store) for _ in range(80)]
    pieces = [(product.pk, 1 + index % 3) for index, product in enumerate(products)]
    with django_assert_num_queries(6):  # a savepoint and its release among them
        actions.reserve(store, "1001", pieces, now=NOW, actor=DESK)
    with django_assert_num_queries(8):
        actions.ship(store, "1001", now=NOW, actor=DESK)
    assert Stock.objects.filter(reserved=0).count() == 80
