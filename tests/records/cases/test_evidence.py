"""Evidence in the records: how much there may be, what is found again, what is forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.cases.evidence import Holder, Said, attach, evidence_by_id, evidence_of, evidence_of_order, keep, made_of
from avdet.records.cases.evidence_alike import REACH, alike
from avdet.records.cases.evidence_files import opened
from avdet.records.cases.evidence_limits import MOST, EvidenceRefused
from avdet.records.cases.models import Case, Claim, ClaimDraft, Evidence
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.claims.add_evidence import add_evidence, facts_from_evidence
from avdet.workflows.claims.remove_evidence import forget_evidence, remove_evidence, restore_evidence
from avdet.workflows.claims.show_evidence import show_evidence, show_to_expert
from tests.factories import NOW, make_order, make_store
from tests.records.cases.pictures import PDF, photo

pytestmark = pytest.mark.django_db
BUYER = Actor("customer", 1, source="web")


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def store() -> Store:
    return make_store()


def an_order(store: Store) -> Order:
    return Order.objects.select_related("store").get(pk=make_order(store).pk)


def a_draft(order: Order) -> Holder:
    made = ClaimDraft.objects.create(
        store=order.store, order=order, token=f"t{order.pk}", owner="user:1", created_at=NOW, updated_at=NOW
    )
    return Holder(order, draft=made)


def a_case(order: Order, **fields: Any) -> Case:
    """A case as it stands in the database, without a history."""
    claim = Claim.objects.create(
        store=order.store, order=order, key=f"k{order.pk}{Claim.objects.count()}", channel="portal", language="fa",
        filed_by="customer", filed_at=NOW,
    )  # fmt: skip
    made: Case = Case.objects.create(**{
        "store": order.store, "claim": claim, "order": order, "order_line": order.lines.get(), "quantity": 1, "reason": "defect",
        "number": f"{order.number}-R{Case.objects.count() + 1}", "outcome": "evidence", "state": "evidence",
        "policy_version": order.policy_version, "policy_fingerprint": "x", "filed_at": NOW, **fields,
    })  # fmt: skip
    return made


def add(holder: Holder, seed: int = 1, kind: str = "photo", side: int | None = None, **how: Any) -> Evidence:
    return add_evidence(holder, Said(PDF + str(seed).encode() if kind == "receipt" else photo(seed, **how), kind, side), actor=BUYER, now=NOW)


def test_the_thirty_first_piece_is_refused_and_no_file_is_left_behind(store: Store, tmp_path: Path) -> None:
    draft = a_draft(an_order(store))
    for seed in range(MOST):
        add(draft, seed, "receipt")
    with pytest.raises(EvidenceRefused) as refused:
        add(draft, 99)
    assert refused.value.why == "many"
    assert len(list(tmp_path.rglob("*.*"))) == MOST


def test_what_cannot_be_written_leaves_no_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Said(photo())
    monkeypatch.setattr(Evidence.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        keep(a_draft(an_order(store)), said, made_of(said), sha256="x", actor=BUYER, now=NOW)
    assert not list(tmp_path.rglob("*.jpg"))


def test_files_of_a_transaction_that_came_to_nothing_go_a_day_later(store: Store, tmp_path: Path) -> None:
    order, written_at = an_order(store), timezone.now()
    kept = add(a_draft(order))
    with transaction.atomic():
        add(Holder(order), 2)
        transaction.set_rollback(True)
    for hours, left in ((23, 4), (25, 2)):
        forget_evidence({}, written_at + timedelta(hours=hours))
        assert len(list(tmp_path.rglob("*.jpg"))) == left
    assert {tmp_path / "private" / name for name in (kept.file, kept.thumbnail)} == set(tmp_path.rglob("*.jpg"))
    assert not list((tmp_path / "private" / "unsure").iterdir())


def test_a_case_that_is_over_takes_nothing_more(store: Store) -> None:
    order = an_order(store)
    with pytest.raises(EvidenceRefused, match="any more"):
        add(Holder(order, case=a_case(order, state="settled", waits_for="nobody")))
    assert not Evidence.objects.exists()


def test_files_lie_apart_and_nobody_else_on_the_machine_reads_them(store: Store, tmp_path: Path) -> None:
    row = add(a_draft(an_order(store)))
    path = tmp_path / "private" / row.file
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with opened(row.thumbnail) as small:
        assert small.read(3) == b"\xff\xd8\xff"


def test_the_same_photograph_again_is_the_one_that_is_there(store: Store) -> None:
    draft = a_draft(an_order(store))
    assert add(draft).pk == add(draft).pk
    assert len(evidence_of(draft)) == 1


def test_a_side_that_is_photographed_again_takes_the_place_of_the_first(store: Store) -> None:
    draft = a_draft(an_order(store))
    first, second = add(draft, 1, side=2), add(draft, 2, side=2)
    album = show_evidence(draft)
    assert [shown.evidence.pk for shown in album.pieces] == [second.pk]
    assert first.pk != second.pk
    assert album.next_side == 1
    with pytest.raises(EvidenceRefused):
        restore_evidence(evidence_by_id(store, first.pk) or first, actor=BUYER, now=NOW)


def test_what_the_record_knows_by_the_evidence(store: Store) -> None:
    draft = a_draft(an_order(store))
    assert facts_from_evidence(evidence_of(draft)) == {}
    add(draft, 9, "receipt")
    assert facts_from_evidence(evidence_of(draft)) == {}
    for side in (1, 2, 3, 4, 5):
        add(draft, side, side=side)
    assert facts_from_evidence(evidence_of(draft)) == {"documents": True}
    add(draft, 6, side=6)
    add(draft, 7, "carrier_report")
    assert facts_from_evidence(evidence_of(draft)) == {"documents": True, "six_photos": True, "carrier_report": True}
    assert show_evidence(draft).next_side is None


def test_what_is_added_to_a_case_stands_in_its_history_and_may_be_taken_back_until_it_is_decided(store: Store) -> None:
    order = an_order(store)
    case = a_case(order, answers={"sealed": True})
    row = add(Holder(order, case=case))
    piece = evidence_by_id(store, row.pk)
    assert piece is not None
    assert remove_evidence(piece, actor=BUYER, now=NOW)
    assert Case.objects.get(pk=case.pk).answers == {"sealed": True}
    assert not remove_evidence(piece, actor=BUYER, now=NOW)
    assert restore_evidence(piece, actor=BUYER, now=NOW)
    assert [event.kind for event in case.events.order_by("number")] == ["evidence_added", "evidence_removed", "evidence_restored"]
    assert Case.objects.get(pk=case.pk).answers == {"sealed": True, "documents": True}
    Case.objects.filter(pk=case.pk).update(state="approved")
    with pytest.raises(EvidenceRefused):
        remove_evidence(evidence_by_id(store, row.pk) or row, actor=BUYER, now=NOW)


def test_a_claims_evidence_belongs_to_all_of_its_cases(store: Store) -> None:
    order = an_order(store)
    draft, other = a_draft(order), an_order(store)
    row, case, second = add(draft), a_case(order), a_case(order)
    attach([row], [case, second])
    attach([row], [case])
    assert [each.pk for each in evidence_of(Holder(order, case=second))] == [row.pk]
    assert evidence_of_order(order, [row.pk, 10**9]) == [row]
    assert evidence_of_order(other, [row.pk]) == []


def test_another_stores_evidence_is_not_there(store: Store) -> None:
    row = add(a_draft(an_order(store)))
    assert evidence_by_id(make_store("offykala"), row.pk) is None


def test_the_expert_sees_what_was_seen_before_in_this_store_only(store: Store) -> None:
    order, elsewhere = an_order(store), an_order(make_store("offykala"))
    own, earlier, foreign = a_case(order), a_case(an_order(store)), a_case(elsewhere)
    add(Holder(elsewhere, case=foreign), 1)
    add(a_draft(an_order(store)), 1)  # of a draft, which is no case yet
    near = add(Holder(earlier.order, case=earlier), 1, quality=30)
    unlike = add(Holder(earlier.order, case=earlier), 2)
    paper = add(Holder(earlier.order, case=earlier), 5, "receipt")
    mine, same = add(Holder(order, case=own), 1), add(Holder(order, case=own), 5, "receipt")
    add(Holder(order, case=own), 1, quality=40)  # in the same case: nothing to wonder about
    with CaptureQueriesContext(connection) as asked:
        album = show_to_expert(Holder(order, case=own))
    seen = {shown.evidence.pk: [each.evidence.pk for each in shown.alike] for shown in album.pieces}
    assert (seen[mine.pk], seen[same.pk]) == ([near.pk], [paper.pk])
    assert unlike.pk not in {pk for pks in seen.values() for pk in pks}
    assert [case.number for case in album.pieces[0].alike[0].cases] == [earlier.number]
    assert (album.seen_before, len(asked)) == (3, 6)


def test_the_search_stops_at_its_reach(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert REACH == 20_000
    old, new = a_case(an_order(store)), a_case(an_order(store))
    add(Holder(old.order, case=old), 1, quality=30)
    for seed in (2, 3):
        add(Holder(new.order, case=new), seed)
    mine = add(Holder(new.order, case=new), 1)
    holder = Holder(new.order, case=new)
    assert list(alike(store, evidence_of(holder))) == [mine.pk]
    monkeypatch.setattr("avdet.records.cases.evidence_alike.REACH", 3)
    assert alike(store, evidence_of(holder)) == {}


def test_what_was_removed_or_never_filed_is_forgotten_in_time(store: Store, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    order = an_order(store)
    draft, case = a_draft(order), a_case(order)
    gone, kept, unfiled = add(draft, 1), add(Holder(order, case=case), 2), add(Holder(order), 3)
    remove_evidence(evidence_by_id(store, gone.pk) or gone, actor=BUYER, now=NOW)
    for days, left in ((29, {gone.pk, kept.pk, unfiled.pk}), (31, {kept.pk, unfiled.pk}), (91, {kept.pk})):
        with django_capture_on_commit_callbacks(execute=True):
            forget_evidence({}, NOW + timedelta(days=days))
        assert set(Evidence.objects.values_list("pk", flat=True)) == left
    assert {path.name for path in tmp_path.rglob("*.jpg")} == {Path(kept.file).name, Path(kept.thumbnail).name}
    with pytest.raises(OSError, match="No such file"):
        opened(gone.file)


def test_a_refusal_is_one_of_our_own_errors() -> None:
    assert isinstance(EvidenceRefused("many"), AvdetError)
