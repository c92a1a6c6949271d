"""Files of orders and products, in the spellings that people save them in. Bad rows come first."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from avdet.adapters.shops.files import open_file
from avdet.adapters.shops.files.headings import ORDERS
from avdet.core.errors import AvdetError
from avdet.ports.shops import ShopCancellation

HEAD = "order,placed_at,sku,name,quantity,unit_price,discount,shipping,email"
ISTANBUL = ZoneInfo("Europe/Istanbul")


@pytest.fixture
def written(tmp_path):
    def write(content, name="orders.csv", encoding="utf-8", **settings):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return open_file(path, **{"language": "tr", "unit": "TRY", "zone": ISTANBUL, **settings})

    return write


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(AvdetError, match="no such file"):
        open_file(tmp_path / "x.csv", language="tr", unit="TRY")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "the file is empty"),
        ("order,sku\n1,A\n", "no column 'placed_at'"),
        ("order,Sipariş No,placed_at,sku,quantity,unit_price\n", "says what another one says"),
        (b"order,placed_at,sku,quantity,unit_price\n1,2026-01-01,\x81\xff,1,1\n", "letters cannot be read"),
        (f'{HEAD}\n1,2026-01-01,A,"{"x" * 1_000_001}",1,1,,,\n', "row cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(written, content, what):
    with pytest.raises(AvdetError, match=what):
        list(written(content, language="en" if isinstance(content, bytes) else "tr").orders())


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (",2026-01-01,A,x,1,1,,,", "row 2, column order"),
        ("1,,A,x,1,1,,,", "row 2, column placed_at"),
        ("1,2026-13-01,A,x,1,1,,,", "row 2, column placed_at"),
        ("1,1404/12/31,A,x,1,1,,,", "row 2, column placed_at"),
        ("1,2026-01-01,,x,1,1,,,", "row 2, column sku"),
        ("1,2026-01-01,A,x,0,1,,,", "row 2, column quantity"),
        ("1,2026-01-01,A,x,-2,1,,,", "row 2, column quantity"),
        ("1,2026-01-01,A,x,1e9,1,,,", "row 2, column quantity"),
        ("1,2026-01-01,A,x,10000000001,1,,,", "row 2, column quantity"),
        ("1,2026-01-01,A,x,1,-5,,,", "row 2, column unit_price"),
        ("1,2026-01-01,A,x,1,=1+1,,,", "row 2, column unit_price"),
        ("1,2026-01-01,A,x,1,1.2345,,,", "row 2, column unit_price"),
        ("1,2026-01-01,A,x,1,5,6,,", "row 2, column discount"),
        ("1,2026-01-01,A,a\x00b,1,5,,,", "row 2, column name"),
        ("1,2026-01-01,A", "row 2, column quantity"),
    ],
)
def test_a_bad_cell_is_named_and_the_next_order_still_read(written, row, where):
    bad, good = written(f"{HEAD}\n{row}\n2,2026-01-01,A,x,1,1,,,\n").orders()
    assert isinstance(bad, AvdetError)
    assert bad.where == f"orders.csv: {where}"
    assert good.value.number == "2"


def test_each_pieces_serial_number_is_read_from_a_cell_or_a_list(written):
    [table] = written("order,placed_at,sku,quantity,unit_price,Seri No\n1,2026-01-01,A,3,1,AB 1; AB2;\n1,2026-01-01,B,1,1,\n").orders()
    line = {"sku": "A", "quantity": 3, "unit_price": 1, "serials": ["AB 1", "AB2"]}
    [document] = written(json.dumps({"order": "1", "placed_at": "2026-01-01", "lines": [line]}), "orders.json").orders()
    assert [each.serials for each in table.value.lines] == [("AB 1", "AB2"), ()]
    assert document.value.lines[0].serials == ("AB 1", "AB2")


def test_every_column_of_an_order_stands_in_the_documentation():
    page = (Path(__file__).parents[3] / "docs/how-to/import-orders.md").read_text("utf-8")
    assert [name for name in ORDERS if f"`{name}`" not in page] == []


def test_a_formula_is_made_harmless_and_noted(written):
    [reading] = written(f"{HEAD}\n1,2026-01-01,A,=HYPERLINK(1),1,1,,,+90 532 000\n").orders()
    assert reading.value.lines[0].name == "'=HYPERLINK(1)"
    assert [(note.path, note.why) for note in reading.notes] == [("row 2, name", "it begins like a formula")]
    assert reading.value.customer.email == "+90 532 000"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_turkish_files_in_every_spelling(written, encoding, between):
    rows = [
        ["Sipariş No", "Tarih", "Stok Kodu", "Ürün Adı", "Adet", "Birim Fiyat", "İndirim", "Kargo Ücreti"],
        ["1", "18.03.2026 14:20", "A", "Çay ğüşıöç", "2", '"1.299,50"', '"99,50"', "50"],
        ["1", "", "B", "Kâğıt", "1", "10", "", ""],
    ]
    content = "\r\n".join(between.join(row) for row in rows)
    [reading] = written(content, encoding=encoding).orders()
    order = reading.value
    assert order.placed_at == datetime(2026, 3, 18, 14, 20, tzinfo=ISTANBUL)
    assert [(line.name, line.quantity, line.unit_price_minor) for line in order.lines] == [("Çay ğüşıöç", 2, 129_950), ("Kâğıt", 1, 1_000)]
    assert (order.discount_minor, order.shipping_minor, order.total_minor) == (9_950, 5_000, 255_950)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256"])
def test_a_persian_file(written, encoding):
    rows = ["شماره سفارش;تاریخ;کد کالا;نام کالا;تعداد;قیمت", "7;1404/12/27 20:00;A;چای کیسه‌ای;2;450000", "8;1405/01/01;B;قند;1;10000"]
    content = "\n".join(rows)
    arabic = content.replace("ی", "ي").replace("ک", "ك")
    content = arabic if encoding == "cp1256" else content.replace("450000", "۴۵۰٬۰۰۰")
    first, second = written(content, encoding=encoding, language="fa", unit="IRT", zone=ZoneInfo("Asia/Tehran")).orders()
    assert first.value.placed_at == datetime(2026, 3, 18, 20, 0, tzinfo=timezone(timedelta(hours=3, minutes=30)))
    assert second.value.placed_at.date().isoformat() == "2026-03-21"
    assert (first.value.currency, first.value.total_minor) == ("IRR", 9_000_000)
    assert first.value.lines[0].name == "چای کیسه‌ای"


def test_what_happened_stands_in_columns(written):
    head = "order,placed_at,paid_at,shipped at,delivered,cancelled,sku,quantity,unit_price,carrier,tracking,total"
    [reading] = written(f"{head}\n1,2026-01-01 10:00,2026-01-01 10:05,2026-01-02,2026-01-03,,A,1,5,Aras,T1,6\n").orders()
    order = reading.value
    assert [event.kind for event in order.events] == ["paid", "fulfilled", "delivered"]
    assert order.modified_at == datetime(2026, 1, 3, tzinfo=ISTANBUL)
    assert (order.parcels[0].carrier, order.parcels[0].at) == ("Aras", datetime(2026, 1, 2, tzinfo=ISTANBUL))
    assert [(note.path, note.why) for note in reading.notes] == [("row 2, total", "lines and shipping come to 500")]


def test_products_with_a_table_of_properties(written):
    head = "sku;name;price;stock;category;spec:Renk;spec:Boyut"
    good, sold, bad = written(f"{head}\nA;Kalem;12,50;8;Ofis|Kırtasiye;Mavi;\nB;Silgi;3;-1;;;\n;Adsız;1;;;;\n", "p.csv").products()
    assert (good.value.price_minor, good.value.stock, good.value.categories) == (1_250, 8, ("Ofis", "Kırtasiye"))
    assert good.value.specifications == (("Renk", "Mavi"),)
    assert (sold.value.stock, sold.notes[0].why) == (0, "more were sold than there are")
    assert bad.where == "p.csv: row 4, column sku"


INVOICES = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850.0,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,Atlantis
536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom
A563187,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom
536370,POST,POSTAGE,3,yesterday,18.00,12583.0,France
536371,X,,1,2010-12-01 09:00:00,0.001,13748.0,Atlantis
"""


def test_online_retail_with_its_cancellations_and_corrections(written):
    order, cancelled, stock, debt, undated, odd = written(INVOICES, "online_retail.csv").orders()
    assert (order.value.number, order.value.currency, order.value.total_minor) == ("536365", "GBP", 6 * 255 + 6 * 339)
    assert (order.value.customer.reference, order.value.recipient.address.country) == ("17850", "GB")
    assert isinstance(cancelled.value, ShopCancellation)
    assert (cancelled.value.customer_reference, cancelled.value.lines[0].quantity, cancelled.value.lines[0].gross_minor) == ("14527", 1, 2750)
    assert [stock.where, debt.where] == ["online_retail.csv: row 5, column Quantity", "online_retail.csv: row 6, column Quantity"]
    assert undated.where == "online_retail.csv: row 7, column InvoiceDate"
    assert {note.path for note in odd.notes} == {"row 8, UnitPrice", "row 8, Country"}


ORDER = {"order": "7", "placed_at": "2026-03-18T20:00:00+03:30", "shipping": 5, "lines": [{"sku": "A", "quantity": 2, "unit_price": 12.5}]}


@pytest.mark.parametrize("spell", [lambda rows: json.dumps(rows, indent=1), lambda rows: "\n".join(map(json.dumps, rows))])
def test_json_as_a_list_or_a_document_a_line(written, spell):
    first, lineless, inexact, text = written(
        spell([ORDER, {"order": "8"}, {**ORDER, "shipping": 1.299}, "x"]), "orders.json"
    ).orders()
    assert (first.value.number, first.value.total_minor) == ("7", 3_000)
    assert first.value.placed_at.utcoffset() == timedelta(hours=3, minutes=30)
    assert lineless.where == "orders.json: document 2"
    assert inexact.where == "orders.json: document 3, line 1, column shipping"
    assert text.where == "orders.json: document 4"


def test_json_products(written):
    rows = [{"sku": "A", "name": "Kalem", "price": 3, "tags": ["a", "b"], "specifications": {"Renk": "Mavi"}}, 5]
    product, wrong = written(json.dumps(rows), "p.jsonl").products()
    assert (product.value.tags, product.value.specifications) == (("a", "b"), (("Renk", "Mavi"),))
    assert wrong.where == "p.jsonl: document 2"


def test_json_that_breaks_off_names_the_document(written):
    found = written(json.dumps([ORDER, ORDER])[:-20], "orders.json").orders()
    assert next(found).value.number == "7"
    with pytest.raises(AvdetError, match=r"orders\.json: document 2"):
        next(found)


def test_a_list_longer_than_what_is_held_at_a_time(written):
    found = list(written(json.dumps([{**ORDER, "order": str(number), "note": "ş" * 500} for number in range(1_000)]), "o.json").orders())
    assert [each.value.number for each in found] == [str(number) for number in range(1_000)]
