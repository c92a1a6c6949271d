"""Lines per second of `avdet import online-retail`, beside writing the same rows plainly in the same run.

`python benchmarks/bench_import.py` measures SQLite in a folder of its own; with DATABASE_URL set, a new database on that
PostgreSQL server. The plain run writes the lines that the import has made, by COPY or executemany, into a copy of the table
with its indexes, from memory: what no import can be faster than.
"""

from __future__ import annotations

import lzma
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "examples/online_retail/online_retail_all.csv.xz"
GOALS = {"postgresql": 15_000, "sqlite": 10_000}
MOST_MEGABYTES = 250


def main() -> int:
    """0 where both goals are reached."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(AVDET_HOME=folder, DJANGO_SETTINGS_MODULE="avdet.config.settings")
        server = os.environ.get("DATABASE_URL")
        if server:
            os.environ["DATABASE_URL"] = _own_database(server)
        avdet = [sys.executable, "-m", "avdet"]
        subprocess.run([*avdet, "migrate"], check=True, capture_output=True)
        plain = Path(folder) / "online_retail.csv"
        with lzma.open(DATA) as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out)
        began, spent = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [*avdet, "import", "online-retail", str(plain), "--store", "onlineretail"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        return _report(seconds, after.ru_utime + after.ru_stime - spent.ru_utime - spent.ru_stime, after.ru_maxrss // 1024)


def _own_database(server: str) -> str:
    import psycopg

    base = server.rsplit("/", 1)[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
        connection.execute("drop database if exists avdet_bench_import with (force)")
        connection.execute("create database avdet_bench_import")
    return f"{base}/avdet_bench_import"


def _report(seconds: float, processor: float, megabytes: int) -> int:
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_orderline")
        lines = int(cursor.fetchone()[0])
    reference = _plainly()
    speed, goal = lines / seconds, GOALS[connection.vendor]
    print(f"{connection.vendor}: {lines:,} lines in {seconds:.1f} s ({processor:.1f} s of processor): {speed:,.0f} a second")
    print(f"  the same lines written plainly: {reference:.1f} s; the import takes {seconds / reference:.1f} times that")
    print(f"  at most {megabytes} MB in memory; goals: {goal:,} lines a second, {MOST_MEGABYTES} MB")
    return 0 if speed >= goal and megabytes <= MOST_MEGABYTES else 1


def _plainly() -> float:
    """Seconds for the lines alone, from memory, into a table with the same columns, keys and indexes."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM orders_orderline ORDER BY id")
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TABLE plain_orders_orderline (LIKE orders_orderline INCLUDING ALL)")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'orders_orderline' AND sql IS NOT NULL")
            for (statement,) in cursor.fetchall():
                cursor.execute(re.sub("orders_orderline|line_position_once|lines_of_product", r"plain_\g<0>", statement))
        began = time.perf_counter()
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with cursor.copy("COPY plain_orders_orderline FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row([each if not isinstance(each, list) else str(each) for each in row])
            else:
                places = ", ".join("%s" for _ in names)
                cursor.executemany(f"INSERT INTO plain_orders_orderline VALUES ({places})", rows)
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
