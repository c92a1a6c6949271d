"""Whatever the document allows and whatever it forbids is sent to the whole API: it answers as the document says, always."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

from avdet.config.wsgi import application
from avdet.records.cases.evidence import Holder, Said
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import WebhookEndpoint, WebhookMessage
from avdet.records.payouts.actions import open_batch
from avdet.records.remedies.actions import open_claim
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.claims.file_claim import file_claim
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.notices.send_again import send_test
from tests.factories import make_order, make_product, make_staff, make_store
from tests.records.cases.pictures import PDF
from tests.web.api.callers import Caller
from tests.web.api.claiming import a_line, arrived

BUSINESS = ["2xx", "304", "401", "403", "404", "409", "412", "422", "429"]
"""What well-formed data may be answered with: an order may be well written, and its goods sold out."""
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": BUSINESS}}, "generation": {"deterministic": True}}
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=CONFIG)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A request of the application's own would close the connection, and the test's transaction with it."""
    for told in (request_started, request_finished):
        told.disconnect(close_old_connections)
    yield
    for told in (request_started, request_finished):
        told.connect(close_old_connections)


@pytest.fixture
def known(db: None, _one_connection: None) -> dict[str, Any]:
    """A store in which there is one of everything, the names by which the API knows them, and a program of it."""
    store = make_store()
    product = make_product(store, "KETTLE-1", on_hand=1_000)
    order = make_order(store, products=[product], payment_method="cash_on_delivery")
    owner = make_staff(store, "owner")
    caller, now = Caller(store, maker=owner), timezone.now()
    record_payment(order, amount_minor=5, method="bank_transfer", reference="R", paid_at=now, now=now, actor=Caller.ACTOR)
    endpoint: WebhookEndpoint = add_endpoint(store, "https://shop.example/hook", now=now)
    send_test(endpoint, now=now)
    message = WebhookMessage.objects.get()
    sold = arrived(store)
    filed = file_claim(sold, [a_line(sold)], actor=Caller.ACTOR, channel="api", key="k", now=now)[0]
    parcel = announce_parcel(sold, [filed.pk], "post", actor=Caller.ACTOR, now=now)
    batch = open_batch(store, currency="IRR", pay_on=now.date(), user=owner, now=now, actor=Caller.ACTOR)
    claim = open_claim(filed, carrier="post", asked_minor=1, note="", actor=Caller.ACTOR, now=now)
    piece = add_evidence(Holder(sold), Said(PDF, "receipt"), actor=Caller.ACTOR, now=now).pk
    return {
        "caller": caller, "number": order.number, "sku": product.sku, "endpoint": endpoint.pk, "message": message.pk, "version": 1,
        "delivery": 1, "refund": 1, "case": filed.number, "evidence": piece, "parcel": parcel.code, "batch": batch.number,
        "way": "return", "claim": claim.pk,
    }  # fmt: skip


@schema.parametrize()
@settings(
    max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_the_api_answers_as_its_document_says(case: schemathesis.Case, known: dict[str, Any]) -> None:
    well_formed = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if well_formed:
        named = {name: known[name] for name in case.path_parameters or {} if name in known}
        if len(str(case.body)) % 3:  # two thirds meet something that is there
            case.path_parameters = {**(case.path_parameters or {}), **named}
    # A well-formed case stays one when it names what is there; Schemathesis takes some of those for spoilt ones.
    spared = [negative_data_rejection] if well_formed else []
    case.call_and_validate(headers={"Authorization": f"Bearer {known['caller'].text}"}, excluded_checks=spared)
