"""`avdet policy diff`: claims that fare worse and better under another policy, each put to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from avdet.cli.checking import indented, save
from avdet.cli.terminal import console, write_json
from avdet.core.errors import AvdetError
from avdet.core.policy import Edition, Policy
from avdet.policies import load

if TYPE_CHECKING:
    from avdet.analysis.prove.diff import Change

_LOOK: Final = {"worse": ("▼", "red"), "better": ("▲", "green")}


def editions_of(old: Policy, new: Policy) -> tuple[Edition, Edition]:
    """The newest editions of two policies, or the last two of one that is named twice."""
    if old.currency != new.currency:
        raise AvdetError(f"{old.store} sells in {old.currency}, {new.store} in {new.currency}", where="currency",
                         cure="compare policies that sell in one currency")  # fmt: skip
    if old is not new:
        return old.newest, new.newest
    if len(new.editions) < 2:
        raise AvdetError("a policy with one version, named twice", where=new.file or new.store, cure="name the draft's file")
    return new.editions[-2], new.editions[-1]


def run(old: str, new: str, *, folder: str | None, json: bool) -> int:
    """Print every way in which claims fare otherwise. Exit code 1 where there is one."""
    editions = editions_of(load(old), load(new))
    from avdet.analysis.prove.diff import diff

    found = diff(*editions)
    saved = save((((c.fares, c.effect, *c.new[:1], c.point), c.witness) for c in found), Path(folder)) if folder else {}
    if json:
        write_json({"old": _mark(editions[0]), "new": _mark(editions[1]), "changes": [_plain(c) for c in found]})
    else:
        _print(editions, found, saved)
    return int(bool(found))


def _mark(edition: Edition) -> dict[str, str]:
    return {"store": edition.policy.store, "version": edition.version, "fingerprint": edition.fingerprint}


def _plain(change: Change) -> dict[str, Any]:
    keys = ("fares", "effect", "point", "old", "new", "message", "witness", "before", "after")
    return {key: getattr(change, key) for key in keys}


def _print(editions: Sequence[Edition], found: Sequence[Change], saved: Mapping[int, Path]) -> None:
    from rich.text import Text

    out = console()
    worse = sum(change.fares == "worse" for change in found)
    names = " → ".join(f"{edition.policy.store} {edition.version}" for edition in editions)
    out.print(Text(f"{names}: {worse} ways to fare worse, {len(found) - worse} to fare better", style="bold"))
    for i, change in enumerate(found):
        icon, style = _LOOK[change.fares]
        clauses = f"{', '.join(change.old) or 'nothing'} → {', '.join(change.new) or 'nothing'}"
        out.print()
        out.print(Text.assemble((f"{icon} {change.effect} at {change.point} ", style), (clauses, "bold")))
        for line in (change.message, *([f"saved as {saved[i]}"] if i in saved else [])):
            out.print(indented(line))
