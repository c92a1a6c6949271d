"""A store's own past, as a file that a draft of its terms is replayed over."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from avdet.policies.shelf import policy_path
from avdet.records.cases.models import Case
from avdet.workflows.cases.export_cases import HEAD, export_cases
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.goods.receive_parcel import receive_unannounced
from tests.factories import NOW, make_staff, make_store
from tests.workflows.cases import CUSTOMER, SEALED, delivered, filed
from tests.workflows.sending import EXPERT, KEPT_WELL

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cases() -> list[Case]:
    order = delivered(quantity=4)
    return [
        filed(order), filed(order, key="b", quantity=2, answers={**SEALED, "sealed": False}),
        filed(order, key="c", reason="missing_parts", answers={"used": True, "accessories_complete": False, "arranged": True}),
    ]  # fmt: skip


def rows(store: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(export_cases(store, NOW + timedelta(days=1))))


def test_each_case_stands_in_it_with_what_is_known_and_nothing_personal(cases: list[Case]) -> None:
    filed(delivered(make_store("offykala")), reason="mismatch", answers={})
    withdraw_case(cases[0], actor=CUSTOMER, now=NOW)
    found = rows(cases[0].store)
    assert [row["claim_id"] for row in found] == [case.number for case in cases]
    second = found[1]
    assert (second["reason"], second["claimed_quantity"], second["quantity"], second["sealed"]) == ("withdrawal", "2", "4", "false")
    assert (second["seven_day_test"], second["unit_price"], second["currency"], second["at"]) == ("true", "45000000", "IRR", "claim")
    assert second["misuse"] == ""
    assert cases[0].order.contact["phone"] not in "".join(second.values())


def test_it_is_read_through_whatever_its_length(cases: list[Case], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5):
        assert len(rows(cases[0].store)) == 3


def test_its_columns_are_those_that_a_replay_reads() -> None:
    from avdet.analysis.replay.file import COLUMNS

    assert set(HEAD) <= set(COLUMNS)
    assert set(COLUMNS) - set(HEAD) == {"store", "traits", "value"}


def test_a_draft_is_replayed_over_it(cases: list[Case], tmp_path: Path) -> None:
    from avdet.analysis.replay import replay
    from avdet.policies import load

    file = tmp_path / "cases.csv"
    file.write_text("".join(export_cases(cases[0].store, NOW)), encoding="utf-8")
    edition = load("fetrashop").newest
    same = replay(edition, edition, file)
    assert (same.rows, same.judged, same.changed()) == (3, 3, 0)
    assert same.outcomes == {(case.outcome, case.outcome): 1 for case in cases}
    draft = tmp_path / "draft.yaml"
    source = policy_path("fetrashop").read_text(encoding="utf-8")
    draft.write_text(source.replace("withdrawal_working_days: 7", "withdrawal_working_days: 0"), encoding="utf-8")
    assert replay(edition, load(str(draft)).newest, file).changed(direction="worse") == 1


def test_a_draft_that_changes_what_follows_an_inspection_is_replayed_over_what_was_found(tmp_path: Path) -> None:
    from avdet.analysis.replay import replay
    from avdet.policies import load

    case = filed(delivered(quantity=3), reason="defect", quantity=2, answers=KEPT_WELL)
    receive_unannounced(case.store, case.order, {case.pk: 2}, actor=EXPERT, now=NOW + HOUR)
    found = Findings(1, "confirmed", within_rules=True, checklist={"original_box": True, "six_photos": False})
    revision = Case.objects.get(pk=case.pk).revision
    inspect_case(case.pk, found, revision=revision, by=make_staff(case.store, "expert"), actor=EXPERT, now=NOW + 2 * HOUR)
    filed_, examined = rows(case.store)
    assert [row["at"] for row in (filed_, examined)] == ["claim", "inspection"]
    assert (filed_["finding"], filed_["found_at"], filed_["replacement_in_stock"]) == ("", "", "")
    assert (examined["finding"], examined["within_rules"], examined["replacement_in_stock"]) == ("confirmed", "true", "true")
    assert (examined["claim_id"], examined["claimed_quantity"], examined["six_photos"]) == (case.number, "1", "false")
    assert (examined["now"], examined["found_at"]) == ((NOW + 2 * HOUR).isoformat(),) * 2
    file, draft = tmp_path / "cases.csv", tmp_path / "draft.yaml"
    file.write_text("".join(export_cases(case.store, NOW)), encoding="utf-8")
    source = policy_path("fetrashop").read_text(encoding="utf-8")
    draft.write_text(source.replace("refund_by_working_days: 10", "refund_by_working_days: 12"), encoding="utf-8")
    edition = load("fetrashop").newest
    assert replay(edition, edition, file).changed() == 0
    assert replay(edition, load(str(draft)).newest, file).changed() == 1


def test_the_command_writes_it_to_a_file(cases: list[Case], tmp_path: Path) -> None:
    out, file = StringIO(), tmp_path / "cases.csv"
    with pytest.raises(CommandError, match="no store"):
        call_command("export_cases", "nowhere", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_cases", "fetrashop", str(tmp_path / "no" / "cases.csv"))
    call_command("export_cases", "fetrashop", str(file), stdout=out)
    assert out.getvalue() == "3 rows\n"
    assert file.read_text(encoding="utf-8").count("\n") == len(cases) + 1
