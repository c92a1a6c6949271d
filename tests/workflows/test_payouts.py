"""Payout batches from the due list to the bank's answer: refusals first."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from avdet.core.bookings import BANK
from avdet.core.errors import AvdetError
from avdet.records.ledger.queries import balance
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice
from avdet.records.payouts.models import PayoutBatch, PayoutLine
from avdet.records.payouts.queries import file_was_read
from avdet.records.people.bank_accounts import remove_bank_account
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.records.shared.errors import Conflict
from avdet.workflows.money.ask_destination import choose_account
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.money.make_batch import make_batch, take_out, void_batch
from avdet.workflows.money.read_bank_file import digest_of
from avdet.workflows.money.reconcile_payments import reconcile_payments
from avdet.workflows.money.release_batch import approve_batch, release_batch
from avdet.workflows.money.send_refund import send_again, send_by_hand, send_refund
from avdet.workflows.money.void_refund import void_refund
from tests.factories import NOW, make_staff
from tests.workflows.money import MACHINE, books_agree, iranian_store
from tests.workflows.payouts import (
    account_of,
    answer,
    due_refund,
    exported,
    heard,
    paying_store,
    read,
    released,
    told,
    two_people,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return paying_store()


def draft(store, refunds, user=None):
    user = user or make_staff(store, "accountant")
    return make_batch(store, [each.pk for each in refunds], pay_on=NOW.date(), user=user, now=NOW, actor=MACHINE)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def states(refunds):
    return [fresh(each).state for each in refunds]


def kinds(store):
    return sorted(ReconcileFinding.objects.filter(store=store, healed_at=None).values_list("kind", flat=True))


def line_of(refund):
    return PayoutLine.objects.filter(refund=refund).latest("pk")


# ---- making, approving, releasing ------------------------------------------------------------------------------------


def test_a_batch_of_nothing_or_of_too_much_is_refused(store):
    user = make_staff(store, "accountant")
    for ids in ([], range(501)):
        with pytest.raises(AvdetError, match="1 to 500"):
            make_batch(store, ids, pay_on=NOW.date(), user=user, now=NOW, actor=MACHINE)


def test_a_refund_of_another_store_or_in_another_batch_is_refused(store):
    foreign, taken = due_refund(paying_store("offykala")), due_refund(store)
    draft(store, [taken])
    for refund in (foreign, taken):
        with pytest.raises(Conflict):
            draft(store, [refund])
    assert PayoutBatch.objects.count() == 1


def test_whoever_looked_before_another_batch_was_made_makes_none(store, monkeypatch):
    refund = due_refund(store)
    monkeypatch.setattr("avdet.workflows.money.make_batch.refunds_for_batch", lambda *_: [Refund.objects.get(pk=refund.pk)])
    draft(store, [refund])
    with pytest.raises(Conflict):
        draft(store, [refund])
    assert PayoutBatch.objects.count() == 1


def test_two_currencies_are_two_batches(store):
    first, second = due_refund(store), due_refund(store)
    Refund.objects.filter(pk=second.pk).update(currency="EUR")
    with pytest.raises(AvdetError, match="one currency"):
        draft(store, [first, second])


def test_nobody_approves_while_the_stores_own_account_is_not_known():
    store = iranian_store()
    batch = draft(store, [due_refund(store)])
    with pytest.raises(AvdetError, match="own account"):
        approve_batch(batch, user=make_staff(store, "owner"), now=NOW, actor=MACHINE)


def test_whoever_approved_cannot_release(store):
    refund, user = due_refund(store), make_staff(store, "owner")
    batch = approve_batch(draft(store, [refund]), user=user, now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError, match="cannot release"):
        release_batch(batch, user=user, now=NOW, actor=MACHINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(released_by=user)
    assert states([refund]) == ["granted"]


def test_an_older_look_at_a_batch_approves_nothing(store):
    batch, user = draft(store, [due_refund(store)]), make_staff(store, "owner")
    approve_batch(fresh(batch), user=user, now=NOW, actor=MACHINE)
    with pytest.raises(Conflict):
        approve_batch(batch, user=user, now=NOW, actor=MACHINE)


def test_nothing_goes_to_an_account_that_its_owner_has_removed(store, deferred):
    refund, customer = due_refund(store), Refund.objects.get().payment.order.customer
    first, second = two_people(store)
    batch = approve_batch(draft(store, [refund], first), user=first, now=NOW, actor=MACHINE)
    remove_bank_account(customer, refund.account_id, now=NOW)
    with pytest.raises(AvdetError, match="removed by its owner"):
        release_batch(batch, user=second, now=NOW, actor=MACHINE)
    void_batch(batch, why="their account is gone", now=NOW, actor=MACHINE)
    reconcile_payments({}, NOW + timedelta(minutes=10))
    deferred.run(NOW + timedelta(minutes=10))
    assert fresh(refund).account is None
    assert Notice.objects.filter(kind="refund_account").exists()
    choose_account(refund.payment.order, account_of(customer), now=NOW, actor=MACHINE)
    deferred.run(NOW + timedelta(minutes=10))
    kept = draft(store, [fresh(refund)], first)
    remove_bank_account(customer, fresh(refund).account_id, now=NOW)
    with pytest.raises(AvdetError, match="removed by its owner"):
        approve_batch(kept, user=first, now=NOW, actor=MACHINE)
    take_out(kept, line_of(refund), now=NOW, actor=MACHINE)
    assert states([refund]) == ["granted"]


def test_a_refund_in_a_batch_is_paid_no_other_way(store):
    refund = due_refund(store)
    draft(store, [refund])
    with pytest.raises(Conflict):
        send_by_hand(refund, now=NOW, actor=MACHINE)
    with pytest.raises(Conflict):
        void_refund(refund, why="x", now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError):
        send_again(refund, now=NOW, actor=MACHINE)
    Refund.objects.filter(pk=refund.pk).update(next_look_at=NOW)
    send_refund(refund.pk, now=NOW)
    assert (fresh(refund).state, refund.attempts.count()) == ("granted", 0)


def test_only_a_draft_lets_go_of_a_line(store):
    first, second = due_refund(store), due_refund(store)
    batch = draft(store, [first, second])
    take_out(batch, line_of(first), now=NOW, actor=MACHINE)
    assert draft(store, [first]).number == 2
    approve_batch(fresh(batch), user=make_staff(store, "owner"), now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError, match="only a draft"):
        take_out(batch, line_of(second), now=NOW, actor=MACHINE)


def test_an_empty_batch_is_not_approved(store):
    refund = due_refund(store)
    batch = draft(store, [refund])
    take_out(batch, line_of(refund), now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError, match="empty"):
        approve_batch(fresh(batch), user=make_staff(store, "owner"), now=NOW, actor=MACHINE)


def test_a_batch_is_voided_for_a_reason_and_before_it_has_left(store):
    batch = exported(store, [due_refund(store)])
    with pytest.raises(AvdetError, match="reason"):
        void_batch(batch, why=" ", now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError, match="cannot void"):
        void_batch(batch, why="x", now=NOW, actor=MACHINE)


def test_a_voided_batch_leaves_everything_owed_and_tells_no_customer_but_programs_that_heard_of_it(store):
    add_endpoint(store, "https://shop.example/hook", kinds=["payout.*"], now=NOW)
    refund = due_refund(store)
    void_batch(draft(store, [refund]), why="begun by mistake", now=NOW, actor=MACHINE)
    batch = released(store, [refund])
    notices = Notice.objects.count()
    void_batch(batch, why="the day was wrong", now=NOW, actor=MACHINE)
    assert (states([refund]), fresh(batch).state, Notice.objects.count()) == (["failed"], "void", notices)
    assert [(name, about["batch"]) for name, about in heard()] == [("payout.released", batch.number), ("payout.void", batch.number)]
    books_agree(store)
    assert balance(store, BANK, "IRR") == 100_000
    again = exported(store, [refund])
    read(store, told(again, "ACSC"))
    assert (states([refund]), balance(store, BANK, "IRR")) == (["confirmed"], 0)
    books_agree(store)


def test_released_refunds_are_on_their_way_and_pending_in_the_books(store):
    refunds = [due_refund(store), due_refund(store, 50_000)]
    batch = released(store, refunds)
    assert (batch.total_minor, batch.lines_count, states(refunds)) == (150_000, 2, ["sending", "sending"])
    assert [(each.gateway, each.result) for each in refunds[0].attempts.all()] == [("payout", "pending")]
    reconcile_payments({}, NOW + timedelta(days=2))
    assert kinds(store) == []
    assert fresh(refunds[0]).next_look_at is None
    books_agree(store)


# ---- files -----------------------------------------------------------------------------------------------------------


def test_nothing_is_exported_before_it_is_released(store):
    batch = approve_batch(draft(store, [due_refund(store)]), user=make_staff(store, "owner"), now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError, match="not released"):
        export_batch(batch, "xml", now=NOW, actor=MACHINE)
    with pytest.raises(AvdetError, match="no file"):
        export_batch(released(store, [due_refund(store)]), "pdf", now=NOW, actor=MACHINE)


def test_exporting_again_gives_the_same_bytes_whatever_the_store_writes_meanwhile(store):
    batch = released(store, [due_refund(store), due_refund(store)])
    first = export_batch(batch, "xml", now=NOW, actor=MACHINE)
    store.payout_account = {}
    store.save()
    assert export_batch(fresh(batch), "xml", now=NOW + timedelta(days=1), actor=MACHINE) == first
    assert batch.message_id.encode() in first
    assert fresh(batch).exported_at == NOW


def test_no_bank_is_asked_to_pay_on_a_day_that_is_over(store):
    days = [NOW + timedelta(days=each) for each in range(0, 40, 10)]
    first, second = two_people(store)
    batch = draft(store, [due_refund(store)], first)
    approve_batch(batch, user=first, now=days[0] + timedelta(minutes=1), actor=MACHINE)
    release_batch(fresh(batch), user=second, now=days[1], actor=MACHINE)
    assert fresh(batch).pay_on == days[1].date()
    file = export_batch(batch, "xml", now=days[2], actor=MACHINE)
    assert f"<Dt>{days[2].date()}</Dt>".encode() in file
    assert export_batch(batch, "xml", now=days[3], actor=MACHINE) == file
    moved = batch.events.filter(kind="put_off").order_by("pk").values_list("facts__from", "facts__to")
    assert list(moved) == [(f"{was.date()}", f"{then.date()}") for was, then in pairwise(days[:3])]
    late = draft(store, [due_refund(store)], first)
    approve_batch(late, user=first, now=days[1], actor=MACHINE)
    assert fresh(late).pay_on == days[1].date()


def test_lines_that_are_not_those_approved_are_not_exported(store):
    batch = released(store, [due_refund(store)])
    PayoutLine.objects.update(amount_minor=1)
    with pytest.raises(Conflict):
        export_batch(batch, "csv", now=NOW, actor=MACHINE)


# ---- answers ---------------------------------------------------------------------------------------------------------


def test_unknown_messages_and_lines_are_shown_and_move_nothing(store):
    refund = due_refund(store)
    batch = exported(store, [refund])
    assert [each.kind for each in read(store, answer("OTHER", [("X", "ACSC", "", None)])).findings] == ["unknown_message"]
    assert [each.kind for each in read(store, answer(batch.message_id, [("X", "ACSC", "", None)])).findings] == ["unknown_line"]
    assert states([refund]) == ["sending"]
    assert kinds(store) == ["bank_unknown_line", "bank_unknown_message"]


def test_lines_of_another_store_are_unknown_here(store):
    other = paying_store("offykala")
    theirs, ours = due_refund(other), due_refund(store)
    foreign, batch = exported(other, [theirs]), exported(store, [ours])
    rows = [(line_of(theirs).end_to_end, "ACSC", "", None)]
    assert [each.kind for each in read(store, answer(batch.message_id, rows)).findings] == ["unknown_line"]
    assert [each.kind for each in read(store, told(foreign, "ACSC")).findings] == ["unknown_message"]
    assert states([theirs, ours]) == ["sending", "sending"]


@pytest.mark.parametrize("amount", [(99_999, "IRR"), (100_000, "TRY"), (0, "IRR")])
def test_another_amount_or_currency_moves_nothing(store, amount):
    refund = due_refund(store)
    batch = exported(store, [refund])
    found = read(store, answer(batch.message_id, [(line_of(refund).end_to_end, "ACSC", "", amount)]))
    assert ([each.kind for each in found.findings], states([refund])) == (["other_amount"], ["sending"])


def test_a_line_that_never_left_or_was_taken_out_moves_nothing(store):
    first, second = due_refund(store), due_refund(store)
    batch = draft(store, [first, second])
    take_out(batch, line_of(first), now=NOW, actor=MACHINE)
    found = read(store, told(batch, "ACSC"))
    rows = [(line_of(first).end_to_end, "ACSC", "", None)]
    assert [each.kind for each in found.findings + read(store, answer(batch.message_id, rows)).findings] == ["never_sent", "taken_out"]
    assert [each.kind for each in read(store, answer(batch.message_id, group="ACSC")).findings] == ["never_sent"]
    assert states([first, second]) == ["granted", "granted"]


def test_a_file_that_is_read_before_its_batch_has_left_counts_once_it_has(store):
    batch = released(store, [due_refund(store)])
    raw = told(batch, "ACSC")
    assert [each.kind for each in read(store, raw).findings] == ["never_sent"]
    assert not file_was_read(batch, digest_of(raw))
    export_batch(batch, "xml", now=NOW, actor=MACHINE)
    assert len(read(store, raw).settled) == 1
    assert file_was_read(batch, digest_of(raw))


def test_a_file_that_contradicts_itself_moves_nothing_of_that_line(store):
    refunds = [due_refund(store), due_refund(store)]
    batch = exported(store, refunds)
    name = line_of(refunds[0]).end_to_end
    rows = [(name, "ACSC", "", None), (name, "RJCT", "AC04", None), (line_of(refunds[1]).end_to_end, "ACSC", "", None)]
    found = read(store, answer(batch.message_id, rows))
    assert ([each.kind for each in found.findings], states(refunds)) == (["contradiction"], ["sending", "confirmed"])


def test_each_line_is_settled_or_returned_and_then_the_batch_is_over(store):
    add_endpoint(store, "https://shop.example/hook", kinds=["payout.*"], now=NOW)
    refunds = [due_refund(store, 100_000), due_refund(store, 50_000), due_refund(store, 20_000)]
    batch = exported(store, refunds)
    found = read(store, told(batch, "ACSC", ("RJCT", "AC04"), "ACSP"))
    assert (len(found.settled), len(found.returned), len(found.pending)) == (1, 1, 1)
    assert (states(refunds), fresh(batch).state) == (["confirmed", "failed", "sending"], "exported")
    found = read(store, told(batch, "ACCC", ("RJCT", "AC04"), "ACCC"))
    assert (len(found.settled), len(found.known), found.findings) == (1, 2, [])
    assert (states(refunds), fresh(batch).state) == (["confirmed", "failed", "confirmed"], "settled")
    assert balance(store, BANK, "IRR") == 50_000
    names, (first, returned, _) = zip(*heard(), strict=True)
    assert names == ("payout.released", "payout.returned", "payout.settled")
    assert (first["batch"], first["total_minor"]) == (batch.number, 170_000)
    assert (returned["refund"], returned["code"]) == (refunds[1].pk, "AC04")
    books_agree(store)


def test_the_same_file_twice_moves_nothing_and_stands_in_the_history_once(store):
    batch = exported(store, [due_refund(store)])
    raw = told(batch, "ACSC")
    read(store, raw)
    again = read(store, raw)
    assert (again.settled, len(again.known), again.findings) == ([], 1, [])
    assert batch.events.filter(kind="read").count() == 1


@pytest.mark.parametrize(("group", "state"), [("ACSC", "confirmed"), ("RJCT", "failed"), ("ACSP", "sending"), ("RCVD", "sending")])
def test_a_status_of_the_whole_group_speaks_of_every_line(store, group, state):
    refunds = [due_refund(store), due_refund(store)]
    batch = exported(store, refunds)
    read(store, answer(batch.message_id, group=group))
    assert states(refunds) == [state, state]


def test_a_row_speaks_louder_than_the_group(store):
    refunds = [due_refund(store), due_refund(store)]
    batch = exported(store, refunds)
    rows = [(line_of(refunds[0]).end_to_end, "RJCT", "AC01", None)]
    read(store, answer(batch.message_id, rows, group="ACSC"))
    assert states(refunds) == ["failed", "confirmed"]


def test_what_was_settled_may_still_come_back_but_never_the_other_way(store):
    refund = due_refund(store)
    batch = exported(store, [refund])
    read(store, told(batch, "ACSC"))
    assert read(store, told(batch, ("RJCT", "AC06"))).returned == [line_of(refund).end_to_end]
    assert (states([refund]), balance(store, BANK, "IRR"), fresh(batch).state) == (["failed"], 100_000, "settled")
    books_agree(store)
    assert [each.kind for each in read(store, told(batch, "ACSC")).findings] == ["settled_after_return"]
    assert states([refund]) == ["failed"]


def test_after_a_return_the_customer_names_another_account_and_is_paid_there(store, deferred):
    refund = due_refund(store)
    customer = refund.payment.order.customer
    batch = exported(store, [refund])
    Notice.objects.all().delete()
    read(store, told(batch, ("RJCT", "AC04")))
    deferred.run(NOW)
    refund = fresh(refund)
    assert (refund.state, refund.account, refund.next_look_at) == ("failed", None, NOW + timedelta(days=1))
    assert set(Notice.objects.values_list("kind", flat=True)) == {"refund_account"}
    account_of(customer)
    send_refund(refund.pk, now=NOW + timedelta(days=1))
    assert fresh(refund).account is None  # it is chosen, never guessed, once an account was refused
    choose_account(refund.payment.order, account_of(customer), now=NOW, actor=MACHINE)
    deferred.run(NOW + timedelta(days=1))
    second = exported(store, [fresh(refund)])
    read(store, told(second, "ACSC"))
    assert (states([refund]), refund.attempts.count(), kinds(store)) == (["confirmed"], 2, [])
    assert balance(store, BANK, "IRR") == 0
    books_agree(store)


def test_a_statement_as_a_table_is_taken_too(store):
    refunds = [due_refund(store), due_refund(store)]
    exported(store, refunds, two_people(store))
    first, second = (line_of(each).end_to_end for each in refunds)
    table = f"مرجع;مبلغ;وضعیت;علت\n{first};۱۰۰٬۰۰۰;پرداخت شد;\n{second};100000;برگشت خورد;AC04\nX;5;settled;\n"
    found = read(store, table.encode())
    assert states(refunds) == ["confirmed", "failed"]
    assert [each.kind for each in found.findings] == ["unknown_line"]
