"""A claim is written: what is refused, what each answer did, what is taken back, what is filed and when it is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.drafts import begin_draft, draft_of, keep_draft
from avdet.records.cases.models import Case, ClaimDraft
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.claims.claim_effects import Effect
from avdet.workflows.claims.claim_form import ClaimForm, claim_form
from avdet.workflows.claims.file_claim import Wanted, file_claim
from avdet.workflows.claims.write_claim import (
    AT_ONCE,
    Said,
    begin_claim,
    choose_pieces,
    file_draft,
    filed_with,
    forget_drafts_of_long_ago,
    give_answer,
    give_reason,
    take_back,
    write_down,
)
from tests.factories import NOW, make_customer, make_order, make_product, make_store

pytestmark = pytest.mark.django_db
CUSTOMER, OWNER = Actor("customer", 1, source="web"), "user:1"
SEALED = {"sealed": True}


def delivered(store: str, *, hours: int = 20, traits: tuple[str, ...] = (), quantity: int = 1) -> Order:
    """An order of one product that arrived so many hours ago."""
    shop = make_store(store)
    at = {name: NOW - timedelta(hours=hours + more) for name, more in {"placed_at": 72, "paid_at": 72, "handed_over_at": 24, "delivered_at": 0}.items()}
    made = make_order(shop, make_customer(shop), products=[make_product(shop, traits=list(traits))], state="delivered", **at)
    OrderLine.objects.filter(order=made).update(quantity=quantity, total_minor=45_000_000 * quantity)
    return Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk)


@pytest.fixture
def order() -> Order:
    return delivered("persianpetshop", quantity=3)


def form(order: Order, language: str = "en") -> ClaimForm:
    found = claim_form(order, OWNER, now=NOW, language=language)
    assert found is not None
    return found


def begun(order: Order, reason: str = "", *, count: int = 1, **said: bool) -> ClaimForm:
    """A draft about so many pieces of the first line, with what was said of it."""
    begin_claim(order, OWNER, now=NOW)
    choose_pieces(form(order), {form(order).file.lines[0].pk: count}, now=NOW)
    if reason:
        give_reason(form(order), form(order).entries[0], reason, words="", now=NOW)
    for fact, value in said.items():
        give_answer(form(order), form(order).entries[0], fact, value, now=NOW)
    return form(order)


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, -1, 4])
def test_pieces_that_are_not_there_are_not_chosen(order: Order, count: int) -> None:
    begin_claim(order, OWNER, now=NOW)
    with pytest.raises(AvdetError):
        choose_pieces(form(order), {form(order).file.lines[0].pk: count}, now=NOW)
    with pytest.raises(AvdetError):
        choose_pieces(form(order), {10**9: 1}, now=NOW)
    assert form(order).entries == ()


def test_nobody_else_goes_on_with_a_draft(order: Order) -> None:
    begun(order, "withdrawal")
    assert claim_form(order, "user:2", now=NOW) is None
    assert draft_of(order, f"guest:{order.pk}") is None


def test_a_reason_and_an_answer_that_nobody_asks_for_are_refused(order: Order) -> None:
    found = begun(order)
    with pytest.raises(AvdetError):
        give_reason(found, found.entries[0], "not_received", words="", now=NOW)
    for fact in ("sealed", "colour", "arranged"):
        with pytest.raises(AvdetError):
            give_answer(found, found.entries[0], fact, True, now=NOW)


def test_the_slower_of_two_windows_is_told_so(order: Order) -> None:
    begun(order, "withdrawal")
    first, second = form(order), form(order)
    give_answer(first, first.entries[0], first.entries[0].ask[0], True, now=NOW)
    with pytest.raises(Conflict):
        give_answer(second, second.entries[0], second.entries[0].ask[0], False, now=NOW)


def test_what_is_not_ready_or_was_changed_is_not_filed(order: Order) -> None:
    found = begun(order, "withdrawal")
    with pytest.raises(AvdetError, match="unanswered"):
        file_draft(found, found.draft.revision, actor=CUSTOMER, channel="portal", now=NOW)
    with pytest.raises(Conflict):
        file_draft(found, found.draft.revision - 1, actor=CUSTOMER, channel="portal", now=NOW)
    stale = form(order)
    keep_draft(begin_draft(order, OWNER, now=NOW), now=NOW, words="meanwhile")
    with pytest.raises(AvdetError):
        file_draft(stale, stale.draft.revision, actor=CUSTOMER, channel="portal", now=NOW)
    assert not Case.objects.exists()
    assert ClaimDraft.objects.count() == 1


def test_a_draft_that_changed_while_it_was_being_filed_files_nothing(order: Order) -> None:
    stale = answered(begun(order, "withdrawal"))
    keep_draft(begin_draft(order, OWNER, now=NOW), now=NOW, words="meanwhile")
    with pytest.raises(Conflict):
        file_draft(stale, stale.draft.revision, actor=CUSTOMER, channel="portal", now=NOW)
    assert not Case.objects.exists()


# ---- what is done ----------------------------------------------------------------------------------------------------


def answered(found: ClaimForm, **said: bool) -> ClaimForm:
    """The same with everything answered that is asked for: as said, else well."""
    while not found.is_ready:
        entry = found.entries[0]
        fact = entry.ask[0]
        give_answer(found, entry, fact, said.get(fact, fact not in ("used", "box_marked")), now=NOW)
        found = form(found.file.order)
    return found


def test_an_answer_says_what_it_did_and_by_which_clause(order: Order) -> None:
    entry = answered(begun(order, "withdrawal"), sealed=False).entries[0]
    first = entry.given[0]
    assert (first.fact, first.value) == ("sealed", False)
    assert entry.answer.outcome == "deny"
    assert [(each.kind, each.value) for each in first.effects] == [("outcome", "deny")]
    assert all(clause.startswith("PPS-") for each in first.effects for clause in each.clauses)
    assert first.effects[0].clauses


def test_an_answer_that_changes_more_than_the_outcome_says_what() -> None:
    entry = begun(delivered("offykala"), "defect").entries[0]
    told = [effect for value in (True, False) for effect in entry.effects_of({}, entry.ask[0], value)] if entry.ask else []
    assert all(isinstance(each, Effect) and each.kind for each in told)


def test_taking_one_answer_back_keeps_all_the_others(order: Order) -> None:
    found = answered(begun(order, "mismatch"))
    facts = list(found.entries[0].said)
    assert len(facts) > 2, "a claim that asks for several things"
    take_back(found, found.entries[0], facts[1], now=NOW)
    left = form(order).entries[0]
    assert list(left.said) == [facts[0], *facts[2:]]
    again = answered(form(order)).entries[0]
    assert set(again.said) == set(facts), "nothing else is asked again"
    assert again.answer.outcome == found.entries[0].answer.outcome


def test_an_answer_that_turns_on_nothing_any_more_is_not_shown_and_not_lost(order: Order) -> None:
    found = answered(begun(order, "mismatch"), box_marked=True, visible_without_opening=False)
    entry = found.entries[0]
    assert entry.answer.outcome == "deny"
    assert set(entry.needed) < set(entry.said)
    assert [given.fact for given in entry.given] == list(entry.needed)
    assert entry.asked(entry.needed) == entry.answer
    give_answer(found, entry, "box_marked", False, now=NOW)
    changed = form(order).entries[0]
    assert changed.answer.outcome != "deny"
    assert "in_specification" in changed.needed, "what was said at first counts again"


def test_it_is_known_how_many_questions_may_follow(order: Order) -> None:
    found = begun(order, "mismatch")
    most = found.entries[0].most_left
    assert 2 < most <= len(found.entries[0].ask)
    while not found.is_ready:
        entry = found.entries[0]
        give_answer(found, entry, entry.ask[0], True, now=NOW)
        found = form(order)
        assert found.entries[0].most_left < entry.most_left


def test_another_reason_keeps_what_was_answered(order: Order) -> None:
    found = answered(begun(order, "withdrawal"))
    give_reason(found, found.entries[0], "defect", words="broken", now=NOW)
    entry = form(order).entries[0]
    assert (entry.reason, form(order).draft.words) == ("defect", "broken")
    assert dict(entry.said) == dict(found.entries[0].said)
    assert all(given.fact in entry.needed for given in entry.given)


def test_it_is_filed_once_and_the_draft_is_gone(order: Order) -> None:
    found = answered(begun(order, "withdrawal", count=2))
    late = form(order)
    (case,) = file_draft(found, found.draft.revision, actor=CUSTOMER, channel="portal", now=NOW)
    assert (case.quantity, case.claim.language, case.answers) == (2, "en", dict(found.entries[0].said))
    assert not ClaimDraft.objects.exists()
    again = file_draft(late, late.draft.revision, actor=CUSTOMER, channel="portal", now=NOW)
    assert [each.pk for each in again] == [case.pk] == [each.pk for each in filed_with(order, late.draft.token)]
    assert filed_with(order, "") == []


def test_pieces_that_were_claimed_meanwhile_are_no_longer_in_it(order: Order) -> None:
    found = answered(begun(order, "withdrawal", count=3))
    line = found.entries[0]
    file_claim(order, [Wanted(line.line.pk, 2, "withdrawal", line.known)], actor=CUSTOMER, channel="api", key="other", now=NOW)
    fresh = Order.objects.select_related("store", "customer", "policy_version").get(pk=order.pk)
    assert [entry.quantity for entry in form(fresh).entries] == [1]


def test_choosing_again_keeps_what_was_said_of_what_stays(order: Order) -> None:
    found = answered(begun(order, "withdrawal"))
    choose_pieces(found, {found.entries[0].line.pk: 2}, now=NOW)
    entry = form(order).entries[0]
    assert (entry.quantity, entry.reason, dict(entry.said)) == (2, "withdrawal", dict(found.entries[0].said))


def test_a_draft_survives_a_closed_browser_for_a_month(order: Order) -> None:
    begun(order, "withdrawal")
    forget_drafts_of_long_ago({}, NOW + timedelta(days=29))
    assert form(order).entries[0].reason == "withdrawal"
    forget_drafts_of_long_ago({}, NOW + timedelta(days=31))
    assert claim_form(order, OWNER, now=NOW) is None


def test_old_drafts_are_forgotten_bit_by_bit(order: Order, deferred: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for owner in ("user:1", "user:2", "user:3"):
        begin_draft(order, owner, now=NOW)
    monkeypatch.setattr("avdet.workflows.claims.write_claim.AT_ONCE", 2)
    forget_drafts_of_long_ago({}, NOW + timedelta(days=40))
    assert ClaimDraft.objects.count() == 1
    assert deferred.run(NOW + timedelta(days=40)) == 1
    assert not ClaimDraft.objects.exists()
    assert AT_ONCE > 2


def test_what_the_draft_holds_is_sealed(order: Order) -> None:
    from django.db import connection

    begun(order, "withdrawal")
    keep_draft(begin_draft(order, OWNER, now=NOW), now=NOW, words="my own words")
    with connection.cursor() as cursor:
        cursor.execute("SELECT lines, words FROM cases_claimdraft")
        stored = " ".join(cursor.fetchone())
    assert "withdrawal" not in stored
    assert "words" not in stored


def test_a_form_costs_the_same_however_much_was_said(order: Order, django_assert_num_queries: Any) -> None:
    begun(order)
    fresh = lambda: Order.objects.select_related("store", "customer", "policy_version").get(pk=order.pk)  # noqa: E731
    claim_form(fresh(), OWNER, now=NOW)  # the terms are read once by each process
    for prepare in (lambda: None, lambda: answered(begun(order, "withdrawal"))):
        prepare()
        known = fresh()
        with django_assert_num_queries(6):
            claim_form(known, OWNER, now=NOW)


# ---- taken down by the desk ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", [{"quantity": 0}, {"quantity": 4}, {"line": 10**9}, {"reason": "not_received"}, {"answers": {"colour": True}}])
def test_what_cannot_be_is_not_written_down(order: Order, changed: dict[str, Any]) -> None:
    found = begun(order)
    said = Said(**{"line": found.entries[0].line.pk, "quantity": 1, "reason": "withdrawal", **changed})
    with pytest.raises(AvdetError):
        write_down(found, [said], words="", now=NOW)
    with pytest.raises(AvdetError):
        write_down(form(order), [], words="", now=NOW)
    assert form(order).entries[0].reason == ""


def test_everything_is_written_down_at_once(order: Order) -> None:
    found = begun(order)
    said = Said(found.entries[0].line.pk, 3, "withdrawal", {"sealed": True})
    write_down(found, [said], words="She called", now=NOW)
    entry = form(order).entries[0]
    assert (entry.quantity, entry.reason, dict(entry.said), form(order).draft.words) == (3, "withdrawal", {"sealed": True}, "She called")
    with pytest.raises(Conflict):
        write_down(ClaimForm(ClaimDraft(pk=found.draft.pk), found.file, ()), [said], words="", now=NOW)
