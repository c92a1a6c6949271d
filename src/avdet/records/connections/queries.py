"""What is read of connections, of runs and their reports."""

from __future__ import annotations

from collections.abc import Iterator

from avdet.records.connections.models import Connection, ImportNote, ImportRun
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store


def connection_of(store: Store, kind: str) -> Connection | None:
    """The store's connection of a kind, in use or not."""
    return Connection.objects.filter(store=store, kind=kind).select_related("store").first()


def connection_by_id(connection_id: int, store: Store | None = None) -> Connection | None:
    """A connection, of this store if one is given."""
    rows = Connection.objects.filter(pk=connection_id, **({} if store is None else {"store": store}))
    return rows.select_related("store").first()


def connections_of(store: Store) -> list[Connection]:
    """The shops that a store is or was connected to; its files are none."""
    return list(Connection.objects.filter(store=store).exclude(kind="file").order_by("kind"))


def shops_to_read() -> list[int]:
    """Every connection that is to be read now and then: those that its owner has begun to read."""
    rows = Connection.objects.filter(active=True).exclude(kind="file").exclude(cursor={})
    return list(rows.order_by("pk").values_list("pk", flat=True))


def run_by_id(run_id: int, store: Store | None = None) -> ImportRun | None:
    """A run with its connection and store."""
    rows = ImportRun.objects.filter(pk=run_id, **({} if store is None else {"store": store}))
    return rows.select_related("store", "connection__store").first()


def unfinished(connection: Connection) -> ImportRun | None:
    """The newest run of a connection that is still to be gone on with."""
    rows = ImportRun.objects.filter(connection=connection, state__in=("running", "stopped")).order_by("-pk")
    return rows.select_related("store", "connection__store").first()


def unfinished_of(connection: Connection, source: str, content: str) -> ImportRun | None:
    """The newest run of a file with this content that is still to be gone on with."""
    rows = ImportRun.objects.filter(connection=connection, source=source, cursor__content=content)
    return rows.filter(state__in=("running", "stopped")).select_related("store", "connection__store").order_by("-pk").first()


def runs(store: Store, *, size: int = 20, after: str = "", before: str = "") -> Page[ImportRun]:
    """A store's runs, the newest first, with their connections."""
    rows = ImportRun.objects.filter(store=store).select_related("connection")
    return newest_first(rows, size=size, after=after, before=before)


def notes(run: ImportRun, *, faults: bool = False, beyond: int = 0, size: int = 50) -> list[ImportNote]:
    """A run's report as it was written, beginning after note `beyond`; only its faults if that is asked for."""
    rows = ImportNote.objects.filter(run=run, pk__gt=beyond, **({"fault": True} if faults else {}))
    return list(rows.order_by("pk")[:size])


def every_note(run: ImportRun) -> Iterator[ImportNote]:
    """The whole report, a few lines at a time."""
    return ImportNote.objects.filter(run=run).order_by("pk").iterator(chunk_size=500)
