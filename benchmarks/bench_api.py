"""The API beside its peers: read an order, list the last fifty, place one; on PostgreSQL, one server process.

`python benchmarks/bench_api.py` fills 10,000 orders; `--full` does the same at 1,000,000 too and prints the ratio of both.
`GET /store` is the reference: the same server's bare endpoint, which reads one row, the token. The peers were measured on
two cores with PostgreSQL on the same machine, at 1,000 → 100,000 orders: requests a second at 1 and at 16 connections.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any, Final

import psycopg

ROOT: Final = Path(__file__).resolve().parents[1]
SECONDS: Final = 4.0
PEERS: Final = {
    "read": "Vendure 80/117 · Medusa 19/24 · Saleor 18/34",
    "list": "Vendure 66/94 → 17/26 · Medusa 3.7/4.0 · Saleor 9.5/15.9",
}
BARS: Final = {"read": "p50 ≤ 8 ms", "list": "p50 ≤ 12 ms", "create": "≥ 100/s at 16"}


def database() -> str:
    """The address of an empty database on the project's own PostgreSQL."""
    said = subprocess.run(["sh", str(ROOT / "tools/postgres.sh"), "start"], check=True, capture_output=True, text=True)
    url = said.stdout.strip()
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS avdet_bench WITH (FORCE)")
        admin.execute("CREATE DATABASE avdet_bench")
    return url.rsplit("/", 1)[0] + "/avdet_bench"


def settle(orders: int) -> dict[str, Any]:
    """Tables, a store with terms, one product, so many orders, and a token; in this process."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone
    from order_filling import fill

    from avdet.records.access.tokens import SCOPES, make_token
    from avdet.records.catalogue.actions import count
    from avdet.records.catalogue.editing import put
    from avdet.records.shared.actors import Actor
    from avdet.workflows.people.open_store import open_store

    call_command("migrate", verbosity=0)
    now, actor = timezone.now(), Actor.system("bench")
    store = open_store("bench", {"en": "Bench"}, "IR", now=now, policy="fetrashop").store
    skus = [f"KETTLE-{at}" for at in range(50)]
    made = put(store, {sku: {"names": {"en": "Kettle"}, "price_minor": 45_000_000} for sku in skus}, now=now)
    count(store, [(product.pk, 1_000_000) for product in made.values()], now=now, actor=actor)
    fill(store, product_id=made[skus[0]].pk, sku=skus[0], orders=orders)
    _, token = make_token(store, "bench", SCOPES, actor=actor, now=now, per_minute=1_000_000)
    return {"token": token, "skus": skus}


class Server:
    """`avdet serve` with one process, and jobs left to others."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "avdet", "serve", "--port", str(self.port), "--processes", "1", "--no-work"],
            env={**os.environ, "AVDET_LOG_FORMAT": "plain"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/openapi.json", timeout=5)
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)


def load(port: int, connections: int, requests: list[dict[str, Any]]) -> dict[str, Any]:
    """What the load generator saw."""
    lines = "\n".join(json.dumps(each) for each in requests)
    said = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks/load.py"), str(port), str(connections), str(SECONDS)],
        input=lines, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(said.stdout))


def measure(orders: int) -> dict[str, dict[int, dict[str, Any]]]:
    """Every kind of request at 1 and at 16 connections."""
    begun = time.monotonic()
    known = settle(orders)
    print(f"\n{orders:,} orders, filled in {time.monotonic() - begun:.0f} s")
    asked = [1 + at * (orders // 997 or 1) for at in range(min(orders, 997))]
    lines = [{"sku": sku, "quantity": 1} for sku in known["skus"]]
    kinds: dict[str, list[dict[str, Any]]] = {
        "bare": [{"method": "GET", "path": "/api/v1/store"}],
        "read": [{"method": "GET", "path": f"/api/v1/orders/B-{n}"} for n in asked if n <= orders],
        "list": [{"method": "GET", "path": "/api/v1/orders?limit=50"}],
        "create": [{"method": "POST", "path": "/api/v1/orders", "body": {"lines": [line]}} for line in lines],
    }
    server = Server()
    try:
        found: dict[str, dict[int, dict[str, Any]]] = {}
        for name, requests in kinds.items():
            ready = [{**each, "token": known["token"]} for each in requests]
            load(server.port, 1, ready[:50])
            found[name] = {connections: load(server.port, connections, ready) for connections in (1, 16)}
            show(name, found[name], found["bare"])
        return found
    finally:
        server.stop()


def show(name: str, found: dict[int, dict[str, Any]], bare: dict[int, dict[str, Any]]) -> None:
    """One line: percentiles at one connection, requests a second at both, the ratio to the bare endpoint, the peers."""
    one, many = found[1], found[16]
    odd = {status for each in found.values() for status in each["statuses"] if not status.startswith("2")}
    peers = PEERS.get(name, "")
    print(
        f"  {name:6}  p50 {one['p50']:6.2f} ms  p95 {one['p95']:6.2f} ms  {one['rps']:5.0f}/s at 1  {many['rps']:5.0f}/s at 16"
        f"  {one['p50'] / bare[1]['p50']:4.1f} × bare  {BARS.get(name, ''):14} {peers}{f'  answered {odd}' if odd else ''}"
    )


def main() -> None:
    """At ten thousand orders; with `--full` at a million too."""
    os.environ["DATABASE_URL"] = database()
    os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
    with tempfile.TemporaryDirectory() as home:
        os.environ["AVDET_HOME"] = home
        if "--full" not in sys.argv:
            measure(10_000)
            return
        sizes = {}
        for orders in (10_000, 1_000_000):
            said = subprocess.run([sys.executable, __file__, "--one", str(orders)], check=True, capture_output=True, text=True)
            *shown, last = said.stdout.strip().splitlines()
            print("\n".join(shown))
            sizes[orders] = json.loads(last)
        for name in ("read", "list", "create"):
            small, large = (sizes[orders][name]["1"]["p50"] for orders in sizes)
            print(f"  {name:6}  a million to ten thousand: {large / small:.2f} × (bar ≤ 1.2 ×)")


def one(orders: int) -> None:
    """One size in a process of its own; its figures are the last line."""
    os.environ["DATABASE_URL"] = database()
    os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
    with tempfile.TemporaryDirectory() as home:
        os.environ["AVDET_HOME"] = home
        print(json.dumps(measure(orders)))


if __name__ == "__main__":
    one(int(sys.argv[sys.argv.index("--one") + 1])) if "--one" in sys.argv else main()
