"""Reading the books: balances, statements of an account, an order or a day. Only what is posted counts, from when it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Sum

from avdet.core.spreadsheet import csv_lines
from avdet.ports.amounts import to_decimal
from avdet.records.ledger.models import Entry, Transfer
from avdet.records.stores.models import Store


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of an account: into it positive, out of it negative. `balance_minor` stands after it."""

    at: datetime
    kind: str
    order_number: str
    key: str
    memo: str
    other: str
    amount_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An account from `opening_minor` to `closing_minor`; `more` says that lines at the end were left off."""

    account: str
    currency: str
    opening_minor: int
    lines: list[StatementLine]
    closing_minor: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class SheetLine:
    """An account over a period: what stood on it, what came in and went out, what stands on it now."""

    account: str
    currency: str
    opening_minor: int
    in_minor: int
    out_minor: int
    closing_minor: int


def entry_by_key(store: Store, key: str) -> Entry | None:
    """The entry that a cause has written."""
    return Entry.objects.filter(store=store, key=key).first()


def balance(
    store: Store, account: str, currency: str, *, order_number: str | None = None, before: datetime | None = None
) -> int:
    """What stands on an account, of one order if it is named, before a time if it is given. One statement."""
    rows = _posted(store, before=before).filter(Q(debit=account) | Q(credit=account), currency=currency)
    if order_number is not None:
        rows = rows.filter(entry__store=store, entry__order_number=order_number)
    sums = rows.aggregate(
        into=Sum("amount_minor", filter=Q(debit=account)), out_of=Sum("amount_minor", filter=Q(credit=account))
    )
    return int(sums["into"] or 0) - int(sums["out_of"] or 0)


def trial_balance(store: Store, *, before: datetime | None = None) -> dict[tuple[str, str], int]:
    """(account, currency) → what stands on it. For each currency it sums to zero. Two statements."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for (account, currency), (into, out_of) in _turnover(_posted(store, before=before)).items():
        totals[account, currency] = into - out_of
    return dict(totals)


def sheet(store: Store, since: datetime, until: datetime) -> list[SheetLine]:
    """Every account from `since` to before `until`: a day, a month. Four statements."""
    opening, moved = trial_balance(store, before=since), _turnover(_posted(store, before=until).filter(settled_at__gte=since))
    lines = []
    for account, currency in sorted(opening.keys() | moved.keys(), key=lambda pair: (pair[1], pair[0])):
        stood, (into, out_of) = opening.get((account, currency), 0), moved.get((account, currency), (0, 0))
        lines.append(SheetLine(account, currency, stood, into, out_of, stood + into - out_of))
    return lines


def statement(store: Store, account: str, currency: str, since: datetime, until: datetime, *, limit: int = 1_000) -> Statement:
    """An account's posted movements from `since` to before `until`, the oldest first. Three statements."""
    opening = balance(store, account, currency, before=since)
    rows = _posted(store, before=until).filter(Q(debit=account) | Q(credit=account), currency=currency, settled_at__gte=since)
    found = list(rows.select_related("entry").order_by("settled_at", "id")[: limit + 1])
    closing = balance(store, account, currency, before=until)
    return Statement(
        account, currency, opening, list(_lines(account, found[:limit], opening)), closing, more=len(found) > limit
    )


def statement_of_order(store: Store, order_number: str) -> list[Transfer]:
    """Every transfer of an order, pending and void ones too, the oldest first, with their entries. One statement."""
    rows = Transfer.objects.filter(entry__store=store, entry__order_number=order_number)
    return list(rows.select_related("entry").order_by("id"))


def pending_since(before: datetime, *, limit: int = 200) -> list[Transfer]:
    """Transfers of any store that have been pending since before a time."""
    return list(Transfer.objects.filter(state="pending", at__lt=before).select_related("entry__store").order_by("at")[:limit])


_HEAD: Final = ("date", "kind", "order", "from", "to", "amount", "currency", "state", "settled", "memo", "key")


def journal_csv(store: Store, since: datetime, until: datetime, *, mark: bool = False) -> Iterator[str]:
    """Every transfer entered from `since` to before `until`, as CSV, line by line and safe against formulas."""
    rows = Transfer.objects.filter(store=store, entry__at__gte=since, entry__at__lt=until).order_by("entry__at", "id")
    return csv_lines(_HEAD, map(_cells, rows.select_related("entry").iterator(chunk_size=2_000)), mark=mark)


def statement_csv(found: Statement, *, mark: bool = False) -> Iterator[str]:
    """A statement as CSV, its balance after each line."""
    head = ("date", "kind", "order", "other account", "amount", "balance", "currency", "memo")
    return csv_lines(head, (_statement_cells(each, found.currency) for each in found.lines), mark=mark)


def _statement_cells(line: StatementLine, currency: str) -> list[str]:
    amounts = [to_decimal(line.amount_minor, currency), to_decimal(line.balance_minor, currency)]
    return [line.at.isoformat(), line.kind, line.order_number, line.other, *amounts, currency, line.memo]


def _cells(row: Transfer) -> list[str]:
    entry, settled = row.entry, row.settled_at.isoformat() if row.settled_at else ""
    amount = to_decimal(row.amount_minor, row.currency)
    what = [entry.at.isoformat(), entry.kind, entry.order_number]
    return [*what, row.credit, row.debit, amount, row.currency, row.state, settled, entry.memo, entry.key]


def _posted(store: Store, *, before: datetime | None = None) -> QuerySet[Transfer]:
    rows = Transfer.objects.filter(store=store, state="posted")
    return rows.filter(settled_at__lt=before) if before else rows


def _turnover(rows: QuerySet[Transfer]) -> dict[tuple[str, str], tuple[int, int]]:
    """(account, currency) → (in, out)."""
    into, out_of = _sums(rows, "debit"), _sums(rows, "credit")
    return {pair: (into.get(pair, 0), out_of.get(pair, 0)) for pair in into.keys() | out_of.keys()}


def _sums(rows: QuerySet[Transfer], side: str) -> dict[tuple[str, str], int]:
    grouped: Any = rows.order_by().values(account=F(side)).annotate(unit=F("currency"), total=Sum("amount_minor"))
    return {(row["account"], row["unit"]): int(row["total"]) for row in grouped}


def _lines(account: str, rows: Iterable[Transfer], opening: int) -> Iterator[StatementLine]:
    stands = opening
    for row in rows:
        sign, other = (1, row.credit) if row.debit == account else (-1, row.debit)
        stands += sign * row.amount_minor
        entry, at = row.entry, row.settled_at or row.at
        yield StatementLine(at, entry.kind, entry.order_number, entry.key, entry.memo, other, sign * row.amount_minor, stands)
