"""What the bank says of a batch is taken: each line is settled or returned once, and what cannot be is shown.

A file is read as often as it is given: what was taken from it before is known, and moves nothing. Nothing is taken of a line
of another store, of one that never left, or of another amount.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.ports.banks import Fate, Report, files
from avdet.records.payouts import actions, queries
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.refunds.actions import find
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.settle_payout import return_line, settle_line
from avdet.workflows.notices.tell_payout import tell_batch

LEFT: Final = ("exported", "settled")
"""States of a batch that the bank can speak of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was not taken, and why: unknown_message, unknown_line, other_message, never_sent, taken_out, undone, other_amount,
    settled_after_return, contradiction."""

    kind: str
    name: str
    note: str = ""


@dataclass(slots=True)
class Reading:
    """What became of a file: names of transfers for each way, and what could not be taken."""

    settled: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many there are of each, for a batch's history."""
        return {name: len(getattr(self, name)) for name in ("settled", "returned", "pending", "known", "findings")}


def digest_of(raw: bytes) -> str:
    """What tells one file from another in a batch's history."""
    return hashlib.sha256(raw).hexdigest()


@transaction.atomic
def read_bank_file(store: Store, raw: bytes, *, now: datetime, actor: Actor) -> Reading:
    """Takes a pain.002 or a CSV statement. `AvdetError` for a file that is neither, and then nothing is taken."""
    report, reading = files().read(raw, store.currency, store.language), Reading()
    asked = queries.batch_by_message(store, report.of) if report.of else None
    if report.of and asked is None:
        reading.findings.append(Finding("unknown_message", report.of))
    else:
        _take(store, report, asked, reading, now, actor, digest_of(raw))
    for each in reading.findings:
        find(store, f"bank_{each.kind}", f"transfer:{each.name[:80]}", now=now, note=each.note)
    return reading


def _take(
    store: Store, report: Report, asked: PayoutBatch | None, reading: Reading, now: datetime, actor: Actor, digest: str
) -> None:
    lines = queries.lines_named(store, (each.end_to_end for each in report.fates))
    ids = {line.batch_id for line in lines.values()} | ({asked.pk} if asked else set())
    batches = {pk: batch for pk in sorted(ids) if (batch := actions.locked(pk, store))}
    fates = list(_each_once(report, batches.get(asked.pk) if asked else None, reading))
    lines = queries.lines_named(store, (each.end_to_end for each in fates))  # as they stand now that nobody else can move them
    for fate in fates:
        line = lines.get(fate.end_to_end)
        fault = _fault(line, fate, report, batches)
        if line is None or fault:
            reading.findings.append(fault or Finding("unknown_line", fate.end_to_end))
        else:
            _end(line, fate, reading, now, actor)
    for batch in batches.values():
        _close(batch, reading, now, actor, digest)


def _each_once(report: Report, asked: PayoutBatch | None, reading: Reading) -> Iterator[Fate]:
    """One fate for each transfer: those of the rows, then what was said of all the others at once."""
    said: dict[str, list[Fate]] = defaultdict(list)
    for fate in report.fates:
        said[fate.end_to_end].append(fate)
    for name, fates in said.items():
        if len({(each.result, each.amount_minor) for each in fates}) > 1:
            reading.findings.append(Finding("contradiction", name))
        else:
            yield fates[0]
    if report.whole is None or asked is None or not _left(asked):
        if report.whole is not None and asked is not None:
            reading.findings.append(Finding("never_sent", report.of))
        return
    for line in queries.open_lines(asked, "undone"):
        if line.end_to_end not in said:
            whole = report.whole
            yield Fate(line.end_to_end, whole.result, whole.code, whole.note)


def _left(batch: PayoutBatch) -> bool:
    """Whether its bank may have had it, also where two people have said since that nothing came of it."""
    return batch.state in LEFT or batch.exported_at is not None


def _fault(line: PayoutLine | None, fate: Fate, report: Report, batches: Mapping[int, PayoutBatch]) -> Finding | None:
    """Why nothing is taken of a row; None where it can be."""
    if line is None:
        return Finding("unknown_line", fate.end_to_end)
    batch = batches[line.batch_id]
    if report.of and batch.message_id != report.of:
        return Finding("other_message", line.end_to_end, batch.message_id)
    if line.result == "undone" and fate.result == "settled":
        return Finding("undone", line.end_to_end)
    if line.result == "taken_out" or not _left(batch):
        return Finding("taken_out" if line.result == "taken_out" else "never_sent", line.end_to_end)
    if fate.amount_minor is not None and (fate.amount_minor, fate.currency) != (line.amount_minor, line.currency):
        return Finding("other_amount", line.end_to_end, f"{fate.amount_minor} {fate.currency}")
    if fate.result == "settled" and line.result == "returned":
        return Finding("settled_after_return", line.end_to_end)
    return None


def _end(line: PayoutLine, fate: Fate, reading: Reading, now: datetime, actor: Actor) -> None:
    if fate.result == "pending":
        reading.pending.append(line.end_to_end)
    elif line.result in (fate.result, "undone"):
        reading.known.append(line.end_to_end)
    elif fate.result == "settled":
        settle_line(line, now=now, actor=actor)
        reading.settled.append(line.end_to_end)
    else:
        return_line(line, code=fate.code or "RJCT", what=fate.note, now=now, actor=actor)
        reading.returned.append(line.end_to_end)


def _close(batch: PayoutBatch, reading: Reading, now: datetime, actor: Actor, digest: str) -> None:
    """That the file was read stands in the batch's history once, and a batch of which all is known is over.

    Of a batch that has not left nothing is taken, so that the same file counts once it has.
    """
    if _left(batch) and not queries.file_was_read(batch, digest):
        kinds = Counter(each.kind for each in reading.findings)
        facts = {"digest": digest, **reading.counts(), "kinds": dict(kinds)}
        actions.note(batch, "read", actor=actor, now=now, facts=facts)
    if batch.state == "exported" and not queries.open_lines(batch):
        actions.move(batch, "settle", actor=actor, now=now, settled_at=now)
        tell_batch(batch, now=now)
