"""The bank simulator, over HTTP and through its client: what it refuses, what it answers, and its faults."""

from __future__ import annotations

import httpx
import pytest

from avdet.adapters.banks.client import HttpBank
from avdet.adapters.banks.files import Files
from avdet.ports.banks import Declined, Handed
from avdet.simulators.bank import KEY
from tests.adapters.banks.test_files import ORDER

FILE = Files().xml(ORDER)
NAMES = ["AVDET-B1-1", "AVDET-B1-2"]


@pytest.fixture
def bank(bank_simulator, http):
    return HttpBank(bank_simulator.url, KEY, http)


def results(bank):
    return [[each.result for each in Files().read(raw, "TRY", "tr").fates] for raw in bank.answers(ORDER.message_id)]


def test_strangers_and_other_files_are_refused(bank_simulator, bank, http):
    assert HttpBank(bank_simulator.url, "wrong", http).hand_over(ORDER.message_id, FILE) == Declined("the bank answered 401", True)
    assert bank.hand_over("ANOTHER", FILE) == Declined("the bank answered 422", True)
    assert bank.hand_over(ORDER.message_id, b"<x/>") == Declined("the bank answered 422", True)
    assert bank.answers("NOBODY") == Declined("the bank answered 404", True)
    assert bank_simulator.ask("/_payments") == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "no address", "http://[", "https://"])
def test_a_bank_that_is_not_there_may_be_asked_again(url, http):
    lost = HttpBank(url, "", http)
    for answer in (lost.hand_over("M", b"x"), lost.answers("M")):
        assert isinstance(answer, Declined)
        assert not answer.permanent


def test_a_repetition_is_paid_once_and_another_file_under_its_name_is_refused(bank_simulator, bank):
    assert bank.hand_over(ORDER.message_id, FILE) == bank.hand_over(ORDER.message_id, FILE) == Handed()
    assert len(bank_simulator.ask("/_payments")) == 1
    assert bank.hand_over(ORDER.message_id, FILE.replace(b"0.05", b"0.06")) == Declined("the bank answered 409", True)


def test_an_answer_that_is_lost_has_had_its_effect(bank_simulator, bank):
    bank_simulator.faults(timeout_after_success=1)
    assert not bank.hand_over(ORDER.message_id, FILE).permanent
    assert bank.hand_over(ORDER.message_id, FILE) == Handed()
    assert len(bank_simulator.ask("/_payments")) == 1


def test_what_becomes_of_transfers_is_told_file_by_file(bank_simulator, bank):
    bank.hand_over(ORDER.message_id, FILE)
    assert results(bank) == [["pending", "pending"], ["settled", "settled"]]
    bank_simulator.tell("/_accounts", {"iban": ORDER.transfers[0].to.iban, "code": "AC04"})
    assert results(bank)[1] == ["returned", "returned"]
    assert "AVDET-B1-1" in httpx.get(bank_simulator.url).text


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [("late_reject", [["pending"] * 2, ["settled"] * 2, ["returned"] * 2]), ("unknown_lines", [["pending"] * 2, ["settled"] * 3])],
)
def test_faults_that_are_staged_when_a_file_comes_in(bank_simulator, bank, fault, wanted):
    bank_simulator.faults(**{fault: 1})
    bank.hand_over(ORDER.message_id, FILE)
    assert results(bank) == wanted


def test_another_amount_twice_the_same_and_nonsense(bank_simulator, bank):
    bank_simulator.faults(wrong_amount=1)
    bank.hand_over(ORDER.message_id, FILE)
    fates = Files().read(bank.answers(ORDER.message_id)[1], "TRY", "tr").fates
    assert [each.amount_minor for each in fates] == [123_556, 105]
    bank_simulator.faults(duplicate_answer=1, nonsense=1)
    assert bank.answers(ORDER.message_id) == (b"<html><body>Service temporarily unavailable</body></html>",)
    assert len(bank.answers(ORDER.message_id)) == 4
    bank_simulator.faults(http_500=1)
    assert bank.answers(ORDER.message_id) == Declined("the bank answered 500", False)
