"""What is done to connections, to the runs that read them, and to what they have told us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.files.base import File

from avdet.core.errors import AvdetError
from avdet.records.connections.models import Connection, ImportNote, ImportRun, Received, ShopRecord
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.shared.swap import swap
from avdet.records.stores.models import Store

MOST_NOTES: Final = 20_000
"""Notes that one run keeps. Beyond them they are only counted, so that a file of rubbish cannot fill the database."""
REMEMBERED: Final = timedelta(days=90)
"""How long a message that was taken is remembered; shops repeat theirs for days at most."""


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a run's report. `record` names the order, product or row; a `fault` took nothing at all."""

    record: str
    path: str
    why: str
    said: str = ""
    became: str = ""
    fault: bool = False


def connect(
    store: Store, kind: str, *, now: datetime, url: str = "", unit: str = "", credentials: Mapping[str, str] | None = None,
    webhook_secret: str = "",
) -> Connection:  # fmt: skip
    """Connects a store to a shop, or changes that connection. Credentials that are left out stay as they were."""
    known = Connection.Kind.values
    if kind not in known:
        raise AvdetError(f"no shop system is called {kind!r:.40}", where="kind", cure=f"use {', '.join(known)}")
    made, new = Connection.objects.get_or_create(store=store, kind=kind, defaults={"created_at": now})
    if not new and url and made.url != url:  # another shop: what was read of the former one says nothing of it
        made.cursor, made.read_at = {}, None
    made.url, made.unit, made.active, made.last_error, made.tried_at = url, unit, True, "", None
    made.credentials = {**made.credentials, **{name: value for name, value in (credentials or {}).items() if value}}
    made.webhook_secret = webhook_secret or made.webhook_secret
    made.save()
    return made


def disconnect(connection: Connection) -> None:
    """Nothing is read or heard through it any more; its keys are forgotten."""
    connection.active, connection.credentials, connection.webhook_secret = False, {}, ""
    connection.save(update_fields=["active", "credentials", "webhook_secret"])


def tried(connection: Connection, *, error: str, now: datetime | None) -> None:
    """What came of asking the shop for once, without reading anything in; at no time while it is still to be asked."""
    connection.tried_at, connection.last_error = now, error[:500]
    connection.save(update_fields=["tried_at", "last_error"])


def keep_place(connection: Connection, cursor: Mapping[str, str], *, error: str = "", read_at: datetime | None = None) -> None:
    """How far the shop has been read, and what went wrong with it last."""
    connection.cursor, connection.last_error = dict(cursor), error[:500]
    connection.read_at = read_at or connection.read_at
    connection.save(update_fields=["cursor", "last_error", "read_at"])


# ---- runs ------------------------------------------------------------------------------------------------------------


def begin(
    connection: Connection, *, source: str, name: str, actor: Actor, now: datetime, file: File[bytes] | None = None,
    state: str = "running", total: int | None = None, cursor: Mapping[str, Any] | None = None,
) -> ImportRun:  # fmt: skip
    """Begins a run. With state `read` it only lies there, to be looked at before it is begun."""
    run = ImportRun(
        store_id=connection.store_id, connection=connection, source=source, name=name[:200], state=state, actor=str(actor),
        started_at=now, total=total, cursor=dict(cursor or {}),
    )  # fmt: skip
    if file is not None:
        run.file.save(Path(file.name or "orders").name, file, save=False)  # its ending says what it is
    run.save()
    return run


def step(
    run: ImportRun, *, cursor: Mapping[str, Any] | None = None, counts: Mapping[str, int] | None = None, now: datetime,
    state: str = "", error: str = "", total: int | None = None,
) -> None:  # fmt: skip
    """Moves a run on by what was taken, in the transaction of taking it. `Conflict` where another worker was faster."""
    added = {key: run.counts.get(key, 0) + count for key, count in (counts or {}).items()}
    columns: dict[str, Any] = {
        "counts": {**run.counts, **added}, "state": state or run.state, "error": error[:500],
        "cursor": run.cursor if cursor is None else dict(cursor), "total": run.total if total is None else total,
        "finished_at": now if state in ("done", "failed", "stopped") else None,
    }  # fmt: skip
    if not swap(run, columns):
        raise Conflict("somebody else has gone on with this import", where=f"import {run.pk}", cure="look at it again")


def report(run: ImportRun, notes: Sequence[Note]) -> int:
    """Adds lines to a run's report as long as there is room; says how many were kept."""
    room = max(0, MOST_NOTES - run.counts.get("notes", 0))
    kept = notes[:room]
    ImportNote.objects.bulk_create((_row(run, note) for note in kept), batch_size=500)
    return len(kept)


def _row(run: ImportRun, note: Note) -> ImportNote:
    return ImportNote(
        run=run, record=_plain(note.record)[:120], path=_plain(note.path)[:200], said=_plain(note.said)[:200],
        became=_plain(note.became)[:200], why=_plain(note.why)[:500], fault=note.fault,
    )  # fmt: skip


def _plain(text: str) -> str:
    """No database keeps the character of code 0, and none of the others below 32 belongs into a line of a report."""
    return "".join(sign if sign >= " " else " " for sign in text)


# ---- what a shop has told --------------------------------------------------------------------------------------------


def take(connection: Connection, reference: str, *, now: datetime) -> bool:
    """Whether a message is new; from now on it is not."""
    if Received.objects.filter(connection=connection, reference=reference[:120]).exists():
        return False
    return Received.objects.get_or_create(connection=connection, reference=reference[:120], defaults={"at": now})[1]


def forget_received(before: datetime) -> int:
    """Forgets messages of long ago; says how many. What they told stays known by the orders' own records."""
    return Received.objects.filter(at__lt=before).delete()[0]


def shop_record(connection: Connection, reference: str, *, modified_at: datetime) -> tuple[ShopRecord, bool]:
    """What we know of a shop's order, its row locked until the transaction ends; and whether it is new."""
    defaults = {"modified_at": modified_at}
    row, new = ShopRecord.objects.get_or_create(connection=connection, reference=reference[:80], defaults=defaults)
    return (row, True) if new else (ShopRecord.objects.select_for_update().get(pk=row.pk), False)


def taken_lines(connection: Connection, references: Sequence[str]) -> dict[str, set[str]]:
    """Document that is no order of ours → which of its lines were taken. One statement for every five hundred."""
    rows, found = ShopRecord.objects.filter(connection=connection), dict[str, set[str]]()
    for at in range(0, len(references), 500):
        pairs = rows.filter(reference__in=references[at : at + 500]).values_list("reference", "taken")
        found |= {reference: set(taken) for reference, taken in pairs}
    return found


def remember_lines(connection: Connection, lines: Mapping[str, Sequence[str]], told: Mapping[str, datetime]) -> None:
    """Keeps which lines of documents that are no orders of ours were taken, and when each was written."""
    before = taken_lines(connection, list(lines)) if lines else {}
    whole = {name: sorted({*before.get(name, ()), *taken}, key=int) for name, taken in lines.items()}
    rows = [ShopRecord(connection=connection, reference=name, modified_at=told[name], taken=whole[name]) for name in whole]
    ShopRecord.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["connection", "reference"], update_fields=["taken"]
    )


def remember(row: ShopRecord, **columns: Any) -> None:
    """Keeps what the shop has told of an order last."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
