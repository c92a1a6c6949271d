"""A shop's day while everything breaks: files of orders are imported, orders are placed, paid and cancelled over HTTP, money
goes back through a gateway that loses answers; the server and the workers are killed at random all the while.

`python -m tests.workflows.chaos_day stage N KILLS` plays it on a database of its own and prints what came of it as JSON;
`… work` is one of its workers, `… serve PORT` its server.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any

from tests.workflows.chaos import FAULTS, SECONDS, Stage, agree, hurry, work  # it sets Django up, before anything else

# isort: split
import httpx
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.models import Count, F, Max, Sum
from django.utils import timezone
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from avdet.records.access import keys
from avdet.records.access.tokens import SCOPES, make_token
from avdet.records.catalogue.models import Reservation, Stock, StockMove
from avdet.records.connections.models import ImportNote, ImportRun
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.models import Order, OrderEvent, OrderLine
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund, RefundEvent
from avdet.simulators.payments import Payments
from avdet.simulators.server import running
from avdet.workflows.money.reconcile_payments import books_differ
from avdet.workflows.orders import import_orders
from tests.factories import make_product
from tests.workflows.money import MACHINE

SHELF = 100_000
LINES = ((1, 2), (2, 1), (3, 3))
"""What each order is of: product and pieces."""
IMPORTED = ((1, 4), (2, 2))
CLIENTS = 4
LOST = timedelta(seconds=8)


def in_a_hurry() -> None:
    """What takes minutes takes seconds: an answer that died with its server, and how much of a file one job takes."""
    hurry()
    keys.LOST = LOST  # type: ignore[misc]
    import_orders.PER_JOB, import_orders.AT_ONCE = 40, 8  # type: ignore[misc]


def serve(port: int) -> None:
    """The server as `avdet serve` begins it, without jobs of its own."""
    Granian(
        "tests.workflows.chaos_day:application", port=port, interface=Interfaces.WSGI, workers=1, blocking_threads=4,
        websockets=False, log_access=False, log_level=LogLevels.error,
    ).serve()  # fmt: skip


if os.environ.get("CHAOS_SERVES"):
    in_a_hurry()
    application = get_wsgi_application()


@dataclass
class Ours:
    """What a client knows of one order when it has done everything with it."""

    number: str
    total_minor: int
    back_minor: int = 0
    cancelled: Counter[int] = field(default_factory=Counter)


class Day(Stage):
    """The gateway, the server, two workers, four clients at once, and the dice."""

    play_of = "tests.workflows.chaos_day"

    def __init__(self, gateway: str, count: int, deadline: float) -> None:
        super().__init__(gateway, count, deadline)
        self.products = {n: make_product(self.store, f"CHAOS-{n}", price_minor=n * 1_000, on_hand=SHELF) for n, _ in LINES}
        _, self.token = make_token(self.store, "chaos", SCOPES, now=timezone.now(), actor=MACHINE, per_minute=1_000_000)
        add_endpoint(self.store, "https://listener.example/hooks", now=timezone.now())
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = self.open()
        self.servers_killed = self.steps = self.repeated = 0
        self.waiting: SimpleQueue[int] = SimpleQueue()
        self.plans = [self.dice.choice(("whole", "whole", "part", "twice", "keep")) for _ in range(count)]
        self.ages = [timedelta(days=self.dice.choice((0, 1, 3))) for _ in range(count)]
        self.done: list[Ours] = []
        self.wrong: list[str] = []

    def open(self) -> subprocess.Popen[bytes]:
        """A server in a session of its own, so that its helpers end with it."""
        command = [sys.executable, "-m", self.play_of, "serve", str(self.port)]
        environ = os.environ | {"CHAOS_SERVES": "1", "AVDET_IYZICO_URL": self.gateway}
        return subprocess.Popen(command, env=environ, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill_server(self) -> None:
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.server = self.open()
        self.servers_killed += 1

    def close(self) -> None:
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        for worker in self.workers:
            worker.kill()
            worker.wait()

    # ---- what goes on at once ----------------------------------------------------------------------------------------

    def begin_file(self) -> ImportRun:
        """A file of so many orders, all paid, every third cancelled, every fourth delivered; a job takes it in."""
        now = timezone.now()
        file = ContentFile("\n".join(json.dumps(self.told(n, now)) for n in range(self.count)).encode())
        file.name = "chaos.jsonl"
        run = import_orders.read_orders(self.store, "chaos.jsonl", file, unit="TRY", actor=MACHINE, now=now)
        import_orders.begin_import(run, now=now)
        return run

    def told(self, n: int, now: datetime) -> dict[str, Any]:
        at = (now - timedelta(days=9)).isoformat(timespec="seconds")
        later = (now - timedelta(days=7)).isoformat(timespec="seconds")
        lines = [{"sku": f"CHAOS-{product}", "quantity": count, "unit_price": product * 10} for product, count in IMPORTED]
        end = {"cancelled_at": later} if n % 3 == 0 else {"delivered_at": later} if n % 4 == 0 else {}
        return {"order": f"F{n}", "placed_at": at, "paid_at": at, "email": f"f{n}@example.test", "lines": lines, **end}

    def play_day(self, kills: int) -> ImportRun:
        for n in range(self.count):
            self.waiting.put(n)
        run = self.begin_file()
        clients = [threading.Thread(target=self.buy, daemon=True) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        whole = 4 * self.count  # placing, paying, cancelling most of them; and as many imports
        for kill in range(kills):
            while self.progress() < whole * (kill + self.dice.random()) / (kills + 1):
                self.trick()
                self.running(run)
            self.kill_server() if kill % 2 else self.kill_worker()
        while any(client.is_alive() for client in clients) or self.running(run):
            self.trick()
        return run

    def progress(self) -> int:
        return self.steps + Order.objects.filter(source="file").count()

    def running(self, run: ImportRun) -> bool:
        run.refresh_from_db()
        assert run.state in ("running", "done"), f"the import is {run.state}: {run.error}"
        return run.state == "running"

    def trick(self) -> None:
        assert not self.wrong, self.wrong
        httpx.post(f"{self.gateway}/_faults", json=self.dice.choice(FAULTS))
        self.look_out()
        time.sleep(0.1)

    # ---- one client --------------------------------------------------------------------------------------------------

    def buy(self) -> None:
        with httpx.Client(headers={"Authorization": f"Bearer {self.token}"}, timeout=20) as client:
            while True:
                try:
                    n = self.waiting.get_nowait()
                except Empty:
                    return
                try:
                    self.done.append(self.one(client, n))
                except Exception as fault:
                    self.wrong.append(f"order {n}: {fault!r}"[:300])

    def one(self, client: httpx.Client, n: int) -> Ours:
        """An order is placed, paid through the gateway, and cancelled as its plan says."""
        lines = [{"sku": f"CHAOS-{product}", "quantity": count} for product, count in LINES]
        said = {"lines": lines, "contact": {"name": "Chaos", "email": f"c{n}@example.test"}, "payment_method": "online", "gifts": False}
        placed = self.insist(client, "/orders", said, f"{n}:place")
        ours = Ours(placed["number"], placed["amounts"]["total"]["amount_minor"])
        at = (timezone.now() - self.ages[n]).isoformat()
        entered = {"reference": f"chaos-{n}", "amount_minor": ours.total_minor, "currency": "TRY", "created_at": at}
        httpx.post(f"{self.gateway}/_payments", json=entered, timeout=30).raise_for_status()
        paid = {"amount": placed["amounts"]["total"], "method": "online", "gateway": "iyzico", "reference": f"chaos-{n}", "paid_at": at}
        self.insist(client, f"/orders/{ours.number}/payments", paid, f"{n}:pay")
        plan = self.plans[n]
        if plan in ("part", "twice"):
            self.cancel(client, ours, n, {"lines": [{"position": 1, "quantity": 1}]}, {1: 1}, 1_000)
        if plan in ("whole", "twice"):
            left = Counter(dict(LINES)) - ours.cancelled
            self.cancel(client, ours, n, {}, left, ours.total_minor - ours.back_minor)
        return ours

    def cancel(self, client: httpx.Client, ours: Ours, n: int, what: dict[str, Any], pieces: dict[int, int], back: int) -> None:
        key = f"{n}:cancel:{len(what)}"
        self.insist(client, f"/orders/{ours.number}/cancel", {"reason": "mistake", **what}, key)
        ours.cancelled.update(pieces)
        ours.back_minor += back

    def insist(self, client: httpx.Client, path: str, body: dict[str, Any], key: str) -> Any:
        """Asks until it is answered, under one key: whoever lost the answer, it is done once."""
        while True:
            self.look_out()
            try:
                answer = client.post(f"{self.url}/api/v1{path}", json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                self.repeated += 1
                time.sleep(0.2)
                continue
            if answer.status_code in (200, 201):
                self.steps += 1
                self.repeated += "Idempotency-Replayed" in answer.headers
                return answer.json()
            if answer.status_code < 500 and answer.status_code not in (409, 429):
                raise AssertionError(f"{path}: {answer.status_code} {answer.text[:200]}")
            time.sleep(0.3)

    # ---- what came of it ---------------------------------------------------------------------------------------------

    def verdict(self, run: ImportRun) -> dict[str, Any]:
        theirs = {each["reference"]: each for each in httpx.get(f"{self.gateway}/_payments", timeout=30).json()}
        ours = [each for each in Payment.objects.filter(gateway="iyzico") if not agree(each, theirs[each.reference])]
        return {
            "wrong": [*self.wrong, *(each.reference for each in ours), *self.orders_wrong(), *self.imports_wrong(run), *self.stock_wrong()],
            "told_wrong": self.told_wrong(),
            "books": books_differ(self.store),
            "ledger_minor": sum(trial_balance(self.store).values()),
            "orders": Order.objects.exclude(source="file").count(),
            "imported": Order.objects.filter(source="file").count(),
            "cancelled": OrderEvent.objects.filter(kind__in=("cancel", "pieces_cancelled")).count(),
            "refunds": Refund.objects.filter(payment__gateway="iyzico").count(),
            "lost_sight": RefundEvent.objects.filter(kind="lose_sight").count(),
            "repeated": self.repeated,
            "workers_killed": self.killed,
            "servers_killed": self.servers_killed,
        }

    def orders_wrong(self) -> list[str]:
        """Every order that a client placed is there once, with its one payment, cancelled and paid back as it was asked."""
        kept = Order.objects.exclude(source="file").prefetch_related("lines", "events", "payments")
        found = {order.number: order for order in kept}
        wrong = [] if len(found) == len(self.done) == self.count else [f"{len(found)} orders, {len(self.done)} done"]
        for each in self.done:
            order = found[each.number]
            pieces = {line.position: line.cancelled_quantity for line in order.lines.all()}
            whole = dict(each.cancelled) == dict(LINES)
            kinds = Counter(event.kind for event in order.events.all())
            back = sum(payment.refunded_minor for payment in order.payments.all())
            expected = (each.back_minor, 1, 1, int(whole), len(order.payments.all()))
            if (back, kinds["placed"], kinds["pay"], kinds["cancel"], 1) != expected:
                wrong.append(f"order {each.number}: {back} back, {dict(kinds)}, not {expected}")
            if not whole and pieces != {n: each.cancelled[n] for n, _ in LINES}:
                wrong.append(f"order {each.number}: pieces {pieces}")
        return wrong

    def imports_wrong(self, run: ImportRun) -> list[str]:
        """Every order of the file is there once with its lines and payment; the same file again changes nothing."""
        rows = Order.objects.filter(source="file")
        kinds = Counter(rows.values_list("state", flat=True))
        cancelled = len(range(0, self.count, 3))
        delivered = sum(1 for n in range(self.count) if n % 4 == 0 and n % 3)
        found = {
            "orders": rows.count(), "names": rows.aggregate(n=Count("external_ref", distinct=True))["n"],
            "lines": OrderLine.objects.filter(order__in=rows).count(), "payments": Payment.objects.filter(order__in=rows).count(),
            "cancelled": kinds["cancelled"], "delivered": kinds["delivered"],
        }  # fmt: skip
        expected = {
            "orders": self.count, "names": self.count, "lines": 2 * self.count, "payments": self.count,
            "cancelled": cancelled, "delivered": delivered,
        }  # fmt: skip
        wrong = [] if found == expected else [f"imported {found}, not {expected}"]
        if run.counts.get("new") != self.count or run.counts.get("faulty"):
            notes = list(ImportNote.objects.filter(run=run, fault=True).values_list("why", flat=True)[:3])
            wrong.append(f"counted {run.counts} {notes}")
        before = (OrderEvent.objects.count(), Payment.objects.count())
        again = self.begin_file_again(run)
        if again.counts.get("same") != self.count or before != (OrderEvent.objects.count(), Payment.objects.count()):
            wrong.append(f"a second time it came to {again.counts}")
        return wrong

    def begin_file_again(self, run: ImportRun) -> ImportRun:
        with run.file.open("rb") as file:
            again = import_orders.read_orders(self.store, "again.jsonl", ContentFile(file.read(), "again.jsonl"), unit="TRY", actor=MACHINE, now=timezone.now())
        import_orders.import_file(import_orders.queries.run_by_id(again.pk), now=timezone.now(), progress=lambda _: None)  # type: ignore[arg-type]
        again.refresh_from_db()
        return again

    def stock_wrong(self) -> list[str]:
        """Nothing has left the shelf, and promised is what the orders still hold; each move followed the one before."""
        wrong = []
        for n, count in LINES:
            stock = Stock.objects.get(product=self.products[n])
            held = sum(count - each.cancelled[n] for each in self.done)
            rows = Reservation.objects.filter(product=self.products[n])
            promised = rows.aggregate(n=Sum(F("quantity") - F("shipped") - F("released")))["n"]
            newest = StockMove.objects.filter(product=self.products[n]).order_by("-pk").first()
            last = (newest.on_hand, newest.reserved) if newest else None
            if (stock.on_hand, stock.reserved, promised, last) != (SHELF, held, held, (SHELF, held)):
                wrong.append(f"CHAOS-{n}: {stock.on_hand}/{stock.reserved}, promised {promised}, last {last}, held {held}")
        return wrong

    def told_wrong(self) -> list[str]:
        """Customers and programs were told of each order and each cancellation once."""
        cancels = sum(1 for each in self.done for kind in (each.cancelled,) if kind)
        twice = sum(1 for plan in self.plans if plan == "twice")
        placed = Notice.objects.filter(kind="order_placed").count()
        mails = Notice.objects.filter(kind__in=("order_cancelled", "order_part_cancelled"), channel="email").count()
        hooks = WebhookMessage.objects.filter(kind__in=("order.cancelled", "order.part_cancelled")).count()
        most = WebhookMessage.objects.values("event_id").annotate(times=Count("pk")).aggregate(most=Max("times"))["most"]
        found = {"placed": placed, "mails": mails, "hooks": hooks, "most": most}
        expected = {"placed": self.count, "mails": cancels + twice, "hooks": cancels + twice, "most": 1}
        return [] if found == expected else [f"{found}, not {expected}"]


def stage(count: int, kills: int) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    in_a_hurry()
    call_command("migrate", verbosity=0)
    with running(Payments()) as gateway:
        day = Day(gateway.url, count, deadline)
        try:
            httpx.post(f"{gateway.url}/_settings", json={"callback_url": f"{day.url}/hooks/ofiskutum/payments/iyzico"})
            began = time.monotonic()
            run = day.play_day(kills)
            day.settle()
            return day.verdict(run) | {"seconds": round(time.monotonic() - began)}
        finally:
            day.close()
            connections.close_all()


if __name__ == "__main__":
    if sys.argv[1] == "work":
        in_a_hurry()
        work(frozenset({"send_refund", "look_up_payment", "import_orders"}))
    elif sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        print(json.dumps(stage(int(sys.argv[2]), int(sys.argv[3]))))
