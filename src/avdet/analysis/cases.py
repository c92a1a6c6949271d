"""Case files: questions with the answers expected of them, in the scenario format, and what of an answer is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from avdet.contract import answer, read_question
from avdet.contract.answer import builtins
from avdet.core.errors import AvdetError, PolicyError
from avdet.policies.yaml_reader import decode
from avdet.policies.yaml_words import in_words

MAX_BYTES: Final = 4 << 20
MAX_VALUES: Final = 500_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Loader):  # type: ignore[misc]
    """YAML with merge keys, in which a date stays text."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


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
        raw = path.read_bytes()
    except OSError as fault:
        raise PolicyError(fault.strerror or "cannot be read", where=str(path), cure="check the path") from None
    if len(raw) > MAX_BYTES:
        raise PolicyError(f"larger than {MAX_BYTES:,} bytes", where=str(path), cure="split the file")
    try:
        document = yaml.load(decode(raw, str(path)), Loader=_PlainLoader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        what, cure = in_words(fault)
        raise PolicyError(what, where=f"{path}:{mark.line + 1 if mark else 1}", cure=cure) from None
    listed = document.get("scenarios") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise PolicyError("no list of scenarios", where=str(path), cure="start with `scenarios:`")
    return [_case(entry, f"{path}: scenario {i + 1}") for i, entry in enumerate(listed)]


def _case(entry: Any, where: str) -> CaseFile:
    if not isinstance(entry, dict) or not {"id", "input"} <= set(entry) or not ({"expect", "bad"} & set(entry)):
        raise PolicyError("a scenario has id, says, input and expect", where=where, cure="add what is missing")
    budget = [MAX_VALUES]
    return CaseFile(
        id=str(entry["id"]),
        says=str(entry.get("says", "")),
        question=_plain(entry["input"], budget, where),
        expect=entry.get("expect") or {},
        bad=bool(entry.get("bad")),
        covers=tuple(entry.get("covers") or ()),
    )


def _plain(value: Any, budget: list[int], where: str) -> Any:
    """The value without its empty entries; aliases are walked as if written out, within a bound."""
    budget[0] -= 1
    if budget[0] < 0:
        raise PolicyError(f"more than {MAX_VALUES} values", where=where, cure="write smaller questions")
    if isinstance(value, dict):
        return {key: _plain(item, budget, where) for key, item in value.items() if item is not None}
    return [_plain(item, budget, where) for item in value] if isinstance(value, list) else value


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
        elif key in ("remedies", "requires", "missing"):
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
