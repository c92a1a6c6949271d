"""What is read of payouts: batches with their lines, and lines by the names that a bank knows them by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Prefetch, Q

from avdet.records.payouts.models import BankWord, PayoutBatch, PayoutEvent, PayoutLine
from avdet.records.refunds.models import Refund
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store


def batches_page(store: Store, *, after: str = "", before: str = "", size: int = 50) -> Page[PayoutBatch]:
    """The store's batches, newest first. One statement."""
    return newest_first(PayoutBatch.objects.filter(store=store), size=size, after=after, before=before)


def batches_by_state(store: Store) -> dict[str, int]:
    """State → how many batches are in it, of those that are not over. One statement."""
    rows = PayoutBatch.objects.filter(store=store).exclude(state__in=("settled", "void")).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def batch_of(store: Store, number: int) -> PayoutBatch | None:
    """A store's batch by its number, with its people, lines and events. Three statements."""
    lines = PayoutLine.objects.select_related("refund__payment__order", "refund__account").order_by("id")
    events = PayoutEvent.objects.order_by("id")
    rows = PayoutBatch.objects.select_related("store", "made_by", "approved_by", "released_by")
    rows = rows.prefetch_related(Prefetch("lines", lines), Prefetch("events", events))
    return rows.filter(store=store, number=number).first()


def waiting_word(batch: PayoutBatch) -> BankWord | None:
    """What was entered of its bank and waits for a second person, with its author and line."""
    return BankWord.objects.filter(batch=batch, state="waiting").select_related("author", "line").first()


def open_lines(batch: PayoutBatch, *also: str) -> list[PayoutLine]:
    """Lines of which nobody knows what became, and those of results that are named `also`, in the order of the file; with
    refund, account, payment, order and store.
    """
    rows = PayoutLine.objects.filter(batch=batch, result__in=("open", *also))
    return list(rows.select_related("refund__payment__order", "refund__store", "refund__account").order_by("id"))


def lines_in_file(batch: PayoutBatch) -> list[PayoutLine]:
    """The lines that went out with the file, or will, in its order, with their orders."""
    rows = PayoutLine.objects.filter(batch=batch).exclude(result="taken_out")
    return list(rows.select_related("refund__payment__order").order_by("id"))


def lines_named(store: Store, names: Iterable[str]) -> dict[str, PayoutLine]:
    """end_to_end → the store's line of that name, with its batch. Names of other stores are not there."""
    rows = PayoutLine.objects.filter(batch__store=store, end_to_end__in=set(names)).select_related("batch__store", "refund")
    return {line.end_to_end: line for line in rows}


def batch_by_message(store: Store, message_id: str) -> PayoutBatch | None:
    """The store's batch that went out under a message id."""
    return PayoutBatch.objects.filter(store=store, message_id=message_id).first()


def file_was_read(batch: PayoutBatch, digest: str) -> bool:
    """Whether this very file was read for the batch before."""
    return PayoutEvent.objects.filter(batch=batch, kind="read", facts__digest=digest).exists()


def may_be_at_bank(batch: PayoutBatch) -> bool:
    """Whether its file was handed to a bank over the network, which has not declined it for good since. One statement."""
    said = PayoutEvent.objects.filter(batch=batch, kind__in=("hand_over", "declined")).order_by("-id")
    return said.values_list("kind", flat=True).first() == "hand_over"


def in_open_line(refund: Refund) -> PayoutLine | None:
    """The line by which a refund is about to be paid, if it is in a batch."""
    return PayoutLine.objects.filter(refund=refund, result="open").select_related("batch").first()


def batches_released(*, limit: int = 200) -> list[PayoutBatch]:
    """Batches of any store that are to go to the bank, the oldest first, with their stores."""
    return list(PayoutBatch.objects.filter(state="released").select_related("store").order_by("id")[:limit])


def batches_at_banks(settled_since: datetime, *, limit: int = 200) -> list[PayoutBatch]:
    """Batches of any store of which a bank may have something to say: money comes back days after it was settled."""
    over = Q(state__in=("settled", "void"), settled_at__gte=settled_since)
    rows = PayoutBatch.objects.filter(Q(state="exported") | over)
    return list(rows.select_related("store").order_by("id")[:limit])


def batch_in(batch_id: int, *states: str) -> PayoutBatch | None:
    """A batch of any store, with its store, if it is in one of these states."""
    return PayoutBatch.objects.filter(pk=batch_id, state__in=states).select_related("store").first()
