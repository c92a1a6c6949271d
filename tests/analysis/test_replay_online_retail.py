"""The example on real returns: what is matched, what is left out, and that its README and the docs state the figures of the run."""

from __future__ import annotations

import lzma
import sys
from datetime import datetime
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "online_retail"
sys.path.insert(0, str(EXAMPLE))

import claims  # noqa: E402
import compare  # noqa: E402
from claims import Assumptions, Matching, Return  # noqa: E402

HEAD = ",".join(claims.COLUMNS) + "\n"


def matched(tmp_path: Path, *lines: str) -> tuple[list[Return], Matching]:
    path = tmp_path / "lines.csv.xz"
    with lzma.open(path, "wt") as file:
        file.write(HEAD + "".join(line + "\n" for line in lines))
    return claims.returns(path)


def bought(invoice: str, pieces: int, day: int, product: str = "22960", customer: str = "1.0", price: str = "2.55") -> str:
    return f"{invoice},{product},JAR,{pieces},2011-01-{day:02} 10:00:00,{price},{customer},United Kingdom"


def test_a_cancellation_without_a_purchase_gets_none(tmp_path: Path) -> None:
    listed, found = matched(
        tmp_path, bought("1", 5, 3), bought("C2", -2, 2), bought("C3", -1, 4, customer="2.0"), bought("C4", -1, 4, product="22961"),
        bought("C5", -1, 4, customer=""), bought("C6", -1, 4, product="POST"), bought("C7", -1, 3),
    )  # fmt: skip
    assert listed == []
    assert (found.lines, found.without_purchase, found.without_customer, found.not_goods, found.pieces_without_purchase) == (6, 4, 1, 1, 5)


def test_the_latest_earlier_purchase_with_pieces_left_is_taken_back_first(tmp_path: Path) -> None:
    listed, found = matched(
        tmp_path, bought("1", 10, 3), bought("2", 4, 5), bought("C3", -6, 7), bought("C4", -9, 8), bought("C5", -1, 9)
    )
    assert [(each.cancelled.invoice, each.bought.invoice, each.pieces, each.part) for each in listed] == [
        ("C3", "2", 4, 1), ("C3", "1", 2, 2), ("C4", "1", 8, 1)]  # fmt: skip
    assert (found.matched, found.matched_in_part, found.without_purchase, found.pieces_without_purchase) == (1, 1, 1, 2)


@pytest.mark.parametrize(
    ("invoiced", "handed", "delivered"),
    [
        ("2011-01-03T10:00", "2011-01-04T12:00", "2011-01-06T10:00"),
        ("2011-01-07T10:00", "2011-01-10T12:00", "2011-01-11T12:00"),
        ("2011-01-09T18:00", "2011-01-10T12:00", "2011-01-12T18:00"),
    ],
)
def test_a_parcels_journey_is_as_assumed(invoiced: str, handed: str, delivered: str) -> None:
    found = claims.journey(datetime.fromisoformat(invoiced), Assumptions())
    assert found == (datetime.fromisoformat(handed), datetime.fromisoformat(delivered))


def test_what_comes_after_the_cancellation_has_not_happened(tmp_path: Path) -> None:
    listed, _ = matched(tmp_path, bought("1", 5, 3), bought("C2", -1, 5))
    row = claims.claim(listed[0], Assumptions())
    assert row["handed_to_carrier_at"] is not None
    assert row["delivered_at"] is None
    assert (row["unit_price"], row["quantity"], row["claimed_quantity"]) == (255, 5, 1)


def test_the_readme_and_the_docs_state_the_figures_of_the_run() -> None:
    """The whole year, judged again. After a change of a policy: python examples/online_retail/compare.py --write."""
    listed, found = claims.returns()
    lines = list(compare.figures(listed, found))
    for page in compare.PAGES:
        text = page.read_text(encoding="utf-8")
        assert compare.filled(text, lines) == text, page
    assert found.matched + found.matched_in_part + found.without_purchase + found.without_customer + found.not_goods == found.lines
    assert sum(each.pieces for each in listed) == found.pieces - found.pieces_without_purchase
