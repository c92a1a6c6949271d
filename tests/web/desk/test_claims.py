"""A claim that the desk takes down for a customer: who may, what is refused, what the page says and costs."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from avdet.records.cases.models import Case, ClaimDraft, Evidence
from avdet.records.orders.models import Order, OrderLine
from tests.factories import make_store
from tests.records.cases.pictures import photo
from tests.web.browsers import staff
from tests.web.forms import forms_of
from tests.web.portal.buying import arrived, bought, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return arrived(sent(bought(make_store("fetrashop"), at=timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1)))


def page(order: Order) -> str:
    return f"/{order.store.slug}/desk/orders/{order.number}/claim/"


def written(client: Client, order: Order, **said: str) -> dict[str, str]:
    """What stands on the page, changed."""
    here = client.get(page(order)).content.decode()
    fields = next(form.fields for form in forms_of(here, page(order)) if "revision" in form.fields)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', here, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return {name: value for name, value in fields.items() if name not in ("file", "keep")} | said


def line(order: Order) -> OrderLine:
    return order.lines.get(position=1)


def ready(client: Client, order: Order, reason: str = "withdrawal", **said: str) -> None:
    """Writes a claim on the first line, and answers well whatever the page asks."""
    one = line(order).pk
    client.post(page(order), written(client, order, **{f"line-{one}": "1", f"reason-{one}": reason}))
    for _ in range(9):
        fields = written(client, order)
        unsaid = [name for name, value in fields.items() if name.startswith("answer-") and not value]
        if not unsaid:
            return
        answers = {name: said.get(name.rpartition("-")[2], "no" if name.endswith(("used", "box_marked")) else "yes") for name in unsaid}
        client.post(page(order), fields | answers)


# ---- refusals --------------------------------------------------------------------------------------------------------


def test_the_accountant_takes_no_claims_down(order: Order) -> None:
    assert staff(order, "accountant").get(page(order)).status_code == 404
    assert page(order).encode() not in staff(order, "accountant").get(page(order).removesuffix("claim/")).content
    assert page(order).encode() in staff(order).get(page(order).removesuffix("claim/")).content


@pytest.mark.parametrize(("field", "value", "says"), [("line", "", "at least one"), ("line", "4", "no more than"), ("line", "x", "at least one"),
                                                      ("line", "-1", "at least one"), ("reason", "bored", "one of the reasons"),
                                                      ("answer", "yes", "what is asked")])  # fmt: skip
def test_what_cannot_be_is_sent_back(order: Order, field: str, value: str, says: str) -> None:
    one, client = line(order).pk, staff(order)
    said = {f"line-{one}": "1", f"reason-{one}": "withdrawal", "revision": "0"}
    name = f"answer-{one}-colour" if field == "answer" else f"{field}-{one}"
    answer = client.post(page(order), {**said, "words": "She called", name: value})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Case.objects.exists()
    row = answer.context["rows"][0]
    assert (row.quantity, row.reason, answer.context["words"]) == (value if field == "line" else "1", value if field == "reason" else "withdrawal", "She called")


def test_nothing_is_filed_while_something_is_to_be_asked(order: Order) -> None:
    one, client = line(order).pk, staff(order)
    answer = client.post(page(order), {f"line-{one}": "1", f"reason-{one}": "withdrawal", "revision": "0", "file": "1"})
    assert answer.status_code == 422
    assert "still to be asked" in answer.content.decode()
    assert not Case.objects.exists()


def test_another_window_is_told_of(order: Order) -> None:
    client = staff(order)
    ready(client, order)
    before = written(client, order, file="1")
    client.post(page(order), written(client, order, words="while you had it open"))
    answer = client.post(page(order), before)
    assert answer.status_code == 409
    assert "another window" in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(("fields", "says"), [
    ({}, "choose a file"), ({"file": [b"x"]}, "JPEG"), ({"file": [b"x"] * 31}, "30 photographs"), ({"remove": "7"}, "while you had it open"), ({"remove": "x"}, "while you had it open"),
])  # fmt: skip
def test_what_is_no_evidence_is_not_kept(order: Order, fields: dict[str, Any], says: str) -> None:
    client = staff(order)
    sent = {**fields, **({"file": [BytesIO(raw) for raw in fields["file"]]} if "file" in fields else {})}
    answer = client.post(f"{page(order)}evidence/", sent, follow=True)
    assert says in " ".join(str(each) for each in answer.context["messages"])
    assert not Evidence.objects.exists()
    assert staff(order, "accountant").post(f"{page(order)}evidence/", sent).status_code == 404


# ---- what is done ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "tr", "fa"])
def test_a_claim_is_taken_down_and_filed(order: Order, language: str) -> None:
    """A request by telephone, as FET-REQ-1 has it."""
    client = staff(order, language=language)
    ready(client, order)
    assert "FET-" in client.get(page(order)).content.decode(), "the terms' answer stands beside it"
    answer = client.post(page(order), written(client, order, file="1", words="She called"))
    case = Case.objects.get()
    assert answer["Location"] == f"/fetrashop/desk/cases/{case.number}/"
    assert (case.claim.channel, case.claim.filed_by, case.claim.language, case.claim.words) == ("desk", "staff", order.language, "She called")
    assert not ClaimDraft.objects.exists()


def test_the_customers_words_suggest_a_reason_and_each_answer_says_what_it_did(order: Order) -> None:
    client, one = staff(order), line(order).pk
    client.post(page(order), {f"line-{one}": "1", "words": "I changed my mind", "revision": "0"})
    answer = client.get(page(order))
    row = answer.context["rows"][0]
    assert (row.reason, row.reasons[0][0], row.likely, row.slip) == ("withdrawal", "withdrawal", True, None)
    assert "words suggest the first" in answer.content.decode()
    ready(client, order, sealed="no")
    answer = client.get(page(order))
    told = {fact: did for fact, _, _, did in answer.context["rows"][0].asked if did}
    assert told["sealed"].value is False
    assert "With this answer it can no longer be accepted." in answer.content.decode()


def test_the_customers_own_draft_is_another(order: Order) -> None:
    ready(staff(order), order)
    assert [draft.owner.partition(":")[0] for draft in ClaimDraft.objects.all()] == ["staff"]
    assert b'selected>' not in staff(order, "expert").get(page(order)).content.split(b'name="reason-')[1].split(b"</select>")[0]


def test_the_page_costs_the_same_however_much_is_written(order: Order, django_assert_max_num_queries: Any) -> None:
    client = staff(order)
    ready(client, order)
    with django_assert_max_num_queries(15):
        client.get(page(order))


def test_what_the_customer_sent_is_added_and_goes_with_the_claim(order: Order, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = staff(order)
    ready(client, order)
    sent = SimpleUploadedFile("a.jpg", photo(), "image/jpeg")
    client.post(f"{page(order)}evidence/", {"kind": "3", "file": [sent]})
    kept = Evidence.objects.get()
    assert (kept.kind, kept.side, kept.uploaded_by, kept.draft) == ("photo", 3, "staff", ClaimDraft.objects.get())
    client.post(f"{page(order)}evidence/", {"remove": str(kept.pk)})
    assert client.get(page(order)).context["pieces"] == []
    sent.seek(0)
    client.post(f"{page(order)}evidence/", {"kind": "photo", "file": [sent]})
    client.post(page(order), written(client, order, file="1"))
    assert [each.side for each in Case.objects.get().evidence.all()] == [None]
