"""Whatever colour a store chooses, its texts and buttons can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.web.shared.accent import CLEAR, DARK_PAPER, LIGHT_PAPER, READABLE, USUAL, accent, contrast
from tests.web.shared.styles import CSS


def colour(text):
    return tuple(int(text[i : i + 2], 16) for i in (1, 3, 5))


@pytest.mark.parametrize("chosen", ["", "red", "#12", "#gggggg", "#123456;}", "url(x)"])
def test_what_is_no_colour_becomes_the_usual_one(chosen):
    assert accent(chosen) == accent(USUAL)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_every_colour_is_made_readable(chosen):
    found = accent("#{:02x}{:02x}{:02x}".format(*chosen))
    assert contrast(colour(found.light), LIGHT_PAPER) >= READABLE
    assert contrast(colour(found.dark), DARK_PAPER) >= CLEAR
    assert contrast(colour(found.light), colour(found.on_light)) >= 4.5
    assert contrast(colour(found.dark), colour(found.on_dark)) >= 4.5


def test_a_readable_colour_is_left_as_it_was():
    assert accent("#0b5d57").light == "#0b5d57"


def test_the_papers_are_those_of_the_stylesheet():
    tint = re.search(r"--tint: light-dark\((#\w+), (#\w+)\)", CSS)
    assert tint
    assert (colour(tint[1]), colour(tint[2])) == (LIGHT_PAPER, DARK_PAPER)
