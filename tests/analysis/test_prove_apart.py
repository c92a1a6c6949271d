"""Proofs in a process of their own find what proofs in this one find, many at a time, and a solver that falls takes nobody along."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from avdet.analysis import apart as module
from avdet.analysis.apart import apart
from avdet.analysis.prove import check
from avdet.core.errors import AvdetError
from avdet.policies import load


def kinds(findings):
    return sorted((finding.kind, finding.clauses) for finding in findings)


def test_two_threads_find_what_one_finds():
    policy = load("fetrashop")
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda _: kinds(apart("check", policy)), range(2)))
    assert found == [kinds(check(policy))] * 2


def test_a_solver_that_falls_is_an_error_here(monkeypatch):
    monkeypatch.setattr(module, "_CHILD", "import os; os.abort()")
    with pytest.raises(AvdetError, match="the solver failed"):
        apart("check", load("fetrashop"))


def test_a_solver_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.01)
    with pytest.raises(AvdetError, match="took more than"):
        apart("check", load("fetrashop"))
