"""Where evidence lies: among the private files, which no address leads to. Pages that know the reader hand them out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from avdet.records.cases.evidence_limits import Made

PRIVATE: Final = "private"
UNSURE: Final = "unsure"
"""Where a mark lies for each file that may have been written for nothing."""
SUFFIXES: Final = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


def put(store_id: int, made: Made) -> tuple[str, str]:
    """Keeps the bytes and the thumbnail; where each lies, empty for a thumbnail that there is none of.

    Until the transaction has ended well a mark beside them says that nobody may know of them: see `unsure`.
    """
    name, suffix = uuid4().hex, SUFFIXES[made.media_type]
    stem = f"evidence/{store_id}/{name}"
    file, small = stem + suffix, f"{stem}-small{suffix}" if made.thumbnail else ""
    mark = _private().save(f"{UNSURE}/{name}", ContentFile(f"{file}\n{small}".encode()))
    _private().save(file, ContentFile(made.content))
    if small:
        _private().save(small, ContentFile(made.thumbnail))
    transaction.on_commit(lambda: throw_away(mark))
    return file, small


def unsure(before: datetime) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Files that were written before a moment by somebody who never said that they are kept: (the mark, their names)."""
    files = _private()
    for name in files.listdir(UNSURE)[1] if files.exists(UNSURE) else ():
        mark = f"{UNSURE}/{name}"
        if files.get_modified_time(mark) < before:
            with files.open(mark) as said:
                yield mark, tuple(said.read().decode().split("\n"))


def opened(name: str) -> IO[bytes]:
    """A private file, to be read. `OSError` where it is gone."""
    return _private().open(name, "rb")


def throw_away(*names: str) -> None:
    """Takes files away for good; those that are gone already are no fault."""
    for name in filter(None, names):
        _private().delete(name)


def _private() -> FileSystemStorage:
    """The private files' folder, readable by this service's own user alone."""
    return FileSystemStorage(
        Path(settings.MEDIA_ROOT) / PRIVATE, base_url=None, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )
