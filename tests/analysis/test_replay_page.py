"""The replay's page: complete by itself, readable without seeing the charts, in three languages."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any
from xml.etree import ElementTree

import pytest

from avdet.analysis.replay import replay
from avdet.analysis.report import Report
from avdet.analysis.report.charts import Bar, Stack, bars, stacks
from avdet.analysis.report.page import phrases, report_html
from avdet.core.errors import AvdetError
from avdet.core.vocabulary import REASONS
from tests.analysis.test_replay import ROWS, parquet, row, shop

LANGUAGES = ("en", "tr", "fa")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    hostile = row(99, claim_id="<script>alert(1)</script>", delivered_at=None, reason="whim")
    return replay(shop(7), shop(14), parquet(tmp_path_factory.mktemp("claims"), [*ROWS, hostile]))


class Page(HTMLParser):
    """Counts what matters of a page, and that its tags close."""

    VOID = frozenset({"meta", "br", "hr", "rect", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: dict[str, list[dict[str, str | None]]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.setdefault(tag, []).append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_no_other_language_is_pretended(report: Report) -> None:
    with pytest.raises(AvdetError, match="'de' is no language of the report"):
        report_html(report, "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_needs_nothing_else_and_runs_nothing(report: Report, language: str) -> None:
    text = report_html(report, language)
    page = Page(text)
    assert page.open == []
    assert page.tags["html"] == [{"lang": language, "dir": "rtl" if language == "fa" else "ltr"}]
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not re.search(r"https?:|url\(|@import", text)
    assert "&lt;script&gt;alert(1)" in text
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_told_in_words_and_has_its_table(report: Report, language: str) -> None:
    text = report_html(report, language)
    charts = re.findall(r"<svg.*?</svg>", text, re.S)
    assert len(charts) == 3
    for chart in charts:
        tree = ElementTree.fromstring(chart)
        named = tree.attrib["aria-labelledby"].split()
        assert tree.attrib["role"] == "img"
        assert [each.attrib["id"] for each in tree if each.tag in ("title", "desc")] == named
        assert all((each.text or "").strip() for each in tree if each.tag in ("title", "desc"))
    assert text.count("<table") == 4
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_figures_of_the_page_are_those_of_the_report(report: Report) -> None:
    text = re.sub(r"<[^>]+>", " ", report_html(report, "en"))
    assert "4 of 11 claims would have had another outcome. 5 fare better, 0 fare worse" in " ".join(text.split())
    assert "11 of 12" in text
    assert "5,000 rial" in text
    assert "reason has a value that is none of its list" in text


def test_persian_pages_count_in_persian_and_their_charts_run_from_the_right(report: Report) -> None:
    text = report_html(report, "fa")
    figures = re.findall(r'(?:class="n"|class="count"|class="figure"[^>]*)>([^<]*\d[^<]*)<', text)
    assert "۵٬۰۰۰ ریال" in figures
    assert len(figures) > 15
    assert not [figure for figure in figures if re.search("[0-9]", figure)]
    first = ElementTree.fromstring(bars("x", "t", "d", [Bar("a", 4, "4"), Bar("b", 2, "2")], rtl=True))
    assert [float(rect.attrib["x"]) + float(rect.attrib["width"]) for rect in first.iter("rect")] == [480, 480]


def test_bars_are_as_long_as_their_figures() -> None:
    tree = ElementTree.fromstring(bars("x", "t", "d", [Bar("a", 4, "4"), Bar("b", 1, "1"), Bar("c", 0, "0")], rtl=False))
    widths = [float(rect.attrib["width"]) for rect in tree.iter("rect")]
    assert widths == [350, 87.5, 0]
    rows = [Stack("old", (Bar("yes", 1, "1", "approve"), Bar("no", 3, "3", "deny")))]
    parts = list(ElementTree.fromstring(stacks("x", "t", "d", rows, rtl=False)).iter("rect"))
    assert [(part.attrib["class"], float(part.attrib["x"]), float(part.attrib["width"])) for part in parts] == [
        ("approve", 0, 118), ("deny", 120, 358)]  # fmt: skip
    assert bars("x", "<t>", "&", [Bar("<b>", 1, "1")], rtl=False).count("<b>") == 0


def test_nothing_changed_is_a_page_too(tmp_path: Path) -> None:
    same = replay(shop(7), shop(7), parquet(tmp_path, ROWS))
    assert "All 11 claims would have been answered alike." in report_html(same, "en")
    assert "Nobody does." in report_html(same, "en")


def test_the_three_languages_have_the_same_phrases_with_the_same_places() -> None:
    def places(language: str) -> dict[str, set[str]]:
        return {key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in phrases(language).items()}

    assert places("tr") == places("en") == places("fa")
    assert {f"reason.{reason}" for reason in (*REASONS, "not_said")} <= set(phrases("en"))


def test_the_json_is_the_whole_report(report: Report) -> None:
    plain: Any = json.loads(json.dumps(report.as_json()))
    assert plain["changed"] == {"outcome": 4, "values": 1, "duties": 2}
    assert plain["directions"] == {"better": 5, "worse": 0, "other": 2}
    assert plain["stakes"]["refund_gained"]["value"] == {"IRR": 5_000}
    assert plain["old"]["fingerprint"].startswith("sha256:")
    assert {"old": "deny", "new": "approve", "claims": 3} in plain["outcomes"]
    assert [len(cells) for cells in report.table()] == [7] * 4
