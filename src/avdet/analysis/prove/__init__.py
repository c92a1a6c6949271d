"""`avdet policy check`: what can go wrong with a policy, proved, each finding with the plainest claim that shows it.

A finding's witness is a question document that has been put to `decide`; where there is none, the finding is the proof
that no such claim exists: a clause that can never apply, an open place that nothing reaches. What a policy's texts lack is
`wording.check_wording`'s to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from avdet.analysis.findings import Finding
from avdet.analysis.prove.deadlines import deadlines_without_start, endless_rights
from avdet.analysis.prove.diff import Change, diff
from avdet.analysis.prove.fairness import defects_slighted, evidence_that_harms
from avdet.analysis.prove.gaps import conflicts, named_gaps, open_gaps
from avdet.analysis.prove.idle import idle_clauses
from avdet.analysis.prove.inquiry import Inquiry
from avdet.analysis.prove.law import below_law, early_starts
from avdet.core.policy import Edition, Policy
from avdet.policies import calendar_of, law_of

__all__ = ["Change", "check", "diff"]

_LEVELS = ("error", "law", "note")
_BY_POINT = (open_gaps, conflicts, evidence_that_harms, defects_slighted, deadlines_without_start, below_law, early_starts,
             endless_rights)  # fmt: skip


def check(policy: Policy, *, law: Policy | None = None, editions: Iterable[Edition] | None = None) -> tuple[Finding, ...]:
    """Every finding of a policy, errors first. `law`: instead of the one that the policy names; `editions`: the newest."""
    beside = law or (law_of(policy.law) if policy.law else None)
    found: dict[object, Finding] = {}
    for edition in editions or (policy.newest,):
        for finding in _check(edition, beside):
            found.setdefault(_once(finding), finding)
    return tuple(sorted(found.values(), key=lambda finding: _LEVELS.index(finding.level)))


def _once(finding: Finding) -> object:
    """What makes two findings one: the law and the notes are listed once, not at each decision point anew."""
    if finding.level == "error" or finding.kind == "gap":
        return (finding.kind, finding.clauses, finding.point, finding.message)
    return (finding.kind, finding.clauses)


def _check(edition: Edition, law: Policy | None) -> Iterator[Finding]:
    calendar = calendar_of(edition.policy)
    inquiries = [Inquiry(point, edition, calendar, law.newest if law else None) for point in edition.points()]
    for inquiry in inquiries:
        for study in _BY_POINT:
            yield from study(inquiry)
    yield from named_gaps(edition.policy, inquiries)
    yield from idle_clauses(edition, inquiries)
