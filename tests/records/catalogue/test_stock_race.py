"""Many processes race for the last pieces: none is promised twice, none is lost, and nobody waits for ever.

They are real processes with connections of their own: sixty-four on PostgreSQL, eight on SQLite.
"""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Sum

from avdet.records.catalogue import actions
from avdet.records.catalogue.models import Reservation, Stock, StockMove
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db(transaction=True)
ON_HAND = (40, 25, 60)
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Puts what the test has made where every process finds it: on SQLite into a file, since memory is not shared."""
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]

    def share() -> None:
        if connection.vendor == "postgresql":
            connections.close_all()
            return
        connection.settings_dict["NAME"] = str(tmp_path / "race.sqlite3")
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as file:
            memory.backup(file)
        connection.connection = None

    yield share
    if connection.vendor == "sqlite":
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name


def race(racer: int, store_id: int, products: list[int], start: Barrier, said: Any) -> None:
    """One process: orders of several products in any order while they last, then single pieces, until all are gone."""
    chance, left = random.Random(racer), list(products)
    store = Store(pk=store_id)
    start.wait(20)
    taken, attempt = 0, 0
    while left:
        attempt += 1
        chosen = chance.sample(left, len(left)) if attempt <= 3 else [chance.choice(left)]
        try:
            actions.reserve(store, f"{racer}-{attempt}", [(product, 1) for product in chosen], now=NOW, actor=Actor.system("race"))
            taken += len(chosen)
        except OutOfStock:
            left = left if len(chosen) > 1 else [product for product in left if product not in chosen]
    connections.close_all()
    said.put(taken)


def test_the_last_pieces_are_promised_once(shared: Callable[[], None]) -> None:
    store = make_store()
    products = [make_product(store, on_hand=on_hand) for on_hand in ON_HAND]
    shared()
    racers = 64 if connection.vendor == "postgresql" else 8
    start, said = FORK.Barrier(racers), FORK.SimpleQueue()
    numbers = [product.pk for product in products]
    processes = [FORK.Process(target=race, args=(racer, store.pk, numbers, start, said)) for racer in range(racers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * racers
    assert sum(said.get() for _ in range(racers)) == sum(ON_HAND)
    assert list(Stock.objects.order_by("pk").values_list("on_hand", "reserved")) == [(on_hand, on_hand) for on_hand in ON_HAND]
    assert Reservation.objects.aggregate(pieces=Sum("quantity"))["pieces"] == sum(ON_HAND)
    for product, on_hand in zip(products, ON_HAND, strict=True):
        after = StockMove.objects.filter(product=product).order_by("reserved").values_list("reserved", flat=True)
        assert list(after) == list(range(1, on_hand + 1))
