"""Case files: questions with the answers expected of them, in the scenario format, and what of an answer is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from avdet.contract import answer, read_question
from avdet.contract.answer import builtins
from avdet.core.errors import AvdetError, PolicyError
from avdet.policies.yaml_reader import MAX_BYTES, read_yaml

_LISTS: Final = ("clauses", "not_clauses", "remedies", "requires", "missing")


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One scenario: `bad` expects the question to be refused; `covers` names the clauses it was written for."""

    id: str
    says: str
    question: Mapping[str, Any]
    expect: Mapping[str, Any]
    bad: bool = False
    covers: tuple[str, ...] = field(default=())


def read_cases(path: Path) -> list[CaseFile]:
    """The cases of one file; `PolicyError` if it is no case file."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        what = getattr(fault, "strerror", None) or "cannot be read"
        raise PolicyError(what, where=str(path), cure="check the path") from None
    document, _ = read_yaml(raw, str(path), aliases=True)
    listed = document.get("scenarios") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise PolicyError("no list of scenarios", where=str(path), cure="start with `scenarios:`")
    return [_case(entry, f"{path}: scenario {i + 1}") for i, entry in enumerate(listed)]


def _case(entry: Any, where: str) -> CaseFile:
    if not isinstance(entry, dict) or not {"id", "input"} <= set(entry) or not ({"expect", "bad"} & set(entry)):
        raise PolicyError("a scenario has id, says, input and expect", where=where, cure="add what is missing")
    expect, covers = entry.get("expect") or {}, entry.get("covers") or []
    if not isinstance(entry["input"], dict) or not isinstance(expect, dict):
        raise PolicyError("`input` and `expect` are keys with values", where=where, cure="write `key: value` under them")
    for key, wanted in (*expect.items(), ("covers", covers)):
        _check_wanted(key, wanted, where)
    return CaseFile(
        id=str(entry["id"]),
        says=str(entry.get("says", "")),
        question=_plain(entry["input"]),
        expect=expect,
        bad=bool(entry.get("bad")),
        covers=tuple(covers),
    )


def _check_wanted(key: str, wanted: Any, where: str) -> None:
    """Refuse an expectation that no answer could meet, for its shape alone."""
    if key in (*_LISTS, "covers") or key.endswith("_exactly"):
        if not isinstance(wanted, list) or not all(isinstance(item, str) for item in wanted):
            raise PolicyError(f"`{key}` is a list of names", where=where, cure=f"write {key}: [one, two]")
    elif key == "deadlines" and not (isinstance(wanted, dict) and all(map(_is_instant, wanted.values()))):
        cure = "write deadlines: {report_by: 2026-03-18T23:59:59.999999+03:00}"
        raise PolicyError("`deadlines` are names with instants", where=where, cure=cure)


def _is_instant(text: Any) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _plain(value: Any) -> Any:
    """The value without its empty entries."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    return [_plain(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case. `faults` is empty where it holds; `answer` is empty where the question was refused."""

    case: CaseFile
    faults: tuple[str, ...]
    answer: Mapping[str, Any]


def run_case(case: CaseFile, *, store: str | None = None) -> CaseResult:
    """Ask a case's question, of another policy than its own if `store` is given."""
    question = {**case.question, "store": store} if store else case.question
    try:
        found = builtins(answer(read_question(msgspec.json.encode(question))))
    except AvdetError as error:
        return CaseResult(case, () if case.bad else (str(error),), {})
    if case.bad:
        return CaseResult(case, ("was answered, and should have been refused",), found)
    return CaseResult(case, tuple(faults(case.expect, found)), found)


def faults(expect: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """What of a partial expectation does not hold of an answer."""
    cited = {row["clause"] for row in found.get("because", [])}
    for key, wanted in expect.items():
        if key == "clauses":
            yield from (f"{clause} is not cited; cited are {sorted(cited)}" for clause in wanted if clause not in cited)
        elif key == "not_clauses":
            yield from (f"{clause} is cited" for clause in wanted if clause in cited)
        elif key.endswith("_exactly"):
            have = list(found.get(key.removesuffix("_exactly"), []))
            if have != list(wanted):
                yield f"{key.removesuffix('_exactly')} is {have}, not {wanted}"
        elif key in _LISTS:
            yield from (f"{key} lacks {item}; has {found.get(key)}" for item in wanted if item not in found.get(key, []))
        elif key == "deadlines":
            yield from _deadline_faults(wanted, found.get("deadlines", {}))
        elif found.get(key) != wanted:
            yield f"{key} is {found.get(key)!r}, not {wanted!r}"


def _deadline_faults(wanted: Mapping[str, str], found: Mapping[str, Any]) -> Iterator[str]:
    for name, instant in wanted.items():
        at = found.get(name, {}).get("at")
        if at is None or datetime.fromisoformat(at) != datetime.fromisoformat(str(instant)):
            yield f"{name} is {at}, not {instant}"
