"""The desk's list of orders on PostgreSQL: 100,000 orders or, with `--full`, a million; Django's own client, in this process.

Each kind of request is made a hundred times after two that are not counted. Beside each stand the references of the same run:
`select 1` through the same connection, and the newest page of a store with ten orders.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from timing import bare, signed_in, took

ROOT: Final = Path(__file__).resolve().parents[1]
NAME: Final = "avdet_desk"


def database() -> str:
    """The address of an empty database on the project's own PostgreSQL."""
    said = subprocess.run(["sh", str(ROOT / "tools/postgres.sh"), "start"], check=True, capture_output=True, text=True)
    url = said.stdout.strip()
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    return f"{url.rsplit('/', 1)[0]}/{NAME}"


def settle(sizes: dict[str, int]) -> Any:
    """Tables, and stores with terms, a product and so many orders each; one colleague of both, signed in."""
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from django.core.management import call_command
    from django.utils import timezone
    from order_filling import fill

    from avdet.records.catalogue.editing import put
    from avdet.records.people.models import User
    from avdet.records.people.staff import add_member
    from avdet.workflows.people.open_store import open_store

    call_command("migrate", verbosity=0)
    now, colleague = timezone.now(), User.objects.create_user("desk@example.test", "a long enough secret")
    for slug, orders in sizes.items():
        store = open_store(slug, {"en": slug}, "IR", now=now, policy="fetrashop").store
        made = put(store, {"KETTLE": {"names": {"en": "Kettle"}, "price_minor": 45_000_000}}, now=now)
        add_member(store, colleague, "desk", now=now)
        fill(store, product_id=made["KETTLE"].pk, sku="KETTLE", orders=orders)
    return signed_in(colleague)


def queries(orders: int) -> dict[str, dict[str, str]]:
    """What is asked of the list. The names are written as an Arabic keyboard writes them."""
    from order_filling import FIRST_NAMES, LAST_NAMES

    from avdet.records.orders.models import Order
    from avdet.records.shared.pages import cursor

    arabic = str.maketrans({"ی": "ي", "ک": "ك"})
    oldest = Order.objects.filter(store__slug="many").order_by("pk").values_list("pk", flat=True)[0]
    return {
        "newest": {"show": "all"},
        "one state": {"state": "preparing"},
        "exact number": {"q": f"B-{orders // 3}"},
        "half a name": {"q": next(name for name in FIRST_NAMES if name.startswith("کیو"))[:4].translate(arabic)},
        "common and rare": {"q": f"{FIRST_NAMES[0]} {LAST_NAMES[-1]}".translate(arabic)},
        "the oldest page": {"show": "all", "after": cursor(oldest + 25)},
    }


def page(client: Any, store: str, query: dict[str, str]) -> int:
    """Fetches a page of the list; how many orders stand on it."""
    response = client.get(f"/{store}/desk/orders/?{urlencode(query)}")
    if response.status_code != 200:
        raise SystemExit(f"{query} was answered with {response.status_code} {response.headers.get('Location', '')}")
    return len(response.context["rows"]) if response.context else response.content.count(b"/desk/orders/B-")


def measure(orders: int) -> None:
    """Fills, asks, and prints a line for each kind of request."""
    begun = time.monotonic()
    client = settle({"few": 10, "many": orders})
    print(f"{orders:,} orders, filled in {time.monotonic() - begun:.0f} s; p50 and p95 in milliseconds")
    one = took(bare)[0]
    few = took(lambda: page(client, "few", {"show": "all"}))
    print(f"  {'select 1':16} p50 {one:7.2f}\n  {'ten-row store':16} p50 {few[0]:7.1f}  p95 {few[1]:7.1f}")
    for name, query in queries(orders).items():
        rows = page(client, "many", query)
        half, most = took(lambda query=query: page(client, "many", query))
        print(
            f"  {name:16} p50 {half:7.1f}  p95 {most:7.1f}  {rows:3} rows  {half / one:6.0f} × select 1  "
            f"{half / few[0]:4.1f} × the ten-row store"
        )


def main() -> None:
    """A hundred thousand orders, or a million."""
    os.environ["DATABASE_URL"] = database()
    os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
    with tempfile.TemporaryDirectory() as home:
        os.environ["AVDET_HOME"] = home
        measure(1_000_000 if "--full" in sys.argv else 100_000)


if __name__ == "__main__":
    main()
