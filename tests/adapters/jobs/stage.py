"""The contract of `avdet.ports.jobs`, tried on a real database of its own: run as a process, it prints what came of each check.

`python -m tests.adapters.jobs.stage embedded|procrastinate`, with DATABASE_URL or AVDET_HOME saying where.
"""

# ruff: noqa: E402 - Django is set up before anything of it is imported
from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
os.environ["AVDET_JOBS"] = sys.argv[1] if len(sys.argv) > 1 else "embedded"

import django

django.setup()

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from avdet.adapters.jobs import models
from avdet.adapters.jobs.pace import Pace
from avdet.ports import jobs

PATIENCE = 20
EFFECTS, KILLS = 120, 7
seen: list[tuple[str, Any]] = []
changed = threading.Condition()
started_pipe = -1


def note(what: str, payload: Any) -> None:
    with changed:
        seen.append((what, payload))
        changed.notify_all()


def wait_for(count: int, what: str) -> list[Any]:
    """What has been noted under a name, once there is so much of it."""

    def found() -> list[Any]:
        return [payload for name, payload in seen if name == what]

    with changed:
        assert changed.wait_for(lambda: len(found()) >= count, PATIENCE), f"{what}: {len(found())} of {count}"
    return found()


@jobs.job("stage.note")
def noting(payload: jobs.Payload, now: datetime) -> None:
    note(payload["as"], payload.get("n"))


@jobs.job("stage.fail", attempts=2)
def failing(payload: jobs.Payload, now: datetime) -> None:
    note(payload["as"], payload.get("n"))
    raise ValueError("this one always fails")


@jobs.job("stage.fail_once", attempts=3)
def failing_once(payload: jobs.Payload, now: datetime) -> None:
    note(payload["as"], payload.get("n"))
    if len([1 for name, _ in seen if name == payload["as"]]) < 2:
        raise ValueError("this one fails once")


@jobs.job("stage.effect", attempts=50)
def effect(payload: jobs.Payload, now: datetime) -> None:
    """An effect that is there once, however often the job is begun: its mark and its sum are one transaction."""
    os.write(started_pipe, b".")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO stage_marks (id) VALUES (%s) ON CONFLICT DO NOTHING", [payload["n"]])
        if cursor.rowcount:
            cursor.execute("UPDATE stage_sum SET total = total + %s, times = times + 1", [payload["n"]])
    os.write(started_pipe, b"-")  # between its effect and its end it may be killed, too


def ticking(payload: jobs.Payload, now: datetime) -> None:
    note("tick", now.timestamp())


@contextmanager
def working(adapter: Any, workers: int = 1) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=adapter.run_worker, args=(stop, 2), kwargs={"pace": Pace(lease=4, poll=0.1)}) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def tally(name: str) -> jobs.Tally:
    return next(each for each in jobs.board().tallies() if each.name == name)


# The first of the checks, since the processes it forks must not inherit executors whose threads did not come along.
def check_effects_are_there_once_though_workers_are_killed(adapter: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stage_marks (id integer PRIMARY KEY)")
        cursor.execute("CREATE TABLE stage_sum (total integer, times integer)")
        cursor.execute("INSERT INTO stage_sum VALUES (0, 0)")
    with transaction.atomic():
        for n in range(1, EFFECTS + 1):
            jobs.defer("stage.effect", {"n": n})
    global started_pipe
    heard, started_pipe = os.pipe()
    dice = random.Random(20261122)
    herd = [_fork(adapter) for _ in range(2)]
    killed = begun = 0
    try:
        while not _is_done():
            target = dice.randrange(3, 25)
            while target > 0 and (killed < KILLS or not _is_done()):
                ready, _, _ = select.select([heard], [], [], 1)
                read = os.read(heard, 1) if ready else b""
                target -= bool(read)
                begun += read == b"."
            if killed < KILLS:
                herd.append(_replaced(adapter, herd.pop(dice.randrange(2))))
                killed += 1
    finally:
        for child in herd:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    os.close(started_pipe)
    with open(heard, "rb") as rest:
        begun += rest.read().count(b".")
    with connection.cursor() as cursor:
        cursor.execute("SELECT total, times FROM stage_sum")
        assert cursor.fetchone() == (EFFECTS * (EFFECTS + 1) // 2, EFFECTS)
    assert killed >= 5, killed
    assert begun > EFFECTS, "no job was ever begun twice, so nothing was proved"


def check_nothing_of_a_transaction_that_is_undone(adapter: Any) -> None:
    with transaction.atomic():
        jobs.defer("stage.note", {"as": "undone"})
        transaction.set_rollback(True)
    with transaction.atomic():
        jobs.defer("stage.note", {"as": "kept", "n": 7})
        assert tally("stage.note").waiting == 1
    with working(adapter):
        assert wait_for(1, "kept") == [7]
    assert [name for name, _ in seen if name == "undone"] == []
    assert tally("stage.note").waiting == 0


def check_a_key_waits_once(adapter: Any) -> None:
    far = timezone.now() + timedelta(hours=5)
    jobs.defer("stage.note", {"as": "keyed", "n": 1}, run_at=far, key="k")
    with transaction.atomic():  # what is refused must not spoil its caller's transaction
        jobs.defer("stage.note", {"as": "keyed", "n": 2}, key="k")
        jobs.defer("stage.note", {"as": "keyed", "n": 3}, key="another")
    with working(adapter):
        assert sorted(wait_for(2, "keyed")) == [1, 3]  # the waiting one was moved forward
        jobs.defer("stage.note", {"as": "keyed", "n": 4}, key="k")
        assert sorted(wait_for(3, "keyed")) == [1, 3, 4]


def check_a_waiting_key_is_not_begun_before_its_second_caller_has_ended(adapter: Any) -> None:
    jobs.defer("stage.note", {"as": "held"}, key="held")
    with transaction.atomic():
        jobs.defer("stage.note", {"as": "held"}, key="held")
        if connection.vendor == "postgresql":  # on SQLite nothing at all is written meanwhile, not even by a worker
            with working(adapter):
                other = threading.Thread(target=_defer_elsewhere, args=({"as": "beside"},))
                other.start()
                other.join()
                wait_for(1, "beside")
        assert [name for name, _ in seen if name == "held"] == []
    with working(adapter):
        wait_for(1, "held")


def _defer_elsewhere(payload: dict[str, Any]) -> None:
    jobs.defer("stage.note", payload)
    connections.close_all()


def check_what_is_due_later_waits(adapter: Any) -> None:
    jobs.defer("stage.note", {"as": "later"}, run_at=timezone.now() + timedelta(hours=1))
    with working(adapter):
        jobs.defer("stage.note", {"as": "now"})
        wait_for(1, "now")
        assert [name for name, _ in seen if name == "later"] == []
        assert tally("stage.note").waiting == 1
        assert jobs.board().hurry("stage.note", timezone.now()) == 1
        wait_for(1, "later")


def check_what_fails_is_tried_again_and_given_up(adapter: Any) -> None:
    jobs.defer("stage.fail", {"as": "hopeless"}, key="failing")
    jobs.defer("stage.fail_once", {"as": "second time"}, key="failing too")
    with working(adapter):
        for _ in range(100):
            wait_for(1, "hopeless"), wait_for(1, "second time")
            if tally("stage.fail").waiting and tally("stage.fail_once").waiting:
                break
            threading.Event().wait(0.1)
        jobs.defer("stage.fail", {"as": "hopeless"}, key="failing")  # beside the one that waits to be tried again
        soon = timezone.now()
        assert jobs.board().hurry("stage.fail", soon) >= 1
        assert jobs.board().hurry("stage.fail_once", soon) == 1
        wait_for(2, "second time")
        wait_for(3, "hopeless")
        for _ in range(100):
            jobs.board().hurry("stage.fail", timezone.now())
            if tally("stage.fail").dead == 2:
                break
            threading.Event().wait(0.1)
    dead = jobs.board().listed("dead", size=10)
    assert [(each.name, each.state) for each in dead] == [("stage.fail", "dead")] * 2
    assert all("ValueError: this one always fails" in each.error for each in dead)
    assert jobs.board().listed("dead", size=10, before=dead[0].id) == dead[1:]
    assert jobs.board().revive([dead[0].id], timezone.now()) == 1
    assert jobs.board().revive(None, timezone.now()) == 1
    assert tally("stage.fail").waiting == 2


def check_periodic_jobs_begin_once_a_period(adapter: Any) -> None:
    jobs.job("stage.tick", every=timedelta(seconds=2))(ticking)
    try:
        with working(adapter, workers=3):
            wait_for(3, "tick")
    finally:
        del jobs.KINDS["stage.tick"]
    ticks = [n for name, n in seen if name == "tick"]
    assert len({int(n // 2) for n in ticks}) == len(ticks), ticks


def _is_done() -> bool:
    left = tally("stage.effect")
    connections.close_all()
    return not (left.waiting or left.running)


def _fork(adapter: Any) -> int:
    connections.close_all()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        adapter.run_worker(threading.Event(), 3, pace=Pace(lease=1.5, poll=0.1))
        os._exit(0)
    return child


def _replaced(adapter: Any, child: int) -> int:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _fork(adapter)


def tried(check: Callable[[Any], None], adapter: Any) -> str:
    """Runs one check on an empty queue; empty when it held, else how it broke."""
    seen.clear()
    _empty()
    try:
        check(adapter)
    except Exception:
        return traceback.format_exc()
    return ""


def _empty() -> None:
    models.Job.objects.all().delete()
    models.Period.objects.all().delete()
    if os.environ["AVDET_JOBS"] == "procrastinate":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_periodic_defers")
            cursor.execute("DELETE FROM procrastinate_jobs")


CHECKS = [value for name, value in list(globals().items()) if name.startswith("check_")]


def main() -> None:
    for name in [name for name in jobs.KINDS if not name.startswith("stage.")]:
        del jobs.KINDS[name]
    call_command("migrate", "jobs", verbosity=0)
    if os.environ["AVDET_JOBS"] == "procrastinate":
        call_command("migrate", "procrastinate", verbosity=0)
    adapter: Any = jobs._connected[0]
    print(json.dumps({check.__name__: tried(check, adapter) for check in CHECKS}))


if __name__ == "__main__":
    main()
