"""A backup that has never been restored is a hope. This one is, on both databases, by the commands that the guide names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

MAKE = """
from tests.factories import *
store = make_store(); order = make_order(store, make_customer(store, name="شیرین"), number="KEPT-1")
from django.core.files.base import ContentFile
store.logo.save("logo.png", ContentFile(b"picture"))
"""
BREAK = "from avdet.records.orders.models import Order; Order.objects.update(number='LOST'); from avdet.records.stores.models import Store; Store.objects.get().logo.delete()"
LOOK = """
from avdet.records.orders.models import Order
from avdet.records.stores.models import Store
order = Order.objects.get(); print(order.number, order.contact["name"], Store.objects.get().logo.read().decode())
"""


def avdet(home: Path, *arguments: str, url: str) -> str:
    environ = {**os.environ, "AVDET_HOME": str(home), "DATABASE_URL": url, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, *arguments], env=environ, capture_output=True, text=True, cwd=home, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """An empty database of this test's own, of the kind that the suite runs on."""
    if not settings.POSTGRES:
        yield f"sqlite:///{tmp_path / 'avdet.sqlite3'}"
        return
    import psycopg

    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    name = f"backup_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"create database {name}")
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)")


@pytest.mark.database
def test_what_was_lost_comes_back(tmp_path: Path, url: str) -> None:
    django = ("-m", "django", "shell", "-v0", "--settings", "avdet.config.settings", "-c")
    command = ("-m", "avdet")
    avdet(tmp_path, *command, "migrate", url=url)
    avdet(tmp_path, *django, MAKE, url=url)
    assert "keep them apart" in avdet(tmp_path, *command, "backup", str(tmp_path / "b.tar"), url=url)
    avdet(tmp_path, *django, BREAK, url=url)
    avdet(tmp_path, *command, "restore", str(tmp_path / "b.tar"), url=url)
    assert avdet(tmp_path, *django, LOOK, url=url).split() == ["KEPT-1", "شیرین", "picture"]
