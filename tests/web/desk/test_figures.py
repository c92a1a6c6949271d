"""The pages of figures: what they count, which cases their bars lead to, and that they cost the same for a year as for a day."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Carriage, Remedy
from avdet.records.stores.models import Store
from avdet.web.desk.periods import Period
from avdet.workflows.cases.override_case import override_case
from tests.factories import make_customer, make_staff, make_store
from tests.web.desk.conftest import BEFORE
from tests.workflows.cases import SEALED, delivered, filed

HERE = "/fetrashop/desk"
PAGE = f"{HERE}/dashboard/claims/"
DAY = date(2026, 11, 22)


def asked(query: str, language: str = "en") -> Period:
    return Period.read(SimpleNamespace(GET=QueryDict(query), language=language))


# ---- the days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "length"), [
    ("", 30), ("days=7", 30), ("days=۹۰", 30), ("days=365", 365), ("from=x&to=2026-13-01", 30), ("to=0001-01-01", 30), ("to=9999-12-31", 30),
    ("from=2026-11-22&to=2026-11-01", 1), ("from=1990-01-01&to=2026-11-22", 366), ("from=2026-11-01&to=2026-11-22", 22),
])  # fmt: skip
def test_days_that_cannot_be_meant_are_the_last_thirty(query: str, length: int) -> None:
    assert asked(query).length == length


@pytest.mark.parametrize(("language", "first", "months"), [("fa", "آذر ۱۴۰۴", 13), ("tr", "Kasım 2025", 13), ("en", "November 2025", 13)])
def test_a_year_is_drawn_by_the_months_of_the_readers_calendar(language: str, first: str, months: int) -> None:
    parts = Period(DAY - timedelta(days=364), DAY).parts(language)
    assert (parts[0][0], len(parts), sum(len(days) for _, days in parts)) == (first, months, 365)
    assert len(Period(DAY - timedelta(days=91), DAY).parts(language)) == 92


# ---- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def past(store: Store) -> list[Case]:
    """Three cases of one product: two refused by a clause, of which one was granted and paid back all the same; one of a fault."""
    order = delivered(store, make_customer(store), now=BEFORE, quantity=5)
    refused = {**SEALED, "sealed": False}
    first = filed(order, answers=refused, now=BEFORE)
    second = filed(order, key="b", answers=refused, now=BEFORE)
    third = filed(order, key="c", reason="missing_parts", now=BEFORE)
    Case.objects.filter(pk=third.pk).update(decided_at=BEFORE + timedelta(hours=5))
    override_case(first, {"outcome": "approve", "remedies": ["refund"]}, reason="a regular customer", author=make_staff(store, "expert"), now=BEFORE)
    remedy = Remedy.objects.create(
        store=store, case=first, kind="refund", quantity=1, currency="IRR", goods_minor=500, amount_minor=500, chosen_by="staff", chosen_at=BEFORE
    )
    paid = Payment.objects.create(store=store, order=order, method="online", amount_minor=900, refunded_minor=500, currency="IRR", state="paid", created_at=BEFORE)
    Refund.objects.create(
        store=store, payment=paid, key="k", amount_minor=500, currency="IRR", state="confirmed", reason="claim",
        granted_at=BEFORE, due_by=BEFORE + timedelta(days=1), confirmed_at=BEFORE + timedelta(days=2), remedy=remedy,
    )  # fmt: skip
    Carriage.objects.create(case=first, way="return", paid_by="store", borne_by="store", amount_minor=40, currency="IRR", recorded_at=BEFORE)
    CaseDeadline.objects.create(case=third, kind="decide_by", binds="store", due_at=BEFORE, since=BEFORE, after="reported", state="missed")
    return [first, second, third]


@pytest.mark.django_db
def test_nobody_reads_the_figures_of_another_store(client: Client, store: Store) -> None:
    client.force_login(make_staff(make_store("offykala"), "owner"))
    assert [client.get(url).status_code for url in (PAGE, f"{HERE}/dashboard/claims.csv")] == [404, 404]
    client.force_login(make_staff(store, "owner"))
    client.cookies["language"] = "en"
    assert "No claims in these days" in client.get(PAGE).content.decode()


@pytest.mark.django_db
def test_what_is_counted_is_what_the_bars_lead_to(past: list[Case], store: Store, client: Client, django_assert_max_num_queries: Any) -> None:
    client.force_login(make_staff(store, "owner"))
    client.cookies["language"] = "en"
    with django_assert_max_num_queries(14):
        answer = client.get(f"{PAGE}?days=365")
    shown = answer.context
    bars = [bar for name in ("reasons", "clauses", "products", "overrides", "deadlines") for bar in shown[name] if bar["href"]]
    assert len(bars) >= 5
    for bar in bars:
        rows = client.get(bar["href"]).context["rows"]
        assert (bar["label"], len(rows)) == (bar["label"], bar["value"])
    assert [bar["value"] for bar in shown["overrides"]] == [1]
    assert [(bar["label"], bar["value"]) for bar in shown["deadlines"]] == [("Decided in time", 0), ("Decided too late", 1)]
    assert [(bar["label"], bar["value"]) for bar in shown["refunds"]] == [("Arrived in time", 0), ("Arrived late", 1)]
    assert (shown["found"].cost_minor, shown["paid_in_time"], shown["overridden"]) == (540, "0%", 1)
    assert (shown["decided"], shown["at_once"], shown["to_decide"]) == (3, 2, "5 hours")
    assert sum(point["value"] for point in shown["per_day"]) == 3
    assert client.get(shown["all_overridden"]).context["rows"][0]["case"].pk == past[0].pk
    for language, words in (("fa", ["آذر ۱۴۰۵", "۵۴۰"]), ("tr", ["Kasım 2026"])):
        client.cookies["language"] = language
        page = client.get(f"{PAGE}?from=2025-12-01&to={timezone.localdate()}").content.decode()
        assert [word for word in words if word not in re.sub("<[^>]*>", "", page)] == []


@pytest.mark.django_db
def test_the_same_figures_are_a_file(past: list[Case], store: Store, client: Client) -> None:
    client.force_login(make_staff(store, "accountant"))
    answer = client.get(f"{HERE}/dashboard/claims.csv?days=90")
    assert f"fetrashop-claims-{timezone.localdate() - timedelta(days=89)}" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["figure", "of", "count", "minor"]
    assert ["cost", "refund", "1", "500"] in rows
    assert ["cost", "carriage", "1", "40"] in rows
    assert ["deadline missed", "decide_by", "1", ""] in rows
    assert ["reason", "withdrawal", "2", ""] in rows
