"""Refunds while everything breaks: a gateway that loses answers, refuses, lies and takes things back; workers killed at random.

`python -m tests.workflows.chaos stage N` plays it on a database of its own (DATABASE_URL, or SQLite in AVDET_HOME) and prints
what came of it as JSON; `… work` is one of its workers.
"""

# ruff: noqa: E402 - Django is set up before anything of it is imported
from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
os.environ["AVDET_JOBS"] = "embedded"

import django

django.setup()

import httpx
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from django.utils import timezone

from avdet.adapters.jobs.embedded import EmbeddedJobs
from avdet.adapters.jobs.pace import Pace
from avdet.ports import jobs
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.models import Order
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import ReconcileFinding, Refund, RefundAttempt, RefundEvent
from avdet.simulators.payments import Payments
from avdet.simulators.server import running
from avdet.workflows.money import begin_refund, send_refund, take_outcome
from avdet.workflows.money.reconcile_payments import books_differ
from tests.factories import make_order
from tests.workflows.money import MACHINE, grant, pay, turkish_store

SECONDS = float(os.environ.get("CHAOS_SECONDS", "75"))
SOON = timedelta(seconds=1.5)
FAULTS: list[dict[str, Any]] = [
    {"timeout_after_success": 1}, {"timeout_after_success": 2}, {"wrong_signature": 1}, {"http_500": 1}, {"rate_limit": 1},
    {"late_failure": 1}, {"refuse": "5093"}, {"slow_ms": 150}, {"slow_ms": 80},
]  # fmt: skip


def work(kept: frozenset[str] = frozenset({"send_refund", "look_up_payment"})) -> None:
    """One worker, in a hurry: what takes minutes takes a moment."""
    hurry()
    for name in jobs.KINDS.keys() - kept:
        jobs.KINDS[name] = jobs.Job(name, nothing)
    jobs.KINDS["sweep_refunds"] = jobs.Job("sweep_refunds", send_refund.sweep, timedelta(seconds=1))
    EmbeddedJobs().run_worker(threading.Event(), 3, pace=Pace(lease=1.5, poll=0.1))


def nothing(_payload: jobs.Payload, _now: datetime) -> None:
    """What is no part of the play."""


def hurry() -> None:
    take_outcome.GRACE = begin_refund.GRACE = send_refund.GRACE = SOON  # type: ignore[misc]
    take_outcome.BACKOFF = (timedelta(seconds=0.2),) * 30  # type: ignore[misc]


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class names it so
        """The terminal stays quiet."""


class Stage:
    """The gateway, the service's own door for callbacks, two workers, and the dice."""

    play_of = "tests.workflows.chaos"

    def __init__(self, gateway: str, count: int, deadline: float) -> None:
        self.gateway, self.count, self.dice, self.deadline = gateway, count, random.Random(20261122), deadline
        self.killed = 0
        self.orders: list[Order] = []
        self.store = turkish_store()
        self.workers = [self.begin() for _ in range(2)]

    def begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", self.play_of, "work"]
        return subprocess.Popen(command, env=os.environ | {"AVDET_IYZICO_URL": self.gateway}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def prepare(self) -> None:
        """Orders that were paid some days ago, or just now, so that the gateway can reverse them."""
        now = timezone.now()
        amounts = [self.dice.randrange(3, 90) * 1_000 for _ in range(self.count)]
        ages = [timedelta(days=self.dice.choice([0, 1, 3])) for _ in amounts]
        said = [{"amount_minor": amount, "currency": "TRY", "created_at": (now - age).isoformat()} for amount, age in zip(amounts, ages, strict=True)]
        made = httpx.post(f"{self.gateway}/_payments", json=said, timeout=30).json()
        rows = list(zip(made, ages, strict=True))
        for start in range(0, len(rows), 25):
            with transaction.atomic():
                self.orders += [self.order(payment, now - age, now) for payment, age in rows[start : start + 25]]

    def order(self, payment: dict[str, Any], paid_at: datetime, now: datetime) -> Order:
        amount = payment["amount_minor"]
        order = make_order(self.store, products=[], total_minor=amount, goods_minor=amount, vat_minor=amount // 11)
        pay(order, gateway="iyzico", reference=payment["reference"], paid_at=paid_at, now=now)
        return order

    def play(self, kills: int) -> None:
        """Before each worker's end a share of the refunds is granted, so that some of them are under way when it comes."""
        share = -(-self.count // (kills + 1))
        httpx.post(f"{self.gateway}/_faults", json={"http_500": 3, "late_failure": 3, "timeout_after_success": 3})
        for _ in range(kills):
            self.grant_some(share)
            self.kill_after(self.dice.randrange(3, share))
        self.grant_some(len(self.orders))

    def grant_some(self, count: int) -> None:
        with transaction.atomic():
            for order in self.orders[:count]:
                amount = order.total_minor
                parts = self.dice.choice([[amount], [amount // 3, amount - amount // 3], [amount // 2]])
                for number, part in enumerate(parts):
                    grant(order, part, key=f"cause-{number}", now=timezone.now())
        del self.orders[:count]

    def kill_after(self, begun: int) -> None:
        """Kills one of the workers when so many refunds more have been begun; until then the gateway plays its tricks."""
        target = RefundAttempt.objects.count() + begun
        while RefundAttempt.objects.count() < target:
            httpx.post(f"{self.gateway}/_faults", json=self.dice.choice(FAULTS))
            self.look_out()
            time.sleep(0.05)
        self.kill_worker()

    def kill_worker(self) -> None:
        which = self.dice.randrange(2)
        self.workers[which].kill()
        self.workers[which].wait()
        self.workers[which] = self.begin()
        self.killed += 1

    def look_out(self) -> None:
        assert time.monotonic() < self.deadline, f"too slow: {self.killed} killed, {dict(self.states())}"

    def states(self) -> list[tuple[str, int]]:
        return [(state, Refund.objects.filter(state=state).count()) for state in ("granted", "sending", "unknown", "failed", "confirmed")]

    def settle(self) -> None:
        """The gateway is well again; it tells of what came back, and an accountant sends what has failed once more."""
        httpx.delete(f"{self.gateway}/_faults")
        while True:
            httpx.post(f"{self.gateway}/_faults", json={"duplicate_callback": 1, "wrong_signature": 1})
            httpx.post(f"{self.gateway}/_callback", json={}, timeout=SECONDS)
            httpx.delete(f"{self.gateway}/_faults")
            for refund in Refund.objects.filter(state="failed", next_look_at=None):
                send_refund.send_again(refund, now=timezone.now(), actor=MACHINE)
            self.look_out()
            if not Refund.objects.exclude(state="confirmed").exists() and self.look_everything_up():
                return
            time.sleep(0.3)

    def look_everything_up(self) -> bool:
        """A callback that was refused is made up for by looking each payment up; whether nothing came of it."""
        for payment in Payment.objects.all():
            jobs.defer("look_up_payment", {"payment": payment.pk}, key=f"look:{payment.pk}")
        while any(each.waiting or each.running for each in EmbeddedJobs().tallies() if each.name == "look_up_payment"):
            self.look_out()
            time.sleep(0.2)
        return not Refund.objects.exclude(state="confirmed").exists()

    def result(self) -> dict[str, Any]:
        """What the gateway's books, our refunds and our ledger say; all empty or equal when all is well."""
        theirs = {each["reference"]: each for each in httpx.get(f"{self.gateway}/_payments", timeout=30).json()}
        wrong = [payment.reference for payment in Payment.objects.all() if not agree(payment, theirs[payment.reference])]
        owed = sum(each.amount_minor - each.refunded_minor for each in Payment.objects.all())
        return {
            "wrong": wrong,
            "books": books_differ(self.store),
            "gateway_minor": trial_balance(self.store).get(("asset:gateway.iyzico", "TRY"), 0) - owed,
            "findings": list(ReconcileFinding.objects.filter(healed_at=None).values_list("kind", "subject")),
            "refunds": Refund.objects.count(),
            "killed": self.killed,
            "lost_sight": RefundEvent.objects.filter(kind="lose_sight").count(),
            "called_again": RefundAttempt.objects.filter(tries__gt=1).count(),
            "came_back": RefundAttempt.objects.filter(code__in=("returned", "failed")).count(),
            "attempts": RefundAttempt.objects.count(),
        }


def agree(payment: Payment, theirs: dict[str, Any]) -> bool:
    """Each refund is one movement there, under the key of its attempt that is done, of its amount; and there are no others."""
    there = sorted((move["key"], move["amount_minor"]) for move in theirs["movements"] if move["state"] == "done")
    done = RefundAttempt.objects.filter(refund__payment=payment, result="done").select_related("refund")
    ours = sorted((each.key, each.refund.amount_minor) for each in done)
    total = sum(amount for _, amount in there)
    return there == ours and len(ours) == payment.refunds.count() and total == payment.refunded_minor <= payment.amount_minor


def stage(count: int, kills: int) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    hurry()
    call_command("migrate", verbosity=0)
    door = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Threaded, handler_class=Quiet)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    with running(Payments()) as gateway:
        callback = f"http://127.0.0.1:{door.server_port}/hooks/ofiskutum/payments/iyzico"
        httpx.post(f"{gateway.url}/_settings", json={"callback_url": callback})
        play = Stage(gateway.url, count, deadline)
        try:
            play.prepare()
            play.play(kills)
            play.settle()
            return play.result()
        finally:
            for worker in play.workers:
                worker.kill()
                worker.wait()
            door.shutdown()
            connections.close_all()


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work()
    else:
        print(json.dumps(stage(int(sys.argv[2]), int(sys.argv[3]))))
