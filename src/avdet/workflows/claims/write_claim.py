"""A claim is written: which pieces, what is wrong, answer after answer, each of which can be taken back; then it is filed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import REASONS
from avdet.ports.jobs import Payload, defer, job
from avdet.records.cases.drafts import begin_draft, drop_draft, forget_drafts, keep_draft
from avdet.records.cases.evidence import Holder, attach, evidence_of
from avdet.records.cases.models import Case, ClaimDraft
from avdet.records.cases.queries import cases_of
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.claims.claim_form import ANSWERABLE, ClaimForm, Entry
from avdet.workflows.claims.file_claim import Wanted, file_claim
from avdet.workflows.policy.ask_policy import claimable, lines_to_ask
from avdet.workflows.policy.options_now import reasons_for

KEPT: Final = timedelta(days=30)
"""How long a draft is kept that nobody goes on with."""
AT_ONCE: Final = 1_000
MOST_WORDS: Final = 4_000
"""Characters of what somebody writes in their own words."""


def begin_claim(order: Order, owner: str, *, now: datetime) -> ClaimDraft:
    """The draft in which somebody writes about an order, begun if there is none."""
    return begin_draft(order, owner, now=now)


def choose_pieces(form: ClaimForm, pieces: Mapping[int, int], *, now: datetime, reason: str = "") -> None:
    """Which lines, and how many pieces of each: line id → count, 0 for none. What was said of a line that stays is kept.

    `reason` is what the customer came for; a line that may not be claimed for it is asked about like any other.
    `AvdetError` where nothing is chosen, or more than is left.
    """
    left = {line.pk: claimable(form.file, line) for line in lines_to_ask(form.file)}
    chosen = {line: count for line, count in pieces.items() if count}
    for line, count in chosen.items():
        if not 1 <= count <= left.get(line, 0):
            raise coded(AvdetError, "claim.pieces", where="pieces", quantity=count, left=left.get(line, 0))
    if not chosen:
        raise coded(AvdetError, "claim.no_piece", where="pieces")
    rows = {each.line.pk: _row(each) for each in form.entries}
    fresh: dict[str, Any] = {"reason": reason if reason in REASONS else "", "answers": []}
    lines = [{**rows.get(line, fresh), "line": line, "quantity": chosen[line]} for line in left if line in chosen]
    keep_draft(form.draft, now=now, lines=lines)


@dataclass(frozen=True, slots=True)
class Said:
    """All that somebody has said of one line on the telephone: so many pieces, why, and what they have answered."""

    line: int
    quantity: int
    reason: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)


def write_down(form: ClaimForm, said: Sequence[Said], *, words: str, now: datetime) -> None:
    """Everything at once, as a colleague writes it. `AvdetError` as in `choose_pieces`, and for what is no reason or answer."""
    lines = {line.pk: line for line in lines_to_ask(form.file)}
    rows = []
    for each in said:
        line = lines.get(each.line)
        left = claimable(form.file, line) if line else 0
        if line is None or not 1 <= each.quantity <= left:
            raise coded(AvdetError, "claim.pieces", where="pieces", quantity=each.quantity, left=left)
        if each.reason and each.reason not in reasons_for(form.file, line):
            raise coded(AvdetError, "claim.reason_of_list", where="reason")
        if not set(each.answers) <= ANSWERABLE:
            raise coded(AvdetError, "claim.not_asked", where="answers")
        answers = [[fact, value] for fact, value in each.answers.items()]
        rows.append({"line": line.pk, "quantity": each.quantity, "reason": each.reason, "answers": answers})
    if not rows:
        raise coded(AvdetError, "claim.no_piece", where="pieces")
    keep_draft(form.draft, now=now, lines=rows, words=words[:MOST_WORDS])


def give_reason(form: ClaimForm, entry: Entry, reason: str, *, words: str, now: datetime) -> None:
    """What is wrong with a line; what was answered stands where it is asked for. `words`: the customer's own sentence."""
    if reason not in reasons_for(form.file, entry.line):
        raise coded(AvdetError, "claim.reason_of_list", where="reason")
    _keep(form, entry, lambda row: replace(row, reason=reason, _seen={}), now, words=words[:MOST_WORDS])


def give_answer(form: ClaimForm, entry: Entry, fact: str, value: bool, *, now: datetime) -> None:
    """One answer. Given again, it takes the place of the one before."""
    if fact not in ANSWERABLE or (fact not in entry.said and fact not in entry.ask):
        raise coded(AvdetError, "claim.not_asked", where="fact")
    _keep(form, entry, lambda row: replace(row, said={**row.said, fact: value}), now)


def take_back(form: ClaimForm, entry: Entry, fact: str, *, now: datetime) -> None:
    """That answer and no other: the later ones stay, and count where they are still asked for."""
    said = {name: value for name, value in entry.said.items() if name != fact}
    _keep(form, entry, lambda row: replace(row, said=said), now)


@transaction.atomic
def file_draft(
    form: ClaimForm, revision: int, *, actor: Actor, channel: str, now: datetime, later: Collection[str] = ()
) -> list[Case]:
    """Files what was checked. `Conflict` where it has changed since; a second submit gives what the first one filed.

    `later` are reports that will be sent later: their cases wait for them. `AvdetError` for one of which nobody has said so.
    """
    if form.draft.revision != revision:
        raise coded(Conflict, "claim.continued", where="draft")
    if not set(form.unshown) <= set(later):
        raise coded(AvdetError, "claim.unshown", where="later")
    wanted = [Wanted(each.line.pk, each.quantity, each.reason, each.known, frozenset(each.unshown)) for each in form.entries]
    cases = file_claim(
        form.file.order, wanted, actor=actor, channel=channel, key=_key(form.draft.token), now=now,
        words=form.draft.words, language=form.file.order.language if channel == "desk" else _spoken(form),
    )  # fmt: skip
    attach(evidence_of(Holder(form.file.order, form.draft)), cases)
    drop_draft(form.draft)
    return cases


def filed_with(order: Order, token: str) -> list[Case]:
    """The cases that came of a draft that is no more."""
    return [case for case in cases_of(order) if token and case.claim.key == _key(token)]


@job("forget_drafts", every=timedelta(days=1))
def forget_drafts_of_long_ago(_: Payload, now: datetime) -> None:
    """Deletes drafts that nobody has gone on with for a month."""
    if forget_drafts(now - KEPT, most=AT_ONCE) >= AT_ONCE:
        defer("forget_drafts", {}, key="forget_drafts:more")


def _keep(form: ClaimForm, entry: Entry, change: Callable[[Entry], Entry], now: datetime, **columns: Any) -> None:
    rows = [_row(change(entry) if each.line.pk == entry.line.pk else each) for each in form.entries]
    keep_draft(form.draft, now=now, lines=rows, **columns)


def _row(entry: Entry) -> dict[str, Any]:
    answers = [[fact, value] for fact, value in entry.said.items()]
    return {"line": entry.line.pk, "quantity": entry.quantity, "reason": entry.reason, "answers": answers}


def _key(token: str) -> str:
    return f"form:{token}"


def _spoken(form: ClaimForm) -> str:
    return form.entries[0].language if form.entries else form.file.order.language
