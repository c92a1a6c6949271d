"""Finds and reads policies: a shipped store by name, a law by country, any file by path; and the calendar each counts by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache, reduce
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

import msgspec

from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError, PolicyError
from avdet.core.language import LAWS, WEEKDAYS, read_policy
from avdet.core.policy import CalendarSpec, Policy
from avdet.core.typecheck import nearest
from avdet.policies.refine import complaint
from avdet.policies.schema import Calendar as CalendarShape
from avdet.policies.schema import Case, Clause, Gap, PolicyFile, Values, Version, Within
from avdet.policies.yaml_reader import MAX_BYTES, read_yaml
from avdet.policies.yaml_words import code_of_shape, shape_in_words

HERE: Final = Path(__file__).parent
STORES: Final = ("ofiskutum", "offykala", "hepsiburada", "persianpetshop", "fetrashop")
_SHAPES: Final = (Clause, Case, Within, Values, Gap, CalendarShape, Version, PolicyFile)
TABLES: Final = frozenset(("IR", "TR"))
"""Countries whose holidays are known."""
KEYS: Final = tuple(dict.fromkeys(name for shape in _SHAPES for name in shape.__struct_fields__))
"""Every key that a policy file may have somewhere."""
_UNKNOWN_KEY: Final = re.compile("Object contains unknown field '(.*)'")


def policy_path(store: str) -> Path:
    """The file of a shipped store, or of a policy that is named by its path."""
    if store in STORES:
        return HERE / f"{store}.yaml"
    if store.endswith((".yaml", ".yml")) and "\0" not in store:
        return Path(store)
    raise AvdetError(f"{store!r:.80} is no store", where="$.store",
                     cure=f"use {', '.join(STORES)}, or the path of a policy file ending in .yaml")  # fmt: skip


def load(store: str) -> Policy:
    """A policy by store name or path. Shipped ones are read once; a file again when it has changed."""
    if store in STORES:
        return _shipped(store)
    path = policy_path(store)
    try:
        stamp = path.stat()
    except (OSError, ValueError):
        return read_file(path)
    if not S_ISREG(stamp.st_mode):  # a pipe or a device would be waited for, perhaps for ever
        raise PolicyError("no ordinary file", where=str(path), cure="name a policy file")
    return _read_as_of(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=64)
def _read_as_of(path: Path, _modified: int, _size: int) -> Policy:
    return read_file(path)


@cache
def _shipped(store: str) -> Policy:
    return read_file(policy_path(store))


def read_file(path: Path) -> Policy:
    """Read and type-check one policy file."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        what = getattr(fault, "strerror", None) or "cannot be read"
        raise PolicyError(what, where=str(path), cure="check the path and its permissions, or: avdet policy new") from None
    return read_bytes(raw, str(path))


def read_bytes(raw: bytes, file: str) -> Policy:
    """Read and type-check the text of a policy file; `file` is how errors name it."""
    document, lines = read_yaml(raw, file)
    try:
        msgspec.convert(document, PolicyFile)
    except msgspec.ValidationError as fault:
        path, what = complaint(fault, document, lambda doc: msgspec.convert(doc, PolicyFile))
        raise _shape_error(document, lines, file, path, what) from None
    return read_policy(document, file=file, lines=lines)


def _meant(key: str) -> str:
    """What to do about a key that does not stand where it may."""
    return "it belongs elsewhere: check the indentation, and whether this is a policy" if key in KEYS else nearest(key, KEYS)


def _value_at(document: Any, path: tuple[str | int, ...]) -> Any:
    try:
        return reduce(lambda here, step: here[step], path, document)
    except (KeyError, IndexError, TypeError):
        return None


def _shape_error(document: Any, lines: Mapping[tuple[str | int, ...], int], file: str,
                 path: tuple[str | int, ...], what: str) -> PolicyError:  # fmt: skip
    clause = ""
    if len(path) >= 2 and path[0] == "clauses" and isinstance(path[1], int):
        entry = document["clauses"][path[1]]
        clause = str(entry.get("id", "")) if isinstance(entry, dict) else ""
    unknown = _UNKNOWN_KEY.fullmatch(what)
    if unknown is not None:
        path, what, cure = (*path, unknown[1]), f"unknown field {unknown[1]!r}", _meant(unknown[1])
        code, values = "policy.unknown", {"place": _place(path)}
    else:
        code, values = code_of_shape(what, _place(path))
        what, cure = shape_in_words(what, _value_at(document, path))
    near = path
    while near not in lines and near:
        near = near[:-1]
    return PolicyError(
        f"{_place(path)}: {what}", where=f"{file}:{lines.get(near, 1)}", clause=clause, cure=cure, code=code, values=values
    )


def _place(path: tuple[str | int, ...]) -> str:
    """Where a value stands, as people write it: `clauses[0].id`."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.lstrip(".") or "the file"


@cache
def law_of(name: str) -> Policy:
    """The law of a jurisdiction, as a policy."""
    if name not in LAWS:
        raise PolicyError(f"{name!r} is no law here", cure=f"use one of {', '.join(LAWS)}, or leave `law` out")
    return read_file(HERE / "law" / f"{name}.yaml")


# ---- calendars -------------------------------------------------------------------------------------------------------


@cache
def _holidays(country: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "calendars" / f"{country.lower()}.json").read_text(encoding="utf-8"))
    return found


def calendar_of(policy: Policy) -> Calendar:
    """The calendar that a store counts by. Its version names the holiday table and the store's own changes to it."""
    return policy.counted or _calendar(policy.calendar, policy.store)


def counting_by(policy: Policy, calendar: Calendar, *, since: date | None = None) -> Policy:
    """The same terms, counted by a calendar that is kept beside them. Fingerprints stay what they are.

    `since`: its newest version alone, in force from that day, whatever day the document itself names.
    """
    counted = replace(policy, counted=calendar)
    kept = policy.editions if since is None else (replace(policy.newest, in_force_from=since),)
    editions = tuple(replace(edition, policy=counted) for edition in kept)
    object.__setattr__(counted, "editions", editions)  # each knows its policy, and the policy its versions
    return counted


def table_of(country: str) -> Mapping[str, Any]:
    """A country's holiday table: `version`, `first` and `last` day, `holidays` and `half_days` (date → name)."""
    return _NO_HOLIDAYS if country == "none" or country not in TABLES else _holidays(country)


@cache
def _calendar(spec: CalendarSpec, store: str) -> Calendar:
    table = table_of(spec.country)
    days = dict(table["holidays"])
    if spec.half_days == "closed":
        days |= table["half_days"]
    holidays = {date.fromisoformat(day): name for day, name in days.items()}
    holidays |= dict(spec.add)
    for day in spec.remove:
        holidays.pop(day, None)
    changes = len(spec.add) + len(spec.remove)
    return Calendar(
        name=f"{store}/{spec.country}", version=table["version"] + (f"+{changes}" if changes else ""), zone=spec.zone,
        weekend=frozenset(WEEKDAYS.index(day) + 1 for day in spec.weekend), holidays=holidays,
        first=date.fromisoformat(table["first"]), last=date.fromisoformat(table["last"]),
        months="jalali" if spec.months == "jalali" else "gregorian",
    )  # fmt: skip


_NO_HOLIDAYS: Final[dict[str, Any]] = {
    "version": "none",
    "first": "1900-01-01",
    "last": "2199-12-31",
    "holidays": {},
    "half_days": {},
}
