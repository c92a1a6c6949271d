"""The decision slip: an answer as a reader sees it, one line per value, each with the clause that put it there.

The same slip is drawn in the terminal, on a page and on paper; how it is drawn is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from avdet.core.calendar import Calendar
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import CARRIAGES
from avdet.words.catalogue import code, outcome, say
from avdet.words.dates import day, instant, plain_day, span
from avdet.words.digits import digits, money
from avdet.words.strip import Strip, strips

Document = Mapping[str, Any]
"""An answer of the decision contract, as plain data."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value. `label` is empty where the line above bears the same; `clauses` are the marks at the edge."""

    label: str
    value: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """`sentence` says the outcome and `about` of what; `lines` are the values; `foot` says what decided.

    `staff` is what the customer need not read.
    """

    language: str
    result: str
    sentence: str
    about: tuple[str, ...]
    lines: tuple[Line, ...]
    strips: tuple[Strip, ...]
    foot: tuple[str, ...]
    staff: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the answer is about: the decision point, the order's number, the claim's reason and the day it was reported.

    `supposed`: nobody has asked for it yet; the slip says what would become of it.
    """

    point: str
    number: str = ""
    reason: str = ""
    day: date | None = None
    supposed: bool = False


def slip(answer: Document, about: About, *, calendar: Calendar, in_force_from: date, name: str, language: str) -> Slip:
    """The slip of an answer. `calendar` is the one the answer was dated by; `name` is the store's."""
    here = _Slip(answer, calendar, language)
    result = answer["outcome"]
    sentence = outcome(language, result, "supposed" if about.supposed else about.point)
    return Slip(
        language=language, result=result, sentence=sentence, about=here.about(about),
        lines=tuple(here.lines()), strips=strips(answer["deadlines"], calendar, language),
        foot=foot(answer["policy"], name, in_force_from, language), staff=tuple(here.staff()),
    )  # fmt: skip


def foot(policy: Document, name: str, in_force_from: date, language: str) -> tuple[str, ...]:
    """What decided: the store, the version of its terms, since when it holds, the calendar. `policy` is an answer's mark."""
    return (
        name,
        say(language, "slip", "version", version=_numbered(policy["version"], language)),
        say(language, "slip", "in_force_from", day=plain_day(in_force_from, language)),
        say(language, "slip", "calendar", calendar=_numbered(policy["calendar"].split(" ")[-1], language)),
    )


def _numbered(version: str, language: str) -> str:
    """A version as it stands in a sentence: a plain number in the reader's digits, any other name as it is."""
    return digits(version, language) if version.isdigit() else code(version, language)


class _Slip:
    def __init__(self, answer: Document, calendar: Calendar, language: str) -> None:
        self.answer, self.calendar, self.language = answer, calendar, language

    def say(self, group: str, key: str, **values: str) -> str:
        return say(self.language, group, key, **values)

    def by(self, effect: str, value: str | None = None) -> tuple[str, ...]:
        """The clauses that put a value into the answer."""
        rows = self.answer["because"]
        found = (row["clause"] for row in rows if row["effect"] == effect and value in (None, row["value"]))
        return tuple(clause for clause in dict.fromkeys(found) if clause != "GAP")

    def about(self, about: About) -> tuple[str, ...]:
        """One line that tells this claim from another."""
        number = self.say("slip", "order", number=code(about.number, self.language)) if about.number else ""
        reason = self.say("reason", about.reason) if about.reason else self.say("point", about.point)
        return tuple(part for part in (number, reason, day(about.day, self.language) if about.day else "") if part)

    def lines(self) -> Iterator[Line]:
        yield from self._reasons()
        yield from self._listed("ask", [(BY_NAME[fact].asked(self.language), ()) for fact in self.answer["ask"]])
        yield from self._remedies()
        yield from self._carriage()
        yield from self._amounts()
        yield from self._deadlines()
        yield from self._requirements()

    def _listed(self, label: str, values: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[Line]:
        for i, (value, clauses) in enumerate(values):
            yield Line(self.say("slip", label) if i == 0 else "", value, clauses)

    def _reasons(self) -> Iterator[Line]:
        """Why, in the clauses' own words, where the answer is not a plain yes."""
        if self.answer["outcome"] == "approve":
            return
        rows = [row for row in self.answer["because"] if row["effect"] == "outcome"]
        finding = next((row["finding"] for row in rows if row.get("finding")), "reason")
        said = [(digits(self._said(row), self.language), _mark(row)) for row in rows]
        yield from self._listed(finding, said)

    def _said(self, row: Document) -> str:
        text: str = row.get("text", "")
        said = self.say("result", row["says"]) if row.get("says") in _RESULTS else row.get("says", "")
        return f"{text} ({said})" if said and row.get("finding") == "conflict" else text

    def _remedies(self) -> Iterator[Line]:
        remedies = self.answer["remedies"]
        label = "choose" if len(remedies) > 1 else "remedies"
        yield from self._listed(label, [(self.say("remedy", each), self.by("remedies", each)) for each in remedies])

    def _carriage(self) -> Iterator[Line]:
        for effect in CARRIAGES:
            if effect in self.answer:
                yield Line(self.say("slip", effect), self.say("payer", self.answer[effect]), self.by(effect))

    def _amounts(self) -> Iterator[Line]:
        amounts = self.answer.get("amounts")
        if not amounts:
            return
        refund = self.by("remedies", "refund")
        if "refund" in self.answer["remedies"]:
            yield Line(self.say("slip", "refund"), self._money(amounts["refund"]), refund)
        if amounts.get("outbound"):
            yield Line(self.say("slip", "outbound"), self._money(amounts["outbound"]), self.by("outbound_shipping"))
        if amounts["deducted"]:
            yield Line(self.say("slip", "deducted"), self._money(amounts["deducted"]), self.by("return_shipping"))
        difference = amounts.get("difference")
        if difference:
            yield Line(self.say("slip", "pay_up" if difference > 0 else "pay_back"), self._money(abs(difference)),
                       self.by("remedies", "other_product"))  # fmt: skip

    def _money(self, minor: int) -> str:
        return money(minor, self.answer["amounts"]["currency"], self.language)

    def _deadlines(self) -> Iterator[Line]:
        order = sorted(self.answer["deadlines"].items(), key=lambda item: _moment(item[1].get("at")))
        for name, deadline in order:
            yield Line(self.say("deadline", name), self._dated(deadline), self.by(f"deadlines.{name}"))

    def _dated(self, deadline: Document) -> str:
        length = span(deadline["count"], deadline["unit"], self.language)
        period = self.say("slip", "period", span=length, event=self.say("event", deadline["after"]))
        if "at" not in deadline:
            return period
        at = datetime.fromisoformat(str(deadline["at"]))
        if deadline["unit"] == "hours":
            return f"{instant(at, self.calendar.zone, self.language)} ({period})"
        return f"{day(self.calendar.local(at), self.language)} ({period})"

    def _requirements(self) -> Iterator[Line]:
        missing = list(self.answer["missing"])
        wanted = [each for each in self.answer["requires"] if each not in missing]
        for label, names in (("missing", missing), ("requires", wanted)):
            said = [(self.say("requirement", each), self.by("requires", each)) for each in names]
            yield from self._listed(label, said)

    def staff(self) -> Iterator[Line]:
        """What the law by itself grants, and where the terms fall short of it."""
        law = self.answer.get("law")
        if law is None:
            return
        named = self.say("law", law["law"].removeprefix("law_"))
        cited = tuple(dict.fromkeys(row["clause"] for row in law["because"] if row["clause"] != "GAP"))
        yield Line("", self.say("slip", "law", law=named, outcome=self.say("result", law["outcome"])), cited)
        for warning in self.answer.get("warnings", ()):
            effect = warning["effect"]
            said = {side: self._value(effect, warning[side]) for side in ("store", "law")}
            yield Line("", self.say("slip", "below_law", effect=self._effect(effect), **said),
                       (*warning["store_clauses"], *warning["law_clauses"]))  # fmt: skip

    def _effect(self, effect: str) -> str:
        if effect.startswith("deadlines."):
            return self.say("deadline", effect.removeprefix("deadlines."))
        return self.say("slip", effect)

    def _value(self, effect: str, value: str) -> str:
        if effect == "outcome":
            return self.say("result", value)
        if effect.startswith("deadlines."):
            return day(self.calendar.local(datetime.fromisoformat(value)), self.language)
        return self.say("payer", value)


_RESULTS: Final = ("approve", "deny", "evidence", "review")


def _mark(row: Document) -> tuple[str, ...]:
    return () if row["clause"] == "GAP" else (row["clause"],)


def _moment(at: Any) -> float:
    """Deadlines stand in the order in which they come; those without a date stand last."""
    return datetime.fromisoformat(str(at)).timestamp() if at else float("inf")
