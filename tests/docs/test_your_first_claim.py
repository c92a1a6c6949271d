"""The tutorial *Your first claim*, followed on the demonstration's own store: its people, its pages, its clauses."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from avdet.demo import filling
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case
from avdet.records.cases.queries import events_of
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.workflows.money.send_refund import send_refund
from tests.docs.pages import ROOT
from tests.web.desk.test_bench import finding
from tests.web.forms import forms_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(django_settings.POSTGRES, reason="the demonstration is made for the embedded database"),
]
PAGE = (ROOT / "docs/tutorial/your-first-claim.md").read_text(encoding="utf-8")
SAID = {"box_marked": "no", "misuse": "no"}


def signed_in(email: str) -> Client:
    assert f"`{email}`" in PAGE
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email=email))
    return client


def test_the_page_speaks_of_what_is_there() -> None:
    assert f"`{django_settings.DEMO_PASSWORD}`" in PAGE
    assert set(re.findall(r"\]\((\.\./[^)]+)\)", PAGE)) == {"../how-to/pay-refunds.md", "../explanation/claims.md"}
    labels = " ".join((ROOT / f"src/avdet/web/{face}/words/en.json").read_text(encoding="utf-8") for face in ("portal", "desk"))
    named = {" ".join(each.split()) for each in re.findall(r"(?<![*\w])\*([^*]+)\*(?![*\w])", PAGE)}
    assert {each for each in named if f'"{each}"' not in labels} == set()


def test_every_step_can_be_taken(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(filling, "STORES", ("fetrashop",))
    filling.fill(timezone.now())
    customer = signed_in("mehdi.shakeri@moshtari.example")
    order = Order.objects.filter(customer__user__email="mehdi.shakeri@moshtari.example", lines__sku="FT-1301", state="delivered").latest("placed_at")
    here = f"/fetrashop/orders/{order.number}/"
    where = customer.post(f"{here}claim/", {f"line-{order.lines.get(sku='FT-1301').pk}": "1"})["Location"]
    where = customer.post(where, {"reason": "defect", "words": "the left side is silent"})["Location"]
    asked = 0
    while "/claim/1/" in where:
        asked += 1
        where = customer.post(where, {"answer": SAID.get(where.rstrip("/").rpartition("/")[2], "yes")})["Location"]
    assert asked <= 5
    check = customer.get(f"{here}claim/check/").content.decode()
    assert "FET-TEST-1" in check
    form = next(each for each in forms_of(check, f"{here}claim/check/") if "revision" in each.fields)
    customer.post(f"{here}claim/check/", form.fields)
    case = Case.objects.get(order=order)
    assert (case.number, case.state) == (f"{order.number}-R1", "approved")

    customer.post(f"{here}send-back/", {"case": str(case.pk), "way": "post"})
    parcel = Parcel.objects.get(order=order)
    assert customer.post(f"{here}parcels/{parcel.code}/send/", {"revision": str(parcel.revision), "tracking_number": "123456"}).status_code == 302

    expert = signed_in("expert@fetrashop.example")
    bench = "/fetrashop/desk/bench/"
    assert expert.get("/fetrashop/desk/board/").status_code == 200
    assert parcel.code in expert.get(f"{bench}?q=123456", follow=True).content.decode()
    revision = str(Parcel.objects.get(pk=parcel.pk).revision)
    assert expert.post(f"{bench}parcels/{parcel.code}/receive/", {"revision": revision, "found": "whole"}).status_code == 302
    case.refresh_from_db()
    assert "FET-TEST-2" in expert.post(f"{bench}cases/{case.number}/", finding(case, quantity="1")).content.decode()
    assert expert.post(f"{bench}cases/{case.number}/", finding(case, quantity="1", sign="1")).status_code == 302
    case.refresh_from_db()
    assert case.state == "choosing"
    assert broken(case, events_of(case)) is None

    chosen = f"/fetrashop/cases/{case.number}/remedy/refund/"
    form = next(each for each in forms_of(customer.get(chosen).content.decode(), chosen) if "revision" in each.fields)
    assert customer.post(chosen, form.fields).status_code == 302
    refund = Refund.objects.get(remedy__case=case)
    send_refund(refund.pk, now=timezone.now())
    assert order.number in signed_in("accountant@fetrashop.example").get("/fetrashop/desk/payouts/").content.decode()
