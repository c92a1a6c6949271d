"""Stores whose gateway is the payment simulator, and orders that were paid through it."""

from datetime import timedelta

import pytest
from django.conf import settings

from avdet.core.bookings import REFUNDS
from avdet.records.ledger.queries import trial_balance
from avdet.records.payments.actions import keep_account
from avdet.records.refunds.models import Refund
from avdet.records.refunds.queries import owed
from avdet.records.shared.actors import Actor
from avdet.simulators.payments import iyzico, zarinpal
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.money.record_payment import record_payment
from tests.factories import NOW, make_customer, make_order, make_product, make_store
from tests.simulators.conftest import payment_simulator

__all__ = ["payment_simulator", "simulator"]

MACHINE = Actor.system("test")
YESTERDAY = NOW - timedelta(days=1)
on_postgres = pytest.mark.skipif(not settings.POSTGRES, reason="several writers at once are PostgreSQL's")


def turkish_store(slug="ofiskutum"):
    store = make_store(slug)
    keep_account(store, "iyzico", {"api_key": iyzico.API_KEY, "secret_key": iyzico.SECRET_KEY}, now=NOW)
    return store


def iranian_store(slug="fetrashop"):
    store = make_store(slug)
    account = {"merchant_id": zarinpal.MERCHANT_ID, "access_token": zarinpal.ACCESS_TOKEN, "terminal_id": zarinpal.TERMINAL_ID}
    keep_account(store, "zarinpal", account, now=NOW)
    return store


def order_of(store, total_minor=100_000, **fields):
    product = make_product(store, price_minor=total_minor)
    fields.setdefault("vat_minor", total_minor // 11)
    return make_order(store, make_customer(store), products=[product], **fields)


def pay(order, amount_minor=None, *, gateway="manual", reference="", paid_at=YESTERDAY, method="", actor=MACHINE, now=NOW):
    """A payment that is recorded; `reference` as the gateway has it."""
    return record_payment(
        order,
        amount_minor=amount_minor or order.total_minor,
        method=method or ("online" if gateway != "manual" else "bank_transfer"),
        gateway=gateway,
        reference=reference,
        paid_at=paid_at,
        now=now,
        actor=actor,
    )


def pay_at(simulator, order, amount_minor=None, *, gateway="iyzico", paid_at=YESTERDAY):
    """A payment that stands on the simulator's books and on ours."""
    said = {"gateway": gateway, "amount_minor": amount_minor or order.total_minor, "currency": order.currency}
    made = simulator.tell("/_payments", said | {"created_at": paid_at.isoformat()})
    return pay(order, amount_minor, gateway=gateway, reference=made["reference"], paid_at=paid_at)


def grant(order, amount_minor, key="cause", reason="withdrawal", now=NOW, actor=MACHINE):
    return grant_refund(
        order, amount_minor=amount_minor, reason=reason, because=[{"clause": "OFK-REF-1"}], key=key, now=now, actor=actor
    )


def returned_by(simulator):
    """reference → what the simulator has paid back of it."""
    return {
        each["reference"]: sum(move["amount_minor"] for move in each["movements"] if move["state"] != "failed")
        for each in simulator.ask("/_payments")
    }


def books_agree(store):
    """The books are zero, and owe what the refunds say is owed."""
    stands, promised = trial_balance(store), owed(store)
    assert sum(stands.values()) == 0
    assert -stands.get((REFUNDS, store.currency), 0) == promised.get(store.currency, 0)


def states(order):
    return [each.state for each in Refund.objects.filter(payment__order=order).order_by("id")]


@pytest.fixture
def simulator(payment_simulator, monkeypatch):
    """The payment simulator, where every gateway leads to it."""
    monkeypatch.setenv("AVDET_IYZICO_URL", payment_simulator.url)
    monkeypatch.setenv("AVDET_ZARINPAL_URL", payment_simulator.url)
    monkeypatch.setenv("AVDET_ZARINPAL_GRAPH_URL", f"{payment_simulator.url}/api/v4/graphql/")
    return payment_simulator
