"""Simulated weeks, or two years, with every fault there is: nothing that has to hold is broken, and a seed plays the same again."""

from __future__ import annotations

import os

import pytest
from django.core.management import call_command
from django.db import connection

from avdet.records.cases.models import Case, CaseDeadline
from tests.simulation.play import Play

pytestmark = pytest.mark.django_db(transaction=True)
CASES, WEEKS, MONTHS = (3_000, 104, 3) if os.environ.get("AVDET_LONG") else (240, 8, 1)
"""Eight weeks hold one new year's holidays; two years hold two."""
SEED = 20_260_222


def test_nothing_that_has_to_hold_is_broken() -> None:
    play = Play(CASES, SEED, WEEKS, MONTHS)
    assert play.run() == []
    happened = play.tally
    assert happened["cases filed"] == Case.objects.count() > CASES // 2
    for fault in (
        "gateway: timeout after success",
        "callback repeated",
        "workers killed",
        "processes killed",
        "too late: second tab",
    ):
        assert sum(count for name, count in happened.items() if fault in name), f"{fault} has never happened"
    assert {"settled", "denied", "withdrawn"} <= set(Case.objects.values_list("state", flat=True))
    assert CaseDeadline.objects.filter(state="missed").exists()


def test_the_same_seed_plays_the_same_again() -> None:
    first = _played(seed=7)
    _empty()
    assert _played(seed=7) == first


def _played(seed: int) -> tuple[str, dict[str, int]]:
    play = Play(24, seed, weeks=2, months=1)
    assert play.run() == []
    return play.digest(), dict(play.tally)


def _empty() -> None:
    call_command(
        "flush", verbosity=0, interactive=False, allow_cascade=connection.vendor == "postgresql", inhibit_post_migrate=True
    )
