"""An order stands where its pieces are, and gets there by its lifecycle's table only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.lifecycles import ORDER
from avdet.core.progress import Whereabouts, moves_to_follow

ONE = Whereabouts


@pytest.mark.parametrize(
    ("state", "lines", "moves"),
    [
        ("placed", [ONE(1, travelling=1)], ()),  # nothing leaves before it is confirmed
        ("cancelled", [ONE(1, delivered=1)], ()),
        ("preparing", [ONE(1)], ()),
        ("preparing", [ONE(0, back=1)], ()),  # everything was cancelled
        ("preparing", [ONE(2, travelling=1)], ("ship_part",)),
        ("preparing", [ONE(1, travelling=1), ONE(1)], ("ship_part",)),
        ("confirmed", [ONE(1, travelling=1)], ("ship",)),
        ("part_shipped", [ONE(2, delivered=1)], ()),
        ("part_shipped", [ONE(2, delivered=1, travelling=1)], ("ship",)),
        ("part_shipped", [ONE(2, delivered=2)], ("ship", "deliver")),
        ("shipped", [ONE(2, delivered=1, travelling=1)], ()),
        ("shipped", [ONE(2, delivered=2)], ("deliver",)),
        ("shipped", [ONE(2, delivered=1, back=1)], ()),
        ("shipped", [ONE(2, back=2)], ("come_back",)),
        ("part_shipped", [ONE(2, back=1)], ("come_back",)),
        ("returned", [ONE(2, back=2)], ()),
        ("returned", [ONE(2, travelling=1, back=2)], ("ship_again",)),
        ("returned", [ONE(2, delivered=2, back=2)], ("ship_again", "deliver")),
        ("delivered", [ONE(2, back=2)], ()),
    ],
)
def test_from_here_it_moves_so(state, lines, moves):
    assert moves_to_follow(state, lines) == moves


@given(
    st.sampled_from(ORDER.states),
    st.lists(st.builds(Whereabouts, *(st.integers(0, 3) for _ in range(4))), max_size=4),
)
def test_only_ways_that_the_table_has_and_none_twice(state, lines):
    moves = moves_to_follow(state, lines)
    for name in moves:
        state = ORDER.after(state, name)
    assert moves_to_follow(state, lines) == ()
