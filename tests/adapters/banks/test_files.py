"""Files of banks: what is refused, then what is written and read. Orders are held against ISO 20022's own schema."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from avdet.adapters.banks.files import Files
from avdet.adapters.banks.iso20022.schemas import schema
from avdet.core.errors import AvdetError
from avdet.ports.banks import LARGEST, Fate, Party, PaymentOrder, Transfer
from tests.workflows.payouts import OWN_IBAN, answer

FILES = Files()
ORDER = PaymentOrder(
    "AVDET-1-1-20261122", datetime(2026, 11, 22, 9, tzinfo=UTC), date(2026, 11, 23), "TRY", Party("Mağaza <A>", OWN_IBAN, "TGBATRIS"),
    (Transfer("AVDET-B1-1", 123_456, Party("Şirin & Oğlu", OWN_IBAN), "Mağaza 1042"), Transfer("AVDET-B1-2", 5, Party("علی رضایی", OWN_IBAN))),
)  # fmt: skip
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def refused(raw, currency="TRY", language="tr"):
    with pytest.raises(AvdetError) as fault:
        FILES.read(raw, currency, language)
    return str(fault.value)


# ---- reading: refusals -----------------------------------------------------------------------------------------------

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
) + b"]><x>&j;</x>"  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<", b"<a><b></a>", b"<a/>", b"\xff\xfe<", LAUGHS, b"\xef\xbb\xbf<html/>", b"<!-- --><a/>",
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<?xml version="1.0" encoding="utf-7"?><x/>', b"<a>" * 100_000,
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw):
    assert "root:" not in refused(raw)


def test_an_order_is_no_answer_and_neither_is_what_differs_from_the_schema():
    assert "no pain.002" in refused(FILES.xml(ORDER))
    good = answer("M", [("X", "ACSC", "", None)])
    assert "no pain.002.001.03" in refused(good.replace(b"ACSC", b"PAID"))
    assert "no pain.002.001.03" in refused(good.replace(b"<OrgnlMsgId>M</OrgnlMsgId>", b""))


def test_a_file_beyond_all_measure_is_not_even_parsed():
    assert "larger" in refused(b"<" + b"x" * LARGEST)


@pytest.mark.parametrize(
    "text",
    ["a;b;c\n1;2;3\n", "reference;amount\nX;1\n", "reference;amount;status\nX;one;settled\n", "reference;amount;status\nX;1;perhaps\n",
     "reference;amount;status\nX;1,234;settled;\n\"X\n"],
)  # fmt: skip
def test_a_table_that_cannot_be_understood_is_refused(text):
    assert refused(text.encode())


def test_an_amount_finer_than_the_currency_is_refused_in_a_table():
    assert "row 2" in refused(b"reference;amount;status\nX;1,5;settled\n", "IRR")


# ---- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "result"),
    [("ACSC", "settled"), ("ACCC", "settled"), ("RJCT", "returned"), ("ACSP", "pending"), ("PDNG", "pending"), ("ACTC", "pending")],
)
def test_each_status_has_its_meaning(status, result):
    report = FILES.read(answer("M-1", [("X-1", status, "AC04" if status == "RJCT" else "", ("12.30", "TRY"))]), "TRY", "tr")
    assert report.of == "M-1"
    assert report.fates == (Fate("X-1", result, "AC04" if status == "RJCT" else status, "", 1230, "TRY"),)
    assert report.whole is None


@pytest.mark.parametrize(("group", "result"), [("ACSC", "settled"), ("RJCT", "returned"), ("ACSP", None), ("PART", None)])
def test_a_group_speaks_of_all_only_when_it_is_certain(group, result):
    whole = FILES.read(answer("M-1", group=group), "TRY", "tr").whole
    assert (whole.result if whole else None) == result


def test_a_newer_edition_of_the_answer_is_read_too():
    raw = answer("M", [("X", "ACCC", "", None)], space="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10")
    assert FILES.read(raw, "TRY", "tr").fates[0].result == "settled"


@pytest.mark.parametrize(
    ("text", "language"),
    [("reference,amount,status,currency\nX,12.30,paid,TRY\n", "en"), ("Referans;Tutar;Durum\nX;12,30;Ödendi\n", "tr"),
     ("مرجع\tمبلغ\tوضعیت\nX\t۱۲٫۳۰\tپرداخت شد\n", "fa")],
)  # fmt: skip
def test_statements_are_read_in_three_languages(text, language):
    assert FILES.read(text.encode(), "TRY", language).fates == (Fate("X", "settled", "", "", 1230, "TRY"),)


# ---- writing ---------------------------------------------------------------------------------------------------------


def test_an_order_that_the_schema_has_no_room_for_is_refused():
    for wrong in (replace(ORDER, message_id="x" * 36), replace(ORDER, transfers=()), replace(ORDER, payer=Party("A", "no iban"))):
        with pytest.raises(AvdetError, match=r"pain\.001"):
            FILES.xml(wrong)


def test_an_order_says_what_is_to_be_paid_to_whom_and_when():
    root = etree.fromstring(FILES.xml(ORDER))
    said = {name: root.xpath(f"//p:{name}/text()", namespaces=SPACE) for name in ("MsgId", "CtrlSum", "NbOfTxs", "InstdAmt", "EndToEndId", "Dt", "Ustrd")}
    assert said == {
        "MsgId": ["AVDET-1-1-20261122"], "CtrlSum": ["1234.61", "1234.61"], "NbOfTxs": ["2", "2"], "InstdAmt": ["1234.56", "0.05"],
        "EndToEndId": ["AVDET-B1-1", "AVDET-B1-2"], "Dt": ["2026-11-23"], "Ustrd": ["Mağaza 1042"],
    }  # fmt: skip
    assert FILES.xml(ORDER) == FILES.xml(ORDER)


def test_rials_have_no_decimals_and_liras_have_two():
    rials = replace(ORDER, currency="IRR")
    assert b'<InstdAmt Ccy="IRR">123456</InstdAmt>' in FILES.xml(rials)
    assert b'<InstdAmt Ccy="TRY">1234.56</InstdAmt>' in FILES.xml(ORDER)
    assert ",123456,IRR," in FILES.csv(rials).decode()


def test_no_cell_of_the_table_is_a_formula():
    evil = replace(ORDER, transfers=(Transfer("E-1", 100, Party('=HYPERLINK("http://x")', OWN_IBAN), "+1"),))
    row = FILES.csv(evil).decode().splitlines()[1]
    assert "'=HYPERLINK" in row
    assert row.endswith("'+1")


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=300), st.text(max_size=300), st.integers(1, 10**15), st.sampled_from(["TRY", "IRR"]))
def test_whatever_people_are_called_the_file_fits_its_schema(name, note, amount, currency):
    order = replace(ORDER, currency=currency, transfers=(Transfer("E-1", amount, Party(name, OWN_IBAN), note),))
    assert schema("pain.001.001.09").validate(etree.fromstring(FILES.xml(order)))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw):
    for begin in (b"", b"<"):
        with suppress(AvdetError):
            assert FILES.read(begin + raw, "TRY", "tr").of is not None
