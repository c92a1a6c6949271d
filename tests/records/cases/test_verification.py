"""Whoever edits, puts in or removes a row of a case's history is found at that row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from avdet.records.cases import verification
from avdet.records.cases.models import Case, CaseEvent
from avdet.records.cases.verification import walk
from tests.factories import NOW
from tests.workflows.cases import delivered, filed

pytestmark = pytest.mark.django_db


def edit(case: Case) -> None:
    CaseEvent.objects.filter(case=case, number=1).update(facts={"reason": "withdrawal", "quantity": 3})


def backdate(case: Case) -> None:
    CaseEvent.objects.filter(case=case, number=1).update(at=NOW - timedelta(days=1))


def remove(case: Case) -> None:
    CaseEvent.objects.filter(case=case, number=1).delete()


def insert(case: Case) -> None:
    last = CaseEvent.objects.get(case=case, number=2)
    CaseEvent.objects.create(case=case, number=3, kind="noted", actor="system", at=NOW, chain=last.chain)


def drop_last(case: Case) -> None:
    CaseEvent.objects.filter(case=case, number=2).delete()


def verify(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_cases", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize(("harm", "first"), [(edit, 1), (backdate, 1), (remove, 1), (insert, 3), (drop_last, 2)])
def test_the_first_broken_event_is_named(harm: Callable[[Case], None], first: int) -> None:
    order = delivered()
    before, case, after = (filed(order, key=key) for key in "klm")
    harm(case)
    assert {each.pk: broken for each, broken in walk()} == {before.pk: None, case.pk: first, after.pk: None}
    assert verify() == (1, f"✘ fetrashop {case.number}: event {first} is not as it was written\n✘ 3 cases, 1 broken\n")


def test_what_is_whole_is_said_to_be() -> None:
    case = filed(delivered())
    assert verify() == (0, "✔ 1 cases, 0 broken\n")
    assert verify("fetrashop", case.number) == (0, "✔ 1 cases, 0 broken\n")


@pytest.mark.parametrize("arguments", [("nowhere",), ("fetrashop", "1-R1")])
def test_what_is_not_there_is_not_verified(arguments: tuple[str, ...]) -> None:
    filed(delivered())
    with pytest.raises(CommandError):
        verify(*arguments)


def test_it_reads_page_by_page(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(verification, "AT_ONCE", 2)
    order = delivered(quantity=9)
    for key in "klmno":
        filed(order, key=key)
    with django_assert_num_queries(6):
        assert [broken for _, broken in walk()] == [None] * 5
