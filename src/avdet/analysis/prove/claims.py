"""Every claim that can be made at a decision point, as letters for the solver: one for each fact, and conditions on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from avdet.analysis.prove.logic import (
    FALSE,
    TRUE,
    Figure,
    Model,
    Search,
    Truth,
    all_of,
    any_of,
    at_most,
    chosen,
    implies,
    no,
    number,
    true_in,
)
from avdet.analysis.prove.time import ORDINARY_AGES, Frame, Timeline, Use, timeline
from avdet.core import conditions as c
from avdet.core.calendar import Calendar
from avdet.core.facts import BY_NAME, CLAIMLESS, COUNTRIES, KNOWERS, Value
from avdet.core.policy import Edition
from avdet.core.vocabulary import EVENTS

USUAL: Final[Mapping[str, Value]] = {
    "sealed": True, "used": False, "box_kept": True, "box_marked": False, "accessories_complete": True, "gift_included": True,
    "in_specification": True, "misuse": False, "arranged": True, "opened_before_courier": True,
    "form_complete": True, "recipient_details": True, "placed_before_stop": True, "card_registered": True,
    "paid_from_registered": True, "within_rules": True, "replacement_in_stock": True,
    "payment_method": "online", "delivery_method": "carrier", "recipient": "customer", "place": "other", "payer": "customer",
    "refund_holder": "customer", "finding": "confirmed", "unit_price": 1000, "order_total": 1000, "quantity": 1,
    "claimed_quantity": 1, "attempts": 0,
}  # fmt: skip
"""What a witness says of a fact where nothing turns on it; what is not named here is `false`."""


def home(calendar: Calendar) -> str:
    """The country that a store's orders usually go to: the one whose holidays it keeps."""
    country = calendar.name.rpartition("/")[2]
    return country if country in COUNTRIES else "DE"

_AFTER_DELIVERY: Final = ("claim", "inspection", "refund", "custody")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: every fact the proof speaks of, and the age in minutes of each event that has happened."""

    point: str
    frame: Frame
    values: Mapping[str, Value]
    ages: Mapping[str, int]


def thresholds(atom: c.Atom) -> Iterator[int]:
    """The figures n for which the comparison asks whether its fact is at most n."""
    for operand in c.operands(atom):
        if not isinstance(operand, c.FactRef):
            n = int(operand.value if isinstance(operand, c.Parameter) else operand)
            yield from {"<=": (n,), ">": (n,), "<": (n - 1,), ">=": (n - 1,)}.get(atom.op, (n - 1, n))


class Claims:
    """The claims at one decision point, for the conditions given (with the calendar each is counted by).

    All orders are placed while every one of `editions` is in force; with none of them, at any time.
    """

    def __init__(self, point: str, editions: Sequence[Edition], calendar: Calendar,
                 conditions: Iterable[tuple[c.Condition, Calendar]], periods: Iterable[Use] = ()) -> None:  # fmt: skip
        self.point, self.editions, self.calendar, self.search = point, editions, calendar, Search()
        atoms = [(atom, counted) for condition, counted in conditions for atom in c.atoms(condition)]
        self.names = _needed(point, (atom for atom, _ in atoms), (use.event for use in periods))
        self.time = self._timeline(atoms, list(periods), calendar)
        self.scales = _scales([atom for atom, _ in atoms])
        self.flags: dict[str, Truth] = {}
        self.known: dict[str, Truth] = {}
        self.choices: dict[str, Figure] = {}
        self.figures: dict[str, Figure] = {}
        self.ages: dict[str, Figure] = {}
        self.wishes: list[Truth] = []
        self.wish_of: dict[str, Truth] = {}
        self.memory: dict[tuple[c.Condition, int], Truth] = {}
        self.cuts: dict[tuple[int, bool, str, int], list[int]] = {}
        self._moment()
        self._letters()

    def _timeline(self, atoms: list[tuple[c.Atom, Calendar]], periods: list[Use], calendar: Calendar) -> Timeline:
        uses, minutes = periods, set[int]()
        for atom, counted in atoms:
            fact = BY_NAME[atom.fact]
            if fact.event:
                uses += [Use(counted, fact.event, fact.unit, n) for n in thresholds(atom)]
            elif atom.fact == "local_minute":
                minutes |= {m for n in thresholds(atom) for m in (n, n + 1) if 0 <= m <= fact.high}
        closed = any(atom.fact == "working_day" for atom, _ in atoms)
        return timeline(self.editions, calendar, uses, minutes=minutes, closed=closed)

    # ---- letters ----

    def _moment(self) -> None:
        """Which of the moments the claim is made at; the first is the usual one."""
        count = len(self.time.frames)
        if count == 1:
            self.at: list[Truth] = [TRUE]
            return
        self.moment = self.search.figure("moment", count)
        self.at = [self.search.name(self.moment == i) for i in range(count)]
        self.wishes += [no(each) for each in reversed(self.at[1:])] + [self.at[0]]

    def _letters(self) -> None:
        for name in sorted(self.names, key=_dearness):
            fact = BY_NAME[name]
            if name in EVENTS:
                self._event(name)
            elif fact.event or name in ("local_minute", "working_day"):
                continue
            elif fact.kind == "bool":
                self.flags[name] = self.search.letter()
                self.wishes.append(self.flags[name] if USUAL.get(name) else no(self.flags[name]))
            elif fact.kind == "enum":
                self.choices[name] = self.search.figure(name, len(fact.values))
                self._wish_choice(name)
            else:
                self.figures[name] = self.search.figure(name, len(self.scales[fact.unit]))
                self.wish_of[name] = self._wish(self.figures[name] == self.scales[fact.unit].index(int(USUAL[name])))
            if fact.known_by not in KNOWERS[self.point]:
                self.known[name] = self.search.letter()
                self.wishes.append(no(self.known[name]))

    def _wish(self, truth: Truth) -> Truth:
        letter = self.search.letter()
        self.search.require(implies(letter, truth))
        self.wishes.append(letter)
        return letter

    def _wish_choice(self, name: str) -> None:
        usual = USUAL.get(name)
        if name == "country":
            usual = home(self.calendar)
        if name == "reason" and self.point == "cancellation":
            usual = "withdrawal"
        if usual is not None:
            self.wish_of[name] = self._wish(self.choices[name] == BY_NAME[name].values.index(str(usual)))

    def _event(self, event: str) -> None:
        if event in ("placed", "reported"):
            self.flags[event] = TRUE
        else:
            self.flags[event] = self.search.letter()
            usual = event in _usual_events(self.point)
            self.wishes.append(self.flags[event] if usual else no(self.flags[event]))
        self.ages[event] = self.search.figure(f"age of {event}", len(self.time.ages))
        self.wish_of[event] = self._wish(self.ages[event] == self.time.below(ORDINARY_AGES.get(event, 0)))

    # ---- conditions ----

    def holds(self, condition: c.Condition, calendar: Calendar) -> Truth:
        """The formula of a condition, counted by a calendar."""
        key = (condition, id(calendar))
        if key not in self.memory:
            self.memory[key] = self._holds(condition, calendar)
        return self.memory[key]

    def _holds(self, condition: c.Condition, calendar: Calendar) -> Truth:
        if isinstance(condition, c.Atom):
            return self._atom(condition, calendar)
        if isinstance(condition, c.Not):
            return no(self.holds(condition.part, calendar))
        parts = (self.holds(part, calendar) for part in condition.parts)
        return all_of(parts) if isinstance(condition, c.All) else any_of(parts)

    def _atom(self, atom: c.Atom, calendar: Calendar) -> Truth:
        fact = BY_NAME[atom.fact]
        if atom.op == "known":
            never = self.point in CLAIMLESS and fact.known_by == "customer"
            return FALSE if never else self.known.get(atom.fact, TRUE)
        if fact.kind == "int":
            return self._figure(atom, calendar)
        equal = any_of(self.equals(atom.fact, operand.value if isinstance(operand, c.Parameter) else operand)
                       for operand in c.operands(atom) if not isinstance(operand, c.FactRef))  # fmt: skip
        return no(equal) if atom.op == "!=" else equal

    def equals(self, name: str, value: Value) -> Truth:
        """A yes-or-no fact or one of a list has that value."""
        if name == "working_day":
            open_days = [frame.now for frame in self.time.frames]
            holds = any_of(at for at, now in zip(self.at, open_days, strict=True)
                           if self.time.calendar.is_working(self.time.calendar.local(now)))  # fmt: skip
            return holds if value is True else no(holds)
        if BY_NAME[name].kind == "bool":
            return self.flags[name] if value is True else no(self.flags[name])
        return self.search.name(self.choices[name] == BY_NAME[name].values.index(str(value)))

    def _figure(self, atom: c.Atom, calendar: Calendar) -> Truth:
        values = [operand.value if isinstance(operand, c.Parameter) else operand for operand in c.operands(atom)]
        if isinstance(atom.value, tuple) and any(isinstance(value, c.FactRef) for value in values):
            ops = (">=", "<=") if atom.op == "between" else ["=="] * len(values)
            each = [self._figure(c.Atom(atom.fact, op, value), calendar) for op, value in zip(ops, values, strict=True)]
            return all_of(each) if atom.op == "between" else any_of(each)
        first = values[0]
        if isinstance(first, c.FactRef):
            return self._against(atom, first.name, calendar)
        below = [(self.at_most(atom.fact, int(n), calendar), self.at_most(atom.fact, int(n) - 1, calendar))
                 for n in values if not isinstance(n, c.FactRef)]  # fmt: skip
        if atom.op == "between":
            return all_of([below[1][0], no(below[0][1])])
        if atom.op in ("==", "in", "!="):
            equal = any_of(all_of([upper, no(lower)]) for upper, lower in below)
            return no(equal) if atom.op == "!=" else equal
        upper, lower = below[0]
        return {"<=": upper, "<": lower, ">": no(upper), ">=": no(lower)}[atom.op]

    def at_most(self, name: str, n: int, calendar: Calendar) -> Truth:
        """A figure is at most n."""
        fact = BY_NAME[name]
        if fact.event:
            return self.within(Use(calendar, fact.event, fact.unit, n))
        if name == "local_minute":
            return any_of(at for at, frame in zip(self.at, self.time.frames, strict=True)
                          if (local := frame.now.astimezone(calendar.tz)).hour * 60 + local.minute <= n)  # fmt: skip
        return at_most(self.figures[name], sum(value <= n for value in self.scales[fact.unit]) - 1)

    def within(self, use: Use) -> Truth:
        """No more than that many units have passed since the event, or it has not happened."""
        if use.length < 0:
            return no(self.flags[use.event]) if use.length == -1 else FALSE
        if use.key not in self.cuts:
            self.cuts[use.key] = self.time.cut(use)
        cuts = self.cuts[use.key]
        limits = {cut: at_most(self.ages[use.event], cut) for cut in set(cuts)}
        return any_of([no(self.flags[use.event]), chosen([limits[cut] for cut in cuts], self.at)])

    def _against(self, atom: c.Atom, other: str, calendar: Calendar) -> Truth:
        """Two figures compared with each other, on the ages and figures that the proof tells apart."""
        pairs = [(at, self._table(atom.fact, frame, calendar), self._table(other, frame, calendar))
                 for at, frame in zip(self.at, self.time.frames, strict=True)]  # fmt: skip
        compare = {"<=": int.__le__, "<": int.__lt__, ">": int.__gt__, ">=": int.__ge__, "==": int.__eq__, "!=": int.__ne__}
        return any_of(all_of([at, one, two]) for at, left, right in pairs for a, one in left for b, two in right
                      if compare[atom.op](a, b))  # fmt: skip

    def _table(self, name: str, frame: Frame, calendar: Calendar) -> list[tuple[int, Truth]]:
        """(value, when the figure has it), each value once."""
        fact = BY_NAME[name]
        if not fact.event:
            return [(value, self.figures[name] == i) for i, value in enumerate(self.scales[fact.unit])]
        happened, age, base = self.flags[fact.event], self.ages[fact.event], frame.base(fact.event)
        found: dict[int, list[Truth]] = {-1: [no(happened)]}
        for i, minutes in enumerate(self.time.ages):
            passed = calendar.elapsed(frame.instant(fact.event, minutes), base, fact.unit)
            found.setdefault(passed, []).append(all_of([happened, age == i]))
        return [(value, any_of(truths)) for value, truths in found.items()]

    # ---- models ----

    def read(self, model: Model) -> Claim:
        """The claim that a model describes."""
        at = number(model, self.moment) if len(self.time.frames) > 1 else 0
        values: dict[str, Value] = {name: true_in(model, flag) for name, flag in self.flags.items() if name not in EVENTS}
        for name, choice in self.choices.items():
            values[name] = BY_NAME[name].values[number(model, choice)]
        for name, figure in self.figures.items():
            values[name] = self.scales[BY_NAME[name].unit][number(model, figure)]
        for name, letter in self.known.items():
            if not true_in(model, letter):
                values.pop(name, None)
        ages = {event: self.time.ages[number(model, age)] for event, age in self.ages.items()
                if true_in(model, self.flags[event])}  # fmt: skip
        return Claim(self.point, self.time.frames[at], values, ages)


def _usual_events(point: str) -> frozenset[str]:
    if point in ("checkout", "dispatch", "address_change", "cancellation"):
        return frozenset({"paid"})
    if point == "delivery_failed":
        return frozenset({"paid", "invoiced", "handed_to_carrier", "first_attempt", "last_attempt"})
    later = {"inspection": {"goods_received", "found"}, "refund": {"goods_received", "found"}, "custody": {"custody_started"}}
    return frozenset({"paid", "invoiced", "handed_to_carrier", "delivered"} | later.get(point, set()))


def _dearness(name: str) -> tuple[int, str]:
    """What a witness keeps usual first: its events, then the product and the order, then what the customer says."""
    fact = BY_NAME[name]
    return (0 if name in EVENTS else 1 if fact.kind == "enum" else 2 if fact.known_by == "record" else 3, name)


def _needed(point: str, atoms: Iterable[c.Atom], events: Iterable[str]) -> set[str]:
    """The facts used, and those that they hang together with."""
    names = {"placed", "reported", "quantity", *events}
    for atom in atoms:
        names |= {atom.fact, *(o.name for o in c.operands(atom) if isinstance(o, c.FactRef))}
    names |= {BY_NAME[name].event for name in names if BY_NAME[name].event}
    if point in _AFTER_DELIVERY:
        names.add("delivered")
    if point == "inspection" and "custody_started" in names:
        names.add("customer_refuses_goods")
    for one, others in _TOGETHER.items():
        if one in names:
            names |= set(others)
    return names


_TOGETHER: Final = {
    "unit_price": ("gift",), "nothing_in_stock": ("short_of_stock",), "sales_stopped": ("placed_before_stop",),
    "placed_before_stop": ("sales_stopped",), "card_registered": ("refund_holder",), "minor": ("refund_holder",),
    "paid_from_registered": ("payer", "refund_holder"), "attempts": ("first_attempt", "last_attempt"),
    "first_attempt": ("last_attempt", "attempts"), "last_attempt": ("first_attempt", "attempts"),
    "handed_to_carrier": ("delivery_method",),
}  # fmt: skip


def _scales(atoms: list[c.Atom]) -> dict[str, list[int]]:
    """For each unit, the figures worth telling apart."""
    found: dict[str, set[int]] = {"minor units": {0, 1, 1000}, "pieces": {1, 2}, "attempts": {0, 1, 2}}
    for atom in atoms:
        fact = BY_NAME[atom.fact]
        if fact.kind == "int" and not fact.event and fact.unit in found:
            found[fact.unit] |= {n + step for n in thresholds(atom) for step in (0, 1) if fact.low <= n + step <= fact.high}
    return {unit: sorted(values) for unit, values in found.items()}
