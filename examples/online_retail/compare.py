"""Fetrashop's 7 working days beside the EU's 14 days, on the returns of UCI Online Retail. Prints the figures of README.md.

    python examples/online_retail/compare.py            # the figures, as Markdown
    python examples/online_retail/compare.py --write    # the same, put into README.md and into the docs
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from claims import Assumptions, Matching, Return, returns, write

from avdet.analysis.replay import replay
from avdet.analysis.report import Report
from avdet.core.policy import Edition
from avdet.policies import law_of, load
from avdet.policies.shelf import policy_path, read_bytes
from avdet.words.digits import money, number

HERE = Path(__file__).parent
PAGES = (HERE / "README.md", HERE.parents[1] / "docs" / "how-to" / "replay.md")
"""Where the figures stand."""
BEGIN, END = "<!-- figures: written by compare.py -->", "<!-- end of figures -->"
GIVEN = Assumptions()
BULK = b"bulk_from: 5\n"


def without_bulk() -> Edition:
    """Fetrashop's terms, but for its clause against buying in quantity: what is left is the difference of the periods."""
    path = policy_path("fetrashop")
    raw = path.read_bytes()
    assert raw.count(BULK) == 1
    return read_bytes(raw.replace(BULK, b"bulk_from: 1000000\n"), "fetrashop-without-bulk.yaml").newest


def run(listed: list[Return], store: Edition, given: Assumptions = GIVEN) -> Report:
    """The store's terms against the EU's law, on these returns."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "claims.parquet"
        write(listed, target, given)
        return replay(store, law_of("eu").newest, target)


def figures(listed: list[Return], found: Matching) -> Iterator[str]:
    """The figures of README.md, line by line."""
    whole, period = run(listed, load("fetrashop").newest), run(listed, without_bulk())
    yield from _matching(listed, found)
    yield from _outcomes("As Fetrashop's terms stand", whole)
    yield from _outcomes("The periods alone (Fetrashop without FET-WDR-4, its clause against buying in quantity)", period)
    yield "How much hangs on the assumed delivery, for the periods alone:"
    yield ""
    yield "| delivered after | refused by Fetrashop, granted by the EU | their invoiced value |"
    yield "| ---: | ---: | ---: |"
    for days in (2, 3, 5, 8):
        stake = run(listed, without_bulk(), replace(GIVEN, delivery_days=days)).stakes.refund_gained
        yield f"| {days} days | {number(stake.claims, 'en')} | {money(stake.value.get('GBP', 0), 'GBP', 'en')} |"


def _matching(listed: list[Return], found: Matching) -> Iterator[str]:
    count = found.figures()
    yield "| cancellation lines in the data | |"
    yield "| --- | ---: |"
    for name, words in (
        ("lines", "all"), ("not_goods", "of no goods (postage, discounts, fees, corrections): left out"),
        ("without_customer", "without a customer, so without a purchase: left out"),
        ("without_purchase", "without an earlier purchase of that product by that customer: left out"),
        ("matched", "matched whole"), ("matched_in_part", "matched in part: the rest of their pieces found no purchase"),
    ):  # fmt: skip
        yield f"| {words} | {number(count[name], 'en')} |"
    yield f"| pieces cancelled, of goods and with a customer | {number(count['pieces'], 'en')} |"
    yield f"| of them without a purchase: left out | {number(count['pieces_without_purchase'], 'en')} |"
    yield f"| **claims** (a line that reaches several purchases is several claims) | **{number(len(listed), 'en')}** |"
    yield ""


def _outcomes(title: str, report: Report) -> Iterator[str]:
    yield f"**{title}**, {number(report.judged, 'en')} claims:"
    yield ""
    yield "| Fetrashop | EU | claims |"
    yield "| --- | --- | ---: |"
    for (old, new), claims in report.outcomes.items():
        yield f"| {old} | {new} | {number(claims, 'en')} |"
    yield ""
    yield "| claims | Fetrashop | EU | clauses | invoiced value | for example |"
    yield "| ---: | --- | --- | --- | ---: | --- |"
    for change in report.changes:
        if change.kind == "outcome":
            clauses = f"{' '.join(change.old.clauses)} → {' '.join(change.new.clauses)}"
            yield (f"| {number(change.claims, 'en')} | {_said(change.old.outcome, change.old.remedies)} | "
                   f"{_said(change.new.outcome, change.new.remedies)} | {clauses} | "
                   f"{money(change.value['GBP'], 'GBP', 'en')} | {change.sample[0]} |")  # fmt: skip
    gained = report.stakes.refund_gained
    yield ""
    yield (f"Refunds gained: {number(gained.claims, 'en')} claims, {money(gained.value.get('GBP', 0), 'GBP', 'en')} invoiced. "
           f"Refunds lost: {number(report.stakes.refund_lost.claims, 'en')}.")  # fmt: skip
    yield ""


def _said(outcome: str, remedies: tuple[str, ...]) -> str:
    return f"{outcome} ({', '.join(remedies)})" if remedies else outcome


def filled(text: str, lines: list[str]) -> str:
    """A page with its figures put in."""
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n\n{chr(10).join(lines)}\n\n{END}{rest.split(END)[1]}"


def main() -> None:
    listed, found = returns()
    lines = list(figures(listed, found))
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        for page in PAGES:
            page.write_text(filled(page.read_text(encoding="utf-8"), lines), encoding="utf-8")


if __name__ == "__main__":
    main()
