"""Transfers and what became of them as tables: for banks that take a spreadsheet, and statements that people download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from avdet.core.errors import AvdetError
from avdet.core.folding import fold
from avdet.core.spreadsheet import csv_lines, decoded, figure, read_rows
from avdet.ports.amounts import exponent, to_decimal
from avdet.ports.banks import Fate, PaymentOrder, Report, Result
from avdet.words.faults import coded

HEAD: Final = ("reference", "iban", "name", "amount", "currency", "pay_on", "note")
_COLUMNS: Final = {
    "reference": ("reference", "end_to_end", "endtoendid", "referans", "شناسه", "مرجع", "شماره پیگیری"),
    "amount": ("amount", "tutar", "مبلغ"),
    "currency": ("currency", "para birimi", "döviz", "ارز"),
    "status": ("status", "result", "durum", "sonuç", "وضعیت", "نتیجه"),
    "code": ("code", "reason", "neden", "kod", "کد", "علت"),
    "note": ("note", "description", "açıklama", "شرح", "توضیح"),
}
_RESULTS: Final[Mapping[Result, tuple[str, ...]]] = {
    "settled": ("settled", "paid", "acsc", "accc", "ödendi", "gerçekleşti", "پرداخت شد", "انجام شد", "موفق"),
    "returned": ("returned", "rejected", "rjct", "iade", "reddedildi", "برگشت", "برگشت خورد", "رد شد", "ناموفق"),
    "pending": ("pending", "acsp", "pdng", "bekliyor", "işleniyor", "در جریان", "در انتظار"),
}
_MOST: Final = 20_000


def write_table(order: PaymentOrder) -> bytes:
    """One row for each transfer, in UTF-8; no cell is ever taken for a formula."""
    rows = (
        (each.end_to_end, each.to.iban, each.to.name, to_decimal(each.amount_minor, order.currency), order.currency,
         order.pay_on.isoformat(), each.note)
        for each in order.transfers
    )  # fmt: skip
    return "".join(csv_lines(HEAD, rows, mark=True)).encode()


def read_table(raw: bytes, currency: str, language: str) -> Report:
    """A statement: what became of each reference. `AvdetError` where the columns or a row cannot be read."""
    rows = read_rows(decoded(raw, language))
    _, head = next(rows, (1, []))
    names = [_column(each) for each in head]
    if not {"reference", "amount", "status"} <= set(names):
        raise coded(AvdetError, "bank_file.columns", at=(("row", 1),))
    return Report("", tuple(_fates(rows, names, currency)))


def _fates(rows: Iterator[tuple[int, list[str]]], names: list[str], currency: str) -> Iterator[Fate]:
    for number, cells in rows:
        if number > _MOST:
            raise coded(AvdetError, "bank_file.rows", most=_MOST)
        said = {name: cell for name, cell in zip(names, cells, strict=False) if name}
        spoken = said.get("currency", "").strip().upper() or currency
        written = said.get("amount", "")
        try:
            amount = figure(written, exponent(spoken))
        except ValueError:
            raise coded(AvdetError, "cell.not_amount", at=(("row", number),), said=written[:40], unit=spoken[:3]) from None
        code, note = said.get("code", "")[:35], said.get("note", "")[:200]
        yield Fate(said.get("reference", "").strip()[:35], _result(said.get("status", ""), number), code, note, amount, spoken)


def _column(head: str) -> str:
    written = fold(head).replace("-", "_")
    return next((name for name, known in _COLUMNS.items() if written in {fold(each) for each in known}), "")


def _result(said: str, number: int) -> Result:
    written = fold(said)
    for result, known in _RESULTS.items():
        if written in {fold(each) for each in known}:
            return result
    raise coded(AvdetError, "bank_file.result", at=(("row", number),), said=said[:40])
