"""Payouts: what is due, batches of it, the bank's file and its answer. Two people stand behind each batch, at the desk."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Query
from ninja.files import UploadedFile

from avdet.ports.banks import LARGEST
from avdet.records.payouts.due import due_page, shared_accounts
from avdet.records.payouts.models import PayoutBatch
from avdet.records.payouts.queries import batch_of, batches_page
from avdet.records.shared.actors import Actor
from avdet.web.api.answers import download, etag, listed, marks, reply, tagged, unchanged
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.payouts import batch_document, batch_summary, due_document, reading_document
from avdet.web.api.doors import Door, file_of
from avdet.web.api.makers import PURSES, maker
from avdet.web.api.problems import Problem, not_found
from avdet.web.api.shapes.payouts import (
    BankReading,
    BatchDocument,
    BatchPage,
    BatchSaid,
    DuePage,
    DueQuery,
    FileSaid,
    VoidSaid,
)
from avdet.web.api.shapes.plain import PageQuery
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.money.make_batch import day_to_pay, make_batch, void_batch
from avdet.workflows.money.read_bank_file import read_bank_file

door = Door("payouts")
READ, WRITE = "payouts:read", "payouts:write"
MEDIA: Final = {"xml": "application/xml", "csv": "text/csv"}


@door.get("/payouts/due", READ, DuePage)
def list_due(request: TokenRequest, wanted: Query[DueQuery]) -> HttpResponse:
    """Refunds that have to be paid by transfer and are in no batch, the soonest due first."""
    now = timezone.now()
    page = due_page(request.store, wanted.show, now=now, after=wanted.cursor, size=wanted.limit)
    shared = shared_accounts(request.store, [each.account for each in page.rows if each.account])
    return reply({"data": [due_document(each, shared, now) for each in page.rows], "next": page.after or None})


@door.get("/payouts/batches", READ, BatchPage)
def list_batches(request: TokenRequest, wanted: Query[PageQuery]) -> HttpResponse:
    """Batches, the newest first."""
    page = batches_page(request.store, size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, batch_summary)


@door.get("/payouts/batches/{batch}", READ, BatchDocument)
def read_batch(request: TokenRequest, batch: int) -> HttpResponse:
    """One batch with its transfers, and what has happened to it."""
    found = _batch(request, batch)
    return tagged(request, lambda: batch_document(found), found.revision)


@door.post("/payouts/batches", WRITE, BatchDocument, status=201)
def create_batch(request: TokenRequest, said: BatchSaid) -> HttpResponse:
    """Draft a batch, in the name of whoever made the token. Two people approve and release it at the desk."""
    user, now = maker(request, PURSES), timezone.now()
    pay_on = day_to_pay(request.store, said.pay_on, now)
    made = make_batch(
        request.store, said.refunds, pay_on=pay_on, user=user, now=now, actor=Actor.of(user, "staff", "api")
    )  # fmt: skip
    return _now_so(request, made.number, status=201)


@door.post("/payouts/batches/{batch}/void", WRITE, BatchDocument, also=(412,))
def void(request: TokenRequest, batch: int, said: VoidSaid) -> HttpResponse:
    """Give up a batch that has not left; its refunds are due as before."""
    found = _at_hand(request, batch)
    void_batch(found, why=said.why, now=timezone.now(), actor=ACTOR)
    return _now_so(request, found.number)


@door.post("/payouts/batches/{batch}/file", WRITE, None, extra=file_of(*MEDIA.values()))
def export_file(request: TokenRequest, batch: int, said: FileSaid) -> HttpResponse:
    """The bank's file of a batch that two people have let go; the same batch always makes the same file."""
    found = _batch(request, batch)
    made = export_batch(found, said.kind, now=timezone.now(), actor=ACTOR)
    return download(made, MEDIA[said.kind], f"{found.message_id}.{said.kind}")


@door.post("/payouts/bank-files", WRITE, BankReading)
def read_answer(request: TokenRequest, file: File[UploadedFile]) -> HttpResponse:
    """Take what a bank says of batches, pain.002 or a CSV statement, as multipart/form-data: each transfer is settled or
    returned once, however often the file is given."""
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Problem("too_large")
    return reply(reading_document(read_bank_file(request.store, raw, now=timezone.now(), actor=ACTOR)))


def _batch(request: TokenRequest, number: int) -> PayoutBatch:
    found = batch_of(request.store, number) if 0 < number < 2**31 else None
    if found is None:
        raise not_found("batch")
    return found


def _at_hand(request: TokenRequest, number: int) -> PayoutBatch:
    """The batch, if it still is what the caller saw (`If-Match`)."""
    found = _batch(request, number)
    unchanged(request, found.revision)
    return found


def _now_so(request: TokenRequest, number: int, status: int = 200) -> HttpResponse:
    found = _batch(request, number)
    headers = {"ETag": etag(found.revision), "Location": f"/api/v1/payouts/batches/{found.number}"}
    return reply(batch_document(found), status=status, headers=headers)
