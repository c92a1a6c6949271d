"""What `avdet doctor` looks at: the things that go wrong in an installation, each with its cure."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from avdet.config import environment


class Finding(NamedTuple):
    """One thing that was looked at."""

    fine: bool
    what: str
    cure: str = ""


def examine() -> list[Finding]:
    """Everything, in the order in which one would mend it."""
    return [*_database(), *_secrets(), *_place(), *_outside()]


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select version()" if connection.vendor == "postgresql" else "select 'SQLite ' || sqlite_version()")
            version = str(cursor.fetchone()[0]).split(" on ")[0]
    except Error as fault:
        yield Finding(False, f"database: {str(fault).splitlines()[0]}", "check DATABASE_URL, and that the server runs")
        return
    yield Finding(True, f"database: {version}")
    executor = MigrationExecutor(connection)
    behind = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield Finding(
        not behind, f"tables: {behind} migrations behind" if behind else "tables: of this version", "run: avdet migrate"
    )


def _secrets() -> Iterator[Finding]:
    kept = [name for name in ("SECRET_KEY", "DATA_KEYS") if not environment.text(name)]
    where = f"in {settings.HOME}" if kept else "in the environment"
    yield Finding(
        True, f"secrets: kept {where}; without them sealed data cannot be read, so back them up apart from the database"
    )
    yield Finding(
        len(settings.SECRET_KEY) >= 40,
        f"secret key: {len(settings.SECRET_KEY)} characters",
        "make AVDET_SECRET_KEY 50 random characters",
    )
    yield Finding(
        not settings.DEBUG,
        "debugging: off" if not settings.DEBUG else "debugging: on",
        "unset AVDET_DEBUG where customers can reach it",
    )


def _place() -> Iterator[Finding]:
    try:
        settings.HOME.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.HOME):
            pass
        yield Finding(True, f"home: {settings.HOME} can be written")
    except OSError as fault:
        yield Finding(False, f"home: {settings.HOME}: {fault.strerror}", "set AVDET_HOME to a folder that this user may write")


def _outside() -> Iterator[Finding]:
    local = "127.0.0.1" in settings.URL or "localhost" in settings.URL
    yield Finding(settings.SECURE or local, f"address: {settings.URL}", "serve it over https and set AVDET_URL")
    for name, value in (("mail", settings.MAIL_URL), ("SMS", settings.SMS_URL)):
        yield Finding(
            bool(value),
            f"{name}: {'set' if value else 'not set'}",
            f"set AVDET_{name.upper()}_URL to an Apprise address; until then stores need their own",
        )
    yield Finding(True, f"jobs: {settings.JOBS}")
