"""Gifts that go with a product, and the order of its pictures."""

from __future__ import annotations

from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.catalogue.gifts import MOST, gifts_with, give, take_away
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.pictures import add_drawing, bring_forward
from avdet.records.shared.errors import Conflict
from tests.factories import make_product, make_store

pytestmark = pytest.mark.django_db
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def product(settings: Any, tmp_path: Any) -> Product:
    settings.MEDIA_ROOT = tmp_path
    return make_product(make_store())


@pytest.mark.parametrize("pieces", [0, -1, 11])
def test_pieces_out_of_bounds_are_refused(product: Product, pieces: int) -> None:
    with pytest.raises(AvdetError, match="pieces"):
        give(product, make_product(product.store), pieces)


def test_a_product_is_no_gift_to_itself_and_another_stores_is_none(product: Product) -> None:
    for gift in (product, make_product(make_store("offykala"))):
        with pytest.raises(AvdetError, match="another product"):
            give(product, gift, 1)
    assert gifts_with(product) == []


def test_it_goes_along_once_and_no_more_than_a_few_do(product: Product) -> None:
    gift = make_product(product.store)
    give(product, gift, 2)
    with pytest.raises(Conflict):
        give(product, gift, 1)
    for _ in range(MOST - 1):
        give(product, make_product(product.store), 1)
    with pytest.raises(AvdetError, match="at most"):
        give(product, make_product(product.store), 1)


def test_only_the_products_own_gift_is_taken_away(product: Product) -> None:
    other = make_product(product.store)
    given = give(product, make_product(product.store), 1)
    take_away(other, given.pk)
    assert gifts_with(product) == [given]
    take_away(product, given.pk)
    assert gifts_with(product) == []


def test_a_picture_comes_forward_one_place_at_a_time(product: Product) -> None:
    pictures = [add_drawing(product, DRAWING, {}) for _ in range(3)]
    elsewhere = add_drawing(make_product(product.store), DRAWING, {})
    for number in (pictures[2].pk, pictures[0].pk, elsewhere.pk, 10**9):
        bring_forward(product, number)
    in_order = product.pictures.order_by("position").values_list("pk", flat=True)
    assert list(in_order) == [pictures[0].pk, pictures[2].pk, pictures[1].pk]
