"""A store with a product, a program that may do everything in it, and another store beside it."""

from __future__ import annotations

import pytest

from avdet.records.catalogue.models import Product
from avdet.records.stores.models import Store
from tests.factories import make_product, make_store
from tests.web.api.callers import Caller


@pytest.fixture
def store(db: None) -> Store:
    return make_store()


@pytest.fixture
def product(store: Store) -> Product:
    return make_product(store, "KETTLE-1", on_hand=10)


@pytest.fixture
def call(store: Store) -> Caller:
    return Caller(store)


@pytest.fixture
def stranger(db: None) -> Caller:
    """A program of another store, which may do everything there."""
    return Caller(make_store("ofiskutum"))
