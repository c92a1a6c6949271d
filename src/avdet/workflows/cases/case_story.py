"""One story of a case, told twice: to the customer in kind words about what concerns them, to the staff with everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from avdet.records.cases.models import Case, CaseEvent, CaseNote, CaseOverride
from avdet.records.cases.notes import notes_of
from avdet.records.cases.queries import events_of
from avdet.records.people.staff import names_of
from avdet.words.catalogue import say
from avdet.words.phrases import catalogue, phrase

UNTOLD: Final = frozenset(
    ("assigned", "answered", "asked_customer", "decided_again", "override_asked", "override_refused", "verified",
     "evidence_removed", "evidence_restored", "waits_for_carrier", "reduced", "remedy_prepare", "remedy_void", "settle_again",
     "stay_lost")
)  # fmt: skip
"""Events that are the staff's own: the customer is not told of them."""


DECIDED: Final = ("approve", "deny", "ask_evidence", "refer", "offer")


@dataclass(frozen=True, slots=True)
class Told:
    """One knot of the line: `kind` is the event's, `by` who did it, `notes` what was said, `clauses` what it rests on."""

    at: datetime
    kind: str
    title: str
    by: str
    notes: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


def case_story(case: Case, language: str) -> list[Told]:
    """What has happened, in the customer's words, the newest first. One statement."""
    words = catalogue(language)
    told = (_told(event, "customer", language, _from(event, case, language)) for event in events_of(case))
    known = (each for each in told if each.kind not in UNTOLD and f"workflows.story.customer.{each.kind}" in words)
    return _gathered(list(known)[::-1], "customer", language)


def case_story_for_staff(case: Case, language: str, overrides: Iterable[CaseOverride]) -> list[Told]:
    """Everything, with who did it, with the staff's notes and the reasons of overrides; the newest first. Three statements."""
    events, notes = events_of(case), notes_of(case)
    people = {event.actor_id for event in events if event.actor_id and event.actor == "staff"}
    people |= {event.facts["to"] for event in events if event.kind == "assigned" and event.facts.get("to")}
    names = names_of(people)
    reasons = {each.pk: each for each in overrides}
    told = [*_staff_events(events, names, reasons, language), *(_of_note(each, language) for each in notes)]
    return _gathered(sorted(told, key=lambda each: each.at)[::-1], "staff", language)


def _gathered(story: list[Told], reader: str, language: str) -> list[Told]:
    """Photographs that somebody added one after another on one day are one knot, which counts them."""

    def together(each: Told) -> tuple[str, str, date] | int:
        return (each.kind, each.by, each.at.date()) if each.kind == "evidence_added" else id(each)

    found = []
    for _, several in groupby(story, together):
        latest, *before = several
        title = phrase(language, f"workflows.story.{reader}.evidence_several", count=1 + len(before))
        found.append(replace(latest, title=title) if before else latest)
    return found


def _staff_events(
    events: Iterable[CaseEvent], names: Mapping[int, str], reasons: Mapping[int, CaseOverride], language: str
) -> Iterator[Told]:
    for event in events:
        who = names.get(event.actor_id or 0, "") if event.actor == "staff" else ""
        if event.actor == "customer" and event.kind in DECIDED:
            who = phrase(language, "workflows.story.by.system")
        more = _more(event, names, reasons, language)
        yield _told(event, "staff", language, who or phrase(language, f"workflows.story.by.{event.actor}"), more)


def _told(event: CaseEvent, reader: str, language: str, by: str, more: tuple[str, ...] = ()) -> Told:
    rows = event.facts.get("because") or []
    clauses = dict.fromkeys(str(row.get("clause", "")) for row in rows if row.get("effect") == "outcome")
    named = tuple(clause for clause in clauses if clause and clause != "GAP") or tuple(event.facts.get("clauses") or ())
    return Told(event.at, event.kind, titled(event.kind, reader, language), by, (*_notes(event, language), *more), named)


def titled(kind: str, reader: str, language: str) -> str:
    """What an event is called; one without words of its own, by its name."""
    key = f"workflows.story.{reader}.{kind}"
    return phrase(language, key) if key in catalogue(language) else kind.replace("_", " ")


def _from(event: CaseEvent, case: Case, language: str) -> str:
    """Who did it, as a customer is told: they themselves, the store, or nobody in person; the terms decide, not who filed."""
    if event.actor == "customer" and event.kind in DECIDED:
        return ""
    if event.actor == "staff":
        return case.store.name_in(language)
    return phrase(language, f"workflows.story.by.{'you' if event.actor == 'customer' else event.actor}")


def _notes(event: CaseEvent, language: str) -> Iterator[str]:
    """What the facts of an event say to anybody."""
    facts: Mapping[str, Any] = event.facts
    if event.kind == "filed":
        yield say(language, "reason", str(facts.get("reason", "")))
    if facts.get("remedies"):
        yield _joined((say(language, "remedy", str(each)) for each in facts["remedies"]), language)
    if facts.get("wanted"):
        yield _joined((say(language, "requirement", str(each)) for each in facts["wanted"]), language)
    if isinstance(facts.get("remedy"), str):
        yield say(language, "remedy", facts["remedy"])
    waits = f"workflows.story.waits.{facts.get('for', '')}"
    if event.kind == "remedy_waits" and waits in catalogue(language):
        yield phrase(language, waits)


def _more(
    event: CaseEvent, names: Mapping[int, str], reasons: Mapping[int, CaseOverride], language: str
) -> tuple[str, ...]:
    """What only the staff reads."""
    facts: Mapping[str, Any] = event.facts
    if event.kind == "assigned":
        to = names.get(facts.get("to") or 0, "")
        return (to or phrase(language, "workflows.story.nobody"),)
    if event.kind == "decided_again":
        return (say(language, "result", str(facts.get("outcome"))),)
    if event.kind in ("overridden", "override_asked") and facts.get("override") in reasons:
        return (str(reasons[facts["override"]].reason),)
    if event.kind == "missed":
        return (say(language, "deadline", str(facts.get("deadline"))),)
    return ()


def _of_note(note: CaseNote, language: str) -> Told:
    by = str(note.author) if note.author else phrase(language, "workflows.story.by.staff")
    title = phrase(language, f"workflows.story.staff.{'told' if note.is_told else 'noted'}")
    return Told(note.at, "noted", title, by, (str(note.text),))


def _joined(parts: Iterable[str], language: str) -> str:
    return ("، " if language == "fa" else ", ").join(parts)
