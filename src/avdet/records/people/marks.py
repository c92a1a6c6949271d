"""Django's cache, kept in the database: codes that were used and attempts that count hold for every process and machine.

Keys are kept as fingerprints, since they name addresses and people; values are JSON. Reading, writing and claiming a key
(`add`) take one statement each, and of many that claim it at once one alone succeeds.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from avdet.records.people.models import Mark
from avdet.records.shared.sealed import fingerprint

NEVER: Final = 1e12
"""When a mark without an end lapses, in seconds since 1970."""


class Marks(BaseCache):
    """What Django and allauth call the cache. The clock is read here, for its callers give no time."""

    def __init__(self, _place: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Writes a value where there is none; says whether it did."""
        return self._write(key, value, timeout, version, f" WHERE {_TABLE}.expires_at <= %s", [time.time()])

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Writes a value, whatever there is."""
        self._write(key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, as long as it holds."""
        held = Mark.objects.filter(key=self._print(key, version), expires_at__gt=time.time())
        value = held.values_list("value", flat=True).first()
        return default if value is None else json.loads(value)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Lets a value hold for longer; says whether it is there."""
        held = Mark.objects.filter(key=self._print(key, version), expires_at__gt=time.time())
        return bool(held.update(expires_at=self._end(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forgets a value; says whether there was one."""
        return bool(Mark.objects.filter(key=self._print(key, version)).delete()[0])

    def clear(self) -> None:
        """Forgets everything."""
        Mark.objects.all().delete()

    def _write(
        self, key: str, value: Any, timeout: float | None, version: int | None, only: str = "", given: list[float] | None = None
    ) -> bool:
        row: list[str | float] = [self._print(key, version), json.dumps(value), self._end(timeout), *(given or [])]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE + only, row)
            return bool(cursor.rowcount)

    def _print(self, key: str, version: int | None) -> str:
        return fingerprint(self.make_key(key, version), "mark")

    def _end(self, timeout: float | None) -> float:
        end = self.get_backend_timeout(timeout)
        return NEVER if end is None else float(end)


_TABLE: Final = Mark._meta.db_table
_WRITE: Final = (
    f"INSERT INTO {_TABLE} (key, value, expires_at) VALUES (%s, %s, %s) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
)


def forget_marks(now: datetime) -> int:
    """Deletes the marks that have lapsed; says how many."""
    return Mark.objects.filter(expires_at__lte=now.timestamp()).delete()[0]
