"""What the simulated bank answers: pain.002.001.03, true to its schema, with what shall go wrong in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

_SPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"
_DAY: Final = "2026-01-01T12:00:00"


def report(payment: dict[str, Any], rejects: dict[str, str]) -> list[str]:
    """The answers to a payment, the oldest first: taken, then what became of each transfer; then what came back after all."""
    message, transfers, faults = payment["message"], payment["transfers"], payment["faults"]
    taken = _file(message, 1, [_row(each, "ACSP") for each in transfers])
    ends = [_row(each, *_end(each, rejects), wrong="wrong_amount" in faults) for each in transfers]
    if "unknown_lines" in faults:
        ends.append(_row({**transfers[0], "name": "NOBODY-KNOWS-1"}, "ACSC"))
    late = [_file(message, 3, [_row(each, "RJCT", "AC06") for each in transfers])] if "late_reject" in faults else []
    return [taken, _file(message, 2, ends), *late]


def duplicated(files: list[str]) -> list[str]:
    """Every answer twice."""
    return [file for file in files for _ in range(2)]


def nonsense() -> str:
    """What is no answer at all."""
    return "<html><body>Service temporarily unavailable</body></html>"


def _end(transfer: dict[str, Any], rejects: dict[str, str]) -> tuple[str, str]:
    code = rejects.get(transfer["iban"], "")
    return ("RJCT", code) if code else ("ACSC", "")


def _row(transfer: dict[str, Any], status: str, code: str = "", *, wrong: bool = False) -> str:
    reason = f"<StsRsnInf><Rsn><Cd>{escape(code)}</Cd></Rsn></StsRsnInf>" if code else ""
    amount = Decimal(transfer["amount"]) + (1 if wrong else 0)
    said = f"<InstdAmt Ccy={quoteattr(transfer['currency'])}>{amount}</InstdAmt>"
    name = f"<OrgnlEndToEndId>{escape(transfer['name'])}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
    return f"<TxInfAndSts>{name}{reason}<OrgnlTxRef><Amt>{said}</Amt></OrgnlTxRef></TxInfAndSts>"


def _file(message: str, number: int, rows: list[str]) -> str:
    head = f"<GrpHdr><MsgId>BANK-{escape(message[:28])}-{number}</MsgId><CreDtTm>{_DAY}</CreDtTm></GrpHdr>"
    about = f"<OrgnlMsgId>{escape(message)}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
    block = f"<OrgnlPmtInfId>{escape(message)}</OrgnlPmtInfId>{''.join(rows)}"
    body = f"{head}<OrgnlGrpInfAndSts>{about}</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>{block}</OrgnlPmtInfAndSts>"
    return f'<Document xmlns="{_SPACE}"><CstmrPmtStsRpt>{body}</CstmrPmtStsRpt></Document>'
