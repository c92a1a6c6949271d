"""Sending it back: what is not there, what is refused, the slip on paper in three languages, and the parcel on its way."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from avdet.records.cases.evidence import Said, made_of
from avdet.records.cases.evidence_limits import Made
from avdet.records.cases.models import Case, Evidence
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcel_by_code
from avdet.records.people.models import User
from avdet.web.shared import paper
from avdet.web.shared.paper import pdf_of
from avdet.words.phrases import phrase
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.goods import send_with_receipt
from avdet.workflows.goods.announce_parcel import announce_parcel
from tests.factories import make_customer, make_store, make_user
from tests.workflows.sending import CUSTOMER, NOW, claimed, delivered_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def case(alice: User) -> Case:
    store = make_store("offykala", returns={"address": {"fa": "تهران، خیابان ولیعصر ۱۰۰\nکد پستی ۱۲۳۴۵۶۷۸۹۰", "tr": "Tahran, Veliasr Caddesi 100\nIğdır İşhanı"}})
    return claimed(delivered_order(store, customer=make_customer(store, alice)))[0]


@pytest.fixture
def browser(alice: User, client: Client) -> Client:
    client.force_login(alice)
    return client


def here(case: Case, path: str = "send-back/") -> str:
    return f"/{case.store.slug}/orders/{case.order.number}/{path}"


def announced(case: Case) -> Parcel:
    return announce_parcel(case.order, [case.pk], "express_post", actor=CUSTOMER, now=NOW)


def fresh(parcel: Parcel) -> Parcel:
    found = parcel_by_code(parcel.store, parcel.code)
    assert found is not None
    return found


def receipt() -> SimpleUploadedFile:
    photo = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(photo, "JPEG")
    return SimpleUploadedFile("r.jpg", photo.getvalue())


# ---- refusals --------------------------------------------------------------------------------------------------------


def test_somebody_elses_parcel_is_not_there(case: Case, client: Client) -> None:
    parcel = announced(case)
    client.force_login(make_user("bob"))
    for path in ("send-back/", *(f"parcels/{parcel.code}/{rest}" for rest in ("", "slip/", "slip.pdf"))):
        assert client.get(here(case, path)).status_code == 404
    assert client.post(here(case, f"parcels/{parcel.code}/send/")).status_code == 404
    assert fresh(parcel).state == "announced"


def test_a_parcel_of_another_order_of_ones_own_is_not_under_this_one(case: Case, alice: User, browser: Client) -> None:
    parcel = announced(case)
    other = delivered_order(case.store, customer=case.order.customer)
    assert browser.get(f"/offykala/orders/{other.number}/parcels/{parcel.code}/").status_code == 404


@pytest.mark.parametrize("said", [{}, {"case": "x", "way": "express_post"}, {"case": "999999", "way": "express_post"}, {"case": "0" * 30}])
def test_nothing_chosen_is_no_parcel(said: dict[str, str], case: Case, browser: Client) -> None:
    assert browser.post(here(case), said).status_code == 422
    assert not Parcel.objects.exists()


def test_a_way_that_the_clauses_shut_is_refused(case: Case, browser: Client) -> None:
    assert browser.post(here(case), {"case": str(case.pk), "way": "tipax"}).status_code == 422


def test_a_receipt_that_cannot_be_kept_leaves_everything_as_it_was(case: Case, browser: Client) -> None:
    parcel = announced(case)
    said = {"tracking_number": "RR 1", "receipt": SimpleUploadedFile("a.txt", b"hello")}
    answer = browser.post(here(case, f"parcels/{parcel.code}/send/"), said)
    assert (answer.status_code, fresh(parcel).state) == (422, "announced")
    assert "RR 1" in answer.content.decode()


def test_a_parcel_that_has_left_is_not_taken_back(case: Case, browser: Client) -> None:
    parcel = announced(case)
    browser.post(here(case, f"parcels/{parcel.code}/send/"))
    assert browser.post(here(case, f"parcels/{parcel.code}/cancel/")).status_code == 422
    assert browser.post(here(case, f"parcels/{parcel.code}/burn/")).status_code == 404
    assert fresh(parcel).state == "sent"


# ---- the way of a parcel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_each_page_opens_in_each_language(language: str, case: Case, browser: Client) -> None:
    browser.cookies["language"] = language
    assert browser.get(here(case)).status_code == 200
    parcel = announced(case)
    for path in ("", "slip/"):
        page = browser.get(here(case, f"parcels/{parcel.code}/{path}"))
        assert (page.status_code, "OFK-SEND-5" in page.content.decode()) == (200, True)


def test_it_is_announced_sent_with_its_receipt_and_seen(case: Case, browser: Client) -> None:
    answer = browser.post(here(case), {"case": str(case.pk), "way": "express_post"})
    parcel = Parcel.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, here(case, f"parcels/{parcel.code}/"))
    said = {"tracking_number": "۱۲۳۴", "receipt": receipt()}
    assert browser.post(here(case, f"parcels/{parcel.code}/send/"), said).status_code == 302
    assert (fresh(parcel).state, fresh(parcel).tracking_number) == ("sent", "1234")
    assert Evidence.objects.get().kind == "receipt"
    assert "1234" in browser.get(here(case, f"parcels/{parcel.code}/")).content.decode()


def test_a_receipt_is_decoded_once_and_lies_in_the_cases_that_are_open(browser: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store("offykala")
    order = delivered_order(store, products=3, customer=make_customer(store, alice))
    *cases, over = claimed(order)
    parcel = announce_parcel(order, [case.pk for case in (*cases, over)], "express_post", actor=CUSTOMER, now=NOW)
    withdraw_case(over, actor=CUSTOMER, now=NOW)
    decoded: list[str] = []

    def decode(said: Said) -> Made:
        decoded.append(said.kind)
        return made_of(said)

    monkeypatch.setattr(send_with_receipt, "made_of", decode)
    page = browser.get(here(over, f"parcels/{parcel.code}/")).content.decode()
    assert phrase("fa", "portal.sending.receipt_asked") in page
    assert browser.post(here(over, f"parcels/{parcel.code}/send/"), {"receipt": receipt()}).status_code == 302
    assert (fresh(parcel).state, decoded) == ("sent", ["receipt"])
    assert sorted(Evidence.objects.values_list("cases", flat=True)) == sorted(case.pk for case in cases)


def test_the_pages_cost_the_same_however_much_lies_in_a_parcel(browser: Client, alice: User, django_assert_max_num_queries: Any) -> None:
    store = make_store("fetrashop")
    order = delivered_order(store, products=4, customer=make_customer(store, alice))
    cases = claimed(order)
    with django_assert_max_num_queries(10):
        browser.get(here(cases[0]))
    parcel = announce_parcel(order, [case.pk for case in cases], "post", actor=CUSTOMER, now=NOW)
    with django_assert_max_num_queries(10):
        browser.get(here(cases[0], f"parcels/{parcel.code}/"))


# ---- on paper --------------------------------------------------------------------------------------------------------


@pytest.fixture
def press() -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("no pdftoppm here: run tools/debian-packages.sh")


def pages_of(pdf: bytes, folder: Path) -> list[Image.Image]:
    """The pages as they are seen, fifty dots an inch, in grey."""
    (folder / "slip.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-gray", "-r", "50", "slip.pdf", "page"], cwd=folder, check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob("page*.pgm"))]


def ink(image: Image.Image, box: tuple[float, float, float, float]) -> float:
    """The share of a part of a page that is dark; the part is given in shares of its width and height."""
    wide, high = image.size
    part = image.crop((int(box[0] * wide), int(box[1] * high), int(box[2] * wide), int(box[3] * high)))
    return sum(part.histogram()[:128]) / (part.size[0] * part.size[1])


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize("language", ["fa", "tr", "en"])
def test_the_slip_is_two_pages_of_a4_with_codes_at_the_readers_end_of_the_line(language: str, case: Case, browser: Client, tmp_path: Path) -> None:
    browser.cookies["language"] = language
    answer = browser.get(here(case, f"parcels/{announced(case).code}/slip.pdf"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    first, second = pages_of(answer.content, tmp_path)
    fonts = subprocess.run(["pdffonts", "slip.pdf"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all("Vazirmatn" in font and font.split()[-5] == "yes" for font in fonts), "our font alone, and it lies in the file"
    assert first.size == (414, 585)
    code, title = (0.08, 0.05, 0.26, 0.17), (0.6, 0.05, 0.92, 0.12)
    flipped = [(1 - box[2], box[1], 1 - box[0], box[3]) for box in (code, title)]
    qr, words = (code, title) if language == "fa" else flipped
    for page in (first, second):
        assert ink(page, qr) > 0.15
        assert 0.005 < ink(page, words) < 0.12
    assert ink(second, (0.1, 0.9, 0.9, 0.97)) < 0.01


@pytest.mark.usefixtures("press")
def test_every_letter_of_every_language_is_drawn_and_none_stands_for_another(tmp_path: Path) -> None:
    """Letters that a font lacks are drawn as boxes, all of one shape: each of these has a shape of its own."""
    letters = "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ0123456789₺−·ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی۰۱۲۳۴۵۶۷۸۹"
    body = "".join(f'<p style="height:15mm;font-size:30pt;margin:0;break-after:page">{letter}</p>' for letter in letters)
    shapes = {page.tobytes(): letter for page, letter in zip(pages_of(pdf_of(body), tmp_path), letters, strict=True)}
    assert len(shapes) >= len(letters) - 2, "ı and l, I and l may look alike at this size"


def test_a_document_reaches_neither_files_nor_the_network() -> None:
    from weasyprint.urls import FatalURLFetchingError

    for url in ("file:///etc/hostname", "http://127.0.0.1:9/x.png"):
        with pytest.raises(FatalURLFetchingError):
            pdf_of(f'<img src="{url}">')


def test_where_no_pdf_can_be_drawn_the_page_to_print_takes_its_place(case: Case, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise paper.NoPress("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(paper, "_library", missing)
    parcel = announced(case)
    answer = browser.get(here(case, f"parcels/{parcel.code}/slip.pdf"))
    assert (answer.status_code, answer["Location"]) == (302, here(case, f"parcels/{parcel.code}/slip/"))
