"""What a bank says on paper, or never says: two people enter it, and what the bank says later moves nothing twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from avdet.core.bookings import BANK
from avdet.core.errors import AvdetError
from avdet.records.ledger.queries import balance
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice
from avdet.records.payouts.models import BankWord, PayoutBatch, PayoutLine
from avdet.records.payouts.queries import batches_at_banks
from avdet.records.refunds.models import ReconcileFinding, Refund
from avdet.records.shared.errors import Conflict
from avdet.workflows.money.answer_by_hand import agree_to_word, enter_word, refuse_word
from tests.factories import NOW
from tests.workflows.money import MACHINE, books_agree
from tests.workflows.payouts import answer, due_refund, exported, heard, paying_store, read, released, told, two_people

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return list(Refund.objects.order_by("pk").values_list("state", flat=True))


def agreed(batch: PayoutBatch, line: PayoutLine | None, result: str, people) -> None:
    word = enter_word(batch, line, result, reference="EK-7", why="the branch says so", user=people[0], now=NOW)
    agree_to_word(word, user=people[1], now=NOW, actor=MACHINE)


def test_one_person_alone_a_word_without_its_paper_and_a_second_word_are_refused() -> None:
    store = paying_store()
    people = two_people(store)
    waiting = released(store, [due_refund(store)], people)
    batch = exported(store, [due_refund(store)], people)
    said = {"reference": "EK-7", "why": "the branch says so", "user": people[0], "now": NOW}
    for wrong in ({"reference": " "}, {"why": ""}):
        with pytest.raises(AvdetError, match="missing"):
            enter_word(batch, None, "undone", **{**said, **wrong})
    with pytest.raises(AvdetError, match="missing"):
        enter_word(batch, None, "lost", **said)
    with pytest.raises(AvdetError, match="does not have"):
        enter_word(waiting, None, "undone", **said)
    word = enter_word(batch, None, "undone", **said)
    with pytest.raises(Conflict), transaction.atomic():
        enter_word(batch, None, "settled", **said)
    with pytest.raises(AvdetError, match="entered it"):
        agree_to_word(word, user=people[0], now=NOW, actor=MACHINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankWord.objects.filter(pk=word.pk).update(approver=people[0])
    assert states() == ["sending", "sending"]
    refuse_word(word, user=people[0], now=NOW, actor=MACHINE)
    with pytest.raises(Conflict):
        agree_to_word(word, user=people[1], now=NOW, actor=MACHINE)
    word = enter_word(batch, None, "undone", **said)
    read(store, told(batch, "ACSC"))
    with pytest.raises(AvdetError, match="answered already"), transaction.atomic():
        agree_to_word(word, user=people[1], now=NOW, actor=MACHINE)
    assert states() == ["sending", "confirmed"]


def test_a_batch_that_was_not_carried_out_is_void_and_what_the_bank_says_later_is_only_shown() -> None:
    store = paying_store()
    add_endpoint(store, "https://shop.example/hook", kinds=["payout.*"], now=NOW)
    people = two_people(store)
    refunds = [due_refund(store), due_refund(store)]
    batch, notices = exported(store, refunds, people), Notice.objects.count()
    agreed(batch, None, "undone", people)
    first = PayoutBatch.objects.get(pk=batch.pk)
    assert (first.state, states(), Notice.objects.count()) == ("void", ["failed", "failed"], notices)
    assert [name for name, _ in heard()] == ["payout.released", "payout.void"]
    assert first in batches_at_banks(NOW)
    books_agree(store)
    again = exported(store, refunds, people)
    assert read(store, answer(batch.message_id, group="RJCT")).findings == []
    for late in (told(batch, "ACSC", "ACSC"), answer(batch.message_id, group="ACSC")):
        assert [each.kind for each in read(store, late).findings] == ["undone", "undone"]
    assert states() == ["sending", "sending"]
    assert set(ReconcileFinding.objects.filter(healed_at=None).values_list("kind", flat=True)) == {"bank_undone"}
    read(store, told(again, "ACSC", "ACSC"))
    assert (states(), balance(store, BANK, "IRR")) == (["confirmed", "confirmed"], 0)
    books_agree(store)


def test_each_transfer_ends_as_it_was_said_and_those_the_bank_has_answered_stay(deferred) -> None:
    store = paying_store()
    people = two_people(store)
    refunds = [due_refund(store) for _ in range(4)]
    batch = exported(store, refunds, people)
    lines = list(PayoutLine.objects.order_by("pk"))
    read(store, answer(batch.message_id, [(lines[0].end_to_end, "ACSC", "", None)]))
    with pytest.raises(AvdetError, match="answered already"), transaction.atomic():
        enter_word(batch, lines[0], "undone", reference="EK-7", why="x", user=people[0], now=NOW)
    for line, result in zip(lines[1:], ("settled", "returned", "undone"), strict=True):
        agreed(batch, line, result, people)
    assert states() == ["confirmed", "confirmed", "failed", "failed"]
    assert list(PayoutLine.objects.order_by("pk").values_list("result", "note"))[1] == ("settled", "EK-7")
    found = PayoutBatch.objects.get(pk=batch.pk)
    assert (found.state, balance(store, BANK, "IRR")) == ("settled", 200_000)
    assert [each.account is None for each in Refund.objects.order_by("pk")] == [False, False, True, False]
    late = answer(batch.message_id, [(lines[1].end_to_end, "RJCT", "AC04", None)])
    assert read(store, late).returned == [lines[1].end_to_end]  # money may come back after all
    books_agree(store)
