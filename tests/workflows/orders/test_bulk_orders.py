"""A shop's past, copied in by the thousand: the rows that place_order makes, once, whatever interrupts it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from avdet.adapters.shops.files import open_file
from avdet.core.errors import AvdetError
from avdet.policies.shelf import load, policy_path
from avdet.ports.shops import Reading, ShopOrder
from avdet.records.connections.models import ImportNote, ImportRun
from avdet.records.ledger.models import Entry
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order, OrderEvent, OrderLine, OrderWord
from avdet.records.orders.queries import search
from avdet.records.outbox.models import Notice
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import PolicyVersion
from avdet.workflows.notices.tell import PEOPLE, PROGRAMS, hushed
from avdet.workflows.orders.bulk_orders import begin_bulk, bulk_orders
from avdet.workflows.orders.place_order import place_order
from tests.factories import NOW, make_store

pytestmark = pytest.mark.django_db
HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
SALES = HEAD + """\
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,"TAB\tand ""quotes"" \\ and a backslash",6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom
536366,85123A,WHITE HANGING HEART,10,2010-12-02 08:28:00,2.55,17850.0,France
536367,22745,=cmd|' /C calc'!A0,3,2010-12-03 10:00:00,0.00,,Nowhere
"""
BACKS = """\
C536400,85123A,WHITE HANGING HEART,-12,2010-12-04 09:00:00,2.55,17850.0,United Kingdom
C536401,85123A,WHITE HANGING HEART,-99,2010-12-04 10:00:00,2.55,17850.0,United Kingdom
C536402,85123A,WHITE HANGING HEART,-1,2010-12-04 11:00:00,2.55,99999.0,United Kingdom
C536403,71053,BEFORE IT WAS BOUGHT,-1,2010-11-30 11:00:00,3.39,17850.0,United Kingdom
C536404,D,Discount,-1,2010-12-04 11:00:00,27.50,17850.0,United Kingdom
"""
FAULTS = """\
536500,85123A,DAMAGED,-5,2010-12-05 10:00:00,0,,United Kingdom
A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,-11062.06,,United Kingdom
536501,85123A,TOO MANY,1000000000,2010-12-05 10:00:00,2.55,,United Kingdom
536502,85123A,NO DATE,1,yesterday,2.55,,United Kingdom
"""
LONDON = {"country": "GB", "currency": "GBP", "time_zone": "Europe/London", "languages": ["en"]}


@pytest.fixture
def store():
    return make_store("onlineretail", **LONDON)


def read(tmp_path: Path, text: str = SALES):
    path = tmp_path / "sales.csv"
    path.write_text(text, encoding="utf-8")
    return open_file(path, language="en", unit="GBP", zone=UTC).orders()


def take(store, tmp_path, text=SALES):
    run = begin_bulk(store, "sales.csv", content=str(hash(text)), now=NOW, total=text.count("\n") - 1)
    bulk_orders(run, read(tmp_path, text), now=NOW)
    return run


def rows(model, leave=("id", "order_id", "product_id", "customer_id"), **chosen):
    fields = [field.attname for field in model._meta.concrete_fields if field.attname not in leave]
    return [dict(zip(fields, row, strict=True)) for row in model.objects.filter(**chosen).order_by("pk").values_list(*fields)]


def test_what_cannot_be_sold_is_told_and_the_rest_is_taken(store, tmp_path):
    run = take(store, tmp_path, SALES + FAULTS)
    assert sorted(Order.objects.values_list("number", flat=True)) == ["536365", "536366", "536367"]
    assert (run.state, run.counts["new"], run.counts["faulty"]) == ("done", 3, 4)
    assert ImportNote.objects.filter(run=run, fault=True).count() == 4


def test_importing_it_twice_changes_nothing(store, tmp_path):
    take(store, tmp_path, SALES + BACKS)
    before = [rows(model, leave=()) for model in (Order, OrderLine, OrderEvent)]
    run = take(store, tmp_path, SALES + BACKS)
    assert [rows(model, leave=()) for model in (Order, OrderLine, OrderEvent)] == before
    assert (run.counts["same"], run.counts["new"], run.counts["cancellations"]) == (8, 0, 0)


def test_its_rows_are_those_that_place_order_makes(store, tmp_path):
    items = [item.value for item in read(tmp_path) if isinstance(item, Reading) and isinstance(item.value, ShopOrder)]
    take(store, tmp_path)
    found = [rows(model) for model in (Order, OrderLine, OrderEvent)]
    words = sorted(OrderWord.objects.values_list("word", flat=True))
    linked = [(order.customer.external_ref if order.customer else "", [bool(line.product_id) for line in order.lines.order_by("position")]) for order in Order.objects.order_by("pk")]
    Order.objects.all().delete()
    for item in items:
        draft = OrderDraft(
            lines=tuple(DraftLine(each.sku, each.quantity, each.name, each.unit_price_minor, 0, 0) for each in item.lines),
            number=item.number, source="file", external_ref=item.reference, customer_ref=item.customer.reference, contact=Contact(),
            address={"country": item.recipient.address.country} if item.recipient.address.country else {}, currency=item.currency,
            placed_at=item.placed_at, reserve=False, gifts=False, over=True,
        )  # fmt: skip
        with hushed(PEOPLE, PROGRAMS):
            place_order(store, draft, actor=Actor.shop("file"), now=NOW)
    assert [rows(model) for model in (Order, OrderLine, OrderEvent)] == found
    assert sorted(OrderWord.objects.values_list("word", flat=True)) == words
    assert [(order.customer.external_ref if order.customer else "", [bool(line.product_id) for line in order.lines.order_by("position")]) for order in Order.objects.order_by("pk")] == linked


def test_the_terms_of_its_time_are_frozen_with_an_order(tmp_path):
    store = make_store("past", **{**LONDON, "country": "IR"})
    since = datetime(2010, 12, 2, tzinfo=UTC)
    source = policy_path("fetrashop").read_text(encoding="utf-8")
    PolicyVersion.objects.create(store=store, number=1, source=source, fingerprint=load("fetrashop").newest.fingerprint, state="published",
                                 takes_force_at=since, published_at=since, uploaded_at=since)  # fmt: skip
    take(store, tmp_path)
    assert list(Order.objects.order_by("number").values_list("policy_version__number", flat=True)) == [None, 1, 1]


def test_it_is_told_to_nobody_and_entered_in_no_books(store, tmp_path, deferred):
    take(store, tmp_path)
    assert (Notice.objects.count(), Entry.objects.count(), deferred.waiting) == (0, 0, [])
    assert set(Order.objects.values_list("state", "total_minor")) == {("closed", 1_530 + 2_034 + 1_800), ("closed", 2_550), ("closed", 0)}


def test_orders_are_found_by_their_number(store, tmp_path):
    take(store, tmp_path)
    assert [order.number for order in search(store, "536366").rows] == ["536366"]


def test_goods_taken_back_are_matched_to_the_latest_earlier_purchase(store, tmp_path):
    run = take(store, tmp_path, SALES + BACKS)
    back = dict(OrderLine.objects.filter(sku="85123A").values_list("order__number", "cancelled_quantity"))
    assert back == {"536366": 10, "536365": 6}
    assert OrderLine.objects.get(sku="71053").cancelled_quantity == 0
    facts = [event.facts for event in OrderEvent.objects.filter(kind="pieces_cancelled").order_by("id")]
    assert [(each["document"], sum(each["pieces"].values())) for each in facts] == [("C536400", 10), ("C536400", 2), ("C536401", 4)]
    assert (run.counts["matched"], run.counts["unmatched"]) == (1, 4)
    assert ImportNote.objects.filter(run=run, record="C536401").get().became == "95 left out"


def test_an_invoice_whose_rows_stand_apart_is_one_order(store, tmp_path):
    first, second, *rest = SALES.splitlines(keepends=True)[1:]
    take(store, tmp_path, HEAD + first + rest[1] + second)
    assert Order.objects.get(number="536365").lines.count() == 2


def split(text: str, monkeypatch) -> str:
    """Sales whose first invoice has its last row at the end of the file, with so small batches that it falls into another one."""
    monkeypatch.setattr("avdet.workflows.orders.bulk_orders.AT_ONCE", 1)
    first, second, third, *rest = text.splitlines(keepends=True)[1:]
    return HEAD + first + second + "".join(rest) + third


def test_an_invoice_whose_rows_fall_into_two_batches_is_one_order(store, tmp_path, monkeypatch):
    run = take(store, tmp_path, split(SALES, monkeypatch))
    order = Order.objects.get(number="536365")
    assert [line.position for line in order.lines.order_by("position")] == [1, 2, 3]
    assert order.total_minor == order.goods_minor == sum(line.total_minor for line in order.lines.all())
    assert order.breakdown["vat"][0]["gross_minor"] == order.total_minor
    assert (run.counts["new"], run.counts["added_to"]) == (3, 1)


def test_such_a_file_again_changes_nothing_and_heals_what_was_cut_short(store, tmp_path, monkeypatch):
    text = split(SALES, monkeypatch)
    take(store, tmp_path, text)
    again = take(store, tmp_path, text)
    assert (again.counts.get("new", 0), again.counts.get("added_to", 0), again.counts["same"]) == (0, 0, 4)
    order = Order.objects.get(number="536365")
    order.lines.get(position=3).delete()
    take(store, tmp_path, text)
    assert OrderLine.objects.filter(order=order).count() == 3


def test_broken_off_between_the_two_parts_it_is_put_together_all_the_same(store, tmp_path, monkeypatch):
    text = split(SALES, monkeypatch)
    run = begin_bulk(store, "sales.csv", content="1", now=NOW)
    with pytest.raises(KeyboardInterrupt):
        bulk_orders(run, read(tmp_path, text), now=NOW, progress=broken_off)
    assert OrderLine.objects.filter(order__number="536365").count() == 2
    renamed = begin_bulk(store, "renamed.csv", content="1", now=NOW)
    assert renamed.pk == run.pk
    bulk_orders(renamed, read(tmp_path, text), now=NOW)
    assert OrderLine.objects.filter(order__number="536365").count() == 3


def broken_off(run):
    if run.cursor["taken"] == 2:
        raise KeyboardInterrupt


def test_another_file_of_the_same_name_is_begun_anew(store):
    first = begin_bulk(store, "sales.csv", content="1", now=NOW)
    assert begin_bulk(store, "sales.csv", content="2", now=NOW).pk != first.pk
    assert begin_bulk(store, "sales.csv", content="1", now=NOW).pk == first.pk


def test_a_cancellation_whose_rows_stand_apart_takes_each_back_once(store, tmp_path, monkeypatch):
    monkeypatch.setattr("avdet.workflows.orders.bulk_orders.AT_ONCE", 1)
    row = "C536400,85123A,WHITE HANGING HEART,-{},2010-12-04 09:00:00,2.55,17850.0,United Kingdom\n"
    text = SALES + row.format(2) + "536399,X,ANYTHING,1,2010-12-04 09:00:00,1.00,17850.0,France\n" + row.format(3)
    take(store, tmp_path, text)
    assert sum(OrderLine.objects.values_list("cancelled_quantity", flat=True)) == 5
    again = take(store, tmp_path, text)
    assert sum(OrderLine.objects.values_list("cancelled_quantity", flat=True)) == 5
    assert again.counts["same"] == 6


def test_a_run_that_another_worker_has_gone_on_with_is_left_alone(store, tmp_path):
    run = begin_bulk(store, "sales.csv", content="1", now=NOW)
    ImportRun.objects.update(revision=5)
    with pytest.raises(Conflict):
        bulk_orders(run, read(tmp_path), now=NOW)
    assert not Order.objects.exists()


def test_a_number_that_a_desk_order_has_is_not_taken_twice(store, tmp_path):
    from tests.factories import make_order

    make_order(store, number="536365")
    run = take(store, tmp_path)
    assert (run.counts["same"], Order.objects.filter(number="536365").get().source) == (1, "desk")


def test_a_file_of_another_kind_says_what_it_lacks(store, tmp_path):
    with pytest.raises(AvdetError, match="no column"):
        bulk_orders(begin_bulk(store, "x", content="1", now=NOW), read(tmp_path, "a,b\n1,2\n"), now=NOW)


# ---- killed ----------------------------------------------------------------------------------------------------------


def long_file(path: Path, invoices: int) -> None:
    with path.open("w") as file:
        file.write(HEAD)
        for number in range(invoices):
            for line in range(8):
                file.write(f"{600_000 + number},{20_000 + (number * 7 + line) % 900},THING {line},{2 + line},2011-02-{1 + number % 27:02} 10:00:00,1.25,{12_000 + number % 50}.0,France\n")
            if number % 20 == 19:
                file.write(f"C{600_000 + number},{20_000 + (number * 7) % 900},THING 0,-1,2011-03-01 10:00:00,1.25,{12_000 + number % 50}.0,France\n")


@pytest.fixture
def home(tmp_path, request):
    """A database of its own, as an installation has it."""
    env = {**os.environ, "AVDET_HOME": str(tmp_path), "AVDET_JOBS": "embedded", "DJANGO_SETTINGS_MODULE": "avdet.config.settings"}
    if not settings.POSTGRES:
        env.pop("DATABASE_URL", None)
        yield env
        return
    import psycopg

    name = f"killed_{os.getpid()}"
    base = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    with psycopg.connect(f"{base}/postgres", autocommit=True) as server:
        server.execute(f"drop database if exists {name}")
        server.execute(f"create database {name}")
        yield {**env, "DATABASE_URL": f"{base}/{name}"}
        server.execute(f"drop database if exists {name} with (force)")


def counted(env) -> dict[str, int]:
    said = "select (select count(*) from orders_order), (select count(*) from orders_orderline), (select coalesce(sum(cancelled_quantity),0) from orders_orderline), (select count(*) from orders_orderevent), (select count(*) from people_customer)"
    if settings.POSTGRES:
        import psycopg

        with psycopg.connect(env["DATABASE_URL"]) as database:
            found = database.execute(said).fetchone()
    else:
        database = sqlite3.connect(Path(env["AVDET_HOME"]) / "avdet.sqlite3", timeout=30)
        found = database.execute(said).fetchone()
        database.close()
    return dict(zip(("orders", "lines", "back", "events", "customers"), map(int, found), strict=True))


def test_killed_at_any_moment_it_goes_on_where_it_was(home, tmp_path):
    invoices = 4_000
    path = tmp_path / "past.csv"
    long_file(path, invoices)
    avdet = [sys.executable, "-m", "avdet"]
    subprocess.run([*avdet, "migrate"], env=home, check=True, capture_output=True, timeout=300)
    whole, kills, seen = {"orders": invoices, "lines": invoices * 8}, 0, 0
    while kills < 4:
        child = subprocess.Popen([*avdet, "import", "online-retail", str(path), "--store", "past"], env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while child.poll() is None and time.monotonic() < until and counted(home)["orders"] <= seen:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=0.02)
        if child.poll() is not None:
            break
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        kills, seen = kills + 1, counted(home)["orders"]
        assert counted(home)["lines"] == seen * 8  # nothing of a transaction that was not finished
    done = subprocess.run([*avdet, "import", "online-retail", str(path), "--store", "past"], env=home, check=True, capture_output=True, text=True, timeout=300)
    found = counted(home)
    assert kills >= 2
    assert found | whole == found, json.dumps(found)
    assert (found["back"], found["customers"]) == (200, 50)
    assert found["events"] == invoices + 200
    assert "/past/studio/imports/1/" in done.stdout


def test_copied_text_is_what_was_written(store, tmp_path):
    take(store, tmp_path)
    assert OrderLine.objects.get(sku="71053").name == 'TAB\tand "quotes" \\ and a backslash'
    assert connection.vendor in ("sqlite", "postgresql")
