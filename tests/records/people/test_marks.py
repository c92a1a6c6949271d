"""What is marked holds for every process of the installation, until it lapses."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches

from avdet.records.people.marks import Marks, forget_marks
from avdet.records.people.models import Mark
from tests.factories import NOW

TABLE = """
import django; django.setup()
from django.db import connection
from avdet.records.people.models import Mark
with connection.schema_editor() as editor: editor.create_model(Mark)
"""
CLAIM = """
import django; django.setup()
from django.core.cache import cache
print(sum(cache.add(f"code {number}", "y", 60) for number in range(20)))
"""


@pytest.mark.django_db
def test_what_somebody_has_claimed_nobody_else_can() -> None:
    one, two = Marks("", {}), Marks("", {})
    assert [one.add("code", "y", 30), two.add("code", "y", 30), one.add("code", "y", 30)] == [True, False, False]
    assert two.get("code") == "y"
    assert not two.add("code", "z", 30)
    assert one.get("code") == "y"


@pytest.mark.django_db
def test_what_has_lapsed_is_as_if_it_had_never_been() -> None:
    cache.set("code", "y", 0)
    assert (cache.get("code", "nothing"), cache.touch("code"), cache.add("code", "z", 30)) == ("nothing", False, True)
    cache.set("code", "y", timeout=None)
    assert forget_marks(NOW + timedelta(days=36_500)) == 0
    assert (cache.touch("code", 0), cache.get("code")) == (True, None)
    assert forget_marks(NOW + timedelta(days=36_500)) == 1


@pytest.mark.django_db
def test_what_is_kept_names_nobody() -> None:
    cache.set("allauth:rl:login:ip:192.0.2.7", [1.5, 2], 60)
    kept = Mark.objects.get()
    assert "192.0.2.7" not in f"{kept.key} {kept.value}"
    assert cache.get("allauth:rl:login:ip:192.0.2.7") == [1.5, 2]
    assert (cache.delete("allauth:rl:login:ip:192.0.2.7"), cache.delete("allauth:rl:login:ip:192.0.2.7")) == (True, False)
    with pytest.raises(TypeError):
        cache.set("thing", object())


@pytest.mark.django_db
def test_each_question_costs_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        cache.add("a", 1)
        cache.add("a", 1)
        cache.set("a", 2)
        cache.get("a")
        cache.delete("a")
    cache.set("a", 1)
    cache.clear()
    assert not Mark.objects.exists()


def test_the_installation_has_no_other_cache() -> None:
    assert list(settings.CACHES) == ["default"]
    assert isinstance(caches["default"], Marks)


def claimed(database: str) -> int:
    """How many of twenty codes another process gets."""
    environment = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "avdet.config.settings"}
    done = subprocess.run([sys.executable, "-c", CLAIM], env=environment, capture_output=True, text=True, check=True, timeout=120)
    return int(done.stdout)


def test_of_processes_that_claim_the_same_at_once_one_gets_it(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'marks.sqlite3'}"
    environment = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "avdet.config.settings"}
    subprocess.run([sys.executable, "-c", TABLE], env=environment, check=True, timeout=120)
    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(claimed, [database, database])) == 20
