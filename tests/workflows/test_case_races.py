"""Many hands on one case or line at once: what there is once is had once. The threads are real, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import OrderLine
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.stores.models import Store
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.remedies.choose_remedy import choose_remedy
from tests.factories import NOW, make_staff, make_store
from tests.workflows.remedies import (
    CUSTOMER,
    MACHINE,
    again,
    all_is_well,
    arrived,
    bought,
    checked_goods,
    claimed,
    examined,
    fresh,
    sent,
)

pytestmark = pytest.mark.django_db(transaction=True)
PIECES, REQUESTS = 4, 10


def at_once(deeds: Sequence[Callable[[], object]]) -> Counter[str]:
    """Does all of it at the same moment, each in a thread and on a connection of its own; how many were done or refused."""
    barrier = Barrier(len(deeds))

    def hand(do: Callable[[], object]) -> str:
        try:
            barrier.wait(20)
            do()
        except AvdetError:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as threads:
        return Counter(threads.map(hand, deeds))


def pieces_claimed(case: Case) -> int:
    return OrderLine.objects.get(pk=case.order_line_id).claimed_quantity


@pytest.fixture
def store(transactional_db: None) -> Store:
    return make_store("fetrashop")


def test_pieces_a_choice_and_a_case_are_had_once(store: Store) -> None:
    """Ten requests for four pieces; two tabs with different remedies; a claim that is taken back while an expert signs it."""
    order = bought(store, DraftLine(checked_goods(store).sku, PIECES))
    requests = [partial(claimed, fresh(order), key=str(number)) for number in range(REQUESTS)]
    assert at_once(requests) == {"done": PIECES, "refused": REQUESTS - PIECES}
    cases = list(Case.objects.order_by("pieces_before"))
    assert pieces_claimed(cases[0]) == PIECES
    assert [case.pieces_before for case in cases] == list(range(PIECES))
    assert len({case.number for case in cases}) == PIECES

    chosen = examined(arrived(cases[0]))
    assert at_once([partial(choose, again(chosen), kind) for kind in ("refund", "replacement")]) == {"done": 1, "refused": 1}
    assert Remedy.objects.count() == 1

    withdraw_case(cases[3], actor=CUSTOMER, now=NOW)
    missing, expert = claimed(order, "missing_parts", key="parts"), make_staff(store, "expert")
    found = Findings(1, "confirmed", within_rules=True)
    ended = at_once(
        [
            partial(inspect_case, missing.pk, found, revision=missing.revision, by=expert, actor=MACHINE, now=NOW),
            partial(withdraw_case, again(missing), actor=CUSTOMER, now=NOW),
        ]
    )
    case = again(missing)
    assert (case.state, pieces_claimed(case)) == ("withdrawn", PIECES - 1)
    assert case.inspections.count() == ended["done"] - 1  # signed before it was taken back, or not at all
    all_is_well(store)


def choose(case: Case, kind: str) -> None:
    choose_remedy(case, kind, actor=CUSTOMER, now=NOW)


def test_a_replacement_and_what_was_bought_with_it_are_paid_back_once(store: Store) -> None:
    """The replacement is claimed by ten requests at once; then everything is chosen to be paid back at the same moment."""
    order = bought(store, DraftLine(checked_goods(store).sku, 2))
    first, second = (examined(arrived(claimed(order, key=key))) for key in ("first", "second"))
    remedy = choose_remedy(first, "replacement", actor=CUSTOMER, now=NOW)
    assert remedy.order is not None
    made = sent(fresh(remedy.order))
    assert at_once([partial(claimed, fresh(made), key=str(number)) for number in range(REQUESTS)])["done"] == 1
    third = examined(arrived(Case.objects.get(order=made)))
    ended = at_once([partial(choose, again(case), "refund") for case in (first, second, second, third, third)])
    assert ended == {"done": 2, "refused": 3}
    paid = Payment.objects.get(order=order)
    assert paid.refunded_minor == paid.amount_minor == sum(each.amount_minor for each in Refund.objects.all())
    all_is_well(store)
