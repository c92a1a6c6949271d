"""What a slip says of itself, its sentence and its foot; and of a first delivery that is given back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from avdet.contract.answer import builtins, render, settle_by
from avdet.contract.question import Claim, Line, Order, Question
from avdet.core.vocabulary import LANGUAGES
from avdet.policies import calendar_of, law_of
from avdet.words.catalogue import outcome
from avdet.words.slip import About, foot, slip


@pytest.mark.parametrize(("language", "version", "shown"), [("fa", "1", "۱"), ("en", "1", "1"), ("fa", "2026-a", "2026-a")])
def test_a_version_that_is_a_number_stands_in_the_readers_digits(language: str, version: str, shown: str) -> None:
    said = foot({"version": version, "calendar": f"ir {version}"}, "Store", date(2026, 3, 21), language)
    assert shown in said[1]
    assert shown in said[3]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("result", ["approve", "deny", "evidence", "review", "ask"])
def test_what_nobody_has_asked_for_yet_is_not_called_decided(language: str, result: str) -> None:
    supposed = outcome(language, result, "supposed")
    assert supposed
    assert supposed != outcome(language, result, "claim")


def test_a_first_delivery_that_is_given_back_stands_beside_its_clause() -> None:
    law, now = law_of("eu"), datetime(2026, 3, 10, 12, tzinfo=UTC)
    order = Order(now, [Line("L", 2, 4900, "EUR"), Line("M", 1, 200, "EUR")], delivered_at=now, shipping=1001)
    question = Question("", "claim", order, now, claim=Claim("L", 1, now, "withdrawal"))
    answer = builtins(render(settle_by(law, question), question, "en"))
    drawn = slip(answer, About("claim"), calendar=calendar_of(law), in_force_from=law.newest.in_force_from, name="EU", language="en")
    said = {line.label: (line.value, line.clauses) for line in drawn.lines}
    assert said["First delivery"] == ("we pay", ("EU-CRD-13.1",))
    assert said["First delivery given back"] == ("€4.90", ("EU-CRD-13.1",))
    assert said["Amount"][0] == "€53.90"
