"""A carrier's list of codes: what is wrong in which line, to whom each goes, and what can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.parcels.models import Parcel
from avdet.records.stores.models import Store
from avdet.workflows.goods.announce_parcel import give_return_code
from avdet.workflows.goods.hand_out_codes import MOST, hand_out_codes, lists_lately, read_codes, take_codes_back
from avdet.workflows.goods.send_parcel import send_parcel
from tests.factories import make_store
from tests.workflows.goods.test_send_parcel import whole, with_code
from tests.workflows.sending import CUSTOMER, EXPERT, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(db: None) -> Store:
    return make_store("ofiskutum")


def test_each_line_says_what_is_wrong_with_it_or_to_whom_it_goes(store: Store) -> None:
    first, second, third = (with_code(store, str(key)) for key in range(3))
    assert third.order is not None
    text = f"""parcel,code
{second.code},RC-2
{second.code},RC-9
nobody-7,RC-8
RC-3,{third.order.number}
RC-1
RC-1
RC-4
sorry
{"9" * 81}
"""
    found = [(row.line, row.parcel.code if row.parcel else "", row.fault) for row in read_codes(store, text)]
    assert found == [
        (2, second.code, ""), (3, "", "no_parcel"), (4, "", "no_parcel"), (5, third.code, ""), (6, first.code, ""), (7, "", "twice"),
        (8, "", "left_over"), (9, "", "no_code"), (10, "", "no_code"),
    ]  # fmt: skip
    assert not Parcel.objects.exclude(return_code="").exists()
    assert hand_out_codes(store, text, actor=EXPERT, now=NOW) == (3, 6)
    assert [whole(each).return_code for each in (first, second, third)] == ["RC-1", "RC-2", "RC-3"]
    assert {row.fault for row in read_codes(store, "RC-1\nRC-2")} == {"used"}


def test_a_list_without_end_is_refused(store: Store) -> None:
    with pytest.raises(AvdetError, match="too many"):
        read_codes(store, "7\n" * (MOST + 1))


def test_codes_are_taken_back_from_those_who_have_not_handed_their_parcel_in(store: Store) -> None:
    waiting, gone = with_code(store, "1"), with_code(store, "2")
    hand_out_codes(store, "RC-1\nRC-2", actor=EXPERT, now=NOW)
    send_parcel(whole(gone), actor=CUSTOMER, now=NOW)
    (given,) = lists_lately(store)
    assert (given.given, given.open) == (2, 1)
    with pytest.raises(AvdetError, match="taken back"):
        take_codes_back(make_store("fetrashop"), given.file, actor=EXPERT, now=NOW)
    assert take_codes_back(store, given.file, actor=EXPERT, now=NOW) == 1
    with pytest.raises(AvdetError, match="taken back"):
        take_codes_back(store, given.file, actor=EXPERT, now=NOW)
    assert [whole(each).return_code for each in (waiting, gone)] == ["", "RC-2"]
    assert hand_out_codes(store, "RC-1", actor=EXPERT, now=NOW) == (1, 0)


def test_a_list_takes_back_its_own_codes_and_none_that_came_after(store: Store) -> None:
    listed, typed = with_code(store, "1"), with_code(store, "2")
    hand_out_codes(store, "RC-1\nRC-2", actor=EXPERT, now=NOW)
    (first,) = lists_lately(store)
    take_codes_back(store, first.file, actor=EXPERT, now=NOW)
    assert hand_out_codes(store, f"{listed.code},RC-1", actor=EXPERT, now=NOW + timedelta(hours=1)) == (1, 0)
    give_return_code(whole(typed), "RC-4", actor=EXPERT, now=NOW)
    assert sorted((each.file == first.file, each.given, each.open) for each in lists_lately(store)) == [(False, 1, 1), (True, 2, 0)]
    with pytest.raises(AvdetError, match="taken back"):
        take_codes_back(store, first.file, actor=EXPERT, now=NOW)
    assert [whole(each).return_code for each in (listed, typed)] == ["RC-1", "RC-4"]
