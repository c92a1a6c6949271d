"""A claim from the order's page to the case: what a form may not do, what each step says and costs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from avdet.records.cases.models import Case, ClaimDraft, Evidence
from avdet.records.orders.models import Order, OrderLine
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.cases.ask_customer import ask_customer
from avdet.workflows.claims.file_claim import Wanted, file_claim
from tests.factories import make_staff, make_store, make_user
from tests.records.cases.pictures import PDF
from tests.web.browsers import browser
from tests.web.forms import forms_of
from tests.web.portal.buying import arrived, bought, known, sent
from tests.web.portal.test_orders import page

pytestmark = pytest.mark.django_db
STEPS = ("claim/", "claim/1/", "claim/1/sealed/", "claim/evidence/", "claim/check/")


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def store() -> Store:
    return make_store("fetrashop")


@pytest.fixture
def order(store: Store, alice: User) -> Order:
    return arrived(sent(bought(store, alice, at=timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1)))


def begin(client: Client, order: Order, count: str = "1", position: int = 1) -> str:
    """Chooses pieces of a line; where that leads."""
    line = order.lines.get(position=position)
    return client.post(page(order, "claim/"), {f"line-{line.pk}": count}).get("Location", "")


def gone_through(client: Client, order: Order, reason: str = "withdrawal", **said: str) -> str:
    """Answers whatever is asked: with `said`, else yes; where the check is."""
    where = begin(client, order)
    where = client.post(where, {"reason": reason, "words": "Sorry"})["Location"]
    while "/claim/1/" in where:
        where = client.post(where, {"answer": said.get(where.rstrip("/").rpartition("/")[2], "yes")})["Location"]
    return page(order, "claim/check/")


def checked(client: Client, where: str) -> dict[str, str]:
    """What the check's form sends."""
    return next(form.fields for form in forms_of(client.get(where).content.decode(), where) if "revision" in form.fields)


# ---- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", STEPS)
def test_somebody_elses_order_has_no_claim(order: Order, alice: User, rest: str) -> None:
    begin(browser(alice), order)
    before = ClaimDraft.objects.get().revision
    for client in (Client(), browser(make_user("bob"))):
        assert client.get(page(order, rest)).status_code == 404
        assert client.post(page(order, rest), {"answer": "yes", "reason": "defect", "take_back": "1"}).status_code == 404
    assert ClaimDraft.objects.get().revision == before
    assert not Case.objects.exists()


@pytest.mark.parametrize("count", ["", "0", "-1", "x", "1.5", "²", "4", "999999999999", "1' or '1'='1"])
def test_a_hostile_number_of_pieces_begins_nothing(order: Order, alice: User, count: str) -> None:
    line = order.lines.get(position=1)
    answer = browser(alice).post(page(order, "claim/"), {f"line-{line.pk}": count, "line-99999": "1"})
    assert answer.status_code == 422
    assert not ClaimDraft.objects.exists()


def test_lines_of_another_order_are_not_claimed_by_this_one(order: Order, alice: User, store: Store) -> None:
    other = bought(store, make_user("bob"))
    said = {f"line-{line.pk}": "1" for line in other.lines.all()}
    assert browser(alice).post(page(order, "claim/"), said).status_code == 422


def test_what_was_not_begun_leads_to_its_beginning(order: Order, alice: User) -> None:
    for rest in STEPS[1:]:
        assert browser(alice).get(page(order, rest))["Location"] == page(order, "claim/")
    assert not ClaimDraft.objects.exists()


def test_a_question_that_nobody_asks_leads_on(order: Order, alice: User) -> None:
    client = browser(alice)
    begin(client, order)
    client.post(page(order, "claim/1/"), {"reason": "withdrawal"})
    here = client.get(page(order, "claim/1/misuse/"))["Location"]
    assert client.post(page(order, "claim/1/misuse/"), {"answer": "yes"})["Location"] == here
    assert client.get(page(order, "claim/1/nothing/")).status_code == 404
    assert client.get(page(order, "claim/9/sealed/"))["Location"] == page(order, "claim/")
    assert ClaimDraft.objects.get().lines[0]["answers"] == []


@pytest.mark.parametrize("said", [{"answer": "maybe"}, {}, {"answer": "true"}])
def test_neither_yes_nor_no_is_asked_again(order: Order, alice: User, said: dict[str, str]) -> None:
    client = browser(alice)
    begin(client, order)
    where = client.post(page(order, "claim/1/"), {"reason": "withdrawal"})["Location"]
    assert client.post(where, said).status_code == 422
    assert client.post(page(order, "claim/1/"), {"reason": "bored"}).status_code == 422


def test_nothing_is_filed_that_was_not_checked_as_it_stands(order: Order, alice: User) -> None:
    client = browser(alice)
    where = gone_through(client, order)
    seen = checked(client, where)
    begin(client, order, "2")
    for said in (seen, {}, {**seen, "revision": "x"}, {**seen, "revision": "9" * 20}, {**checked(client, where), "token": "other"}):
        assert "another window" in client.post(where, said, follow=True).content.decode()
    assert not Case.objects.exists()
    assert client.post(where, checked(client, where))["Location"].endswith("-R1/")


def test_what_is_not_answered_is_not_filed(order: Order, alice: User) -> None:
    client = browser(alice)
    begin(client, order)
    client.post(page(order, "claim/1/"), {"reason": "withdrawal"})
    draft = ClaimDraft.objects.get()
    answer = client.post(page(order, "claim/check/"), {"token": draft.token, "revision": draft.revision})
    assert "/claim/1/" in answer["Location"]
    assert not Case.objects.exists()


def test_of_what_has_not_left_nothing_is_claimed(store: Store, alice: User) -> None:
    order = bought(store, alice)
    assert b"line-" not in browser(alice).get(page(order, "claim/")).content
    assert begin(browser(alice), order) == ""


# ---- what is done ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_a_claim_becomes_a_case_with_its_slip(order: Order, alice: User, language: str) -> None:
    """The way that PPS-REQ-1 names as the quicker one."""
    client = browser(alice, language)
    where = gone_through(client, order, box_marked="no", used="no")
    assert 'class="slip' in client.get(where).content.decode()
    answer = client.post(where, checked(client, where), follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain[-1][0] == f"/fetrashop/cases/{case.number}/"
    assert 'class="slip' in answer.content.decode()
    assert (case.reason, case.quantity, case.claim.channel, case.claim.words) == ("withdrawal", 1, "portal", "Sorry")
    assert not ClaimDraft.objects.exists()
    assert case.number in client.get("/fetrashop/cases/").content.decode()
    assert case.number in client.get(page(order)).content.decode()


def test_a_second_click_files_nothing_more(order: Order, alice: User) -> None:
    client = browser(alice)
    where = gone_through(client, order)
    said = checked(client, where)
    first, second = client.post(where, said), client.post(where, said)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_an_answer_says_what_it_did_and_can_be_taken_back(order: Order, alice: User) -> None:
    client = browser(alice)
    where = gone_through(client, order, sealed="no")
    said = client.get(where).content.decode()
    assert "it can no longer be accepted" in said
    assert "FET-WDR-" in said
    answer = client.post(page(order, "claim/1/sealed/"), {"take_back": "1"})
    assert answer["Location"] == page(order, "claim/1/sealed/")
    assert dict(ClaimDraft.objects.get().lines[0]["answers"]).get("sealed") is None


def test_a_refused_claim_says_why_and_what_may_be_done(order: Order, alice: User) -> None:
    client = browser(alice)
    where = gone_through(client, order, sealed="no")
    answer = client.post(where, checked(client, where), follow=True).content.decode()
    assert Case.objects.get().state == "denied"
    assert "we cannot accept this request" in answer
    assert "/help/" in answer


def guest_of(order: Order) -> Client:
    """Somebody to whom the order has been opened by its code."""
    client = Client()
    session = client.session
    session["guest_orders"] = {str(order.pk): timezone.now().timestamp() + 600}
    session.save()
    client.cookies["language"] = "en"
    return client


def test_what_was_begun_as_a_guest_is_theirs_once_they_have_signed_in(order: Order, alice: User) -> None:
    guest, client = guest_of(order), browser(alice)
    where = gone_through(guest, order)
    guest.post(page(order, "evidence/"), {"kind": "document", "file": SimpleUploadedFile("a.pdf", PDF)})
    row = Evidence.objects.get()
    client.post(f"/{order.store.slug}/evidence/{row.pk}/remove/")
    assert Evidence.objects.exclude(removed_at=None).count() == 1
    assert client.post(where, checked(client, where))["Location"].endswith("-R1/")
    assert Case.objects.get().claim.channel == "portal"


def test_a_guest_claims_by_the_code_of_the_order(store: Store) -> None:
    order = arrived(sent(bought(store)))
    client = guest_of(order)
    where = gone_through(client, order)
    assert client.post(where, checked(client, where))["Location"].endswith("-R1/")
    assert Case.objects.get().claim.channel == "guest"
    assert ClaimDraft.objects.count() == 0


def test_a_request_is_taken_back_once(order: Order, alice: User) -> None:
    client = browser(alice)
    where = gone_through(client, order, box_marked="no", used="no")
    where = client.post(where, checked(client, where))["Location"]
    for other in (Client(), browser(make_user("bob"))):
        assert other.post(f"{where}withdraw/").status_code == 404
    assert client.get(f"{where}withdraw/").status_code == 200
    assert "taken back" in client.post(f"{where}withdraw/", follow=True).content.decode()
    assert Case.objects.get().state == "withdrawn"
    assert OrderLine.objects.get(order=order, position=1).claimed_quantity == 0
    assert "cannot be taken back any more" in client.post(f"{where}withdraw/", follow=True).content.decode()


@pytest.mark.parametrize(("language", "words", "reason"), [("en", "The screen is broken, it arrived cracked in the box", "transit_damage"),
                                                        ("tr", "Fikrimi değiştirdim, iade etmek istiyorum", "withdrawal")])  # fmt: skip
def test_ones_own_words_suggest_a_reason_and_decide_nothing(order: Order, alice: User, language: str, words: str, reason: str) -> None:
    client = browser(alice, language)
    where = begin(client, order)
    shown = client.post(where, {"words": words, "suggest": "1"})
    assert shown.status_code == 200
    assert f'value="{reason}" checked' in shown.content.decode()
    assert client.post(where, {"words": words}).status_code == 422
    assert ClaimDraft.objects.get().lines[0]["reason"] == ""
    assert client.post(where, {"words": "???", "suggest": "1"}).status_code == 200
    client.post(where, {"words": words, "reason": reason})
    assert ClaimDraft.objects.get().words == words


def waiting(alice: User, store: str, reason: str, traits: list[str], **said: str) -> tuple[Client, str]:
    """A case of hers that waits for what is missing; her browser, and the case's page."""
    order = bought(make_store(store), alice, at=timezone.now() - timedelta(days=2))
    OrderLine.objects.filter(order=order).update(traits=traits)
    order, client = arrived(sent(order, timezone.now() - timedelta(days=1))), browser(alice)
    where = gone_through(client, order, reason, **said)
    where = client.post(where, checked(client, where))["Location"]
    assert Case.objects.get().state == "evidence"
    return client, where


def test_what_was_missing_is_said_and_the_terms_decide_again(alice: User) -> None:
    client, where = waiting(alice, "persianpetshop", "withdrawal", [], used="no", box_marked="no", accessories_complete="no")
    for other in (Client(), browser(make_user("bob"))):
        assert other.post(f"{where}supply/", {"shown": "accessories"}).status_code == 404
    assert client.get(f"{where}supply/").status_code == 405
    for said in ({}, {"shown": "invoice"}, {"shown": ["x", "refund"]}):
        assert "not there yet" in client.post(f"{where}supply/", said, follow=True).content.decode()
    assert Case.objects.get().state == "evidence"
    assert 'value="accessories"' in client.get(where).content.decode()
    assert "made again" in client.post(f"{where}supply/", {"shown": "accessories"}, follow=True).content.decode()
    assert Case.objects.get().state == "approved"
    assert "waited for from the customer" in client.post(f"{where}supply/", {"shown": "accessories"}, follow=True).content.decode()


def test_what_only_a_file_shows_is_not_taken_at_a_word(alice: User, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    traits = ["large", "authorised_installation"]
    client, where = waiting(alice, "ofiskutum", "installation_fault", traits, service_report="no")
    assert "not there yet" in client.post(f"{where}supply/", {"shown": "service_report"}, follow=True).content.decode()
    client.post(f"{where}evidence/", {"kind": "service_report", "file": SimpleUploadedFile("r.pdf", PDF, "application/pdf"), "next": where})
    assert "made again" in client.post(f"{where}supply/", follow=True).content.decode()
    assert Case.objects.get().state != "evidence"


def test_what_a_colleague_asks_for_stands_on_its_page_until_it_is_there(alice: User, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    order = arrived(sent(bought(make_store("offykala"), alice, at=timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1)))
    wanted = [Wanted(OrderLine.objects.filter(order=order)[0].pk, 1, "wrong_item", {})]
    (case,) = file_claim(order, wanted, actor=Actor("customer", 1, source="web"), channel="portal", key="k", now=timezone.now())
    client, where = browser(alice), f"/offykala/cases/{case.number}/"
    ask_customer(case, ["documents"], words="<b>the label</b>", author=make_staff(case.store, "expert"), now=timezone.now())
    page = client.get(where).content.decode()
    assert "&lt;b&gt;the label&lt;/b&gt;" in page
    assert 'id="missing"' in page
    assert "not there yet" in client.post(f"{where}supply/", follow=True).content.decode()
    client.post(f"{where}evidence/", {"kind": "document", "file": SimpleUploadedFile("r.pdf", PDF, "application/pdf"), "next": where})
    assert "A colleague looks at it" in client.post(f"{where}supply/", follow=True).content.decode()
    assert (Case.objects.get().state, "the label" in client.get(where).content.decode()) == ("review", False)


def test_what_the_evidence_shows_is_not_asked(alice: User, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    order = bought(make_store("ofiskutum"), alice, at=timezone.now() - timedelta(days=2))
    OrderLine.objects.filter(order=order).update(traits=["large", "authorised_installation"])
    order, client = arrived(sent(order, timezone.now() - timedelta(days=1))), browser(alice)
    where = client.post(begin(client, order), {"reason": "installation_fault"})["Location"]
    assert where.endswith("/service_report/")
    report = {"kind": "service_report", "file": SimpleUploadedFile("r.pdf", PDF, "application/pdf"), "next": page(order, "claim/evidence/")}
    assert client.post(page(order, "evidence/"), report)["Location"] == page(order, "claim/evidence/")
    assert "/service_report/" not in client.get(where)["Location"]
    check = page(order, "claim/check/")
    assert "You have shown this" in client.get(check).content.decode()
    client.post(check, checked(client, check))
    case = Case.objects.get()
    assert case.answers["service_report"] is True
    assert [each.kind for each in case.evidence.all()] == ["service_report"], "what was handed in belongs to the case"


def test_a_report_that_is_named_is_handed_in_or_promised_and_then_waited_for(alice: User, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    order = bought(make_store("ofiskutum"), alice, at=timezone.now() - timedelta(days=2))
    OrderLine.objects.filter(order=order).update(traits=["large", "authorised_installation"])
    order, client = arrived(sent(order, timezone.now() - timedelta(days=1))), browser(alice)
    where = gone_through(client, order, "installation_fault", service_report="yes")
    sent_off = {name: value for name, value in checked(client, where).items() if name != "later"}
    for later in ({}, {"later": "carrier_report"}):
        refused = client.post(where, {**sent_off, **later})
        assert refused.status_code == 422
        assert "say that it follows" in refused.content.decode()
    assert not Case.objects.exists()
    where = client.post(where, {**sent_off, "later": "service_report"})["Location"]
    case = Case.objects.get()
    deadline = case.deadlines.get(state="open")
    assert (case.state, case.waits_for, case.answers, deadline.kind, deadline.due_at) == ("evidence", "customer", {}, "evidence_by", case.due_at)
    assert "Service report" in client.get(where).content.decode()
    client.post(f"{where}evidence/", {"kind": "service_report", "file": SimpleUploadedFile("r.pdf", PDF, "application/pdf"), "next": where})
    assert "made again" in client.post(f"{where}supply/", follow=True).content.decode()
    case.refresh_from_db()
    assert (case.state, case.deadlines.filter(kind="evidence_by", state="open").count()) == ("approved", 0)


def test_persian_figures_count(order: Order, alice: User) -> None:
    client = browser(alice, "fa")
    begin(client, order, "۲")
    assert ClaimDraft.objects.get().lines[0]["quantity"] == 2


def test_the_way_from_a_choice_knows_what_one_came_for(order: Order, alice: User) -> None:
    client = browser(alice)
    choice = client.get(page(order, "choices/withdrawal/")).content.decode()
    assert page(order, "claim/?reason=withdrawal").split("?")[1] in choice
    line = order.lines.get(position=1)
    where = client.post(page(order, "claim/?reason=withdrawal&line=1"), {f"line-{line.pk}": "1"})["Location"]
    assert "/claim/1/" in where
    assert ClaimDraft.objects.get().lines[0]["reason"] == "withdrawal"


@pytest.mark.parametrize(("rest", "most"), [("claim/", 13), ("claim/1/", 13), ("claim/check/", 13), ("claim/evidence/", 14)])
def test_each_step_costs_the_same_however_much_is_claimed(order: Order, alice: User, django_assert_max_num_queries: Any, rest: str, most: int) -> None:
    client = browser(alice)
    where = gone_through(client, order)
    assert where
    with django_assert_max_num_queries(most):
        client.get(page(order, rest))
    line = known(order).lines.get(position=2)
    client.post(page(order, "claim/"), {f"line-{line.pk}": "1", f"line-{order.lines.get(position=1).pk}": "3"})
    with django_assert_max_num_queries(most):
        client.get(page(order, rest))


def test_a_requests_page_costs_the_same_however_much_has_happened(order: Order, alice: User, django_assert_max_num_queries: Any) -> None:
    client = browser(alice)
    where = gone_through(client, order)
    case = client.post(where, checked(client, where))["Location"]
    with django_assert_max_num_queries(13):
        client.get(case)
    with django_assert_max_num_queries(9):
        client.get("/fetrashop/cases/")
