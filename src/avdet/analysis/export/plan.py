"""What every export is written from: one rule for each branch of a clause, and who says which value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from avdet.core import conditions as c
from avdet.core.ask import cells
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME, CLAIMLESS, POSITION, Fact, Given
from avdet.core.point import Point
from avdet.core.policy import Branch, Period
from avdet.core.resolve import GRANTED, SCALARS, united
from avdet.core.vocabulary import DEADLINES, OUTCOMES, PAYERS, REASONS


@dataclass(frozen=True, slots=True)
class Rule:
    """One branch by a name of its own: the clause's id, with the case's number where it has several at the point."""

    name: str
    branch: Branch
    over: tuple[str, ...]

    @property
    def clause(self) -> str:
        return self.branch.clause.id

    @property
    def only_outcome(self) -> bool:
        """Whether an outcome is all it sets: then a dispute about something else leaves it uncited."""
        return [effect for effect, _ in self.branch.then.rows()] == ["outcome"]


@dataclass(frozen=True, slots=True)
class Offer:
    """An item of a list, said by any of `rules`, unless one of `unless` has said it further up."""

    item: str
    rules: tuple[str, ...]
    unless: tuple[str, ...]


def words(value: str | Period) -> str:
    """A value as the exports write it: a period as `7 days after delivered`."""
    return value if isinstance(value, str) else f"{value.length} {value.unit} after {value.after}"


@dataclass(frozen=True)
class Plan:
    """One decision point, laid out for export."""

    point: Point

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """In the policy's order; `over` names the rules that set this one aside."""
        branches = self.point.branches
        many = {b.clause.id for a, b in combinations(branches, 2) if a.clause.id == b.clause.id}
        names = [f"{b.clause.id}/{b.number + 1}" if b.clause.id in many else b.clause.id for b in branches]
        over = [tuple(names[j] for j in range(len(names)) if bits >> j & 1) for bits in self.point.defeaters]
        return tuple(map(Rule, names, branches, over))

    @cached_property
    def open_places(self) -> tuple[tuple[str, str, c.Condition], ...]:
        """(name, the clause it is about, condition) of each gap that the terms name."""
        return tuple((f"open place {i}", gap.about, gap.when) for i, gap in enumerate(self.point.gaps, 1))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact that a rule compares or looks for."""
        used = {atom.fact for condition in self.point.conditions for atom in c.atoms(condition)}
        return tuple(BY_NAME[name] for name in sorted(used.union(self.point.facts), key=POSITION.__getitem__))

    @cached_property
    def needs(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Reasons → the facts that must be known to decide a claim with one of them; () stands for any other claim."""
        if self.point.name in CLAIMLESS or "reason" not in self.point.facts:
            return {(): self._needed(self.point.conditions)}
        reasons: dict[tuple[str, ...], tuple[str, ...]] = {}
        for reason in REASONS:
            left = [c.simplify(condition, Given("reason", reason)) for condition in self.point.conditions]
            needed = self._needed(left)
            reasons[needed] = (*reasons.get(needed, ()), reason)
        return {**{names: needed for needed, names in reasons.items()}, (): ("reason",)}

    def _needed(self, conditions: Iterable[c.Condition]) -> tuple[str, ...]:
        """What these conditions turn on, and the figures that any rule compares: an engine may trip over an unknown one."""
        figures = [fact.name for fact in self.facts if fact.kind == "int"]
        names = dict.fromkeys([*figures, *(name for condition in conditions for name in c.facts_of(condition))])
        return tuple(sorted(names, key=POSITION.__getitem__))

    @cached_property
    def says(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Scalar or `deadlines.<name>` → value → the rules that say it."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for rule in self.rules:
            for effect, value in rule.branch.then.rows():
                if effect not in ("remedies", "requires"):
                    said = found.setdefault(effect, {})
                    said[words(value)] = (*said.get(words(value), ()), rule.name)
        return {effect: dict(sorted(found[effect].items(), key=_by_value)) for effect in sorted(found, key=_by_effect)}

    @cached_property
    def disputable(self) -> tuple[str, ...]:
        """The effects on which two rules that some claim puts in force together say different things."""
        return tuple(effect for effect, said in self.says.items() if self._at_odds(list(said.values())))

    def _at_odds(self, groups: list[tuple[str, ...]]) -> bool:
        return any(self.can_meet(one, other) for mine, theirs in combinations(groups, 2) for one in mine for other in theirs)

    @cached_property
    def silent(self) -> bool:
        """Whether some claim may find no rule in force that gives an outcome."""
        decided = [rule.branch for rule in self.rules if rule.branch.then.outcome and not rule.over]
        return not any(branch.condition == c.ALWAYS for branch in decided)

    @cached_property
    def waiting(self) -> dict[str, tuple[str, ...]]:
        """`granted` and `denied` → the rules that speak only once the outcome is that."""
        found: dict[str, tuple[str, ...]] = {}
        for rule in self.rules:
            once = rule.branch.once
            if once:
                found[once] = (*found.get(once, ()), rule.name)
        return found

    def fallen(self, how: str) -> tuple[tuple[str, ...], ...]:
        """The groups of rules of which exactly one may speak for the outcome to be `granted` or `denied`."""
        outcomes = GRANTED if how == "granted" else ("deny",)
        return tuple(self.says.get("outcome", {}).get(outcome, ()) for outcome in outcomes)

    def offers(self, effect: str) -> tuple[Offer, ...]:
        """The items of `remedies` or `requires` in an order in which each may be added when a rule says it."""
        found: list[Offer] = []
        for rule, item in self._ordered(effect):
            if found and found[-1].item == item:
                found[-1] = Offer(item, (*found[-1].rules, rule), found[-1].unless)
            else:
                said = tuple(name for offer in found if offer.item == item for name in offer.rules)
                found.append(Offer(item, (rule,), said))
        return tuple(Offer(offer.item, offer.rules, self._meeting(offer)) for offer in found)

    def _meeting(self, offer: Offer) -> tuple[str, ...]:
        return tuple(name for name in offer.unless if any(self.can_meet(name, rule) for rule in offer.rules))

    def _ordered(self, effect: str) -> Sequence[tuple[str, str]]:
        """(rule, item) so that what is first said comes first in every answer; see `decide` for the order it keeps."""
        lists = {rule.name: getattr(rule.branch.then, effect) for rule in self.rules if getattr(rule.branch.then, effect)}
        every = [(name, item) for name, items in lists.items() for item in items]
        try:
            return _sorted(every, self._before(lists))
        except CycleError:
            if effect == "requires":  # a set: its order says nothing
                return every
            clauses = ", ".join(dict.fromkeys(rule.clause for rule in self.rules if rule.name in lists))
            raise AvdetError("the remedies have no one order that an export could keep", where=clauses,
                             cure="offer the same remedies in the same order in these clauses") from None  # fmt: skip

    def _before(self, lists: dict[str, tuple[str, ...]]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        """(later, earlier) pairs of (rule, item): the order that each two rules which can speak together ask for."""
        pairs = [(rule,) for rule in self.rules if rule.name in lists]
        together = [(a, b) for (a,), (b,) in combinations(pairs, 2) if self.can_meet(a.name, b.name)]
        for rules in (*pairs, *together):
            order = united([lists[rule.name] for rule in rules])
            said = [(rule.name, item) for item in order for rule in rules if item in lists[rule.name]]
            yield from ((b, a) for a, b in combinations(said, 2) if a[1] != b[1])

    @cached_property
    def by_name(self) -> dict[str, Rule]:
        return {rule.name: rule for rule in self.rules}

    @cached_property
    def meetings(self) -> dict[tuple[str, str], bool]:
        """Two rules → whether they can meet, for those asked about so far."""
        return {}

    def can_meet(self, one: str, other: str) -> bool:
        """Whether some claim puts two rules in force together; `True` where that is not plain to see."""
        if (one, other) not in self.meetings:
            self.meetings[one, other] = self.meetings[other, one] = self._can_meet(self.by_name[one], self.by_name[other])
        return self.meetings[one, other]

    def _can_meet(self, a: Rule, b: Rule) -> bool:
        if a.clause == b.clause or a.name in b.over or b.name in a.over:
            return a is b
        aside = [c.negate(self.by_name[name].branch.condition) for name in dict.fromkeys((*a.over, *b.over))]
        return _can_hold(c.conjoin([a.branch.condition, b.branch.condition, *aside]))


def _can_hold(condition: c.Condition) -> bool:
    """Whether any facts make a condition hold: try each kind of value of one fact after the other."""
    if condition in (c.ALWAYS, c.NEVER):
        return condition == c.ALWAYS
    names = c.facts_of(condition)
    if not names or any(isinstance(operand, c.FactRef) for atom in c.atoms(condition) for operand in c.operands(atom)):
        return True  # whether a fact is known, or two figures compare: taken as possible
    left = ((0, condition),)
    return any(_can_hold(c.simplify(condition, Given(names[0], value))) for value in cells(names[0], left))


def _sorted(
    items: Sequence[tuple[str, str]], before: Iterable[tuple[tuple[str, str], tuple[str, str]]]
) -> list[tuple[str, str]]:
    """Items with every `before` kept, those of one value together where they can be, else in their own order."""
    sorter = TopologicalSorter({item: [] for item in items})
    for later, earlier in before:
        sorter.add(later, earlier)
    sorter.prepare()
    found: list[tuple[str, str]] = []
    ready: list[tuple[str, str]] = []
    while sorter.is_active():
        ready.extend(sorter.get_ready())
        waiting = {item for _, item in set(items) - set(found) - set(ready)}
        ready.sort(key=lambda each: (not found or each[1] != found[-1][1], each[1] in waiting, items.index(each)))
        found.append(ready.pop(0))
        sorter.done(found[-1])
    return found


def _by_effect(effect: str) -> int:
    return (*SCALARS, *(f"deadlines.{name}" for name in DEADLINES)).index(effect)


def _by_value(entry: tuple[str, tuple[str, ...]]) -> tuple[int, str]:
    known = (*OUTCOMES, *PAYERS)
    return known.index(entry[0]) if entry[0] in known else len(known), entry[0]
