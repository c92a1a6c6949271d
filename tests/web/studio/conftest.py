"""A store with its owner signed in, beside another store that is none of theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from avdet.records.people.models import User
from avdet.records.stores.models import Store
from tests.factories import make_staff, make_store


@pytest.fixture
def store(db: None) -> Store:
    return make_store()


@pytest.fixture
def owner(store: Store) -> User:
    return make_staff(store, "owner")


@pytest.fixture
def studio(owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client
