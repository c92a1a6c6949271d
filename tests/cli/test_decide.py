"""`avdet decide`: the slip in three languages, the trace, the law's view, JSON."""

import json

import pytest

from avdet.core.vocabulary import LANGUAGES
from tests.cli.bookshop import POLICY, QUESTION


@pytest.fixture
def ask(avdet, tmp_path, monkeypatch):
    """`ask(*options, **changes to the claim)` → the answer of the bookshop."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bookshop.yaml").write_text(POLICY, encoding="utf-8")

    def run(*options, **changes):
        question = QUESTION | {"claim": QUESTION["claim"] | changes}
        return avdet("decide", *options, "-", stdin=json.dumps(question).encode())

    return run


def test_a_refusal_says_why_and_is_an_answer(ask):
    ran = ask(answers={"sealed": False})
    assert ran.code == 0
    assert ran.out.startswith("✘ We are sorry: this claim cannot be accepted.\n")
    assert "Reason     A book still sealed can be returned within 7 working days." in ran.out
    assert "Amount" not in ran.out


def test_the_slip(ask):
    ran = ask()
    assert (ran.code, ran.err) == (0, "")
    lines = [line.rstrip() for line in ran.out.splitlines()]
    assert lines[:8] == [
        "✔ Your claim is accepted.",
        "order B-7 · I changed my mind · Monday 9 March 2026",
        "─" * 80,
        "You are offered    your money back                                     BKS-WDR-1",
        "Return carriage    you pay                                             BKS-WDR-1",
        "Amount             ₺89.50                                              BKS-WDR-1",
        "Carriage deducted  ₺40.00                                              BKS-WDR-1",
        "Report by          Monday 16 March 2026 (7 working days after          BKS-WDR-1",
    ]
    assert "Corner Books · terms 1 · in force from 1 January 2025 · calendar TR-0.109" in lines
    assert "Why not otherwise? run it again with --trace" in lines


def test_the_strip_counts_working_days_and_says_why_others_do_not(ask):
    lines = [line.rstrip() for line in ask().out.splitlines()]
    at = lines.index("Report by: 5 March → 16 March")
    assert lines[at + 1 : at + 5] == [
        "Fr Sa Su Mo Tu We Th Fr Sa Su Mo",
        " 6  7  8  9 10 11 12 13 14 15 16",
        " 1  ·  ·  2  3  4  5  6  ·  ·  7",
        "· 7, 8, 14, 15 March: weekend",
    ]


def test_open_questions_are_asked_in_words(ask):
    ran = ask(answers={})
    assert ran.out.startswith("? We need a few more answers before we can decide.")
    assert "Please tell us  Is the product's first packaging, seal and film still" in ran.out


def test_why_not_otherwise(ask):
    out = " ".join(ask("--trace", answers={"sealed": False}).out.split())
    assert "BKS-WDR-1 applies" in out
    assert "BKS-GFT-1 does not apply: “Gift, invoiced at zero” no" in out


def test_a_clause_that_is_set_aside_names_the_one_that_did(avdet, tmp_path):
    (tmp_path / "b.yaml").write_text(POLICY, encoding="utf-8")
    order = QUESTION["order"] | {"lines": [{"sku": "B", "quantity": 1, "unit_price": 0, "currency": "TRY"}]}
    question = QUESTION | {"store": str(tmp_path / "b.yaml"), "order": order}
    out = avdet("decide", "--trace", "-", stdin=json.dumps(question).encode()).out
    assert "BKS-WDR-1  would apply, but BKS-GFT-1 takes its place" in out


def test_a_late_claim_is_told_the_limit(ask):
    out = " ".join(ask("--trace", reported_at="2026-03-17T00:00:00+03:00").out.split())
    assert out.startswith("✘")
    assert "Monday 16 March 2026" in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_in_one_language_has_no_words_of_another(ask, language):
    out = ask("--lang", language).out
    letters = {"tr": "çğışöü", "fa": "ابتج", "en": ""}[language]
    assert not letters or set(letters) & set(out)
    foreign = {"tr": ["your", "ما"], "fa": ["your", "siz"], "en": ["siz", "ما"]}[language]
    assert not [word for word in foreign if word in out]


def test_persian_runs_right_to_left_with_its_own_digits_and_isolated_codes(ask):
    out = ask("--lang", "fa").out
    first = out.splitlines()[0]
    assert first.startswith("\u200f✔")
    assert "\u2066BKS-WDR-1\u2069" in out
    assert "دوشنبه ۲۵ اسفند ۱۴۰۴" in out
    assert "۸۹٫۵۰ لیر" in out
    assert "89" not in out


def test_the_law_stands_beside_for_the_staff(avdet):
    from avdet.cli.demo import CLAIMS

    out = avdet("decide", "--lang", "en", str(CLAIMS / "fetrashop.yaml")).out
    staff = out[out.index("For the staff") :]
    assert "The law alone (Iran): granted" in staff
    assert "IR-ECL-38" in staff
    assert "Below the law (Report by): Saturday 4 April 2026; by law:" in staff


def test_json_is_one_line_and_the_contracts(ask):
    ran = ask("--json")
    assert ran.out.count("\n") == 1
    assert {"outcome", "remedies", "requires", "missing", "deadlines", "ask", "because", "policy"} <= set(ran.json)
    assert "trace" not in ran.json


def test_json_with_the_trace(ask):
    rows = ask("--json", "--trace").json["trace"]
    assert {(row["clause"], row["status"]) for row in rows} >= {("BKS-WDR-1", "in_force"), ("BKS-GFT-1", "not_met")}


@pytest.mark.parametrize("width", [20, 40, 59, 60, 79, 200])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_terminal(ask, monkeypatch, width, language):
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    out = ask("--lang", language, "--trace").out
    assert max(cell_len(line) for line in out.splitlines()) <= min(width, 80)
    assert "BKS-WDR-1" in out.replace("\n", "").replace(" ", "") or width < 30


def test_no_colour_where_none_is_wanted(ask, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in ask().out


def test_yaml_is_read_like_json(avdet, tmp_path):
    from avdet.cli.demo import CLAIMS

    raw = (CLAIMS / "ofiskutum.yaml").read_bytes()
    assert avdet("decide", "--json", "-", stdin=raw).out == avdet("decide", "--json", str(CLAIMS / "ofiskutum.yaml")).out


def test_deciding_again_gives_the_same_bytes(ask):
    assert ask("--json").out == ask("--json").out


def test_the_demo_decides_a_claim_of_each_store(avdet):
    ran = avdet("demo", "--slips")
    assert ran.code == 0
    for mark in ("OFI-10.2", "OFK-INSP-1", "HEP-SUP-1", "PPS-FOOD-4", "FET-WDR-1"):
        assert mark in ran.out
