"""An expert asks the customer for what is lacking before deciding: it is waited for, and comes back to an expert."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.chain import broken
from avdet.records.cases.evidence import Holder, Said
from avdet.records.cases.models import Case
from avdet.records.cases.notes import told_last, write_note
from avdet.records.cases.queries import events_of
from avdet.records.outbox.models import Notice
from avdet.records.people.exports import newest_export, take
from avdet.workflows.cases.ask_customer import ask_customer
from avdet.workflows.cases.case_story import case_story, case_story_for_staff
from avdet.workflows.cases.watch_deadlines import watch_deadlines
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.claims.supply_evidence import still_missing, supply_evidence
from avdet.workflows.people.export_customer import export_customer, put_together
from tests.factories import NOW, make_staff, make_store
from tests.records.cases.pictures import photo
from tests.workflows.cases import CUSTOMER, delivered, filed
from tests.workflows.remedies import again

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WORDS = "please show the label on its back"


@pytest.fixture
def case() -> Case:
    made = filed(delivered(make_store("offykala")), reason="mismatch", answers={"documents": True})
    assert made.state == "review"
    return made


def asked(case: Case, wanted: tuple[str, ...] = ("documents",), words: str = WORDS) -> Case:
    expert = make_staff(case.store, "expert")
    return ask_customer(case, wanted, words=words, author=expert, now=NOW + HOUR)


@pytest.mark.parametrize(("wanted", "words"), [((), WORDS), (("documents", "invoice"), WORDS), (("documents",), "  ")])
def test_nothing_something_else_and_silence_are_refused(case: Case, wanted: tuple[str, ...], words: str) -> None:
    with pytest.raises(AvdetError):
        asked(case, wanted, words)
    assert (again(case).state, told_last(case)) == ("review", "")


def test_of_a_case_that_is_decided_nobody_is_asked() -> None:
    with pytest.raises(AvdetError):
        asked(filed(delivered()))


def test_it_is_waited_for_until_a_day_and_the_customer_reads_what_has_to_be_seen(case: Case) -> None:
    before = case.decision
    now = again(asked(case))
    assert (now.state, now.waits_for, still_missing(now), told_last(now)) == ("evidence", "customer", ["documents"], WORDS)
    assert now.due_at is not None
    assert timedelta(days=13) < now.due_at - NOW < timedelta(days=15)
    assert {name: value for name, value in now.decision.items() if name != "missing"} == {
        name: value for name, value in before.items() if name != "missing"
    }  # the open place stands as it stood, for whoever decides
    assert Notice.objects.filter(kind="claim_evidence").exists()
    staff, theirs = case_story_for_staff(now, "en", ()), case_story(now, "en")
    assert any(WORDS in each.notes and each.title == "Written to the customer" for each in staff)
    assert not any(WORDS in each.notes for each in theirs)
    assert broken(now, events_of(now)) is None


def test_what_was_there_before_is_no_answer_and_what_comes_leads_back_to_an_expert(case: Case, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    now = asked(case)
    with pytest.raises(AvdetError):
        supply_evidence(now, {}, actor=CUSTOMER, now=NOW + 2 * HOUR)
    add_evidence(Holder(now.order, case=now), Said(photo(), "photo"), actor=CUSTOMER, now=NOW + 2 * HOUR)
    supply_evidence(now, {}, actor=CUSTOMER, now=NOW + 2 * HOUR)
    now = again(now)
    assert (now.state, now.waits_for, now.decision["outcome"], now.decision["missing"]) == ("review", "store", "review", [])
    assert now.due_at is not None
    assert not now.deadlines.filter(kind="evidence_by", state="open").exists()
    assert again(asked(now, ("six_photos",))).state == "evidence"  # and again, if need be


def test_what_does_not_come_is_for_an_expert_to_decide_without_it(case: Case) -> None:
    due = again(asked(case)).due_at
    assert due is not None
    watch_deadlines({}, due)
    now = again(case)
    assert (now.state, now.waits_for, now.decision["outcome"]) == ("review", "store", "review")


def test_whoever_takes_their_data_finds_what_was_written_to_them_and_no_note_of_colleagues(case: Case) -> None:
    asked(case)
    write_note(case, "looks like a copy", author=make_staff(case.store, "expert"), now=NOW)
    customer = case.order.customer
    export_customer(customer, now=NOW)
    export = newest_export(customer, now=NOW)
    assert export is not None
    put_together({"export": export.pk}, NOW)
    with zipfile.ZipFile(io.BytesIO(take(customer, export.pk, now=NOW) or b"")) as archive:
        said = json.loads(archive.read("my-data.json"))
    assert [each["text"] for each in said["claims"][0]["cases"][0]["told"]] == [WORDS]
