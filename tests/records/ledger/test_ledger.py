"""The books: written once, never changed, always zero."""

import csv
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.core.postings import Transfer as Move
from avdet.records.ledger import actions, guards, queries
from avdet.records.ledger.models import Entry, Transfer
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db
BANK, ORDERS, REFUNDS = bookings.BANK, bookings.ORDERS, bookings.REFUNDS


@pytest.fixture
def store():
    return make_store()


def paid(store, key="p1", amount=1000, state="posted", order_number="N-1", now=NOW, currency="IRR"):
    return actions.post(
        store, key, "payment", [Move(BANK, ORDERS, amount, currency, state)], now=now, order_number=order_number
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda: Entry.objects.all().delete(),
        lambda: Transfer.objects.all().delete(),
        lambda: Entry.objects.update(memo="other"),
        lambda: Entry.objects.update(at=NOW + timedelta(days=1)),
        lambda: Transfer.objects.filter(state="posted").update(amount_minor=F("amount_minor") + 1),
        lambda: Transfer.objects.filter(state="posted").update(state="void"),
        lambda: Transfer.objects.filter(state="posted").update(state="pending", settled_at=None),
        lambda: Transfer.objects.filter(state="pending").update(amount_minor=1),
        lambda: Transfer.objects.filter(state="pending").update(state="posted", settled_at=NOW, debit="asset:mine"),
        lambda: Transfer.objects.filter(state="pending").update(state="posted"),
    ],
)
def test_the_database_refuses_to_change_the_books(store, change):
    paid(store)
    paid(store, "p2", 500, "pending")
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert queries.balance(store, BANK, "IRR") == 1000


def test_a_transfer_of_nothing_or_to_itself_is_refused_by_the_database(store):
    entry = paid(store)
    for wrong in ({"amount_minor": 0}, {"amount_minor": -5}, {"credit": BANK}):
        row = {
            "entry": entry,
            "store": store,
            "debit": BANK,
            "credit": ORDERS,
            "amount_minor": 1,
            "currency": "IRR",
            "at": NOW,
            "settled_at": NOW,
        }
        with pytest.raises(DatabaseError), transaction.atomic():
            Transfer.objects.create(**row | wrong)


def test_an_entry_without_transfers_is_refused(store):
    with pytest.raises(AvdetError):
        actions.post(store, "k", "payment", [], now=NOW)


def test_the_same_key_twice_in_one_go_is_refused(store):
    draft = actions.Draft("k", "payment", [Move(BANK, ORDERS, 1, "IRR")])
    with pytest.raises(AvdetError):
        actions.post_all(store, [draft, draft], now=NOW)


def test_the_same_cause_is_written_once(store, django_assert_num_queries):
    first = paid(store)
    with django_assert_num_queries(2):  # the transfers are not written again
        again = paid(store, amount=7)
    assert again == first
    assert queries.balance(store, BANK, "IRR") == 1000


def test_another_store_has_keys_of_its_own(store):
    other = make_store("other")
    paid(store)
    paid(other, amount=5)
    assert (queries.balance(store, BANK, "IRR"), queries.balance(other, BANK, "IRR")) == (1000, 5)


def test_what_is_pending_settles_once_and_in_one_way(store):
    entry = paid(store, state="pending")
    assert queries.balance(store, BANK, "IRR") == 0
    assert actions.settle(entry, "posted", now=NOW) == 1
    assert actions.settle(entry, "posted", now=NOW) == 0
    with pytest.raises(AvdetError):
        actions.settle(entry, "void", now=NOW)
    with pytest.raises(AvdetError):
        actions.settle(entry, "pending", now=NOW)
    assert queries.balance(store, BANK, "IRR") == 1000


def test_a_correction_adds_the_opposite(store):
    entry = paid(store)
    actions.correct(entry, "c1", "correction", now=NOW)
    actions.correct(entry, "c1", "correction", now=NOW)
    assert queries.balance(store, BANK, "IRR") == 0
    assert Transfer.objects.count() == 2
    assert actions.correct(paid(store, "p2", state="pending"), "c2", "correction", now=NOW) is None


def test_many_entries_are_written_in_few_statements(store, django_assert_max_num_queries):
    drafts = [actions.Draft(f"k{i}", "payment", [Move(BANK, ORDERS, i + 1, "IRR")], f"N-{i}") for i in range(400)]
    with django_assert_max_num_queries(9):  # SQLite takes 999 values a statement
        actions.post_all(store, drafts, now=NOW)
    actions.post_all(store, [*drafts, actions.Draft("last", "payment", [Move(BANK, ORDERS, 1, "IRR")])], now=NOW)
    assert queries.balance(store, BANK, "IRR") == 400 * 401 // 2 + 1
    assert queries.balance(store, ORDERS, "IRR", order_number="N-9") == -10


def test_a_statement_opens_moves_and_closes(store, django_assert_num_queries):
    day = timedelta(days=1)
    paid(store, "a", 100, now=NOW - 2 * day)
    paid(store, "b", 30)
    actions.post(store, "c", "refund", [Move(ORDERS, BANK, 20, "IRR")], now=NOW)
    late = paid(store, "d", 1, "pending", now=NOW - 2 * day)
    actions.settle(late, "posted", now=NOW + timedelta(hours=1))  # it counts from when it was posted
    paid(store, "e", 5, now=NOW + 2 * day)
    with django_assert_num_queries(3):
        found = queries.statement(store, BANK, "IRR", NOW, NOW + day)
    assert (found.opening_minor, found.closing_minor, found.more) == (100, 111, False)
    assert [(line.amount_minor, line.balance_minor, line.other) for line in found.lines] == [
        (30, 130, ORDERS),
        (-20, 110, ORDERS),
        (1, 111, ORDERS),
    ]
    rows = list(csv.reader(queries.statement_csv(found, mark=True)))
    assert [(row[1], row[4], row[5]) for row in rows[1:]] == [("payment", "30", "130"), ("refund", "-20", "110"), ("payment", "1", "111")]
    short = queries.statement(store, BANK, "IRR", NOW, NOW + day, limit=1)
    assert (len(short.lines), short.closing_minor, short.more) == (1, 111, True)


def test_a_day_sheet_shows_each_account(store, django_assert_num_queries):
    paid(store, "a", 100, now=NOW - timedelta(days=1))
    paid(store, "b", 30)
    with django_assert_num_queries(4):
        lines = queries.sheet(store, NOW, NOW + timedelta(days=1))
    assert {line.account: (line.opening_minor, line.in_minor, line.out_minor, line.closing_minor) for line in lines} == {
        BANK: (100, 30, 0, 130),
        ORDERS: (-100, 0, 30, -130),
    }


def test_an_orders_statement_shows_what_is_pending_too(store, django_assert_num_queries):
    paid(store)
    paid(store, "p2", 500, "pending")
    paid(store, "p3", 500, order_number="N-2")
    with django_assert_num_queries(1):
        found = queries.statement_of_order(store, "N-1")
        assert [(row.state, row.amount_minor, row.entry.key) for row in found] == [
            ("posted", 1000, "p1"),
            ("pending", 500, "p2"),
        ]
    assert [row.entry.key for row in queries.pending_since(NOW + timedelta(seconds=1))] == ["p2"]


def test_the_export_can_be_opened_without_harm(store):
    transfers = [Move(BANK, ORDERS, 1234, "TRY")]
    actions.post(store, "k", "payment", transfers, now=NOW, order_number="=HYPERLINK(1)", memo="@سفارش")
    rows = list(csv.DictReader(queries.journal_csv(store, NOW, NOW + timedelta(days=1))))
    assert [(row["order"], row["memo"], row["amount"], row["from"], row["to"]) for row in rows] == [
        ("'=HYPERLINK(1)", "'@سفارش", "12.34", ORDERS, BANK)
    ]


@pytest.mark.django_db(transaction=True)
def test_the_guards_can_be_taken_away_and_set_up_again(store):
    for statement in guards.removal(connection.vendor) + guards.creation(connection.vendor):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    paid(store)
    with pytest.raises(DatabaseError), transaction.atomic():
        Transfer.objects.all().delete()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["post", "pend", "settle", "void", "correct"]),
        st.integers(0, 5),
        st.integers(1, 10**10),
        st.sampled_from(["TRY", "IRR"]),
    ),
    max_size=25,
)


class Zero(TestCase):
    """Whatever is written, in whatever order, the books sum to zero in each currency."""

    @settings(max_examples=40, deadline=None)
    @given(STEPS)
    def test_the_books_are_zero(self, steps):
        store = make_store("zero")
        for name, which, amount, currency in steps:
            entry = queries.entry_by_key(store, f"k{which}")
            try:
                if name in ("post", "pend"):
                    paid(store, f"k{which}", amount, "pending" if name == "pend" else "posted", currency=currency)
                elif entry and name == "correct":
                    actions.correct(entry, f"c{which}", "correction", now=NOW)
                elif entry:
                    actions.settle(entry, "posted" if name == "settle" else "void", now=NOW)
            except AvdetError:
                continue
        totals = queries.trial_balance(store)
        for currency in ("TRY", "IRR"):
            assert sum(amount for (_, unit), amount in totals.items() if unit == currency) == 0
