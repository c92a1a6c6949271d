"""Writes the list of what is proved of the shipped policies into `docs/explanation/proofs.md`, between its two markers.

`python tools/proofs.py` writes it; with `--check` it only says whether the list is current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from avdet.analysis.findings import Finding
from avdet.analysis.prove import check
from avdet.core.policy import Policy
from avdet.policies.shelf import LAWS, STORES, law_of, load

PAGE = Path(__file__).resolve().parent.parent / "docs/explanation/proofs.md"
BEGIN, END = "<!-- proved: written by tools/proofs.py -->\n", "<!-- /proved -->"
HEADINGS = {"error": "Errors", "law": "Below the law", "note": "Notes"}


def policies() -> list[Policy]:
    """The five stores and the three laws."""
    return [*(load(store) for store in STORES), *(law_of(law) for law in LAWS)]


def section(policy: Policy, found: tuple[Finding, ...]) -> Iterator[str]:
    """One policy's findings, each on a line: the kind, the clauses, what was found and in which claim."""
    counts = [f"{sum(each.level == level for each in found)} {words.lower()}" for level, words in HEADINGS.items()]
    yield f"### {policy.names['en']}\n\n{', '.join(counts)}.\n"
    for level, words in HEADINGS.items():
        rows = [each for each in found if each.level == level]
        if rows:
            yield f"**{words}**\n"
            yield "".join(_row(each) for each in rows)


def _row(finding: Finding) -> str:
    at = f" at {finding.point}" if finding.point else ""
    return f"- `{finding.kind}` {', '.join(finding.clauses)}{at}: {_escaped(finding.message)}\n"


def _escaped(text: str) -> str:
    return text.replace("_", "\\_").replace("|", "\\|").replace("`", "")


def listing() -> str:
    """The whole list, as Markdown."""
    return "\n".join(line for policy in policies() for line in section(policy, check(policy)))


def rendered(page: str) -> str:
    """The page with the list as it is now."""
    head, rest = page.split(BEGIN)
    return head + BEGIN + "\n" + listing() + "\n" + END + rest.split(END, 1)[1]


def main() -> int:
    """Write the list, or with --check compare it. Exit code 1 when it is out of date."""
    now = PAGE.read_text(encoding="utf-8")
    fresh = rendered(now)
    if "--check" in sys.argv[1:]:
        print("current" if now == fresh else "out of date: run python tools/proofs.py")
        return int(now != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
