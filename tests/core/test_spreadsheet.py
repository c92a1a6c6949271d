"""A spreadsheet never computes what a customer has written."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.spreadsheet import BYTE_ORDER_MARK, cell, csv_lines


@pytest.mark.parametrize("text", ["=1+1", "+90", "-1+1", "-1\n", "-", "-٥", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_formulas_become_text(text):
    assert cell(text) == f"'{text}"


def test_the_mark_comes_first_and_once():
    lines = list(csv_lines(["a"], [["b"], ["c"]], mark=True))
    assert [line.startswith(BYTE_ORDER_MARK) for line in lines] == [True, False, False]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.integers() | st.none(),
            min_size=2,
            max_size=2,
        )
    )
)
def test_every_cell_can_be_read_again(rows):
    read = list(csv.reader(csv_lines(["x", "y"], rows)))
    assert read[1:] == [
        ["" if each is None else str(each) if isinstance(each, int) else cell(each) for each in row] for row in rows
    ]
