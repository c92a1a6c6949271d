"""`avdet replay`: the same figures for people, for programs and from both engines; refusals first."""

import json

import pytest

from tests.cli.bookshop import POLICY

CLAIMS = """\
claim_id,reason,placed_at,delivered_at,reported_at,quantity,claimed_quantity,unit_price,currency,sealed
in-both,withdrawal,2026-03-02T10:00:00+03:00,2026-03-05T10:00:00+03:00,2026-03-09T10:00:00+03:00,1,1,10000,TRY,true
in-one,withdrawal,2026-03-02T10:00:00+03:00,2026-03-05T10:00:00+03:00,2026-03-16T10:00:00+03:00,2,2,5000,TRY,true
in-none,withdrawal,2026-03-02T10:00:00+03:00,2026-03-05T10:00:00+03:00,2026-04-16T10:00:00+03:00,1,1,10000,TRY,true
opened,withdrawal,2026-03-02T10:00:00+03:00,2026-03-05T10:00:00+03:00,2026-03-09T10:00:00+03:00,1,1,10000,TRY,false
"""


@pytest.fixture
def files(tmp_path):
    """The paths of the policy in force, of a stricter draft, and of four claims."""
    paths = [tmp_path / name for name in ("old.yaml", "new.yaml", "claims.csv")]
    for path, text in zip(paths, (POLICY, POLICY.replace("working_days: 7", "working_days: 5"), CLAIMS), strict=True):
        path.write_text(text, encoding="utf-8")
    return [str(path) for path in paths]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"no,such,columns\n1,2,3\n", b"PAR1nonsense"])
def test_a_file_of_claims_that_is_none(avdet, files, tmp_path, content):
    (tmp_path / "claims.csv").write_bytes(content)
    ran = avdet("replay", *files)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("avdet: ")
    assert ran.err.count("\n") == 1
    assert "fault in avdet" not in ran.err


@pytest.mark.parametrize("change", [{"engine": "spark"}, {"claims": "missing.csv"}, {"claims": "folder"}, {"old": "fetrashop"}])
def test_a_replay_that_cannot_be_run(avdet, files, tmp_path, change):
    (tmp_path / "folder").mkdir()
    old, new, claims = files
    claims = str(tmp_path / change["claims"]) if "claims" in change else claims
    ran = avdet("replay", change.get("old", old), new, claims, "--engine", change.get("engine", "numpy"))
    assert ran.code == 2
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("engine", ["numpy", "duckdb"])
def test_who_fares_otherwise(avdet, files, engine):
    ran = avdet("replay", *files, "--engine", engine, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["rows"], ran.json["judged"]) == (4, 4)
    moved = [change for change in ran.json["changes"] if change["kind"] == "outcome"]
    assert [(change["claims"], change["direction"], change["sample"]) for change in moved] == [(1, "worse", ["in-one"])]
    assert (moved[0]["old"]["clauses"], moved[0]["new"]["outcome"]) == (["BKS-WDR-1"], "deny")
    assert ran.json["stakes"]["refund_lost"]["value"] == {"TRY": 10000}


def test_for_people(avdet, files):
    out = avdet("replay", *files).out
    assert "4 of 4 claims judged" in out
    assert "▼ 1 at claim  BKS-WDR-1 → BKS-WDR-1" in out
    assert "worth ₺100.00" in out


def test_a_row_that_cannot_be_judged_is_counted_with_its_reason(avdet, files, tmp_path):
    broken = CLAIMS + "late,withdrawal,2026-03-02T10:00:00+03:00,2026-03-01T10:00:00+03:00,2026-03-09T10:00:00+03:00,1,1,1,TRY,true\n"
    (tmp_path / "claims.csv").write_text(broken, encoding="utf-8")
    found = avdet("replay", *files, "--json").json
    assert (found["rows"], found["judged"]) == (5, 4)
    assert [(each["claims"], each["sample"]) for each in found["refused"]] == [(1, ["late"])]


def test_a_page_with_charts_stands_alone(avdet, files, tmp_path):
    page = tmp_path / "report.html"
    assert avdet("replay", *files, "--html", str(page)).code == 0
    html = page.read_text(encoding="utf-8")
    assert html.lower().startswith("<!doctype html>")
    assert "BKS-WDR-1" in html
    assert "src=\"http" not in html


def test_the_report_does_not_turn_on_the_engine(avdet, files):
    assert json.loads(avdet("replay", *files, "--json").out) == json.loads(avdet("replay", *files, "--engine", "duckdb", "--json").out)
