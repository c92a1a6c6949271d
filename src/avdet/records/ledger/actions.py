"""Writing into the books. Each entry has a key that names its cause, so that the same cause is written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from avdet.core import postings
from avdet.core.errors import AvdetError
from avdet.records.ledger.models import Entry, Transfer
from avdet.records.stores.models import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be written: `key` names its cause, `order_number` the order it belongs to."""

    key: str
    kind: str
    transfers: Sequence[postings.Transfer]
    order_number: str = ""
    memo: str = ""


def post(
    store: Store,
    key: str,
    kind: str,
    transfers: Sequence[postings.Transfer],
    *,
    now: datetime,
    order_number: str = "",
    memo: str = "",
) -> Entry:
    """Write one entry, or find it written already. Three statements."""
    return post_all(store, [Draft(key, kind, transfers, order_number, memo)], now=now)[0]


@transaction.atomic(savepoint=False)
def post_all(store: Store, drafts: Sequence[Draft], *, now: datetime) -> list[Entry]:
    """Write many entries at once, each only if its key is new; three statements where they are few.

    `AvdetError` for an entry without transfers, or a key that stands twice among the drafts.
    """
    if any(not draft.transfers for draft in drafts) or len({draft.key for draft in drafts}) != len(drafts):
        raise AvdetError("an entry needs transfers and a key of its own", where="ledger", cure="leave out what moves nothing")
    Entry.objects.bulk_create(
        [
            Entry(store=store, key=each.key, kind=each.kind, order_number=each.order_number, at=now, memo=each.memo)
            for each in drafts
        ],
        ignore_conflicts=True,
        batch_size=2_000,
    )
    known = _entries(store, [draft.key for draft in drafts])
    new = [(known[draft.key], draft) for draft in drafts if not known[draft.key].written]  # type: ignore[attr-defined]
    Transfer.objects.bulk_create((row for entry, draft in new for row in _rows(entry, draft.transfers, now)), batch_size=2_000)
    return [known[draft.key] for draft in drafts]


def _entries(store: Store, keys: list[str]) -> dict[str, Entry]:
    """Entries by key. One that somebody wrote before has transfers, since both come in one transaction."""
    found: dict[str, Entry] = {}
    for start in range(0, len(keys), 500):
        rows = Entry.objects.filter(store=store, key__in=keys[start : start + 500]).annotate(written=Count("transfers"))
        found |= {entry.key: entry for entry in rows}
    return found


def _rows(entry: Entry, transfers: Iterable[postings.Transfer], now: datetime) -> list[Transfer]:
    return [
        Transfer(
            entry=entry,
            store_id=entry.store_id,
            debit=each.debit,
            credit=each.credit,
            amount_minor=each.amount_minor,
            currency=each.currency,
            state=each.state,
            at=now,
            settled_at=None if each.state == "pending" else now,
        )
        for each in transfers
    ]


def settle(entry: Entry, state: str, *, now: datetime) -> int:
    """Make an entry's pending transfers `posted` or `void`; how many there were. Doing it again does nothing.

    `AvdetError` where they have settled the other way already.
    """
    if state not in ("posted", "void"):
        raise AvdetError(f"a transfer cannot become {state}", where="state", cure="posted or void")
    count = Transfer.objects.filter(entry=entry, state="pending").update(state=state, settled_at=now)
    if not count and Transfer.objects.filter(entry=entry).exclude(state=state).exists():
        raise AvdetError("this entry has settled the other way", where=f"entry {entry.key}", cure="add its opposite instead")
    return count


def correct(entry: Entry, key: str, kind: str, *, now: datetime, memo: str = "") -> Entry | None:
    """Take an entry's posted transfers back by adding their opposite; None where nothing of it is posted."""
    rows = Transfer.objects.filter(entry=entry, state="posted").order_by("id")
    back = postings.opposite(postings.Transfer(row.debit, row.credit, row.amount_minor, row.currency) for row in rows)
    return post(entry.store, key, kind, back, now=now, order_number=entry.order_number, memo=memo) if back else None
