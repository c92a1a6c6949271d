"""Photographs and documents on a customer's pages: who may see them, what is refused and in which words, what a page costs."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from avdet.records.cases.evidence import Holder, Said, attach, evidence_by_id
from avdet.records.cases.models import Case, ClaimDraft, Evidence
from avdet.records.refunds.models import RefundEvent
from avdet.records.shared.actors import Actor
from avdet.web.shared.evidence import LASTS_SECONDS, SALT
from avdet.words.phrases import phrase
from avdet.workflows.claims.add_evidence import add_evidence
from tests.factories import NOW
from tests.records.cases.pictures import PDF, photo
from tests.web.objects import World, a_case, a_claim_draft, a_refund, release

pytestmark = pytest.mark.django_db
LINK = re.compile(r'(?:href|src)="(/[^"]+/evidence/[^"/]+/)"')


@pytest.fixture
def _django_db_helper() -> None:
    """The world has a transaction of its own."""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def page(world: World) -> str:
    return f"/{world.store.slug}/orders/{world.order.number}/evidence/"


def sent(client: Client, url: str, *files: bytes, **said: str) -> Any:
    named = [SimpleUploadedFile(f"IMG_{at}.jpg", raw) for at, raw in enumerate(files)]
    return client.post(url, {**said, "file": named}, follow=True)


def put(world: World, seed: int = 1, raw: bytes = b"", kind: str = "photo") -> Evidence:
    actor = Actor("customer", world.alice.pk)
    return add_evidence(a_claim_draft(world), Said(raw or photo(seed), kind), actor=actor, now=NOW)


def opened(client: Client, url: str) -> tuple[int, Any, bytes]:
    """(status, answer, what was in it)"""
    answer = client.get(url)
    held = b"".join(answer.streaming_content) if answer.streaming else answer.content
    release(answer)
    return answer.status_code, answer, held


def statuses(client: Client, urls: list[str]) -> list[int]:
    return [opened(client, url)[0] for url in urls]


def links(client: Client, url: str) -> list[str]:
    return LINK.findall(client.get(url).content.decode())


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
@pytest.mark.parametrize(("raw", "why"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "form"), (b"\0\0\0\x18ftypheic0000", "heic"), (photo()[:900], "broken"), (PDF, "photo"),
    (b"x" * 12_000_001, "size"),
])  # fmt: skip
def test_what_cannot_be_kept_is_said_in_the_readers_words(world: World, raw: bytes, why: str, language: str) -> None:
    a_claim_draft(world)
    client = world.client(world.alice)
    client.cookies["language"] = language
    said = phrase(language, f"shared.evidence.fault.{why}", photo=12, paper=10, pixels=40, most=30)
    assert said in sent(client, page(world), raw).content.decode()
    assert not Evidence.objects.exists()


def test_five_hundred_photographs_are_refused_before_any_is_looked_at(world: World) -> None:
    a_claim_draft(world)
    client = world.client(world.alice)
    answer = sent(client, page(world), *[photo()] * 500)
    assert phrase("fa", "shared.evidence.fault.many", most=30) in answer.content.decode()
    assert not Evidence.objects.exists()
    assert phrase("fa", "shared.evidence.fault.empty") in sent(client, page(world)).content.decode()


def test_who_goes_on_takes_along_what_was_picked_and_needs_no_file(world: World) -> None:
    a_claim_draft(world)
    client, shop = world.client(world.alice), f"/{world.store.slug}/orders/{world.order.number}/claim/"
    went = {"next": f"{shop}evidence/", "onward": f"{shop}check/"}
    assert client.post(page(world), {**went, "onward": "https://elsewhere.example/"})["Location"] == went["next"], "no page of ours"
    assert client.post(page(world), went)["Location"] == went["onward"]
    broken = {**went, "file": SimpleUploadedFile("a.jpg", photo()[:900])}
    assert client.post(page(world), broken)["Location"] == went["next"], "why it cannot be kept is read here"
    assert not Evidence.objects.exists()
    assert client.post(page(world), {**went, "file": SimpleUploadedFile("a.jpg", photo())})["Location"] == went["onward"]
    assert Evidence.objects.count() == 1


def test_without_a_claim_that_is_being_written_there_is_no_such_page(world: World) -> None:
    ClaimDraft.objects.create(
        store=world.store, order=world.order, token="t-2", owner="staff:1", created_at=NOW, updated_at=NOW
    )
    assert world.client(world.alice).get(page(world)).status_code == 404


def test_a_link_is_worth_nothing_to_anybody_else(world: World) -> None:
    put(world)
    alice = world.client(world.alice)
    found = links(alice, page(world))
    assert len(found) == 2
    assert statuses(alice, found) == [200, 200]
    for other in (None, world.bob, world.charlie, *world.staff.values()):
        assert statuses(world.client(other), found) == [404, 404]
    elsewhere = [url.replace(world.store.slug, world.other.slug, 1) for url in found]
    assert statuses(alice, elsewhere) == [404, 404]


def test_a_link_ends_after_ten_minutes_and_cannot_be_written_by_hand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, alice = put(world), world.client(world.alice)
    url = links(alice, page(world))[0]
    for forged in (
        url[:-2] + ("a/" if url[-2] != "a" else "b/"),
        f"/{world.store.slug}/evidence/{row.pk}/",
        url.replace(":", ""),
    ):
        assert alice.get(forged).status_code == 404
    unsigned = signing.dumps([row.pk, 0, f"user:{world.alice.pk}"], salt="another")
    assert alice.get(f"/{world.store.slug}/evidence/{unsigned}/").status_code == 404
    later = timezone.now().timestamp() + LASTS_SECONDS
    for ahead, status in ((-30, 200), (30, 404)):
        monkeypatch.setattr("django.core.signing.time.time", lambda ahead=ahead: later + ahead)
        assert statuses(alice, [url]) == [status]


def test_a_link_ends_with_the_right_to_see_the_order(world: World) -> None:
    row, bob = put(world), world.client(world.bob)
    ticket = signing.dumps([row.pk, 0, f"user:{world.bob.pk}"], salt=SALT)
    assert bob.get(f"/{world.store.slug}/evidence/{ticket}/").status_code == 404


def test_a_guest_sees_what_was_handed_in_and_their_link_does_not_travel(world: World) -> None:
    draft = ClaimDraft.objects.create(
        store=world.store, order=world.order, token="t-3", owner=f"customer:{world.order.pk}", created_at=NOW, updated_at=NOW
    )
    add_evidence(Holder(world.order, draft=draft), Said(photo()), actor=Actor("customer"), now=NOW)
    guests = [Client(), Client()]
    for guest in guests:
        session = guest.session
        session["guest_orders"] = {str(world.order.pk): (timezone.now() + timedelta(days=1)).timestamp()}
        session.save()
    url = links(guests[0], page(world))[0]
    assert [statuses(guest, [url]) for guest in guests] == [[200], [404]]


def test_a_photograph_is_shown_and_a_document_only_saved(world: World) -> None:
    script = PDF.replace(b"/Root", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Root")
    put(world)
    put(world, raw=script, kind="carrier_report")
    alice = world.client(world.alice)
    seen, held = {}, {}
    for url in links(alice, page(world)):
        _, answer, content = opened(alice, url)
        seen[answer["Content-Type"]], held[answer["Content-Type"]] = answer, content
    assert seen["image/jpeg"]["Content-Disposition"].startswith("inline")
    assert seen["application/pdf"]["Content-Disposition"].startswith("attachment")
    for answer in seen.values():
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert held["application/pdf"] == script


def test_no_address_leads_to_the_private_files(world: World) -> None:
    row = put(world)
    for path in (f"/media/private/{row.file}", f"/private/{row.file}", f"/static/private/{row.file}", f"/{row.file}"):
        assert world.client(world.alice).get(path).status_code == 404


def test_six_sides_are_asked_for_one_by_one(world: World) -> None:
    a_claim_draft(world)
    alice = world.client(world.alice)
    for side in range(1, 7):
        shown = alice.get(page(world), {"six": "1", "lang": "en"}).content.decode()
        assert phrase("en", f"shared.evidence.side.{side}") in shown[shown.index('id="this-side"') :].split("</p>")[0]
        assert f'name="side" value="{side}"' in shown
        assert 'capture="environment"' in shown
        sent(alice, page(world), photo(side), side=str(side))
    assert phrase("en", "portal.evidence.six.done") in alice.get(page(world), {"lang": "en"}).content.decode()
    assert sorted(Evidence.objects.values_list("side", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_what_is_removed_can_be_put_back(world: World) -> None:
    row, alice = put(world), world.client(world.alice)
    move = f"/{world.store.slug}/evidence/{row.pk}/{{}}/"
    answer = alice.post(move.format("remove"), {"next": page(world)}, follow=True)
    assert move.format("restore") in answer.content.decode()
    assert links(alice, page(world)) == []
    alice.post(move.format("restore"), {"next": page(world)})
    assert len(links(alice, page(world))) == 2


def test_what_the_store_or_somebody_else_has_handed_in_is_not_the_readers_to_remove(world: World) -> None:
    case = Case.objects.get(number=a_case(world)["number"])
    theirs = add_evidence(Holder(world.order, case=case), Said(photo()), actor=Actor("staff", 1), now=NOW)
    hers = put(world, 2)
    draft = ClaimDraft.objects.create(
        store=world.store, order=world.order, token="t-4", owner="staff:1", created_at=NOW, updated_at=NOW
    )
    phoned = add_evidence(Holder(world.order, draft=draft), Said(photo(3)), actor=Actor("customer"), now=NOW)
    alice = world.client(world.alice)
    urls = [f"/{world.store.slug}/evidence/{row.pk}/remove/" for row in (theirs, phoned)]
    assert [alice.post(url).status_code for url in urls] == [404, 404]
    attach([hers], [case])
    Case.objects.filter(pk=case.pk).update(state="approved")
    answer = alice.post(f"/{world.store.slug}/evidence/{hers.pk}/remove/", follow=True)
    assert phrase("fa", "shared.evidence.fault.closed") in answer.content.decode()
    found = evidence_by_id(world.store, hers.pk)
    assert found is not None
    assert found.removed_at is None


@pytest.mark.parametrize(
    "onward", ["//evil.test/", "https://evil.test/", "/offykala/", "/fetrashop/\\evil", "/fetrashop/?x=1", "/fetrashop/ü"]
)
def test_nobody_is_led_away(world: World, onward: str) -> None:
    row = put(world)
    answer = world.client(world.alice).post(f"/{world.store.slug}/evidence/{row.pk}/remove/", {"next": onward})
    assert answer["Location"] == f"/{world.store.slug}/?removed={row.pk}"


def test_a_page_costs_the_same_however_much_lies_on_it(world: World, django_assert_num_queries: Any) -> None:
    case = Case.objects.get(number=a_case(world)["number"])
    alice, url = world.client(world.alice), f"/{world.store.slug}/cases/{case.number}/evidence/"
    for seed in range(5):
        add_evidence(
            Holder(world.order, case=case), Said(PDF + bytes([48 + seed]), "receipt"), actor=Actor("customer"), now=NOW
        )
        with django_assert_num_queries(7):
            assert alice.get(url).status_code == 200


def test_a_photograph_is_served_in_a_fixed_number_of_statements(world: World, django_assert_num_queries: Any) -> None:
    put(world)
    alice = world.client(world.alice)
    url = links(alice, page(world))[0]
    with django_assert_num_queries(6):
        assert statuses(alice, [url]) == [200]


def test_who_paid_an_order_is_shown_for_as_long_as_its_refund_waits_for_that(world: World) -> None:
    """Handed in for the order itself, since no case stands behind a cancelled one; whoever keeps the money looks at it."""
    order, alice, desk = f"/{world.store.slug}/orders/{world.order.number}/", world.client(world.alice), world.client(world.staff["accountant"])
    there, refund = f"{order}documents/", a_refund(world)["pk"]
    assert [alice.get(there).status_code, alice.post(there).status_code] == [404, 404], "nobody has asked"
    event = {"refund_id": refund, "at": NOW, "actor": "system", "source": "tests"}
    RefundEvent.objects.create(kind="documents_asked", **event)
    assert [world.client(user).get(there).status_code for user in (world.bob, None)] == [404, 404]
    assert there in alice.get(order).content.decode()
    assert sent(alice, there, photo(1), PDF, kind="document", next=there).redirect_chain[-1][0] == there
    kept = list(Evidence.objects.all())
    assert [(each.kind, each.draft, each.cases.count()) for each in kept] == [("document", None, 0)] * 2
    shown = desk.get(f"/{world.store.slug}/desk/refunds/{refund}/").content.decode()
    links = LINK.findall(shown)
    assert {opened(desk, link)[0] for link in links} == {200}
    assert alice.post(f"/{world.store.slug}/evidence/{kept[0].pk}/remove/", {"next": there}).status_code == 302
    assert Evidence.objects.filter(removed_at=None).count() == 1
    RefundEvent.objects.create(kind="documents_checked", **event)
    assert alice.get(there).status_code == 404
