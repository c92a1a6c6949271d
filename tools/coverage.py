"""Writes `docs/reference/coverage.md`: every clause, the policy file it stands in, the cases that cover it, where it is kept,
the page on which its person meets it, and the tests that try it through the records and the pages.

`python tools/coverage.py` writes it; with `--check` it only says whether the file is current, and which clauses fall short.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from avdet.analysis.cases import CaseFile, read_cases
from avdet.core.policy import Clause, Policy
from avdet.core.vocabulary import POINTS
from avdet.policies.shelf import LAWS, STORES, law_of, load, policy_path
from avdet.policies.yaml_reader import read_yaml

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "src/avdet/policies/catalogue.yaml"
CASES = ROOT / "tests/policies/cases"
TARGET = ROOT / "docs/reference/coverage.md"
TESTS = ROOT / "tests"
TRIED_IN = ("stories", "web", "workflows")
"""Where a test that names a clause tries it beyond the engine: in a browser, on a page, or through the records."""
CASES_WANTED = 3
REFUSALS = frozenset({"deny", "evidence", "review"})


@dataclass(frozen=True)
class Covering:
    """A case that covers a clause. `refuses`: its answer is no plain yes, or it shows the clause not to apply."""

    id: str
    refuses: bool


@dataclass(frozen=True)
class Row:
    """One clause of the catalogue or of a law. `file` is empty where no policy holds it."""

    clause: str
    store: str
    says: str
    file: str
    points: tuple[str, ...]
    carried_by: str
    cases: tuple[Covering, ...]
    tests: tuple[str, ...] = ()

    @property
    def decides(self) -> bool:
        return bool(self.points)

    @property
    def shortfall(self) -> str:
        """What the row lacks, in words; empty where it lacks nothing."""
        if not self.file:
            return "stands in no policy"
        if not self.decides:
            return "" if self.carried_by else "is kept nowhere"
        if len(self.cases) < CASES_WANTED:
            return f"has {len(self.cases)} of {CASES_WANTED} cases"
        return "" if any(case.refuses for case in self.cases) else "has no refusal among its cases"

    @property
    def pages(self) -> tuple[str, ...]:
        """Where its person meets it, in the order of the decision points."""
        met = [PAGES[point] for point in self.points] or [MET_OF.get(self.clause) or MET_AT.get(self.carried_by, "")]
        return tuple(dict.fromkeys(filter(None, met)))

    @property
    def is_of_claims(self) -> bool:
        """Whether it is one of the four stores' clauses that decide a claim, an inspection, a refund or custody."""
        kept_there = bool(set(self.points) & CLAIM_POINTS) or self.carried_by in ("refunds", "returns_desk")
        return self.clause.startswith(CLAIMED_OF) and kept_there


CLAIMED_OF = ("OFK-", "PPS-", "FET-", "OFI-6", "OFI-7", "OFI-10")
CLAIM_POINTS = frozenset({"claim", "inspection", "refund", "custody"})
PAGES = {
    "checkout": "order by API", "dispatch": "desk: order",
    "address_change": "portal: order", "cancellation": "portal: order", "delivery_failed": "portal: order",
    "claim": "portal: claim form", "inspection": "desk: bench",
    "refund": "portal: refund; desk: payouts", "custody": "desk: case",
}  # fmt: skip
"""Decision point → the page on which its answer is met first."""
MET_AT = {
    "refunds": "portal: refund; desk: payouts", "returns_desk": "desk: case", "terms_page": "portal: terms",
    "policy_check": "studio: policy", "notices": "messages", "catalogue": "portal: product", "packing": "desk: packing list",
    "invoices": "desk: order",
}  # fmt: skip
"""Capability → the page on which it is met, for clauses at which nothing is decided."""
MET_OF = {
    "PPS-REQ-1": "portal: claim form", "TR-MSY-11": "portal: claim form", "EU-CRD-11A": "portal: claim form",
    "FET-REQ-1": "desk: claim form",
}  # fmt: skip
"""Clause → its page, where that is another one than its capability's."""


def trials() -> dict[str, tuple[str, ...]]:
    """Clause → the tests beyond the engine's cases that name it, as `module.py::test`, or the module where a table names it."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted(each for folder in TRIED_IN for each in (TESTS / folder).rglob("test_*.py")):
        name = path.relative_to(TESTS).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            test = node.name if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") else ""
            for clause in _named(node):
                found.setdefault(clause, {})[f"{name}::{test}" if test else name] = None
    return {clause: tuple(tests) for clause, tests in found.items()}


_CLAUSE = re.compile(r"(?<![A-Z0-9-])(?:OFI|OFK|PPS|FET|HEP)-[A-Z0-9]+(?:[.-][0-9]+)*(?![A-Za-z0-9-])")


def _named(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield from _CLAUSE.findall(each.value)


def catalogue() -> dict[str, Any]:
    """The catalogue of clauses and the readings."""
    document: dict[str, Any] = read_yaml(CATALOGUE.read_bytes(), str(CATALOGUE))[0]
    return document


def all_cases() -> list[CaseFile]:
    """Every case of the policies, file by file."""
    return [case for path in sorted(CASES.glob("*.yaml")) for case in read_cases(path)]


def coverings(cases: Iterable[CaseFile]) -> dict[str, tuple[Covering, ...]]:
    """Clause → the cases that cover it: by `covers`, or because they expect it cited, or not cited."""
    found: dict[str, dict[str, Covering]] = {}
    for case in cases:
        barred = set(case.expect.get("not_clauses", ()))
        refused = case.bad or case.expect.get("outcome") in REFUSALS
        for clause in dict.fromkeys((*case.covers, *case.expect.get("clauses", ()), *barred)):
            found.setdefault(clause, {})[case.id] = Covering(case.id, refused or clause in barred)
    return {clause: tuple(by_id.values()) for clause, by_id in found.items()}


def policies() -> dict[str, Policy]:
    """Every shipped policy by name, laws included; a store whose file is not there is left out."""
    found = {store: load(store) for store in STORES if policy_path(store).is_file()}
    return found | {law_of(law).store: law_of(law) for law in LAWS}


def rows(shelf: Mapping[str, Policy], covered: Mapping[str, tuple[Covering, ...]]) -> list[Row]:
    """A row for each clause of the catalogue, then for each clause of the laws."""
    tried = trials()
    listed = [(entry["id"], entry["store"], entry["says"]) for entry in catalogue()["clauses"]]
    for law in (policy for name, policy in shelf.items() if name not in STORES):
        listed += [(clause.id, law.store, clause.text["en"]) for clause in _clauses(law).values()]
    return [
        replace(_row(*each, shelf.get(each[1]), covered.get(each[0], ())), tests=tried.get(each[0], ())) for each in listed
    ]


def _clauses(policy: Policy) -> dict[str, Clause]:
    return {clause.id: clause for edition in policy.editions for clause in edition.clauses}


def _row(clause_id: str, store: str, says: str, policy: Policy | None, cases: tuple[Covering, ...]) -> Row:
    clause = _clauses(policy).get(clause_id) if policy else None
    if policy is None or clause is None:
        return Row(clause_id, store, says, "", (), "", cases)
    spoken = {point for case in clause.cases for point in case.at}
    file = Path(policy.file).resolve().relative_to(ROOT).as_posix()
    points = tuple(point for point in POINTS if point in spoken)
    return Row(clause_id, store, says, file, points, clause.carried_by, cases)


# ---- the page --------------------------------------------------------------------------------------------------------

_HEAD = """\
# Coverage

Every clause of the five stores' terms and of the three laws: the policy file in which it stands, the cases that put it to the
test, and where it is kept: by the engine at the decision points named, or by the capability named. Generated by
`python tools/coverage.py`; a test fails when this page is stale, when a clause is in no row, or when a clause that decides has
fewer than three cases or no refusal among them. The cases are in `tests/policies/cases`, the policies in `src/avdet/policies`.

*Where it is met* is the page on which its person first sees what it decides. *Tests beyond the engine* are the browser
stories, page tests and workflow tests that name the clause: there a real order is decided, not a question of a file.
For every clause of the four stores that speaks of a claim, an inspection, a refund or custody a test fails where there is none.
"""


def page(shelf: Mapping[str, Policy], listed: list[Row]) -> str:
    """The whole page as Markdown."""
    stores = list(dict.fromkeys(row.store for row in listed))
    parts = [_HEAD, *_summary(shelf, listed, stores)]
    for store in stores:
        parts += _section(shelf, store, [row for row in listed if row.store == store])
    return "\n".join([*parts, *_readings()]) + "\n"


def _name(shelf: Mapping[str, Policy], store: str) -> str:
    return shelf[store].names["en"] if store in shelf else store


def _summary(shelf: Mapping[str, Policy], listed: list[Row], stores: list[str]) -> Iterator[str]:
    yield "| policy | clauses | decide | kept elsewhere | cases |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for store in stores:
        mine = [row for row in listed if row.store == store]
        deciding = sum(row.decides for row in mine)
        cases = len({case.id for row in mine for case in row.cases})
        yield f"| {_name(shelf, store)} | {len(mine)} | {deciding} | {len(mine) - deciding} | {cases} |"
    yield ""


def _section(shelf: Mapping[str, Policy], store: str, mine: list[Row]) -> Iterator[str]:
    yield f"## {_name(shelf, store)}\n"
    files = ", ".join(dict.fromkeys(f"`{row.file}`" for row in mine if row.file))
    yield f"Policy: {files or 'not written yet'}\n"
    yield "| clause | in short | where it is kept | where it is met | cases | tests beyond the engine |"
    yield "| --- | --- | --- | --- | --- | --- |"
    yield from (_line(row) for row in mine)
    yield ""


def _line(row: Row) -> str:
    kept = ", ".join(f"`{point}`" for point in row.points)
    if row.carried_by:
        kept += ("; " if kept else "") + row.carried_by.replace("_", " ")
    cases = f"{len(row.cases)}: " + ", ".join(case.id for case in row.cases) if row.cases else "none"
    flaw = f" **{row.shortfall}**" if row.shortfall else ""
    met, tests = "; ".join(row.pages) or "–", ", ".join(row.tests) or "none yet"
    head = f"| <span id=\"{row.clause}\">{row.clause}</span> | {row.says}"
    return f"{head} | {kept or 'nowhere'}{flaw} | {met} | {cases} | {tests} |"


def _readings() -> Iterator[str]:
    yield "## Where the sources pull two ways\n"
    yield "What the stores' terms leave open or say twice, and how the shipped policies read it.\n"
    yield "| clauses | what | reading |"
    yield "| --- | --- | --- |"
    for entry in catalogue()["readings"]:
        links = ", ".join(f"[{clause}](#{clause})" for clause in entry["clauses"])
        yield f"| {links} | {entry['what']} | {entry['reading']} |"


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` compare it; 1 where something falls short."""
    shelf = policies()
    listed = rows(shelf, coverings(all_cases()))
    text = page(shelf, listed)
    for row in listed:
        if row.shortfall:
            print(f"{row.clause} {row.shortfall}")
    if "--check" in arguments:
        current = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        print("current" if current else "stale: run python tools/coverage.py")
        return int(not current or any(row.shortfall for row in listed))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
