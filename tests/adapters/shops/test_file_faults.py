"""Each error of a file of orders or products is told to a Persian reader in Persian."""

import json
from zoneinfo import ZoneInfo

import pytest

from avdet.adapters.shops.files import open_file
from avdet.core.errors import AvdetError
from avdet.words.faults import in_words, said
from tests.words.fault_codes import codes, latin_sentence

HEAD = "order,placed_at,sku,name,quantity,unit_price,discount"
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"


def row(cells: str) -> str:
    return f"{HEAD}\n{cells}\n"


ORDERS = {
    "file.empty": "",
    "file.letters": b"order,placed_at,sku,quantity,unit_price\n1,2026-01-01,\x81\xff,1,1\n",
    "file.row": row(f'1,2026-01-01,A,"{"x" * 1_000_001}",1,1,'),
    "file.no_column": "order,sku\n1,A\n",
    "file.column_twice": "order,Sipariş No,placed_at,sku,quantity,unit_price\n",
    "cell.text": row("1,2026-01-01,A,a\x00b,1,5,"),
    "cell.not_whole": row("1,2026-01-01,A,x,a few of them,5,"),
    "cell.too_many": row("1,2026-01-01,A,x,10000000001,5,"),
    "cell.not_amount": row("1,2026-01-01,A,x,1,not a price,"),
    "cell.below_zero": row("1,2026-01-01,A,x,1,-5,"),
    "cell.not_date": row("1,last of May,A,x,1,5,"),
    "order_file.no_number": row(",2026-01-01,A,x,1,5,"),
    "order_file.no_date": row("1,,A,x,1,5,"),
    "order_file.quantity": row("1,2026-01-01,A,x,0,5,"),
    "order_file.no_sku": row("1,2026-01-01,,x,1,5,"),
    "order_file.discount": row("1,2026-01-01,A,x,1,5,6"),
    "order_file.retail_cells": f"{RETAIL}\n1,2\n",
    "order_file.sells_nothing": f"{RETAIL}\n536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom\n",
}
JSON = {"file.not_json": "[{", "file.json_letters": b'[{"order": "\xff"}]', "order_file.shape": json.dumps([{"order": "8"}])}
PRODUCTS = {"product_file.lacks": "sku,name,price\n,A pen,1\n"}
SHAPES = {"product_file.shape": "[5]"}
ALL = {
    **{code: ("orders.csv", "orders", content) for code, content in ORDERS.items()},
    **{code: ("orders.json", "orders", content) for code, content in JSON.items()},
    **{code: ("products.csv", "products", content) for code, content in PRODUCTS.items()},
    **{code: ("products.json", "products", content) for code, content in SHAPES.items()},
}
ELSEWHERE = {"file.missing", "order_file.cancellation"}
"""Raised where there is no file to read, or by the workflow that takes the orders."""


def fault_of(path, content, kind) -> AvdetError:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        items = list(getattr(open_file(path, language="en", unit="TRY", zone=ZoneInfo("Europe/Istanbul")), kind)())
    except AvdetError as fault:
        return fault
    return next(each for each in items if isinstance(each, AvdetError))


def test_every_code_of_a_file_is_raised_below():
    assert set(ALL) | ELSEWHERE == codes("file", "cell", "order_file", "product_file")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(AvdetError) as caught:
        open_file(tmp_path / "x.csv", language="fa", unit="IRT")
    assert caught.value.code == "file.missing"
    assert not latin_sentence(caught.value)


@pytest.mark.parametrize("code", sorted(ALL))
def test_a_persian_reader_meets_no_latin_sentence(code, tmp_path):
    name, kind, content = ALL[code]
    fault = fault_of(tmp_path / name, content, kind)
    assert (fault.code, latin_sentence(fault)) == (code, "")
    assert said(fault, "en") == (fault.what, fault.where, fault.cure)
    assert in_words(fault, "tr") != str(fault)
    assert fault.where.startswith(name)
