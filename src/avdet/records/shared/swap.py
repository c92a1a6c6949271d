"""Compare and swap: a row is written only as long as nobody has changed it since it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def swap(row: Any, columns: Mapping[str, Any]) -> bool:
    """Writes columns of a row that counts its `revision`, in the database and then at hand, one revision on.

    False where somebody was faster: then nothing has changed, neither here nor there. One statement.
    """
    changed = {**columns, "revision": row.revision + 1}
    if not type(row).objects.filter(pk=row.pk, revision=row.revision).update(**changed):
        return False
    for name, value in changed.items():
        setattr(row, name, value)
    return True
