"""What changed between two versions of the terms: clauses added, removed and changed, in the text and in the rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from avdet.analysis.publish.conditions import spoken_condition
from avdet.analysis.publish.page import environment, head, spoken
from avdet.analysis.publish.words import phrase
from avdet.core import conditions as c
from avdet.core.policy import Case, Clause, Edition, Values
from avdet.core.vocabulary import CARRIAGES
from avdet.words.catalogue import say
from avdet.words.dates import span

_WORDS: Final = re.compile(r"\s+|[^\s\w]|\w+(?:[\u200c'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `kind` is same, ins or del."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A clause in both versions. `rule` says in plain words what the rule does differently; the text may be the same."""

    id: str
    pieces: tuple[Piece, ...]
    rule: tuple[str, ...]
    text_changed: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """`added` and `removed` are (id, text); `gaps_added` and `gaps_removed` the texts of open places."""

    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    changed: tuple[Change, ...]
    gaps_added: tuple[str, ...]
    gaps_removed: tuple[str, ...]
    calendar: bool

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.gaps_added or self.gaps_removed or self.calendar)


def differences_html(old: Edition, new: Edition, language: str) -> str:
    """The differences as one self-contained HTML page in a language that both versions are written in."""
    spoken(old.policy, language)
    spoken(new.policy, language)
    page = head(new.policy, new, language) | {"old_version": old.version, "found": differences(old, new, language)}
    return environment().get_template("differences.html.j2").render(**page)


def differences(old: Edition, new: Edition, language: str) -> Differences:
    """Every difference that a customer can meet, in the new version's reading order."""
    added = tuple((clause.id, clause.text.get(language, "")) for clause in new.clauses if clause.id not in old.by_id)
    removed = tuple((clause.id, clause.text.get(language, "")) for clause in old.clauses if clause.id not in new.by_id)
    pairs = [(old.by_id[clause.id], clause) for clause in new.clauses if clause.id in old.by_id]
    changed = [change for before, after in pairs if (change := _change(before, after, language, new.policy.currency))]
    gaps = [[gap.text.get(language, "") for gap in edition.policy.gaps] for edition in (old, new)]
    return Differences(
        added, removed, tuple(changed),
        tuple(text for text in gaps[1] if text not in gaps[0]), tuple(text for text in gaps[0] if text not in gaps[1]),
        old.policy.calendar != new.policy.calendar,
    )  # fmt: skip


def _change(old: Clause, new: Clause, language: str, currency: str) -> Change | None:
    before, after = old.text.get(language, ""), new.text.get(language, "")
    rule = tuple(dict.fromkeys(rule_changes(old, new, language, currency)))
    if before == after and not rule:
        return None
    return Change(new.id, tuple(word_diff(before, after)), rule, before != after)


def word_diff(old: str, new: str) -> Iterator[Piece]:
    """Words taken out and put in, in one line; neighbours of one kind together."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    for kind, a, b, x, y in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("del", "".join(before[a:b]))
        if y > x:
            yield Piece("ins", "".join(after[x:y]))


# ---- rules in plain words --------------------------------------------------------------------------------------------


def rule_changes(old: Clause, new: Clause, language: str, currency: str) -> Iterator[str]:
    """What the rule of a clause does differently: lengths, outcomes, payers, remedies, demands and when it applies."""
    if len(old.cases) == len(new.cases):
        for before, after in zip(old.cases, new.cases, strict=True):
            yield from _values(before.then, after.then, language)
    elif _plain(old) != _plain(new):
        yield phrase("diff.cases", language)
    for was, now in _unlike(_conditions(old), _conditions(new)):
        yield _now("diff.applies", spoken_condition(was, language, currency), spoken_condition(now, language, currency),
                   language)  # fmt: skip
    exceptions = [{*clause.exception_to, *(to for case in clause.cases for to in case.exception_to)} for clause in (old, new)]
    yield from _listed("diff.exceptions", sorted(exceptions[0]), sorted(exceptions[1]), language)


def _plain(clause: Clause) -> list[Case]:
    """The cases with every parameter put in, so that they can be compared between two files."""
    return [replace(case, when=resolved(case.when)) for case in clause.cases]


def _conditions(clause: Clause) -> list[c.Condition]:
    return [resolved(clause.when), *(_without_limits(case) for case in clause.cases)]


def _without_limits(case: Case) -> c.Condition:
    """A case's condition without the periods that are told as deadlines already."""
    told = {(period.in_time.fact, period.length) for _, period in case.then.deadlines if isinstance(period.in_time, c.Atom)}
    parts = case.when.parts if isinstance(case.when, c.All) else (case.when,)
    kept = [part for part in map(resolved, parts)
            if not (isinstance(part, c.Atom) and part.op == "<=" and (part.fact, part.value) in told)]  # fmt: skip
    return c.conjoin(kept)


def _unlike(old: list[c.Condition], new: list[c.Condition]) -> Iterator[tuple[c.Condition, c.Condition]]:
    if len(old) == len(new):
        yield from ((before, after) for before, after in zip(old, new, strict=True) if before != after)


def resolved(condition: c.Condition) -> c.Condition:
    """The condition with the figure of every parameter in its place.

    >>> c.show(resolved(c.parse("quantity > most", {"most": 5})))
    'quantity > 5'
    """
    if isinstance(condition, c.Atom):
        values = tuple(o.value if isinstance(o, c.Parameter) else o for o in c.operands(condition))
        return replace(condition, value=values if isinstance(condition.value, tuple) else values[0])
    if isinstance(condition, c.Not):
        return c.Not(resolved(condition.part))
    return replace(condition, parts=tuple(map(resolved, condition.parts)))


def _values(old: Values, new: Values, language: str) -> Iterator[str]:
    for effect, label, group in (("outcome", "diff.outcome", "result"), *((way, "", "payer") for way in CARRIAGES)):
        before, after = getattr(old, effect), getattr(new, effect)
        if before != after:
            was, now = (say(language, group, value) if value else "" for value in (before, after))
            yield _now(label or say(language, "slip", effect), was, now, language)
    yield from _listed("diff.remedies", [say(language, "remedy", each) for each in old.remedies],
                       [say(language, "remedy", each) for each in new.remedies], language)  # fmt: skip
    yield from _listed("diff.requires", [say(language, "requirement", each) for each in old.requires],
                       [say(language, "requirement", each) for each in new.requires], language)  # fmt: skip
    before, after = ({name: _period(period, language) for name, period in each.deadlines} for each in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield _now(say(language, "deadline", name), before.get(name, ""), after.get(name, ""), language)


def _period(period: Any, language: str) -> str:
    event = phrase(f"after.{period.after}", language)
    return phrase("period", language, span=span(period.length, period.unit, language), event=event)


def _now(label: str, old: str, new: str, language: str) -> str:
    said = phrase(label, language) if label.startswith("diff.") else label
    key = "diff.now" if old and new else "diff.more" if new else "diff.less"
    return phrase(key, language, label=said, old=old, new=new)


def _listed(label: str, old: list[str], new: list[str], language: str) -> Iterator[str]:
    yield from (_now(label, each, "", language) for each in old if each not in new)
    yield from (_now(label, "", each, language) for each in new if each not in old)
