"""The bank's word comes by letter or on paper, or never: one person enters it, and once another agrees it counts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.payouts import actions
from avdet.records.payouts.models import BankWord, PayoutBatch, PayoutLine
from avdet.records.payouts.queries import lines_in_file, open_lines
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.settle_payout import return_line, settle_line, undo_line
from avdet.workflows.notices.tell_payout import tell_batch

RESULTS: Final = ("settled", "returned", "undone")
"""Paid; not paid, so that the customer names another account; not carried out at all, so that it goes into another batch."""


@transaction.atomic
def enter_word(
    batch: PayoutBatch, line: PayoutLine | None, result: str, *, reference: str, why: str, user: User, now: datetime
) -> BankWord:
    """Keeps what the bank has said of one transfer, or of every open one. Nothing moves by it.

    `AvdetError` without a result, a reference or a reason, and where the bank has answered already; `Conflict` while another
    word waits.
    """
    fresh = actions.held_batch(batch.pk)
    if result not in RESULTS or not reference.strip() or not why.strip():
        raise coded(AvdetError, "payout.word", where="word", results=", ".join(RESULTS))
    _meant(fresh, line)
    said = {"result": result, "reference": reference.strip()[:120], "why": why.strip()[:300]}
    actions.note(fresh, "word_entered", actor=Actor.of(user, "staff"), now=now, facts=said)
    return actions.keep_word(fresh, line, said, author=user, now=now)


@transaction.atomic
def agree_to_word(word: BankWord, *, user: User, now: datetime, actor: Actor) -> None:
    """A second person has seen the same: each transfer ends by it, and a batch of which all is known is over.

    `AvdetError` for its author, and where the bank has answered meanwhile; `Conflict` where it was decided.
    """
    fresh = actions.held_batch(word.batch_id)
    if word.author_id == user.pk:
        raise coded(AvdetError, "payout.word_two_people", where="two_people")
    _end(word, "agreed", user, now)
    for line in _meant(fresh, word.line):
        if word.result == "settled":
            settle_line(line, now=now, actor=actor, note=word.reference)
        elif word.result == "returned":
            return_line(line, code="", what=f"{word.reference}: {word.why}", now=now, actor=actor)
        else:
            undo_line(line, note=word.reference, now=now, actor=actor)
    actions.note(fresh, "word_agreed", actor=actor, now=now, facts={"result": word.result})
    if fresh.state == "exported" and not open_lines(fresh):
        undone = all(line.result == "undone" for line in lines_in_file(fresh))
        actions.move(fresh, "give_up" if undone else "settle", actor=actor, now=now, settled_at=now)
        tell_batch(fresh, now=now)


@transaction.atomic
def refuse_word(word: BankWord, *, user: User, now: datetime, actor: Actor) -> None:
    """It does not count; its author may take it back in the same way. `Conflict` where it was decided meanwhile."""
    fresh = actions.held_batch(word.batch_id)
    _end(word, "refused", None if word.author_id == user.pk else user, now)
    actions.note(fresh, "word_refused", actor=actor, now=now)


def _meant(batch: PayoutBatch, line: PayoutLine | None) -> list[PayoutLine]:
    """The transfers that a word is about: those of which the bank has said nothing yet."""
    found = [each for each in open_lines(batch) if line is None or each.pk == line.pk] if batch.state == "exported" else []
    if not found:
        raise coded(AvdetError, "payout.answered", where="batch")
    return found


def _end(word: BankWord, state: str, user: User | None, now: datetime) -> None:
    if not actions.end_word(word, state, approver=user, now=now):
        raise coded(Conflict, "refund.decided", where=f"word {word.pk}")
