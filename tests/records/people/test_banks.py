"""Numbers of cards and accounts: what cannot exist is refused, and the bank is known where it can be."""

import pytest

from avdet.core.errors import AvdetError
from avdet.records.people.bank_accounts import read_number
from avdet.records.people.banks import ACCOUNTS, CARDS, bank_of_card, bank_of_iban


@pytest.mark.parametrize(
    "written",
    ["", "hello", "6037991234567890", "603799123456789", "IR072960000000100324200001", "IR06296000000010032420000", "TR33", "XX00",
     "DE00000000000000000000", "٠" * 16 + "1", "\u202e6037991234567893x", "-6037991234567893e", "TR" + "9" * 5000],
)  # fmt: skip
def test_what_cannot_exist_is_refused(written):
    with pytest.raises(AvdetError):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "kind", "number"),
    [("6037-9912-3456-7893", "card", "6037991234567893"), ("۶۰۳۷۹۹۱۲۳۴۵۶۷۸۹۳", "card", "6037991234567893"),
     ("ir06 2960 0000 0010 0324 2000 01", "iban", "IR062960000000100324200001"),
     ("TR33 0006 1005 1978 6457 8413 26", "iban", "TR330006100519786457841326")],
)  # fmt: skip
def test_what_can_is_read_in_any_spelling(written, kind, number):
    assert read_number(written) == (kind, number)


def test_banks_are_known():
    assert bank_of_card("6104331234567890") == "بانک ملت"
    assert bank_of_iban("IR580170000000000000000000") == "بانک ملی"
    assert bank_of_iban("TR330006400519786457841326") == "Türkiye İş Bankası"
    assert bank_of_iban("IR062960000000100324200001") == ""


def test_the_tables_have_one_form():
    assert all(len(start) == 6 and start.isdigit() for start in CARDS)
    assert all(len(code) == {"IR": 5, "TR": 7}[code[:2]] for code in ACCOUNTS)
