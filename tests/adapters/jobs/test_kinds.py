"""Every kind of job is known at start-up, and its interval can be kept by either adapter."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module

import pytest

from avdet.adapters.jobs.procrastinate.worker import cron
from avdet.config.wiring import WORK
from avdet.core.errors import AvdetError
from avdet.ports import jobs
from tests.house.sources import SOURCE, python_files


@pytest.mark.parametrize("every", [
    timedelta(0), timedelta(seconds=7), timedelta(seconds=90), timedelta(minutes=7), timedelta(hours=5), timedelta(days=2), timedelta(seconds=-15),
    timedelta(milliseconds=1500),
])  # fmt: skip
def test_an_interval_that_divides_no_unit_is_refused(every: timedelta) -> None:
    with pytest.raises(AvdetError, match="a job cannot be due every"):
        cron(every)


@pytest.mark.parametrize(("every", "written"), [
    (timedelta(seconds=1), "* * * * * */1"), (timedelta(seconds=30), "* * * * * */30"), (timedelta(minutes=1), "*/1 * * * *"),
    (timedelta(minutes=15), "*/15 * * * *"), (timedelta(hours=6), "0 */6 * * *"), (timedelta(days=1), "0 0 * * *"),
])  # fmt: skip
def test_an_interval_becomes_the_same_periods_that_the_embedded_adapter_counts(every: timedelta, written: str) -> None:
    import croniter

    assert cron(every) == written
    kind, moment = jobs.Job("x", lambda *_: None, every), 1_795_341_234.5
    from datetime import UTC, datetime

    following = croniter.croniter(written).get_next(ret_type=float, start_time=moment)
    assert kind.next_after(datetime.fromtimestamp(moment, UTC)).timestamp() == following


def test_both_adapters_can_keep_every_declared_interval() -> None:
    periodic = [kind for kind in jobs.KINDS.values() if kind.every]
    assert len(periodic) >= 3
    for kind in periodic:
        cron(kind.every or timedelta())


def test_every_workflow_that_declares_a_job_is_loaded_at_start() -> None:
    files = [path for path in python_files("src/avdet/workflows") if re.search(r"^@job\(", path.read_text(encoding="utf-8"), re.M)]
    declares = {f"{path.parent.name}.{path.stem}" for path in files}
    assert declares <= set(WORK)
    assert all(import_module(f"avdet.workflows.{name}") for name in WORK)


def test_jobs_are_declared_in_workflows_only() -> None:
    strays = [
        str(path.relative_to(SOURCE)) for path in python_files("src/avdet")
        if "workflows" not in path.parts and re.search(r"^@(jobs\.)?job\(", path.read_text(encoding="utf-8"), re.M)
    ]  # fmt: skip
    assert strays == []


def test_an_unknown_job_is_not_enqueued() -> None:
    with pytest.raises(AvdetError, match="no job is called 'sing'"):
        jobs.defer("sing", {})
