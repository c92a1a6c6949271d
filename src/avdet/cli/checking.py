"""`avdet policy check`: what was proved of a policy, each finding with the claim that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from avdet.cli.terminal import console, printable, write_json
from avdet.policies import load

if TYPE_CHECKING:
    from avdet.analysis.findings import Finding
    from avdet.core.policy import Policy

_LOOK: Final = {"error": ("✘", "red", "errors"), "law": ("§", "yellow", "below the law"), "note": ("·", "dim", "notes")}

_KEYS: Final = ("kind", "level", "clauses", "message", "cure", "point", "line", "witness", "decided")


def check(store: str, *, law: bool, folder: str | None, json: bool) -> int:
    """Print every finding. Exit code 1 for errors, and with `law` also for terms below the law."""
    policy = load(store)
    from avdet.analysis.prove import check as prove
    from avdet.analysis.wording import check_wording

    found = _sorted((*check_wording(policy), *prove(policy)))
    named = (((f.kind, *f.clauses[:2], f.point), f.witness) for f in found)
    saved = save(named, Path(folder)) if folder else {}
    if json:
        plain = [_plain(finding, saved.get(i)) for i, finding in enumerate(found)]
        write_json({"store": policy.store, "version": policy.newest.version, "findings": plain})
    else:
        _print(policy, found, saved)
    fails = {"error", "law"} if law else {"error"}
    return int(any(finding.level in fails for finding in found))


def _sorted(found: Sequence[Finding]) -> list[Finding]:
    """The gravest first; within a kind by the file's order, and not by what the solver happened to find first."""
    levels, kinds = list(_LOOK), list(dict.fromkeys(finding.kind for finding in found))

    def place(finding: Finding) -> tuple[int, int, int, tuple[str, ...], str]:
        told = finding.message if finding.witness else ""
        return levels.index(finding.level), kinds.index(finding.kind), finding.line, finding.clauses, told

    return sorted(found, key=place)


def _plain(finding: Finding, saved: Path | None) -> dict[str, Any]:
    plain: dict[str, Any] = {key: getattr(finding, key) for key in _KEYS}
    return plain | ({"saved": str(saved)} if saved else {})


def _print(policy: Policy, found: Sequence[Finding], saved: Mapping[int, Path]) -> None:
    from rich.text import Text

    out = console()
    counts = [_counted(sum(finding.level == level for finding in found), said) for level, (_, _, said) in _LOOK.items()]
    out.print(Text(f"{policy.store} {policy.newest.version}: {', '.join(counts)}", style="bold"))
    for i, finding in enumerate(found):
        icon, style, _ = _LOOK[finding.level]
        place = f"  {policy.file}:{finding.line}" if finding.line and finding.level == "error" else ""
        at = f" at {finding.point}" if finding.point else ""
        out.print()
        out.print(Text.assemble((f"{icon} {finding.kind}{at} ", style), (", ".join(finding.clauses), "bold"), (place, "dim")))
        for line in (*_body(finding), *([f"saved as {saved[i]}"] if i in saved else [])):
            out.print(indented(line))
    if not saved and any(finding.witness for finding in found):
        out.print(Text("\n--save-witness FOLDER keeps each finding's claim, for avdet decide", style="dim"))


def _counted(count: int, said: str) -> str:
    """
    >>> _counted(1, "errors"), _counted(2, "below the law")
    ('1 error', '2 below the law')
    """
    return f"{count} {said.removesuffix('s') if count == 1 else said}"


def _body(finding: Finding) -> Iterator[str]:
    yield finding.message
    if finding.decided:
        yield f"decide answers {finding.decided['outcome']} ({', '.join(finding.decided['clauses'])})"
    if finding.cure:
        yield f"→ {finding.cure}"


def indented(line: str) -> Any:
    """A line of a finding's body."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(printable(line)), (0, 0, 0, 2))


def save(witnesses: Iterable[tuple[Sequence[str], Mapping[str, Any] | None]], folder: Path) -> dict[int, Path]:
    """Each witness (with the words of its name) as a claim file that `avdet decide` answers; its position → its file."""
    from msgspec import json

    folder.mkdir(parents=True, exist_ok=True)
    saved = {}
    for i, (words, witness) in enumerate(witnesses):
        if witness is not None:
            saved[i] = folder / f"{i + 1:02}-{re.sub(r'[^A-Za-z0-9.-]+', '-', '-'.join(words)).strip('-')}.json"
            saved[i].write_bytes(json.format(json.encode(witness), indent=2) + b"\n")
    return saved
