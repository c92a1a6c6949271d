"""The story and the slip of a case: to each reader in their language and of their concern, and never decided anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avdet.core.lifecycles import CASE, GOODS
from avdet.records.cases.actions import note
from avdet.records.cases.models import Case
from avdet.records.cases.notes import assign, write_note
from avdet.records.cases.overrides import overrides_of
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.words.phrases import catalogue
from avdet.workflows.cases.case_story import UNTOLD, case_story, case_story_for_staff
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.slip_of_case import slip_of_case
from tests.factories import NOW, make_staff
from tests.workflows.cases import SEALED, delivered, filed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
REASON = "a regular customer of ours"


@pytest.fixture
def expert_and_case() -> tuple[User, Case]:
    case = filed(delivered(), answers={**SEALED, "sealed": False})
    expert = make_staff(case.store, "expert", email="deniz@example.test")
    assign(case, expert, actor=Actor.of(expert, "staff", "desk"), now=LATER)
    write_note(case, "rang them up", author=expert, now=LATER)
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason=REASON, author=expert, now=LATER)
    return expert, Case.objects.select_related("order", "store", "policy_version").get(pk=case.pk)


@pytest.mark.parametrize("reader", ["customer", "staff"])
def test_every_move_has_words(reader: str) -> None:
    moves = {*CASE.names, *GOODS.names}
    known = {key.rpartition(".")[2] for key in catalogue("en") if key.startswith(f"workflows.story.{reader}.")}
    assert moves <= known | (UNTOLD if reader == "customer" else set())


def test_the_customer_reads_nothing_of_the_staffs(expert_and_case: tuple[User, Case]) -> None:
    expert, case = expert_and_case
    story = case_story(case, "en")
    assert [each.kind for each in story] == ["approve", "overridden", "reopen", "deny", "filed"]
    everything = " ".join(text for each in story for text in (each.title, each.by, *each.notes))
    assert REASON not in everything
    assert "rang them up" not in everything
    assert str(expert) not in everything
    assert {each.by for each in story} == {"You", case.store.name_in("en"), ""}


def test_the_staff_reads_everything(expert_and_case: tuple[User, Case]) -> None:
    expert, case = expert_and_case
    story = case_story_for_staff(case, "tr", overrides_of(case))
    kinds = {each.kind: each for each in story}
    assert {"filed", "deny", "assigned", "noted", "reopen", "overridden", "approve"} == set(kinds)
    assert kinds["overridden"].notes == (REASON,)
    assert kinds["overridden"].by == str(expert.name)
    assert kinds["assigned"].notes == (str(expert.name),)
    assert kinds["deny"].clauses


@pytest.mark.parametrize("language", ["tr", "fa", "en"])
def test_a_story_costs_the_same_however_long_it_is(expert_and_case: tuple[User, Case], language: str, django_assert_num_queries: Any) -> None:
    _, case = expert_and_case
    with django_assert_num_queries(1):
        assert case_story(case, language)
    with django_assert_num_queries(4):
        assert case_story_for_staff(case, language, overrides_of(case))


def test_photographs_that_were_added_together_are_told_once() -> None:
    case = filed(delivered())
    customer, colleague = Actor("customer"), Actor.of(make_staff(case.store, "desk"), "staff", "desk")
    for actor, at in ((customer, LATER), (customer, LATER), (colleague, LATER), (customer, LATER + timedelta(days=1))):
        note(case, "evidence_added", actor=actor, now=at)
    told = [each.title for each in case_story(case, "en") if each.kind == "evidence_added"]
    one = "A photograph or a document was added"
    assert told == [one, one, "2 photographs and documents were added"]
    seen = [each.title for each in case_story_for_staff(case, "tr", ()) if each.kind == "evidence_added"]
    assert seen == ["Kanıt eklendi", "Kanıt eklendi", "2 kanıt eklendi"]


def test_a_slip_says_what_was_decided_in_the_readers_language() -> None:
    case = filed(delivered(), answers={**SEALED, "sealed": False})
    said = {language: slip_of_case(case, language) for language in ("tr", "fa", "en")}
    assert {each.slip.result for each in said.values()} == {"deny"}
    texts = {language: tuple(line.value for line in each.slip.lines) for language, each in said.items()}
    assert len(set(texts.values())) == 3
    clause = said["en"].slip.lines[0].clauses[0]
    assert said["en"].texts[clause] == said["en"].slip.lines[0].value


def test_a_slip_is_of_the_decision_that_was_made_whatever_is_so_today() -> None:
    case = filed(delivered())
    case.decision = {**case.decision, "remedies": ["correction"]}
    lines = [line.value for line in slip_of_case(case, "en").slip.lines]
    assert "the right or missing goods are sent" in lines


def test_a_place_that_the_terms_leave_open_is_said_in_the_readers_language() -> None:
    case = filed(delivered(), reason="missing_parts", answers={"used": True, "accessories_complete": False, "arranged": True})
    assert case.state == "review"
    for language, word in (("tr", "karar"), ("fa", "تصمیم"), ("en", "decide")):
        drawn = slip_of_case(case, language).slip
        assert word in " ".join([drawn.sentence, *(line.value for line in drawn.lines)])
