"""Payouts: what has to be paid by bank transfer, the batches it is paid in, and what the bank has said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from avdet.records.payouts.due import SHOWS
from avdet.web.api.shapes.plain import LINES, Day, Money, PageQuery, Said, Shape, Whole
from avdet.workflows.money.export_batch import KINDS
from avdet.workflows.money.make_batch import MOST

Show = Literal[SHOWS]  # type: ignore[valid-type]
FileKind = Literal[KINDS]  # type: ignore[valid-type]


class DueDocument(Shape):
    """A refund that has to be paid by transfer. `shared_by`: how many customers registered its account, where it is many."""

    refund: int
    order: str
    amount: Money
    state: str
    reason: str
    due_at: datetime
    late: bool
    account_kind: str | None
    account_last_digits: str | None
    shared_by: int


class DuePage(Shape):
    """What is due, the soonest first. `next` is the cursor of the page that follows."""

    data: list[DueDocument]
    next: str | None


class DueQuery(PageQuery):
    """`batch`: what can go into one; `overdue`: what of it is late; `cards`: transfers by hand; `waiting`: for an account."""

    show: Show = "batch"
    cursor: Annotated[str, Field(max_length=80)] = ""


class BatchSummary(Shape):
    """Transfers that go to the bank in one file. Its sum stands still once it is approved."""

    number: int
    message_id: str
    state: str
    revision: int
    currency: str
    pay_on: date
    made_at: datetime
    exported_at: datetime | None
    settled_at: datetime | None


class TransferDocument(Shape):
    """One transfer of a batch, by the name that the bank's files have for it. `result` is `open` until the bank has spoken."""

    transfer: str
    refund: int
    order: str
    amount: Money
    account_last_digits: str
    result: str
    code: str
    note: str
    ended_at: datetime | None


class BatchEventDocument(Shape):
    """One move of a batch, or a file that was read for it."""

    kind: str
    from_state: str
    to_state: str
    facts: dict[str, Any]
    at: datetime


class BatchDocument(BatchSummary):
    """A whole batch. Its total leaves out what was taken out of it."""

    total: Money
    transfers: list[TransferDocument]
    events: list[BatchEventDocument]


class BatchPage(Shape):
    """Batches. `next` is the cursor of the page that follows."""

    data: list[BatchSummary]
    next: str | None


class BatchSaid(Said):
    """The refunds of a batch, all of one currency, and the day on which the bank is to pay: today, or within a month."""

    refunds: Annotated[list[Annotated[Whole, Field(ge=1, le=2**63 - 1)]], Field(min_length=1, max_length=MOST)]
    pay_on: Day | None = None


class VoidSaid(Said):
    """Why a batch is given up."""

    why: Annotated[str, Field(min_length=1, max_length=500, pattern=LINES)]


class FileSaid(Said):
    """`xml` is pain.001.001.09, `csv` a table for the bank's own page."""

    kind: FileKind = "xml"


class BankFinding(Shape):
    """What was not taken of a bank's file, and why."""

    kind: str
    name: str
    note: str


class BankReading(Shape):
    """What became of a bank's file: the names of its transfers, each in one list."""

    settled: list[str]
    returned: list[str]
    pending: list[str]
    known: list[str]
    findings: list[BankFinding]
