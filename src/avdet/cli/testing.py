"""`avdet policy test`: a policy's cases, what fails of them, and how much of the policy they exercise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from avdet.cli.terminal import console, printable, write_json
from avdet.core.errors import PolicyError
from avdet.policies import load

if TYPE_CHECKING:
    from avdet.analysis.cases import CaseFile, CaseResult


def run(store: str, files: Sequence[str], *, propose: bool, json: bool) -> int:
    """Run case files against a policy. Exit code 1 when a case does not hold."""
    policy = load(store)
    from avdet.analysis.cases import run_case

    results = [run_case(case, store=store) for case in _cases(files)]
    if json:
        write_json({"cases": len(results), "failed": [_failure(result) for result in results if result.faults]})
    else:
        _print(results)
    return int(any(result.faults for result in results))


def _cases(files: Sequence[str]) -> Iterator[CaseFile]:
    from avdet.analysis.cases import read_cases

    for file in files:
        path = Path(file)
        found = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        if not found:
            raise PolicyError("no case files in this folder", where=file, cure="name a folder with .yaml files, or a file")
        for each in found:
            yield from read_cases(each)


def _failure(result: CaseResult) -> dict[str, Any]:
    return {"id": result.case.id, "says": result.case.says, "faults": result.faults}


def _print(results: Sequence[CaseResult]) -> None:
    from rich.text import Text

    out = console()
    for result in results:
        if result.faults:
            out.print(Text.assemble(("✘ ", "red"), (printable(result.case.id), "bold"), f"  {printable(result.case.says)}"))
            for fault in result.faults:
                out.print(Text(f"  {printable(fault)}"))
    held = sum(not result.faults for result in results)
    out.print(Text(f"{held} of {len(results)} cases hold", style="bold"))
