"""pain.002: what a bank says of transfers, one by one or of all at once."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

from avdet.adapters.banks.iso20022.schemas import hold, read_xml
from avdet.core.errors import AvdetError
from avdet.ports.amounts import to_minor
from avdet.ports.banks import Fate, Report, Result
from avdet.words.faults import coded

NAME: Final = "pain.002.001.03"
_FAMILY: Final = "urn:iso:std:iso:20022:tech:xsd:pain.002.001."
RESULTS: Final[dict[str, Result]] = {"ACSC": "settled", "ACCC": "settled", "RJCT": "returned"}
"""Status → what it means here. Every other one says that the transfer is under way: ACSP, PDNG, ACTC, ACCP, ACWC."""
_MOST: Final = 20_000


def read_answer(raw: bytes) -> Report:
    """What a pain.002 says. `AvdetError` for another document, or one that differs from its schema."""
    root = read_xml(raw)
    space, _, name = str(root.tag)[1:].partition("}")
    if name != "Document" or not space.startswith(_FAMILY):
        raise coded(AvdetError, "bank_file.other")
    if space == _FAMILY + "03":
        hold(_as_the_schema_knows(root), NAME)
    found = f"{{{space}}}"
    group = root.find(f".//{found}OrgnlGrpInfAndSts")
    rows = root.findall(f".//{found}TxInfAndSts")
    if group is None or len(rows) > _MOST:
        raise coded(AvdetError, "bank_file.no_message", where="OrgnlGrpInfAndSts")
    blocks = (group, *root.findall(f".//{found}OrgnlPmtInfAndSts"))
    return Report(_text(group, found, "OrgnlMsgId"), tuple(_fates(rows, found)), _whole(blocks, found))


def _as_the_schema_knows(root: etree._Element) -> etree._Element:
    """Banks write ACCC, which is newer than this schema."""
    copy = deepcopy(root)
    for status in copy.iter("{*}TxSts", "{*}GrpSts", "{*}PmtInfSts"):
        if (status.text or "").strip() == "ACCC":
            status.text = "ACSC"
    return copy


def _whole(blocks: tuple[etree._Element, ...], found: str) -> Fate | None:
    """The status of all, which the group or its only block of payments may state."""
    for block in blocks:
        status = _text(block, found, "GrpSts") or _text(block, found, "PmtInfSts")
        if status in RESULTS:
            return Fate("", RESULTS[status], *_reason(block, found, status))
    return None


def _fates(rows: list[etree._Element], found: str) -> Iterator[Fate]:
    for row in rows:
        status = _text(row, found, "TxSts")
        code, note = _reason(row, found, status)
        amount, currency = _amount(row, found)
        name = _text(row, found, "OrgnlEndToEndId") or _text(row, found, "OrgnlInstrId")
        yield Fate(name, RESULTS.get(status, "pending"), code, note, amount, currency)


def _reason(block: etree._Element, found: str, status: str) -> tuple[str, str]:
    """(the code of the reason or the status itself, what else is said of it)"""
    reason = block.find(f"{found}StsRsnInf")
    if reason is None:
        return status, ""
    code = _text(reason, found, f"Rsn/{found}Cd") or _text(reason, found, f"Rsn/{found}Prtry")
    return (code or status)[:35], _text(reason, found, "AddtlInf")[:200]


def _amount(row: etree._Element, found: str) -> tuple[int | None, str]:
    for path in (f"OrgnlTxRef/{found}Amt/{found}InstdAmt", f"OrgnlTxRef/{found}IntrBkSttlmAmt"):
        amount = row.find(f"{found}{path}")
        if amount is not None:
            currency = amount.get("Ccy", "")
            minor, exact = to_minor(amount.text or "", currency)
            return (minor if exact else -1), currency
    return None, ""


def _text(block: etree._Element, found: str, path: str) -> str:
    return (block.findtext(f"{found}{path}") or "").strip()
