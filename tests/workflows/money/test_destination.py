"""Where refunds go, by the terms of the shipped policies: what keeps them waiting first, then each way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.outbox.models import Notice
from avdet.records.payouts.due import due_counts, due_page, refunds_for_batch
from avdet.records.people.bank_accounts import Registration, register, remove_bank_account
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.workflows.money.ask_destination import check_documents, choose_account
from avdet.workflows.money.destination import Back, ToAccount, Waits, destination_of
from avdet.workflows.money.reconcile_payments import reconcile_payments
from avdet.workflows.money.send_refund import send_refund
from tests.factories import NOW, make_customer, make_store
from tests.workflows.money import MACHINE, grant, order_of, pay
from tests.workflows.payouts import account_of, iban

pytestmark = pytest.mark.django_db
CARD = "6037991234567893"


def card_of(customer, number=CARD, holder="self", name=""):
    return register(customer, Registration(number, holder, name or str(customer.name), "yes", True), now=NOW)


def refund_of(slug, *, gateway="zarinpal", digits="", payer="", customer=None):
    """A refund of an order that was paid so."""
    order = order_of(make_store(slug), 100_000)
    if customer is not None:
        type(customer).objects.filter(pk=order.customer_id).update(**{name: getattr(customer, name) for name in ("birth_year",)})
        order.customer.refresh_from_db()
    pay(order, gateway=gateway, reference="R-1" if gateway != "manual" else "")
    order.payments.update(card_last_digits=digits)
    payment = order.payments.get()
    payment.payer_name = payer
    payment.save()
    return Refund.objects.select_related("payment__order__customer", "store").get(pk=grant(order, 100_000)[0].pk)


def way(refund):
    fresh = Refund.objects.select_related("payment__order__customer", "payment__order__store", "store", "account").get(pk=refund.pk)
    return destination_of(fresh, NOW)


def customer_of(refund):
    return refund.payment.order.customer


# ---- Offykala: the registered card, and documents where somebody else has paid ---------------------------------------


def test_without_a_registered_card_an_offykala_refund_waits():
    assert way(refund_of("offykala")) == Waits("account", ("OFK-REF-1",))


def test_paid_by_the_registered_card_it_goes_back_there():
    refund = refund_of("offykala", digits="7893")
    card_of(customer_of(refund))
    assert way(refund) == Back(("OFK-REF-1", "OFK-REF-2"))


@pytest.mark.parametrize("paid", [{"digits": "1111"}, {"payer": "Somebody Else"}])
def test_paid_by_another_card_documents_are_checked_and_it_goes_back_to_whoever_paid(paid, deferred):
    refund = refund_of("offykala", **paid)
    card_of(customer_of(refund))
    found = way(refund)
    assert (type(found), found.why, "OFK-REF-3" in found.clauses) == (Waits, "documents", True)
    send_refund(refund.pk, now=NOW)
    assert list(ReconcileFinding.objects.filter(healed_at=None).values_list("kind", flat=True)) == ["payer_documents"]
    assert "refund_documents" in Notice.objects.values_list("kind", flat=True)
    with pytest.raises(AvdetError, match="documents"):
        check_documents(refund, why=" ", now=NOW, actor=MACHINE)
    check_documents(refund, why="both identity cards", now=NOW, actor=MACHINE)
    assert isinstance(way(refund), Back)
    assert not ReconcileFinding.objects.filter(healed_at=None).exists()


def test_an_account_that_is_named_does_not_take_what_somebody_else_has_paid(deferred):
    refund = refund_of("offykala", payer="Somebody Else")
    send_refund(refund.pk, now=NOW)
    choose_account(refund.payment.order, card_of(customer_of(refund)), now=NOW, actor=MACHINE)
    assert way(refund).why == "documents"
    check_documents(refund, why="both identity cards", now=NOW, actor=MACHINE)
    assert isinstance(way(refund), Back)


def test_the_very_card_that_paid_is_paid_by_the_gateway_though_it_was_named(deferred):
    refund = refund_of("offykala", digits="7893")
    send_refund(refund.pk, now=NOW)
    choose_account(refund.payment.order, card_of(customer_of(refund)), now=NOW, actor=MACHINE)
    assert isinstance(way(refund), Back)


def test_somebody_under_eighteen_may_be_paid_on_the_fathers_card():
    child = make_customer(make_store("nobody"), birth_year=2012)
    refund = refund_of("offykala", customer=child)
    assert isinstance(way(refund), Waits)
    card_of(customer_of(refund), holder="father", name="Baba")
    assert isinstance(way(refund), Back)


def test_money_that_came_by_hand_goes_to_the_registered_card_by_hand():
    refund = refund_of("offykala", gateway="manual")
    card = card_of(customer_of(refund))
    assert way(refund) == ToAccount(card, way(refund).clauses)
    send_refund(refund.pk, now=NOW)
    refund.refresh_from_db()
    assert (refund.account, refund.state, refund.next_look_at) == (card, "granted", None)
    reconcile_payments({}, NOW + timedelta(hours=1))
    refund.refresh_from_db()
    assert refund.next_look_at is None


# ---- Fetrashop: an IBAN, whatever it was paid by ---------------------------------------------------------------------


def test_a_card_is_not_enough_where_the_terms_ask_for_an_iban():
    refund = refund_of("fetrashop")
    card_of(customer_of(refund))
    found = way(refund)
    assert (type(found), found.why, "FET-REF-1" in found.clauses) == (Waits, "account", True)


def test_a_refund_that_no_finding_dates_is_due_by_the_clause_on_refunds():
    """FET-REF-1: in 7 to 10 working days, counted from the day on which it was granted."""
    refund = refund_of("fetrashop")
    send_refund(refund.pk, now=NOW)
    refund.refresh_from_db()
    assert [each.date().isoformat() for each in (refund.due_from, refund.due_by)] == ["2026-11-30", "2026-12-03"]


def test_the_newest_iban_is_paid_to():
    refund = refund_of("fetrashop")
    account_of(customer_of(refund))
    newest = account_of(customer_of(refund))
    assert way(refund).account == newest


def test_an_account_that_was_removed_is_not_paid_to():
    refund = refund_of("fetrashop")
    account = account_of(customer_of(refund))
    send_refund(refund.pk, now=NOW)
    assert isinstance(way(refund), ToAccount)
    remove_bank_account(customer_of(refund), account.pk, now=NOW)
    assert isinstance(way(refund), Waits)


# ---- where the terms are silent --------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["ofiskutum", "hepsiburada", "persianpetshop"])
def test_it_goes_back_the_way_it_came(slug):
    assert isinstance(way(refund_of(slug, gateway="iyzico")), Back)


def test_money_taken_at_the_door_waits_for_an_account():
    refund = refund_of("ofiskutum", gateway="manual")
    assert isinstance(way(refund), Waits)
    account = account_of(customer_of(refund), "TR330006100519786457841326")
    assert way(refund).account == account


def test_nobody_who_could_be_asked_is_asked():
    refund = refund_of("ofiskutum", gateway="manual")
    type(refund.payment.order).objects.filter(pk=refund.payment.order_id).update(customer=None)
    assert isinstance(way(refund), Back)


# ---- asking ----------------------------------------------------------------------------------------------------------


def test_the_customer_is_asked_once_and_an_answer_sends_it_on(deferred):
    refund = refund_of("fetrashop")
    for day in range(3):
        send_refund(refund.pk, now=NOW + timedelta(days=day))
    asked = Notice.objects.filter(kind="refund_account", channel="email")
    assert (asked.count(), refund.events.filter(kind="account_asked").count()) == (1, 1)
    assert asked.get().values["url"].endswith(f"/fetrashop/orders/{refund.payment.order.number}/money/")
    account = account_of(customer_of(refund))
    deferred.run(NOW)
    choose_account(refund.payment.order, account, now=NOW, actor=MACHINE)
    deferred.run(NOW)
    refund.refresh_from_db()
    assert (refund.account, refund.next_look_at) == (account, None)


def test_an_account_that_the_terms_do_not_let_have_it_stands_for_no_batch(deferred):
    refund = refund_of("offykala", payer="Somebody Else")
    send_refund(refund.pk, now=NOW)
    account = account_of(customer_of(refund))
    chosen = choose_account(refund.payment.order, account, now=NOW, actor=MACHINE)[0]
    for looked_at in (False, True):
        if looked_at:
            send_refund(refund.pk, now=NOW)
        assert (due_page(refund.store, "batch", now=NOW).rows, refunds_for_batch(refund.store, [refund.pk])) == ([], [])
        assert due_page(refund.store, "waiting", now=NOW).rows == [chosen]
        assert due_counts(refund.store, now=NOW) == {"batch": 0, "overdue": 0, "cards": 0, "waiting": 1}
    check_documents(refund, why="both identity cards", now=NOW, actor=MACHINE)
    assert refunds_for_batch(refund.store, [refund.pk]) == []
    send_refund(refund.pk, now=NOW)
    refund.refresh_from_db()
    assert (refund.state, refund.account, refunds_for_batch(refund.store, [refund.pk])) == ("failed", None, [])


@pytest.mark.parametrize("state", ["granted", "failed"])
def test_an_account_that_is_removed_later_is_asked_for_again(state, deferred):
    refund = refund_of("fetrashop")
    send_refund(refund.pk, now=NOW)
    account = account_of(customer_of(refund))
    choose_account(refund.payment.order, account, now=NOW, actor=MACHINE)
    send_refund(refund.pk, now=NOW)
    Refund.objects.filter(pk=refund.pk).update(state=state)
    reconcile_payments({}, NOW)
    assert refunds_for_batch(refund.store, [refund.pk])[0].next_look_at is None
    remove_bank_account(customer_of(refund), account.pk, now=NOW)
    assert (due_page(refund.store, "batch", now=NOW).rows, due_counts(refund.store, now=NOW)["batch"]) == ([], 0)
    later = NOW + timedelta(hours=1)
    for _ in range(2):
        reconcile_payments({}, later)
        send_refund(refund.pk, now=later)
    refund.refresh_from_db()
    assert (refund.state, refund.account, refund.next_look_at) == (state, None, later + timedelta(days=1))
    assert Notice.objects.filter(kind="refund_account", channel="email").count() == 2
    assert due_counts(refund.store, now=NOW)["waiting"] == 1


def test_an_account_of_somebody_else_is_refused():
    refund = refund_of("fetrashop")
    send_refund(refund.pk, now=NOW)
    other = account_of(make_customer(refund.store), iban())
    with pytest.raises(AvdetError, match="not the customer's"):
        choose_account(refund.payment.order, other, now=NOW, actor=MACHINE)


def test_nothing_is_chosen_where_nobody_was_asked():
    refund = refund_of("ofiskutum", gateway="iyzico")
    account = account_of(customer_of(refund), "TR330006100519786457841326")
    with pytest.raises(AvdetError, match="nothing is owed"):
        choose_account(refund.payment.order, account, now=NOW, actor=MACHINE)
