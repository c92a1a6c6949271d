"""The page on which a product's gifts are chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from avdet.records.catalogue.gifts import gifts_with, give
from avdet.records.catalogue.models import Product
from avdet.records.stores.models import Store
from tests.factories import make_product, make_store

PAGE = "/fetrashop/studio/products/FT-1/gifts/"


@pytest.fixture
def product(store: Store) -> Product:
    return make_product(store, "FT-1")


@pytest.mark.parametrize("form", [{"gift": "", "pieces": "1"}, {"gift": "NONE", "pieces": "1"}, {"gift": "FT-1", "pieces": "1"},
                                  {"gift": "FT-2", "pieces": "many"}, {"gift": "FT-2", "pieces": "99"}, {"gift": "ELSEWHERE", "pieces": "1"}])  # fmt: skip
def test_what_cannot_go_along_is_said_at_its_field(studio: Client, product: Product, form: dict[str, str]) -> None:
    make_product(product.store, "FT-2")
    make_product(make_store("offykala"), "ELSEWHERE")
    found = studio.post(PAGE, form)
    assert found.status_code == 422
    assert 'aria-invalid="true"' in found.content.decode()
    assert gifts_with(product) == []


def test_a_gift_is_added_seen_and_taken_away(studio: Client, product: Product) -> None:
    gift = make_product(product.store, "FT-2", names={"fa": "کیف"})
    assert studio.post(PAGE, {"gift": "FT-2", "pieces": "۲"}).status_code == 302
    assert "کیف" in studio.get(PAGE).content.decode()
    (given,) = gifts_with(product)
    assert (given.gift, given.quantity) == (gift, 2)
    studio.post(PAGE, {"remove": str(given.pk)})
    assert gifts_with(product) == []


@pytest.mark.parametrize("gifts", [0, 4])
def test_its_statements_do_not_grow(studio: Client, product: Product, gifts: int, django_assert_num_queries: Any) -> None:
    for at in range(gifts):
        give(product, make_product(product.store, f"G-{at}"), 1)
    studio.get(PAGE)
    with django_assert_num_queries(9):
        studio.get(PAGE)
