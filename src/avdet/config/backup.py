"""A backup is one tar file: the database as its own tool dumps it, and the uploads. Secrets are kept apart."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from avdet.core.errors import AvdetError

EMBEDDED, DUMP, MEDIA = "database.sqlite3", "database.dump", "media"


def back_up(target: Path) -> int:
    """Writes everything to `target`, while the service goes on working; returns its size in bytes."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / (DUMP if settings.POSTGRES else EMBEDDED)
        if settings.POSTGRES:
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
        else:
            _copy_embedded(str(settings.DATABASES["default"]["NAME"]), str(dump))
        unfinished = Path(folder) / "backup.tar"
        with tarfile.open(unfinished, "w") as tar:
            tar.add(dump, dump.name)
            media = Path(settings.MEDIA_ROOT)
            if media.is_dir():
                tar.add(media, MEDIA)
            else:
                empty = tarfile.TarInfo(MEDIA)
                empty.type, empty.mode, empty.mtime = tarfile.DIRTYPE, 0o755, int(time.time())
                tar.addfile(empty, io.BytesIO())
        unfinished.replace(target)
    return target.stat().st_size


def restore(source: Path) -> None:
    """Puts back what `back_up` wrote, in the place of what is there now. The service must not be running."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        dump = Path(folder) / (DUMP if settings.POSTGRES else EMBEDDED)
        if not dump.is_file():
            raise AvdetError(
                f"no {dump.name} in it", where=str(source), cure="restore into the kind of database that it was taken from"
            )
        connection.close()
        if settings.POSTGRES:
            _run(
                "pg_restore",
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                f"--dbname={_database()}",
                str(dump),
            )
        else:
            _copy_embedded(str(dump), str(settings.DATABASES["default"]["NAME"]))
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        shutil.copytree(Path(folder) / MEDIA, settings.MEDIA_ROOT)


def _copy_embedded(source: str, target: str) -> None:
    """Page by page, a consistent copy even while others write."""
    with sqlite3.connect(source) as here, sqlite3.connect(target) as there:
        here.backup(there)
    here.close()
    there.close()


def _database() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def _run(tool: str, *arguments: str) -> None:
    """One of PostgreSQL's own tools; the password goes by the environment, never by the command line."""
    database: dict[str, Any] = settings.DATABASES["default"]
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    environ = {**os.environ, **{variable: str(database[key]) for key, variable in names.items() if database.get(key)}}
    try:
        subprocess.run([tool, *arguments], env=environ, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise AvdetError(f"{tool} is not installed here", where="PATH", cure="install PostgreSQL's client tools") from None
    except subprocess.CalledProcessError as fault:
        raise AvdetError(
            f"{tool}: {fault.stderr.strip().splitlines()[-1]}",
            where="DATABASE_URL",
            cure="check that it may read and write there",
        ) from None
