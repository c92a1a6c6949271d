"""Filing a claim beside its peers: through the API, on PostgreSQL, one server process, at 1 and at 16 connections.

A claim that is filed is gathered, decided with its clauses, guarded by its quantity, and written as claim, case, events,
deadlines and notices. `python benchmarks/bench_claims.py` does it among 10,000 cases; `--full` among 1,000,000 too and prints
the ratio of both. `GET /store` is the reference: the same server's bare endpoint, which reads one row, the token. Then come
the desk's pages about those cases, beside `select 1`: see `case_pages.py`.

The peers were measured on two cores with PostgreSQL on the same machine, creating a return at 1,000 → 100,000 orders: requests
a second at 1 and 16 connections. None of them looks at a window, a condition, a reason or a delivery.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any, Final

from bench_api import Server, database, load

PEERS: Final = "Vendure 45/73 → 37/67 (15 statements) · Saleor 10/18 (49) · Medusa 4.5/6.2 → 3.6/4.1 (67)"
BARS: Final = {"file": "≥ 100/s at 16, p95 ≤ 250 ms; p50 ≤ 20 ms at 1", "preview": "", "list": "", "read": ""}
OPEN: Final = {1: 2_000, 16: 6_000}
"""Connections → orders that are claimed on, one claim each; far more than can be filed in the time."""


def settle(cases: int) -> dict[str, Any]:
    """Tables, a store with terms, one product, so many cases, orders to claim on, and a token; in this process."""
    import django

    django.setup()
    from case_filling import fill
    from django.core.management import call_command
    from django.utils import timezone

    from avdet.records.access.tokens import SCOPES, make_token
    from avdet.records.catalogue.editing import put
    from avdet.records.shared.actors import Actor
    from avdet.workflows.people.open_store import open_store

    call_command("migrate", verbosity=0)
    now = timezone.now()
    store = open_store("bench", {"en": "Bench"}, "IR", now=now, policy="fetrashop").store
    known = {"KETTLE-0": {"names": {"en": "Kettle"}, "price_minor": 45_000_000, "traits": ["seven_day_test"]}}
    product = put(store, known, now=now)["KETTLE-0"]
    orders = fill(store, product_id=product.pk, sku=product.sku, cases=cases, open_orders=sum(OPEN.values()) + 50)
    _, token = make_token(store, "bench", SCOPES, actor=Actor.system("bench"), now=now, per_minute=1_000_000)
    return {"store": store, "token": token, "orders": orders}


def requests(kind: str, orders: list[str], cases: int) -> list[dict[str, Any]]:
    """What is sent, in turn."""
    from case_filling import ANSWERS

    lines = {"lines": [{"position": 1, "quantity": 1, "reason": "withdrawal", "answers": ANSWERS}]}
    first = sum(OPEN.values()) + 51
    match kind:
        case "bare":
            return [{"method": "GET", "path": "/api/v1/store"}]
        case "file":
            return [{"method": "POST", "path": f"/api/v1/orders/{each}/claims", "body": lines} for each in orders]
        case "preview":
            return [{"method": "POST", "path": f"/api/v1/orders/{each}/claims/preview", "body": lines} for each in orders[:500]]
        case "list":
            return [{"method": "GET", "path": "/api/v1/cases?limit=50"}]
    numbers = (first + at * (cases // 499 or 1) for at in range(min(cases, 499)))
    return [{"method": "GET", "path": f"/api/v1/cases/C-{number}-R1"} for number in numbers]


def measure(cases: int) -> dict[str, float]:
    """Every kind of request at 1 and at 16 connections, no order claimed on twice, then the pages; kind → p50 in ms."""
    begun = time.monotonic()
    known = settle(cases)
    print(f"\n{cases:,} cases, filled in {time.monotonic() - begun:.0f} s")
    free = iter(known["orders"])
    server, found = Server(), dict[str, dict[int, dict[str, Any]]]()
    try:
        for kind in ("bare", "read", "list", "preview", "file"):
            found[kind] = {}
            for connections, most in OPEN.items():
                orders = [next(free) for _ in range(most)] if kind == "file" else known["orders"]
                ready = [{**each, "token": known["token"]} for each in requests(kind, orders, cases)]
                load(server.port, 1, ready[:50]) if connections == 1 and kind != "file" else None
                found[kind][connections] = load(server.port, connections, ready)
            show(kind, found[kind], found["bare"])
    finally:
        server.stop()
    from case_pages import show as show_pages
    from django.utils import timezone

    return {kind: each[1]["p50"] for kind, each in found.items()} | show_pages(known["store"], timezone.now())


def show(kind: str, found: dict[int, dict[str, Any]], bare: dict[int, dict[str, Any]]) -> None:
    """One line: percentiles, requests a second, the ratio to the bare endpoint; for filing the peers beside it."""
    one, many = found[1], found[16]
    odd = {status for each in found.values() for status in each["statuses"] if not status.startswith("2")}
    print(
        f"  {kind:7}  p50 {one['p50']:6.2f} ms  p95 {one['p95']:6.2f} ms  {one['rps']:5.0f}/s at 1   p95 {many['p95']:6.1f} ms"
        f"  {many['rps']:5.0f}/s at 16  {one['p50'] / bare[1]['p50']:4.1f} × bare  {BARS.get(kind, '')}"
        f"{f'  answered {odd}' if odd else ''}{f'{chr(10)}           {PEERS}' if kind == 'file' else ''}"
    )


def main() -> None:
    """Among ten thousand cases; with `--full` among a million too."""
    if "--full" not in sys.argv:
        one(10_000)
        return
    sizes = {}
    for cases in (10_000, 1_000_000):
        said = subprocess.run([sys.executable, __file__, "--one", str(cases)], check=True, capture_output=True, text=True)
        *shown, last = said.stdout.strip().splitlines()
        print("\n".join(shown))
        sizes[cases] = json.loads(last)
    for kind in ("file", "read", "list", "board", "newest", "common and rare", "one case"):
        small, large = (found[kind] for found in sizes.values())
        print(f"  {kind:16}  a million to ten thousand: {large / small:.2f} × (bar ≤ 1.2 ×)")


def one(cases: int) -> dict[str, float]:
    """One size, in a database of its own."""
    os.environ["DATABASE_URL"] = database()
    os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
    with tempfile.TemporaryDirectory() as home:
        os.environ["AVDET_HOME"] = home
        return measure(cases)


if __name__ == "__main__":
    print(json.dumps(one(int(sys.argv[sys.argv.index("--one") + 1])))) if "--one" in sys.argv else main()
