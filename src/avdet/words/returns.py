"""*What if I return it?* as a slip: one group of lines for each ground, each line with the clauses it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import reduce
from typing import Any

from avdet.core.calendar import Calendar
from avdet.words.catalogue import say
from avdet.words.dates import day, span
from avdet.words.slip import Document, Line, Slip, foot


def returns_slip(document: Document, *, calendar: Calendar, in_force_from: date, name: str, about: str, language: str) -> Slip:
    """The slip of `contract.returns.Returns` as plain data. `calendar` is the one it was dated by; `name` is the store's."""
    lines = tuple(line for ground in document["grounds"] for line in _Ground(ground, calendar, language).lines())
    return Slip(
        language=language, result="ask", sentence=say(language, "returns", "title"), about=(about,), lines=lines, strips=(),
        foot=foot(document["policy"], name, in_force_from, language), staff=(),
    )  # fmt: skip


class _Ground:
    def __init__(self, ground: Document, calendar: Calendar, language: str) -> None:
        self.ground, self.calendar, self.language = ground, calendar, language

    def say(self, key: str, **values: str) -> str:
        return say(self.language, "returns", key, **values)

    def lines(self) -> Iterator[Line]:
        label = " · ".join(self._named(each) for each in self.ground["grounds"])
        for line in (*self._outcome(), *self._today(), *self._offered(), *self._carriage(), *self._ends()):
            yield Line(label, *line)
            label = ""

    def _named(self, ground: str) -> str:
        own = {"cancellation": "cancellation", "at_door": "at_door"}.get(ground)
        return self.say(own) if own else say(self.language, "reason", ground)

    def _outcome(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """A yes in our words, with its period; anything else in the words of the clauses themselves."""
        ground, marks = self.ground, tuple(why["clause"] for why in self.ground["because"] if why["clause"])
        if ground["outcome"] not in ("approve", "evidence"):
            yield from ((why["text"], (why["clause"],) if why["clause"] else ()) for why in ground["because"])
            return
        period = ground.get("report_by")
        if period:
            event = say(self.language, "event", period["after"])
            said = self.say("yes_within", span=span(period["count"], period["unit"], self.language), event=event)
            marks = tuple(dict.fromkeys((*marks, *ground.get("period_clauses", ()))))
        else:
            said = self.say("cancel" if "cancellation" in ground["grounds"] else "yes")
        yield said if ground["outcome"] == "approve" else self.say("evidence"), marks

    def _today(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        period = self.ground.get("report_by")
        if period and period["unit"] != "hours" and period.get("at"):
            last = self.calendar.local(datetime.fromisoformat(str(period["at"])))
            yield self.say("today", day=day(last, self.language)), ()

    def _offered(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        names = [say(self.language, "remedy", each) for each in self.ground.get("remedies", ()) if each != "cancellation"]
        if names:
            # Some remedies have a comma of their own in Persian: there, each is parted from the next by a word.
            first = [names[0]] if self.language == "fa" else [", ".join(names[:-1]) or names[0]]
            rest = names[1:] if self.language == "fa" else names[1:][-1:]
            said = reduce(lambda one, other: self.say("or", one=one, other=other), rest, first[0])
            yield self.say("offered_either" if rest else "offered", remedies=said), ()

    def _carriage(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Who pays which way; what the experts' finding decides is one line where it decides the same ways."""
        by_finding = {when: self._ways(when) for when in ("always", "confirmed", "not_confirmed")}
        confirmed, other = by_finding["confirmed"], by_finding["not_confirmed"]
        if len(confirmed) == len(other) == 1 and confirmed[0][0] == other[0][0]:
            said = self.say("examined", ways=confirmed[0][0], confirmed=confirmed[0][1], other=other[0][1])
            yield said, tuple(dict.fromkeys((*confirmed[0][2], *other[0][2])))
            by_finding = {"always": by_finding["always"]}
        for when, lines in by_finding.items():
            key = {"always": "always", "confirmed": "confirmed", "not_confirmed": "not_confirmed"}[when]
            yield from ((self.say(key, ways=ways, payer=payer), marks) for ways, payer, marks in lines)

    def _ways(self, when: str) -> list[tuple[str, str, tuple[str, ...]]]:
        """For each payer: the ways they pay, their name, and the clauses."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for each in self.ground.get("carriage", ()):
            if each["when"] == when:
                groups.setdefault(each["payer"], []).append(each)
        return [(self._named_ways(ways), say(self.language, "payer", payer), _clauses(ways)) for payer, ways in groups.items()]

    def _named_ways(self, ways: list[dict[str, Any]]) -> str:
        said = reduce(lambda one, other: self.say("and", one=one, other=other), [self.say(way["effect"]) for way in ways])
        return said[:1].upper() + said[1:]

    def _ends(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        if self.ground.get("ends"):
            yield self.say("ends"), tuple(self.ground["ends"])


def _clauses(ways: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for way in ways for clause in way["clauses"]))
