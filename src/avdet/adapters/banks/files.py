"""The files of banks, whichever kind they are."""

from __future__ import annotations

from avdet.adapters.banks.iso20022 import read_answer, write_order
from avdet.adapters.banks.tables import read_table, write_table
from avdet.core.errors import AvdetError
from avdet.ports.banks import LARGEST, PaymentOrder, Report
from avdet.words.faults import coded


class Files:
    """Writes orders as ISO 20022 or as a table, and reads answers of either kind."""

    def xml(self, order: PaymentOrder) -> bytes:
        """pain.001.001.09."""
        return write_order(order)

    def csv(self, order: PaymentOrder) -> bytes:
        """A table in UTF-8."""
        return write_table(order)

    def read(self, raw: bytes, currency: str, language: str) -> Report:
        """An answer; what begins with an angle bracket is XML."""
        if len(raw) > LARGEST:
            raise coded(AvdetError, "bank_file.large")
        begins = raw[:200].lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0")
        return read_answer(raw) if begins.startswith(b"<") else read_table(raw, currency, language)
