"""Reads the demo's own YAML files into typed values; what is wrong is named by file and path."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeVar

import msgspec

from avdet.core.errors import AvdetError
from avdet.policies.yaml_reader import read_yaml

HERE: Final = Path(__file__).parent
T = TypeVar("T")


def read(path: Path, shape: type[T]) -> T:
    """The file as `shape`. Errors name the file and the path of the value."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise AvdetError(fault.strerror or "cannot be read", where=str(path), cure="the demo's files come with Avdet") from None
    document, _lines = read_yaml(raw, str(path))
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as fault:
        what, _, place = str(fault).partition(" - at `")
        raise bad(path, place.rstrip("`") or "$", what, "correct the value") from None


def bad(path: Path, place: str, what: str, cure: str) -> AvdetError:
    """An error at a place of one of the demo's files."""
    return AvdetError(what, where=f"{path}: {place}", cure=cure)
