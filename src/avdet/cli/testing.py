"""`avdet policy test`: a policy's cases, what fails of them, and how much of the policy they exercise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from avdet.cli.terminal import console, printable, write, write_json
from avdet.core.errors import PolicyError
from avdet.core.policy import Edition
from avdet.policies import load

if TYPE_CHECKING:
    from avdet.analysis.cases import CaseFile, CaseResult
    from avdet.analysis.coverage import Coverage

SHOWN: Final = 12
"""What was missed is listed so far; the rest is counted, and in full in the JSON."""


def run(store: str, files: Sequence[str], *, propose: bool, json: bool) -> int:
    """Run case files against a policy. Exit code 1 when a case does not hold."""
    edition = load(store).newest
    from avdet.analysis.cases import run_case
    from avdet.analysis.coverage import coverage

    cases = list(_cases(files))
    results = [run_case(case, store=store) for case in cases]
    covered = coverage(edition, cases)
    proposed = _proposed(edition) if propose else []
    if json:
        write_json(_plain(results, covered) | ({"proposed": proposed} if propose else {}))
    elif propose:
        _write_cases(proposed)
    else:
        _print(results, covered)
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


def _proposed(edition: Edition) -> list[dict[str, Any]]:
    from avdet.analysis.propose import propose

    return propose(edition)


def _write_cases(proposed: list[dict[str, Any]]) -> None:
    """As a case file on standard output: read each, keep those that say what you meant."""
    import yaml

    class Written(yaml.SafeDumper):
        """As a person writes: each claim whole, with no names for parts that are alike."""

        def ignore_aliases(self, _data: Any) -> bool:
            return True

    text = yaml.dump({"scenarios": proposed}, Dumper=Written, allow_unicode=True, sort_keys=False, width=120,
                     default_flow_style=None)  # fmt: skip
    write(text.rstrip("\n").encode())


def _plain(results: Sequence[CaseResult], covered: Coverage) -> dict[str, Any]:
    failed = [{"id": r.case.id, "says": r.case.says, "faults": r.faults} for r in results if r.faults]
    share = {name: {"exercised": some, "of": every} for name, (some, every) in covered.share().items()}
    missed = {"clauses": covered.clauses_missed, "cases": covered.cases_missed, "comparisons": covered.one_sided}
    return {"cases": len(results), "failed": failed, "coverage": share, "missed": missed}


def _print(results: Sequence[CaseResult], covered: Coverage) -> None:
    from rich.text import Text

    out = console()
    for result in results:
        if result.faults:
            out.print(Text.assemble(("✘ ", "red"), (printable(result.case.id), "bold"), f"  {printable(result.case.says)}"))
            for fault in result.faults:
                out.print(Text(f"  {printable(fault)}"))
    held = sum(not result.faults for result in results)
    out.print(Text(f"{held} of {len(results)} cases hold", style="bold"))
    for name, (some, every) in covered.share().items():
        out.print(Text(f"  {name:<12}{some:>4} of {every} exercised"))
    for line in _missed(covered):
        out.print(Text(f"  {line}", style="dim"))


def _missed(covered: Coverage) -> Iterator[str]:
    """What no case shows, the weightiest first."""
    said = [f"no case is answered by {clause}" for clause in covered.clauses_missed]
    missed = set(covered.clauses_missed)
    said += [f"no case reaches case {n + 1} of {clause}" for clause, n in covered.cases_missed if clause not in missed]
    said += [f"{clause}: no case in which `{shown}` {'holds' if way else 'fails'}" for clause, shown, way in covered.one_sided]
    yield from said[:SHOWN]
    if len(said) > SHOWN:
        yield f"and {len(said) - SHOWN} more; --json lists them all, --propose writes claims to begin from"
