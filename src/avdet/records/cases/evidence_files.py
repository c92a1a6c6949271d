"""Where evidence lies: among the private files, which no address leads to. Pages that know the reader hand them out."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from avdet.records.cases.evidence_limits import Made

PRIVATE: Final = "private"
SUFFIXES: Final = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}


def put(store_id: int, made: Made) -> tuple[str, str]:
    """Keeps the bytes and the thumbnail; where each lies, empty for a thumbnail that there is none of."""
    stem, suffix = f"evidence/{store_id}/{uuid4().hex}", SUFFIXES[made.media_type]
    file = _private().save(stem + suffix, ContentFile(made.content))
    small = _private().save(f"{stem}-small{suffix}", ContentFile(made.thumbnail)) if made.thumbnail else ""
    return file, small


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
