"""No clause without a row, a case that refuses, and a place where it is kept; and the page that says so is current."""

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from avdet.analysis.cases import CaseFile
from avdet.core.vocabulary import POINTS
from avdet.policies.shelf import LAWS, STORES

TOOL = Path(__file__).parents[2] / "tools/coverage.py"


@cache
def tool() -> ModuleType:
    """`tools/coverage.py` as a module."""
    spec = importlib.util.spec_from_file_location("avdet_coverage", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def listed() -> tuple[Any, ...]:
    return tuple(tool().rows(tool().policies(), tool().coverings(tool().all_cases())))


# ---- what counts as covered ------------------------------------------------------------------------------------------


def case(name: str, **expect: object) -> CaseFile:
    return CaseFile(name, "", {}, expect, covers=("SHP-1",))


def row(*cases: CaseFile, points: tuple[str, ...] = ("claim",), file: str = "shop.yaml", carried_by: str = "") -> str:
    covered = tool().coverings(cases).get("SHP-1", ())
    found: str = tool().Row("SHP-1", "shop", "Says.", file, points, carried_by, covered).shortfall
    return found


def test_a_clause_in_no_policy_falls_short() -> None:
    assert row(file="", points=()) == "stands in no policy"


def test_a_clause_kept_nowhere_falls_short() -> None:
    assert row(points=()) == "is kept nowhere"
    assert row(points=(), carried_by="notices") == ""


def test_two_cases_are_too_few() -> None:
    assert row(case("a", outcome="deny"), case("b", outcome="approve")) == "has 2 of 3 cases"


def test_the_same_case_counts_once() -> None:
    once = case("a", outcome="deny", clauses=["SHP-1"])
    assert row(once, once, once) == "has 1 of 3 cases"


def test_three_plain_yeses_lack_a_refusal() -> None:
    assert row(*(case(name, outcome="approve") for name in "abc")) == "has no refusal among its cases"


@pytest.mark.parametrize("refusal", [{"outcome": "deny"}, {"outcome": "evidence"}, {"outcome": "review"}, {"not_clauses": ["SHP-1"]}])
def test_three_cases_with_a_refusal_suffice(refusal: dict[str, object]) -> None:
    assert row(case("a", outcome="approve"), case("b", outcome="approve"), case("c", **refusal)) == ""


# ---- the shipped policies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("store", [*STORES, *(f"law_{law}" for law in LAWS)])
def test_no_clause_falls_short(store: str) -> None:
    mine = [row for row in listed() if row.store == store]
    assert mine
    assert [f"{row.clause} {row.shortfall}" for row in mine if row.shortfall] == []


@pytest.mark.parametrize("store", ["ofiskutum", "offykala", "persianpetshop", "fetrashop"])
def test_what_decides_a_claim_has_a_page_and_a_test_beyond_the_engine(store: str) -> None:
    mine = [row for row in listed() if row.store == store and row.is_of_claims]
    assert len(mine) >= 5
    assert [row.clause for row in mine if not row.pages] == []
    assert [row.clause for row in mine if not row.tests] == []


def test_a_clause_that_no_test_names_is_said_to_have_none_yet() -> None:
    untried = next(row for row in listed() if not row.tests)
    assert tool()._line(untried).endswith("| none yet |")


def test_a_test_is_found_by_the_clauses_it_names() -> None:
    module = tool().ast.parse('def test_it() -> None:\n    """OFK-REF-2."""\n    assert "FET-INSP-9" in "XOFI-6.2, OFI-6.2, OFK-REF-2x"')
    assert list(tool()._named(module)) == ["OFK-REF-2", "FET-INSP-9", "OFI-6.2"]


def test_every_clause_of_the_catalogue_is_in_a_row_of_the_page() -> None:
    text = tool().TARGET.read_text(encoding="utf-8")
    in_rows = set(re.findall(r'^\| <span id="([^"]+)">', text, re.MULTILINE))
    assert {entry["id"] for entry in tool().catalogue()["clauses"]} - in_rows == set()


def test_a_case_covers_only_clauses_that_exist() -> None:
    known = {row.clause for row in listed()} | {"GAP"}
    assert {clause for clause in tool().coverings(tool().all_cases()) if clause not in known} == set()


def test_a_file_uses_a_case_id_once() -> None:
    for path in tool().CASES.glob("*.yaml"):
        names = [each.id for each in tool().read_cases(path)]
        assert sorted({name for name in names if names.count(name) > 1}) == [], path.name


def test_rows_name_decision_points_in_their_order() -> None:
    for each in listed():
        assert list(each.points) == [point for point in POINTS if point in each.points]


def test_the_page_is_current() -> None:
    text = tool().page(tool().policies(), list(listed()))
    assert tool().TARGET.read_text(encoding="utf-8") == text, "stale: run python tools/coverage.py"
