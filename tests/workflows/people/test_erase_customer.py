"""Being forgotten: nothing readable is left in any table, and the books do not change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import OperationalError, connection

from avdet.ports.jobs import KINDS
from avdet.records.cases.evidence import Holder, Said, keep, made_of
from avdet.records.cases.evidence_files import opened
from avdet.records.cases.models import Case, CaseNote, Claim
from avdet.records.orders.actions import index
from avdet.records.orders.models import Order
from avdet.records.orders.queries import search
from avdet.records.outbox.models import Notice
from avdet.records.parcels.models import Parcel
from avdet.records.payments.models import Payment
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.people.bank_accounts import Registration, register
from avdet.records.people.book import add_address
from avdet.records.people.models import Customer, Membership, User
from avdet.records.refunds.actions import note
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.money.destination import CHECKED
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.notices.tell import tell
from avdet.workflows.notices.tell_account import tell_account
from avdet.workflows.people.erase_customer import erase_customer
from tests.factories import LONG_AGO, NOW, make_customer, make_order, make_store
from tests.records.cases.pictures import photo
from tests.web.accounts.people import known
from tests.workflows.payouts import OWN_IBAN, due_refund, exported, paying_store

pytestmark = pytest.mark.django_db
ME = Actor("customer", 1)
"""Words that no table may hold afterwards, in any form that can be read back."""
SECRETS = ("Şükrü", "sukru@example.test", "+989121234567", "Valiasr", "6037991234567893", OWN_IBAN)


@pytest.fixture
def sukru():
    store = make_store("fetrashop")
    user = known("Şükrü", email="sukru@example.test", phone="+989121234567")
    customer = make_customer(store, user, name="Şükrü", email="sukru@example.test", phone="+989121234567")
    add_address(customer, {"recipient": "Şükrü", "street": "Valiasr"}, now=NOW)
    for number in ("6037991234567893", OWN_IBAN):
        register(customer, Registration(number, "self", "Şükrü", "I agree"), now=NOW)
    order = make_order(store, customer, number="F-1", state="closed", note="Şükrü called", address={"street": "Valiasr"})
    index([order])
    said = {"name": "Şükrü"}
    tell(
        store,
        kind="order_delivered",
        order_number="F-1",
        to={"email": customer.email},
        language="tr",
        values=said,
        key="x",
        now=NOW,
    )
    tell_account(store, "account_changed", {"email": customer.email}, "tr", {"change": "Şükrü"}, now=NOW)
    Notice.objects.update(state="sent", sent_at=NOW)
    return customer


def readable() -> str:
    """Everything that all tables hold, unsealed as the application would."""
    rows = []
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        rows += [str(row) for row in model._default_manager.values_list(*names)]
    return "\n".join(rows)


def raw(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {table} order by 1")
        return list(cursor.fetchall())


@pytest.fixture
def claimed(sukru, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order = sukru.orders.get(number="F-1")
    line = order.lines.get()
    now = {"filed_at": NOW, "state": "settled", "policy_version": order.policy_version, "store": order.store, "order": order}
    claim = Claim.objects.create(
        store=order.store,
        order=order,
        key="k",
        channel="portal",
        language="tr",
        words="Ben Şükrü",
        filed_by="customer",
        filed_at=NOW,
    )
    case = Case.objects.create(
        claim=claim, order_line=line, number="F-1-R1", quantity=1, reason="defect", waits_for="nobody", **now
    )
    CaseNote.objects.create(case=case, text="Şükrü called", at=NOW)
    said = Said(photo())
    evidence, _ = keep(Holder(order, case=case), said, made_of(said), sha256="0" * 64, actor=ME, now=NOW)
    return case, evidence


def test_it_waits_while_a_case_is_under_way(sukru, claimed):
    case, _ = claimed
    Case.objects.filter(pk=case.pk).update(state="approved", waits_for="customer")
    assert erase_customer(sukru, actor=ME, now=NOW) is False


def test_what_was_said_and_handed_in_with_a_claim_goes_and_the_case_stays(sukru, claimed, django_capture_on_commit_callbacks):
    case, evidence = claimed
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_customer(sukru, actor=ME, now=NOW) is True
    case.refresh_from_db()
    assert (case.state, case.claim.words) == ("settled", "")
    assert "Şükrü" not in readable()
    with pytest.raises(FileNotFoundError):
        opened(evidence.file)


def test_who_paid_where_money_went_and_what_was_noted_of_goods_go_once_the_bank_has_answered():
    store = paying_store()
    refund = due_refund(store)
    order, number = refund.payment.order, str(refund.account.number)
    batch = exported(store, [refund])
    note(refund, CHECKED, actor=ME, now=NOW, facts={"why": "the card of Şükrü was shown"})
    Payment.objects.update(payer_name="Şükrü", card_last_digits="7893")
    PayoutLine.objects.update(holder_name="Şükrü")
    Parcel.objects.create(store=store, order=order, code="P-1", note="from Şükrü", announced_at=NOW)
    Refund.objects.update(state="confirmed")
    Order.objects.update(state="closed")
    assert erase_customer(order.customer, actor=ME, now=NOW) is False
    PayoutBatch.objects.update(state="settled")
    assert erase_customer(order.customer, actor=ME, now=NOW) is True
    left = readable()
    assert [secret for secret in ("Şükrü", "7893", number) if secret in left] == []
    with pytest.raises(Conflict, match="forgotten"):
        export_batch(batch, "xml", now=NOW, actor=ME)


def test_the_test_would_see_them(sukru):
    assert all(secret in readable() for secret in SECRETS)


@pytest.mark.parametrize("state", ["placed", "confirmed", "preparing", "part_shipped", "shipped", "returned"])
def test_it_waits_while_an_order_is_under_way(sukru, state):
    order = make_order(sukru.store, sukru, state=state)
    assert erase_customer(sukru, actor=ME, now=NOW) is False
    sukru.refresh_from_db()
    assert (sukru.name, sukru.erase_asked_at) == ("Şükrü", NOW)
    KINDS["erase_waiting"].work({}, NOW + timedelta(days=1))
    sukru.refresh_from_db()
    assert sukru.name == "Şükrü"
    type(order).objects.filter(pk=order.pk).update(state="closed")
    KINDS["erase_waiting"].work({}, NOW + timedelta(days=9))
    sukru.refresh_from_db()
    assert (sukru.name, sukru.erased_at) == ("", NOW + timedelta(days=9))


def test_one_that_was_waited_for_in_vain_holds_up_no_other(sukru, monkeypatch):
    seen = []

    def in_vain(customer, **_):
        seen.append(customer.pk)
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(
        "avdet.workflows.people.erase_customer.waiting_to_be_forgotten", lambda: [Customer(pk=1), Customer(pk=2)]
    )
    monkeypatch.setattr("avdet.workflows.people.erase_customer.erase_customer", in_vain)
    KINDS["erase_waiting"].work({}, NOW)
    assert seen == [1, 2]


def test_nothing_readable_is_left(sukru):
    assert erase_customer(sukru, actor=ME, now=NOW) is True
    left = readable()
    assert [secret for secret in SECRETS if secret in left] == []
    assert not User.objects.exists()


def test_the_books_and_the_order_stay(sukru):
    before = {
        table: raw(table)
        for table in ("orders_orderline", "ledger_posting", "ledger_entry")
        if table in connection.introspection.table_names()
    }
    erase_customer(sukru, actor=ME, now=NOW)
    assert {table: raw(table) for table in before} == before
    order = sukru.orders.get()
    assert (order.number, order.state, order.total_minor > 0) == ("F-1", "closed", True)
    assert [each.kind for each in Notice.objects.filter(order_number="F-1")] == ["order_delivered"]


def test_the_order_is_found_by_its_number_only(sukru):
    assert [len(search(sukru.store, text).rows) for text in ("Şükrü", "F-1")] == [1, 1]
    erase_customer(sukru, actor=ME, now=NOW)
    assert [len(search(sukru.store, text).rows) for text in ("Şükrü", "09121234567", "sukru@example.test", "F-1")] == [
        0,
        0,
        0,
        1,
    ]


def test_an_account_that_is_needed_elsewhere_stays(sukru):
    make_customer(make_store("offykala"), sukru.user)
    erase_customer(sukru, actor=ME, now=NOW)
    assert User.objects.count() == 1
    assert Customer.objects.filter(user__isnull=False).count() == 1


def test_staff_keep_their_account(sukru):
    Membership.objects.create(store=sukru.store, user=sukru.user, role="desk", created_at=LONG_AGO)
    erase_customer(sukru, actor=ME, now=NOW)
    assert User.objects.filter(pk=sukru.user_id).exists()


def test_what_still_waited_to_be_told_is_never_sent(sukru):
    Notice.objects.update(state="queued", sent_at=None)
    erase_customer(sukru, actor=ME, now=NOW)
    assert not Notice.objects.filter(state="queued").exists()
