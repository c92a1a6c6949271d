"""Cases at the desk: who sees and does what, that each page opens in every language, and what each costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from avdet.records.access.models import SavedView
from avdet.records.access.views import save_view
from avdet.records.cases.models import Case, CaseOverride, Evidence
from avdet.records.cases.notes import write_note
from avdet.records.orders.models import Order, OrderWord
from avdet.records.orders.queries import fresh
from avdet.records.orders.words import words_of
from avdet.records.people.models import User
from avdet.records.stores.models import Store
from avdet.words.phrases import phrase
from avdet.workflows.cases.override_case import override_case
from tests.factories import make_customer, make_staff, make_store
from tests.records.cases.pictures import PDF
from tests.web.desk.conftest import BEFORE
from tests.workflows.cases import SEALED, claimed_pieces, delivered, filed
from tests.workflows.remedies import FAULTY, again, arrived, examined

pytestmark = pytest.mark.django_db
BEFORE_THAT = phrase("fa", "shared.slip.before")
HERE = "/fetrashop/desk"
OPENED = {**SEALED, "sealed": False}
PAGES = ["board/", "cases/", "cases/?state=review&waits=store&goods=with_customer&reason=defect&due=overdue&mine=yes", "cases/?q=Buyer",
         "cases/?after=junk&state=nothing", "cases/?show=all"]  # fmt: skip
REVIEW = {"used": True, "accessories_complete": False, "arranged": True}


@pytest.fixture
def case(store: Store) -> Case:
    return filed(delivered(store, make_customer(store), now=BEFORE), answers=OPENED, now=BEFORE)


@pytest.fixture
def people(store: Store) -> dict[str, User]:
    return {role: make_staff(store, role) for role in ("desk", "expert", "accountant", "owner")}


@pytest.fixture
def sign_in(client: Client, people: dict[str, User]) -> Callable[[str], Client]:
    def signed_in(role: str) -> Client:
        client.force_login(people[role])
        return client

    return signed_in


def do(client: Client, case: Case, name: str, **fields: Any) -> Any:
    revision = Case.objects.get(pk=case.pk).revision
    return client.post(f"{HERE}/cases/{case.number}/do/{name}/", {"revision": revision, **fields})


@pytest.mark.parametrize("path", ["board/", "cases/", "cases.csv", "cases/{number}/"])
def test_an_owner_of_another_store_finds_no_such_page(path: str, case: Case, client: Client) -> None:
    other = make_store("offykala")
    client.force_login(make_staff(other, "owner"))
    assert client.get(f"{HERE}/{path.format(number=case.number)}").status_code == 404
    assert client.get(f"/offykala/desk/cases/{case.number}/").status_code == 404
    assert client.post(f"/offykala/desk/cases/{case.number}/do/note/", {"note": "x"}).status_code == 404


@pytest.mark.parametrize(("role", "moves"), [("desk", ["answer", "override", "reopen", "agree"]), ("accountant", ["withdraw", "answer", "merge"])])
def test_who_does_not_decide_finds_no_such_move(role: str, moves: list[str], case: Case, sign_in: Callable[[str], Client]) -> None:
    client = sign_in(role)
    assert client.get(f"{HERE}/cases.csv").status_code == 404
    for name in moves:
        assert do(client, case, name).status_code == 404
    assert client.get(f"{HERE}/cases/{case.number}/do/note/").status_code == 405


def test_a_case_that_has_changed_is_shown_as_it_is_now(case: Case, sign_in: Callable[[str], Client]) -> None:
    answer = sign_in("expert").post(f"{HERE}/cases/{case.number}/do/reopen/", {"revision": "0", "why": "a mistake"})
    assert answer.status_code == 409
    assert Case.objects.get(pk=case.pk).state == "denied"


@pytest.mark.parametrize(("name", "fields"), [
    ("override", {"outcome": "approve", "why": "a regular customer"}), ("override", {"outcome": "approve", "remedies": "refund", "why": ""}),
    ("override", {"outcome": "deny", "why": "a regular customer"}), ("reopen", {"why": " "}), ("agree", {}), ("withdraw", {}),
    ("merge", {"other": "1-R1"}), ("assign", {"colleague": "999999"}), ("note", {"note": ""}), ("answer", {"sealed": "yes"}),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_not_done(name: str, fields: dict[str, str], case: Case, sign_in: Callable[[str], Client]) -> None:
    before = Case.objects.get(pk=case.pk).revision
    answer = do(sign_in("owner"), case, name, **fields)
    assert answer.status_code == 422
    assert answer.context["fault"]
    assert Case.objects.get(pk=case.pk).revision == before


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(path: str, language: str, case: Case, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("owner")
    client.cookies["language"] = language
    assert client.get(f"{HERE}/{path}").status_code == 200


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_a_case_opens_in_each_language_whatever_its_state(language: str, case: Case, people: dict[str, User], sign_in: Callable[[str], Client]) -> None:
    client = sign_in("owner")
    client.cookies["language"] = language
    case.store.returns = {"second_approval_minor": 1}
    case.store.save()
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="a regular customer", author=people["expert"], now=BEFORE)
    review = filed(case.order, key="r", reason="missing_parts", answers=REVIEW, now=BEFORE)
    shown = {each.pk: client.get(f"{HERE}/cases/{each.number}/") for each in (case, review, filed(case.order, key="a", now=BEFORE))}
    assert {answer.status_code for answer in shown.values()} == {200}
    assert [move.name for move in shown[case.pk].context["moves"]][:2] == ["agree", "refuse"]
    assert shown[review.pk].context["sides"]
    assert shown[review.pk].context["moves"][0].kind == "main"


def test_the_board_shows_what_is_late_and_whose_turn_it_is(case: Case, sign_in: Callable[[str], Client]) -> None:
    late, now = filed(case.order, key="l", now=BEFORE), timezone.now()
    Case.objects.filter(pk=late.pk).update(waits_for="store", due_at=now - timedelta(days=1))
    columns = {each["name"]: each for each in sign_in("desk").get(f"{HERE}/board/").context["columns"]}
    assert (columns["store"]["overdue"], columns["store"]["all"], columns["customer"]["all"]) == (1, 1, 0)
    assert [row["late"] for row in columns["store"]["cases"]] == [True]


def test_cases_are_found_by_their_number_the_orders_and_the_buyers_name(case: Case, sign_in: Callable[[str], Client]) -> None:
    order = case.order
    OrderWord.objects.bulk_create(OrderWord(store=case.store, order=order, word=word) for word in words_of(order))
    client = sign_in("desk")
    for text in (case.number, case.order.number, "Buyer"):
        assert [row["case"].pk for row in client.get(f"{HERE}/cases/", {"q": text}).context["rows"]] == [case.pk]
    for query in ({"q": "nobody"}, {"state": "review"}, {"waits": "store"}, {"mine": "yes"}, {"due": "overdue"}):
        assert client.get(f"{HERE}/cases/", query).context["rows"] == []


def test_a_list_is_kept_as_a_view_of_its_own(case: Case, people: dict[str, User], sign_in: Callable[[str], Client]) -> None:
    client = sign_in("expert")
    kept = client.post(f"{HERE}/views/keep/", {"page": "cases", "name": "to decide", "query": "state=review&evil=1", "opens_first": "on"})
    assert kept.headers["Location"] == f"{HERE}/cases/?state=review"
    view = SavedView.objects.get(user=people["expert"])
    assert (view.page, view.query) == ("cases", "state=review")
    assert client.get(f"{HERE}/cases/").headers["Location"] == f"{HERE}/cases/?state=review"
    assert client.get(f"{HERE}/orders/").status_code == 200
    dropped = client.post(f"{HERE}/views/drop/", {"page": "cases", "view": view.pk})
    assert dropped.headers["Location"].startswith(f"{HERE}/cases/")
    assert not SavedView.objects.exists()


def test_views_stand_as_their_owner_puts_them(people: dict[str, User], sign_in: Callable[[str], Client], store: Store) -> None:
    client = sign_in("expert")

    def move(view: object, way: str) -> list[str]:
        client.post(f"{HERE}/views/move/", {"page": "cases", "view": str(view), "way": way})
        return [each["name"] for each in client.get(f"{HERE}/cases/?show=all").context["own"]]

    theirs = save_view(store, people["owner"], "cases", "theirs", "state=denied", shared=True)
    first, second = (save_view(store, people["expert"], "cases", name, f"q={name}") for name in ("b", "a"))
    for view, way in ((theirs.pk, "up"), ("x", "up"), (10**30, "up"), (first.pk, "up"), (first.pk, "round"), (second.pk, "down")):
        assert move(view, way) == ["b", "a"]
    assert move(second.pk, "up") == ["a", "b"]
    assert move(second.pk, "down") == ["b", "a"]
    assert [each["name"] for each in client.get(f"{HERE}/cases/?show=all").context["views"]] == ["b", "a", "theirs"]


def test_cases_are_found_by_clause_product_and_day(case: Case, people: dict[str, User], sign_in: Callable[[str], Client]) -> None:
    other = filed(case.order, key="o", reason="missing_parts", now=BEFORE)
    override_case(case, {"outcome": "approve", "remedies": ["refund"]}, reason="a regular customer", author=people["expert"], now=BEFORE)
    client, (clause,), sku = sign_in("desk"), other.clauses.split(), case.order_line.sku
    (against,) = CaseOverride.objects.get().against
    day = BEFORE.date()
    for query, found in {
        "": {case, other}, f"clause={clause}": {other}, f"clause={clause[:-1]}": set(), "overridden=yes": {case}, f"product={sku}": {case, other},
        "product=x": set(), f"overridden=yes&clause={against}": {case}, f"overridden=yes&clause={clause}x": set(), "due=late_decision": set(),
        f"from={day}": {case, other}, f"to={day - timedelta(days=1)}": set(), "from=9999-12-31&to=0001-01-01": {case, other},
    }.items():  # fmt: skip
        answer = client.get(f"{HERE}/cases/?show=all&{query}")
        assert {row["case"] for row in answer.context["rows"]} == found, query
    assert (clause, clause) in answer.context["choices"]["clause"]
    kept = client.post(f"{HERE}/views/keep/", {"page": "cases", "name": "n", "query": f"clause={clause}&from={day}&overridden=yes&product=%20"})
    assert kept["Location"] == f"{HERE}/cases/?overridden=yes&clause={clause}&from={day}"


def test_the_past_is_exported_by_whoever_decides(case: Case, sign_in: Callable[[str], Client]) -> None:
    answer = sign_in("expert").get(f"{HERE}/cases.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("claim_id,at,now,")
    assert case.number in text


def test_the_moves_are_made(case: Case, people: dict[str, User], sign_in: Callable[[str], Client]) -> None:
    client = sign_in("expert")
    assert do(client, case, "assign", colleague=people["desk"].pk).status_code == 302
    assert do(client, case, "note", note="rang them up").status_code == 302
    assert BEFORE_THAT not in client.get(f"{HERE}/cases/{case.number}/").content.decode()
    assert do(client, case, "reopen", why="a mistake of ours").status_code == 302
    assert BEFORE_THAT in client.get(f"{HERE}/cases/{case.number}/").content.decode()
    assert do(client, case, "ask", words="the seal, please").status_code == 422
    again = do(client, case, "ask", wanted=["carrier"], words="the seal, please").content.decode()
    assert "the seal, please" in again
    assert do(client, case, "ask", wanted=["documents"], words="the seal, please").status_code == 302
    assert Case.objects.get(pk=case.pk).waits_for == "customer"
    assert "the seal, please" in client.get(f"{HERE}/cases/{case.number}/").content.decode()
    assert do(client, case, "ask", wanted=["documents"], words="the seal, please").status_code == 422
    assert do(client, case, "answer", sealed="yes").status_code == 302
    assert Case.objects.get(pk=case.pk).state == "approved"
    other = filed(case.order, key="m", now=BEFORE)
    assert do(client, case, "merge", other=other.number).status_code == 302
    assert claimed_pieces(case) == 2
    assert do(client, case, "withdraw").status_code == 302
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.assigned_to_id, claimed_pieces(case)) == ("withdrawn", people["desk"].pk, 0)
    page = client.get(f"{HERE}/cases/{case.number}/").content.decode()
    assert "rang them up" in page
    assert "a mistake of ours" in page


def test_two_people_decide_above_the_limit_that_the_owner_has_set(case: Case, sign_in: Callable[[str], Client]) -> None:
    client, settings = sign_in("owner"), "/fetrashop/studio/returns/"
    assert client.post(settings, {"way": "post", "second_approval": "۱٬۰۰۰"}).status_code == 302
    assert 'value="1000"' in client.get(settings).content.decode()
    client = sign_in("expert")
    assert do(client, case, "override", outcome="approve", remedies=["refund"], return_shipping="store", why="a regular customer").status_code == 302
    assert "agree" not in [move.name for move in client.get(f"{HERE}/cases/{case.number}/").context["moves"]]
    assert do(client, case, "agree").status_code == 422
    client = sign_in("owner")
    assert do(client, case, "agree").status_code == 302
    assert CaseOverride.objects.get().state == "in_force"
    assert Case.objects.get(pk=case.pk).decision["remedies"] == ["refund"]
    client.post(settings, {"way": "post", "second_approval": ""})
    assert Store.objects.get(pk=case.store_id).second_approval_minor is None


def test_a_report_that_a_case_waits_for_is_taken_in_at_the_desk(client: Client) -> None:
    waits = filed(delivered(make_store("ofiskutum"), traits=["authorised_installation"], now=BEFORE), reason="installation_fault", answers={"service_report": False}, now=BEFORE)
    page = f"/ofiskutum/desk/cases/{waits.number}/"
    client.force_login(make_staff(waits.store, "accountant"))
    assert f"{page}evidence/" not in client.get(page).content.decode()
    assert client.post(f"{page}evidence/").status_code == 404
    client.force_login(make_staff(waits.store, "desk"))
    assert f"{page}evidence/" in client.get(page).content.decode()
    for kind, raw, states in (("service_report", b"x", ("evidence", 0)), ("receipt", PDF, ("evidence", 1)), ("service_report", PDF, ("approved", 2))):
        assert client.post(f"{page}evidence/", {"kind": kind, "file": SimpleUploadedFile("a.pdf", raw)}).url == page
        assert (Case.objects.get(pk=waits.pk).state, Evidence.objects.count()) == states
    assert client.get(page).context["story"][0][0].kind == "approve"


def test_a_colleague_says_who_pays_each_carriage(store: Store, sign_in: Callable[[str], Client]) -> None:
    order = delivered(store, make_customer(store), now=BEFORE)
    Order.objects.filter(pk=order.pk).update(shipping_minor=90_000)
    client, case = sign_in("expert"), filed(fresh(order), answers=OPENED, now=BEFORE)
    pays = {"return_shipping": "store", "redelivery_shipping": "customer", "outbound_shipping": "store"}
    refused = do(client, case, "override", outcome="approve", remedies=["correction"], why="a friend", **{**pays, "outbound_shipping": "bank"})
    assert refused.status_code == 422
    form = refused.content.decode()
    assert re.findall(r'name="(\w+_shipping)".*?value="(\w+)" selected', form) == list(pays.items())[:2]
    assert re.findall(r'value="(\w+)" checked', form) == ["correction"]
    assert re.search(r'name="why"[^>]*>\s*a friend<', form)
    assert do(client, case, "override", outcome="approve", remedies=["refund"], why="our mistake", **pays).status_code == 302
    decided = Case.objects.get(pk=case.pk).decision
    assert {way: decided[way] for way in pays} == pays
    assert decided["amounts"]["outbound"] == 30_000
    assert decided["amounts"]["refund"] == decided["amounts"]["goods"] + decided["amounts"]["outbound"]


@pytest.mark.parametrize("much", [False, True])
def test_each_page_costs_the_same_however_much_there_is(
    much: bool, case: Case, people: dict[str, User], sign_in: Callable[[str], Client], django_assert_max_num_queries: Any
) -> None:
    if much:
        for number in range(3):
            filed(case.order, key=f"x{number}", now=BEFORE)
            write_note(case, "once more", author=people["desk"], now=BEFORE)
    client = sign_in("expert")
    client.get(f"{HERE}/cases/{case.number}/")
    with django_assert_max_num_queries(10):
        client.get(f"{HERE}/board/")
    with django_assert_max_num_queries(8):
        client.get(f"{HERE}/cases/?show=all")
    with django_assert_max_num_queries(9):
        client.get(f"{HERE}/cases/?q=Buyer")
    with django_assert_max_num_queries(21):
        client.get(f"{HERE}/cases/{case.number}/")


def test_what_was_granted_stands_beside_the_clauses_that_a_finding_set_against_it(
    store: Store, people: dict[str, User], sign_in: Callable[[str], Client]
) -> None:
    case = filed(delivered(store, now=BEFORE), reason="mismatch", answers=FAULTY, now=BEFORE)
    asked = {"outcome": "approve", "remedies": ["refund"]}
    override_case(case, asked, reason="a regular of ours", author=people["owner"], now=BEFORE)
    arrived(again(case), now=BEFORE + timedelta(hours=1))
    examined(again(case), "misuse", by=people["expert"], now=BEFORE + timedelta(hours=2))
    page = sign_in("expert").get(f"{HERE}/cases/{case.number}/").content.decode()
    for text in ("آن را پذیرفته بود", "a regular of ours", "FET-INSP-9"):
        assert text in page
    assert again(case).state == "review"


def test_what_the_terms_granted_stands_beside_what_a_colleague_adds(client: Client) -> None:
    store = make_store("offykala")
    order = delivered(store, now=BEFORE)
    Order.objects.filter(pk=order.pk).update(state="shipped", delivered_at=None)
    case = filed(fresh(order), now=BEFORE)
    assert case.decision["remedies"] == ["cancellation", "refund"]
    client.force_login(make_staff(store, "owner"))
    here = f"/offykala/desk/cases/{case.number}/"
    page = client.get(here)
    ticked = re.findall(r'name="remedies" value="(\w+)" checked', page.content.decode())
    assert sorted(ticked) == ["cancellation", "refund"]
    fields = {"revision": case.revision, "outcome": "approve", "remedies": [*ticked, "replacement"], "why": "a regular customer"}
    assert client.post(f"{here}do/override/", fields).status_code == 302
    assert sorted(again(case).decision["remedies"]) == ["cancellation", "refund", "replacement"]
