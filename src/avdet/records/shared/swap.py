"""Compare and swap: a row is written only as long as nobody has changed it since it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded


def change(row: Any, columns: Mapping[str, Any], **still: Any) -> bool:
    """Writes columns of a row that is `still` so, in the database and then at hand.

    False where it is not so any more: then nothing has changed, neither here nor there. One statement.
    """
    if not type(row).objects.filter(pk=row.pk, **still).update(**columns):
        return False
    for name, value in columns.items():
        setattr(row, name, value)
    return True


def swap(row: Any, columns: Mapping[str, Any]) -> bool:
    """The same of a row that counts its `revision`, one revision on; False where somebody was faster."""
    return change(row, {**columns, "revision": row.revision + 1}, revision=row.revision)


def swap_or_conflict(row: Any, columns: Mapping[str, Any], *, where: str) -> None:
    """`swap`; `Conflict` where somebody was faster."""
    if not swap(row, columns):
        raise coded(Conflict, "record.changed", where=where)
