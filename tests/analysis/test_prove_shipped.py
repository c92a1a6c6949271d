"""The shipped policies are clean but for what `docs/explanation/proofs.md` lists, and proving it takes no time worth a coffee."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from avdet.analysis.findings import Finding
from avdet.analysis.prove import check
from avdet.contract import answer
from avdet.contract.question import convert_question
from avdet.core.policy import Policy
from avdet.policies.shelf import LAWS, STORES, law_of, load

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = (*STORES, *LAWS)


def policy(name: str) -> Policy:
    return load(name) if name in STORES else law_of(name)


@cache
def findings(name: str) -> tuple[Finding, ...]:
    return check(policy(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_policy_has_no_error(name: str) -> None:
    assert [finding.message for finding in findings(name) if finding.level == "error"] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_place_left_to_a_person_is_named_by_the_terms_and_can_be_reached(name: str) -> None:
    about = [finding.clauses[0] for finding in findings(name) if finding.kind == "gap"]
    assert sorted(about) == sorted(gap.about for gap in policy(name).gaps)


@pytest.mark.parametrize("store", STORES)
def test_each_witness_is_a_question_that_the_shelfs_policy_answers_as_the_finding_says(store: str) -> None:
    for finding in findings(store):
        assert finding.witness is not None, finding
        again = answer(convert_question(finding.witness))
        assert again.outcome == finding.decided["outcome"], finding
        assert list(dict.fromkeys(row.clause for row in again.because)) == finding.decided["clauses"], finding


@pytest.mark.parametrize("store", STORES)
def test_what_falls_below_the_law_is_warned_of_when_it_is_decided_too(store: str) -> None:
    """The proof and the running engine judge by one rule: each such witness draws the warning that staff would see."""
    for finding in findings(store):
        if finding.kind.startswith("below_law_"):
            effect = finding.kind.removeprefix("below_law_").replace("report_by", "deadlines.report_by")
            warnings = answer(convert_question(finding.witness)).warnings
            assert effect in [warning.effect for warning in warnings or []], finding


def test_the_page_on_proofs_lists_what_is_proved_now() -> None:
    """In a process of its own, as `make` runs it: of several smallest witnesses z3 takes one by what it has met before."""
    ran = subprocess.run([sys.executable, "tools/proofs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "current")


def test_all_eight_are_proved_in_five_seconds() -> None:
    begun = time.process_time()
    for name in NAMES:
        check(policy(name))
    assert time.process_time() - begun < 5
