"""A file of orders is taken in by a job, some orders at a time. Read again, it changes nothing but what has changed in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, defer, job
from avdet.ports.shop_systems import open_file
from avdet.ports.shops import ShopFile
from avdet.records.connections import actions, queries
from avdet.records.connections.models import ImportRun
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.orders.take_batch import AT_ONCE, Item, take_batch

MAX_BYTES: Final = 200_000_000
PREVIEWED: Final = 50
PER_JOB: Final = 1_000
"""Orders after which a job makes room for others."""
T = TypeVar("T")


@transaction.atomic
def read_orders(store: Store, name: str, file: File[bytes], *, unit: str, actor: Actor, now: datetime) -> ImportRun:
    """Keeps a file of orders, to be looked at before it is imported. `unit` is its currency, such as TRY or IRT."""
    if file.size > MAX_BYTES:
        raise AvdetError("the file is too large", where=name, cure=f"split it into files of {MAX_BYTES // 1_000_000} MB")
    connection = actions.connect(store, "file", unit=unit, now=now)
    suffix = Path(name).suffix.lower()
    file.name = f"orders{suffix if suffix in ('.json', '.jsonl', '.ndjson') else '.csv'}"
    total = max(0, sum(chunk.count(b"\n") for chunk in file.chunks()) - 1)
    file.seek(0)
    return actions.begin(connection, source="file", name=name, file=file, state="read", total=total, actor=actor, now=now)


def preview(run: ImportRun) -> list[Item]:
    """The first orders of a file as they were understood. `AvdetError` for a file that cannot be read at all."""
    return list(islice(file_of(run).orders(), PREVIEWED))


def file_of(run: ImportRun) -> ShopFile:
    """A run's file, opened as its store writes: its language, its currency, its clocks."""
    store = run.store
    unit, zone = run.connection.unit or store.currency, ZoneInfo(store.time_zone)
    return open_file(Path(run.file.path), language=store.language, unit=unit, zone=zone)


@transaction.atomic
def begin_import(run: ImportRun, *, now: datetime) -> None:
    """Begins to import a file that was looked at, or goes on with one that was stopped or has failed."""
    if run.state in ("running", "done"):
        raise AvdetError(f"this import is {run.state}", where=f"import {run.pk}", cure="wait, or upload the file again")
    actions.step(run, state="running", now=now)
    _go_on(run)


@transaction.atomic
def stop_import(run: ImportRun, *, now: datetime) -> None:
    """Stops a run after the orders that are being taken. It can be gone on with."""
    if run.state == "running":
        actions.step(run, state="stopped", now=now)


@job("import_orders", attempts=20)
def import_orders(payload: Payload, now: datetime) -> None:
    """Takes the next orders of a run's file."""
    run = queries.run_by_id(payload["run"])
    if run is None or run.state != "running" or run.source != "file":
        return
    try:
        more = _take_some(run, now)
    except Conflict:  # somebody has stopped it, or another worker has it
        return
    except AvdetError as fault:
        actions.step(run, state="failed", error=str(fault), now=now)
        return
    if more:
        _go_on(run)
    else:
        actions.step(run, state="done", now=now)


def import_file(run: ImportRun, *, now: datetime, progress: Callable[[ImportRun], None]) -> None:
    """Imports a whole file here and now, for the command line. Broken off, it goes on where it was."""
    if run.state != "running":
        actions.step(run, state="running", now=now)
    while _take_some(run, now):
        progress(run)
    actions.step(run, state="done", now=now)
    progress(run)


def _go_on(run: ImportRun) -> None:
    defer("import_orders", {"run": run.pk}, key=f"import_orders:{run.pk}")


def _take_some(run: ImportRun, now: datetime) -> bool:
    """Whether there is more after the orders that were taken."""
    done = int(run.cursor.get("taken", 0))
    items = islice(file_of(run).orders(), done, None)
    for batch in batches(islice(items, PER_JOB), AT_ONCE):
        done += len(batch)
        take_batch(run, batch, cursor={"taken": done}, now=now)
    return next(items, None) is not None


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """Lists of so many, the last one shorter.

    >>> list(batches(iter("abc"), 2))
    [['a', 'b'], ['c']]
    """
    while batch := list(islice(items, size)):
        yield batch
