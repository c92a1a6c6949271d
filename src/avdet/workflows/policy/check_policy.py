"""What can go wrong with a draft, and who would fare otherwise under it: worked out in the background, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from importlib.util import find_spec
from typing import Any, Final

from avdet.analysis.apart import apart
from avdet.analysis.findings import Finding
from avdet.analysis.wording import check_wording
from avdet.core.policy import Policy
from avdet.ports.jobs import Payload, job
from avdet.records.stores.models import PolicyVersion
from avdet.records.stores.policies import record_checking, version_by_id
from avdet.records.stores.queries import published_before
from avdet.records.stores.terms import calendar_in_force, terms_of

CHECK: Final = "check_policy"
MOST: Final = 200
"""Findings and changes that are kept of one draft."""
_LEVELS: Final = ("error", "law", "note")


@job(CHECK, attempts=3)
def check_policy(payload: Payload, now: datetime) -> None:
    """Checks a draft, unless it is gone or was rewritten since."""
    version = version_by_id(payload["version"])
    if version is None or version.fingerprint != payload["fingerprint"]:
        return
    policy = terms_of(version.store, version, calendar_in_force(version.store, now)).policy
    solver = find_spec("z3") is not None
    steps: list[tuple[str, Callable[[], Iterable[Any]]]] = [("findings", lambda: check_wording(policy))]
    if solver:
        steps += [("findings", lambda: _proved(policy)), ("fares", lambda: _compared(version, policy, now))]
    _take(version, steps, solver)


def _take(version: PolicyVersion, steps: Sequence[tuple[str, Callable[[], Iterable[Any]]]], solver: bool) -> None:
    """Does each step, and writes down how far it is before the next."""
    found: dict[str, list[dict[str, Any]]] = {"findings": [], "fares": []}
    for number, (kind, step) in enumerate(steps, 1):
        if not record_checking(version, checking=_standing("running", number, len(steps), solver)):
            return
        found[kind] += [_plain(each) for each in step()]
    found["findings"].sort(key=lambda finding: _LEVELS.index(finding["level"]))
    kept = {kind: rows[:MOST] for kind, rows in found.items()}
    record_checking(version, checking=_standing("done", len(steps), len(steps), solver), **kept)


def _standing(state: str, step: int, steps: int, solver: bool) -> dict[str, Any]:
    return {"state": state, "step": step, "steps": steps, "solver": solver}


def _proved(policy: Policy) -> Iterable[Finding]:
    return apart("check", policy)


def _compared(version: PolicyVersion, policy: Policy, now: datetime) -> Iterable[Any]:
    """Claims that fare worse or better than under the version before it."""
    before = published_before(version.store, version)
    if before is None:
        return ()
    old = terms_of(version.store, before, calendar_in_force(version.store, now)).policy
    return apart("diff", old.newest, policy.newest) if old.currency == policy.currency else ()


def _plain(found: Any) -> dict[str, Any]:
    """A finding or a change as it is kept: what it says, not the claim that shows it."""
    keys = (
        ("kind", "level", "clauses", "message", "cure", "point", "line")
        if isinstance(found, Finding)
        else ("fares", "effect", "point", "old", "new", "message")
    )
    return {key: list(value) if isinstance(value := getattr(found, key), tuple) else value for key in keys}
