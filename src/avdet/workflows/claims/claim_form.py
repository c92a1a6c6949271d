"""A claim that is being written, as it stands: what is certain of each line, what has to be asked next, what each answer did.

The form is generated from the terms: it asks the first thing that the answer still turns on, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import msgspec

from avdet.contract.question import Answers
from avdet.contract.returns import WELL_KEPT
from avdet.contract.shape import Answer
from avdet.records.cases.drafts import draft_of
from avdet.records.cases.evidence import Holder, evidence_of
from avdet.records.cases.models import Case, ClaimDraft
from avdet.records.cases.queries import pieces_before, places_of
from avdet.records.orders.models import Order, OrderLine
from avdet.workflows.claims.add_evidence import facts_from_evidence
from avdet.workflows.claims.claim_effects import Effect, effects
from avdet.workflows.policy.ask_policy import Claimed, OrderFile, claimable, file_of, put, question_of
from avdet.workflows.policy.options_now import reasons_for

ANSWERABLE: Final = frozenset(Answers.__struct_fields__)
"""Facts that a claim's form can ask for."""
REPORTS: Final = ("carrier_report", "service_report")
"""Answers that count for nothing without the paper: it is handed in with the claim, or waited for."""
MOST_TRIED: Final = 300
"""Answers of the engine that one page works out, before it is content with an upper bound."""
_BEST: Final[dict[str, bool]] = {name: value for name, value in msgspec.structs.asdict(WELL_KEPT).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, and what it did."""

    fact: str
    value: bool
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of the claim: so many pieces, for a reason. `said` are the answers in the order in which they were given,
    `shown` what the evidence shows; what is shown is not asked.
    """

    file: OrderFile
    line: OrderLine
    quantity: int
    reason: str
    said: Mapping[str, bool]
    shown: Mapping[str, bool]
    before: int
    language: str
    _seen: dict[tuple[tuple[str, bool], ...], Answer] = field(default_factory=dict, repr=False, compare=False)

    @property
    def known(self) -> dict[str, bool]:
        """Everything that is known of it by now."""
        return {**self.said, **self.shown}

    @cached_property
    def answer(self) -> Answer:
        """What the terms say of it by now: `ask` while something is missing."""
        return self.asked(self.known)

    @property
    def ask(self) -> tuple[str, ...]:
        """What the answer still turns on, the most decisive first; nothing before there is a reason."""
        return tuple(fact for fact in self.answer.ask if fact in ANSWERABLE) if self.reason else ()

    @property
    def is_ready(self) -> bool:
        """Whether it has a reason and nothing is left to be asked."""
        return bool(self.reason) and not self.ask

    @cached_property
    def most_left(self) -> int:
        """How many questions may follow at most, whatever is answered; of a very large form an upper bound."""
        return self._most_left(self.known) if self.reason else 0

    def _most_left(self, known: Mapping[str, bool]) -> int:
        ask = self.asked(known).ask
        if not ask or len(self._seen) > MOST_TRIED:
            return len(ask)
        return 1 + max(self._most_left({**known, ask[0]: value}) for value in (True, False))

    @property
    def given(self) -> tuple[Given, ...]:
        """The answers on which something turns, each with what it did."""
        return tuple(found for fact in self.needed if (found := self.told(fact)) is not None)

    @property
    def unshown(self) -> tuple[str, ...]:
        """Reports that somebody says they have, that the answer turns on, and that are not here yet."""
        said = [fact for fact in REPORTS if self.said.get(fact) and fact not in self.shown]
        return tuple(fact for fact in said if fact in self.needed)

    def told(self, fact: str) -> Given | None:
        """One answer with what it did, as far as it was known then; none where it was not given."""
        if fact not in self.said or fact in self.shown:
            return None
        facts = list(self.said)
        before = {name: self.said[name] for name in facts[: facts.index(fact)]}
        return Given(fact, self.said[fact], self.effects_of({**before, **self.shown}, fact, self.said[fact]))

    def effects_of(self, known: Mapping[str, bool], fact: str, value: bool) -> tuple[Effect, ...]:
        """What an answer does beside its opposite, where all that is still open turns out well."""
        here, there = ({**known, fact: each} for each in (value, not value))
        return effects(self.hoped(here), self.hoped(there))

    def hoped(self, known: Mapping[str, bool]) -> Answer:
        """The certain answer, or what can still come of it for goods that were kept well."""
        answer = self.asked(known)
        return self.asked({**_BEST, **known}) if answer.outcome == "ask" else answer

    def asked(self, known: Mapping[str, bool]) -> Answer:
        """The terms' answer if so much were known."""
        key = tuple(sorted(known.items()))
        if key not in self._seen:
            claimed = Claimed(self.line, self.quantity, self.reason, Answers(**known), self.before)
            self._seen[key] = put(self.file, question_of(self.file, "claim", claimed), self.language)
        return self._seen[key]

    @property
    def needed(self) -> dict[str, bool]:
        """The answers on which something turns, given all the others; what turns on nothing is kept, should another change."""
        kept = dict(self.said)
        for fact in self.said:
            others = {**{name: value for name, value in kept.items() if name != fact}, **self.shown}
            if fact in self.shown or fact not in self.asked(others).ask:
                del kept[fact]
        return kept


@dataclass(frozen=True)
class ClaimForm:
    """A draft with everything that its pages need."""

    draft: ClaimDraft
    file: OrderFile
    entries: tuple[Entry, ...]

    def of(self, position: int) -> Entry | None:
        """The entry of the order's line at a position, counted from 1."""
        return next((each for each in self.entries if each.line.position == position), None)

    @property
    def next(self) -> Entry | None:
        """The first entry of which something has to be asked."""
        return next((each for each in self.entries if not each.is_ready), None)

    @property
    def unshown(self) -> tuple[str, ...]:
        """Reports of which at least one line needs to know whether they will be sent later."""
        return tuple(fact for fact in REPORTS if any(fact in each.unshown for each in self.entries))

    @property
    def is_ready(self) -> bool:
        """Whether it can be filed."""
        return bool(self.entries) and self.next is None


def claim_form(order: Order, owner: str, *, now: datetime, language: str = "") -> ClaimForm | None:
    """What somebody is writing about an order; none where nothing was begun or no terms decide it. Nine statements at most."""
    draft = draft_of(order, owner)
    file = file_of(order, now) if draft is not None else None
    return form_of(draft, file, language) if draft is not None and file is not None else None


def form_of(draft: ClaimDraft, file: OrderFile, language: str = "") -> ClaimForm:
    """A draft with everything that its pages need, the order's file being at hand."""
    draft.order = file.order
    shown = facts_from_evidence(evidence_of(Holder(file.order, draft)))
    earlier = places_of(file.order)
    lines = {line.pk: line for line in file.lines}
    entries = []
    for row in draft.lines or ():
        line = lines.get(row["line"])
        if line is not None and (left := claimable(file, line)):
            entries.append(_entry(file, line, {**row, "quantity": min(row["quantity"], left)}, shown, earlier, language))
    return ClaimForm(draft, file, tuple(entries))


def _entry(
    file: OrderFile, line: OrderLine, row: Mapping[str, Any], shown: Mapping[str, bool], earlier: list[Case], language: str
) -> Entry:
    reason = row["reason"] if row["reason"] in reasons_for(file, line) else ""
    said = {fact: value for fact, value in row["answers"] if fact in ANSWERABLE}
    before = pieces_before(earlier, line, row["quantity"])
    return Entry(file, line, row["quantity"], reason, said, shown, before, language or file.order.language)
