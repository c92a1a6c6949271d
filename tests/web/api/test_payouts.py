"""Payouts through the API: what is due, a batch in a person's name, the bank's file and its answer; refusals first."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avdet.records.payouts.models import PayoutBatch
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.workflows.money.release_batch import approve_batch, release_batch
from tests.factories import make_staff
from tests.web.api.callers import ROOT, Caller
from tests.web.api.claiming import send_file
from tests.workflows.payouts import due_refund, paying_store, told

pytestmark = pytest.mark.django_db
BATCHES = "/payouts/batches"


@pytest.fixture
def world() -> tuple[Caller, list[Refund]]:
    """A program that an accountant has made, and two refunds that are due."""
    store = paying_store()
    return Caller(store, maker=make_staff(store, "accountant")), [due_refund(store, 100_000 + at) for at in range(2)]


def let_go(batch: PayoutBatch) -> None:
    """Two people approve and release it, at the desk."""
    for role, step in (("accountant", approve_batch), ("owner", release_batch)):
        user = make_staff(batch.store, role)
        batch = step(batch, user=user, now=timezone.now(), actor=Actor.of(user, "staff"))


def test_what_cannot_be_paid_is_refused(world: Any) -> None:
    call, (one, _) = world
    store = call.token.store
    assert Caller(store).post(BATCHES, {"refunds": [one.pk]})["kind"] == "person"
    assert Caller(store, maker=make_staff(store, "desk")).post(BATCHES, {"refunds": [one.pk]})["kind"] == "person"
    assert call.post(BATCHES, {"refunds": [one.pk], "pay_on": "2020-01-01"})["code"] == "payout.pay_on"
    problem = call.post(BATCHES, {"refunds": [one.pk, 10**9]})
    assert (call.status, problem["code"]) == (409, "payout.refund_gone")
    assert call.get("/payouts/due?cursor=nonsense")["code"] == "record.cursor"
    assert send_file(call, "/payouts/bank-files", b"nothing of a bank's")["kind"] == "refused"
    assert not PayoutBatch.objects.exists()


def test_a_token_makes_a_draft_and_only_people_let_it_go(world: Any) -> None:
    call, refunds = world
    due = call.get("/payouts/due")["data"]
    assert {(each["refund"], each["account_kind"], each["late"]) for each in due} == {(each.pk, "iban", False) for each in refunds}
    made = call.post(BATCHES, {"refunds": [each.pk for each in refunds]})
    assert (call.status, made["state"], made["total"]["amount_minor"], len(made["transfers"])) == (201, "draft", 200_001, 2)
    here = f"{BATCHES}/{made['number']}"
    assert call.post(f"{here}/file", {})["code"] == "payout.not_released"
    for name in ("approve", "release"):
        call.post(f"{here}/{name}", {})
        assert call.status == 404  # there is no such endpoint
    batch = PayoutBatch.objects.select_related("store").get()
    assert batch.made_by.memberships.get().role == "accountant"
    call.post(f"{here}/void", {"why": "x"}, If_Match='"9"')
    assert call.status == 412
    let_go(batch)
    headers = {"Authorization": f"Bearer {call.text}"}
    for kind, media, start in (("xml", "application/xml", b"<?xml"), ("csv", "text/csv", b"")):
        file = call.client.post(f"{ROOT}{here}/file", {"kind": kind}, content_type="application/json", headers=headers)
        assert (file.status_code, file["Content-Type"], file.content[: len(start)]) == (200, media, start)
        assert file["Content-Disposition"] == f'attachment; filename="{made["message_id"]}.{kind}"'
    read = send_file(call, "/payouts/bank-files", told(PayoutBatch.objects.get(), "ACSC", "RJCT"))
    assert (call.status, len(read["settled"]), len(read["returned"]), read["findings"]) == (200, 1, 1, [])
    settled = call.get(here)
    assert (settled["state"], {each["result"] for each in settled["transfers"]}) == ("settled", {"settled", "returned"})
    assert call.post(f"{here}/void", {"why": "x"})["code"] == "lifecycle.payout_batch"


def test_a_batch_is_given_up_and_its_refunds_are_due_again(world: Any) -> None:
    call, refunds = world
    made = call.post(BATCHES, {"refunds": [refunds[0].pk]}, Idempotency_Key="k")
    assert call.post(BATCHES, {"refunds": [refunds[0].pk]}, Idempotency_Key="k")["number"] == made["number"]
    assert call.post(f"{BATCHES}/{made['number']}/void", {"why": "a wrong day"})["state"] == "void"
    assert len(call.get("/payouts/due")["data"]) == 2
    for path, most in (("/payouts/due", 3), (BATCHES, 2), (f"{BATCHES}/{made['number']}", 4)):
        with CaptureQueriesContext(connection) as asked:
            call.get(path)
        assert (call.status, len(asked)) == (200, most), path
