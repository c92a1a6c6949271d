"""One world for all tests of a file, since it takes longer to make than a page to open; each test leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.web.objects import World, make_world, undone


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: Any, _forced_sign_in_is_whole: None) -> Iterator[World]:
    """The world, in a transaction that comes to nothing when the file's tests are done."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_world()
        for user in (made.alice, made.bob, made.charlie, *made.staff.values()):
            made.client(user)  # their sessions outlast each test
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(everybody: World) -> Iterator[World]:
    """The world, for one test."""
    with undone():
        yield everybody
