"""A customer on the telephone sends goods in: their parcel is announced for them, its slip printed, and that it was sent noted."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from avdet.records.cases.models import Case, CaseEvent, Evidence
from avdet.records.outbox.models import Notice
from avdet.records.parcels.models import Parcel
from avdet.web.shared import paper
from tests.factories import make_staff, make_store
from tests.web.browsers import staff
from tests.workflows.sending import claimed, delivered_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return claimed(delivered_order(make_store("offykala"), language="tr"))[0]


def there(case: Case, path: str = "") -> str:
    return f"/offykala/desk/{path}" if path else f"/offykala/desk/orders/{case.order.number}/send-back/"


def test_who_keeps_the_money_announces_nothing_and_another_store_neither(case: Case) -> None:
    said = {"case": str(case.pk), "way": "express_post"}
    accountant, stranger = staff(case, "accountant"), Client()
    stranger.force_login(make_staff(make_store("fetrashop"), "owner"))
    for client in (accountant, stranger):
        assert [client.get(there(case)).status_code, client.post(there(case), said).status_code] == [404, 404]
    assert there(case) not in accountant.get(there(case, f"cases/{case.number}/")).content.decode()
    assert not Parcel.objects.exists()


@pytest.mark.parametrize(("said", "says"), [
    ({}, "tick at least one"), ({"case": "999999", "way": "express_post"}, "tick at least one"), ({"way": "tipax"}, "choose how it travels"),
])  # fmt: skip
def test_what_cannot_be_sent_is_no_parcel_and_keeps_what_was_ticked(said: dict[str, str], says: str, case: Case) -> None:
    said = {"case": str(case.pk), **said} if "way" in said else said
    answer = staff(case).post(there(case), said)
    page = answer.content.decode()
    assert (answer.status_code, says in page, Parcel.objects.exists()) == (422, True, False)
    assert (f'value="{case.pk}" checked' in page) == (said.get("case") == str(case.pk))


@pytest.mark.parametrize("language", ["en", "tr", "fa"])
def test_a_parcel_is_announced_printed_and_sent_for_somebody_on_the_telephone(language: str, case: Case, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = staff(case, language=language)
    assert there(case) in client.get(there(case, f"cases/{case.number}/")).content.decode()
    client.get(there(case))
    answer = client.post(there(case), {"case": str(case.pk), "way": "express_post"})
    parcel = Parcel.objects.get()
    here = there(case, f"bench/parcels/{parcel.code}/")
    assert (answer["Location"], parcel.way) == (here, "express_post")
    event = CaseEvent.objects.get(case=case, kind="parcel_announced")
    assert (event.actor, event.source) == ("staff", "desk")
    told = Notice.objects.filter(kind="return_slip")
    assert {(each.language, each.values["code"]) for each in told} == {("tr", parcel.code)}
    assert here in client.get(there(case)).content.decode(), "it is announced once"
    assert client.post(there(case), {"case": str(case.pk), "way": "express_post"}).status_code == 422
    assert f"{here}slip/" in client.get(here).content.decode()
    slip = client.get(f"{here}slip/")
    assert (slip["Content-Type"], slip.content[:5]) == ("application/pdf", b"%PDF-")
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(photo, "JPEG")
    receipt = SimpleUploadedFile("r.jpg", photo.getvalue())
    said = {"revision": str(parcel.revision), "tracking_number": "۱۲۳۴", "receipt": receipt}
    assert client.post(f"{here}send/", said).status_code == 302
    parcel.refresh_from_db()
    case.refresh_from_db()
    assert (parcel.state, parcel.tracking_number, case.goods, Evidence.objects.get().kind) == ("sent", "1234", "on_the_way", "receipt")
    assert client.post(f"{here}cancel/", {"revision": str(parcel.revision)}).status_code in (409, 422), "it has left"


def test_a_receipt_that_cannot_be_kept_leaves_the_number_and_a_parcel_may_be_taken_back(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    client = staff(case)
    client.post(there(case), {"case": str(case.pk), "way": "express_post"})
    parcel = Parcel.objects.get()
    here = there(case, f"bench/parcels/{parcel.code}/")
    said = {"revision": str(parcel.revision), "tracking_number": "RR 1", "receipt": SimpleUploadedFile("a.txt", b"hello")}
    answer = client.post(f"{here}send/", said)
    assert (answer.status_code, "RR 1" in answer.content.decode()) == (422, True)

    def no_press() -> Any:
        raise paper.NoPress("pango")

    monkeypatch.setattr(paper, "_library", no_press)
    assert parcel.code in client.get(f"{here}slip/").content.decode(), "a page to print"
    assert client.post(f"{here}cancel/", {"revision": str(parcel.revision)}).status_code == 302
    parcel.refresh_from_db()
    assert parcel.state == "cancelled"


def test_the_page_costs_the_same_however_much_is_sent(case: Case, django_assert_num_queries: Any) -> None:
    client = staff(case)
    client.get(there(case))
    with django_assert_num_queries(7):
        client.get(there(case))
    order = delivered_order(case.store, products=4)
    many = claimed(order)
    with django_assert_num_queries(7):
        client.get(there(many[0]))
