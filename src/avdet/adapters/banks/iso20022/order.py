"""pain.001.001.09: a customer's credit transfers in one payment block.

Amounts have the decimals that `ports/amounts.py` gives a currency: two for TRY, none for IRR, whose minor unit is the rial.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any, Final

from lxml import etree

from avdet.adapters.banks.iso20022.schemas import hold
from avdet.ports.amounts import to_decimal
from avdet.ports.banks import Party, PaymentOrder, Transfer

NAME: Final = "pain.001.001.09"
_SPACE: Final = f"urn:iso:std:iso:20022:tech:xsd:{NAME}"


def write_order(order: PaymentOrder) -> bytes:
    """The file. The same order gives the same bytes; `AvdetError` for one that the schema has no room for."""
    root = etree.Element(f"{{{_SPACE}}}Document", nsmap={None: _SPACE})
    body = _add(root, "CstmrCdtTrfInitn")
    _header(_add(body, "GrpHdr"), order)
    _payments(_add(body, "PmtInf"), order)
    hold(root, NAME)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _header(head: etree._Element, order: PaymentOrder) -> None:
    _add(head, "MsgId", order.message_id)
    _add(head, "CreDtTm", order.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _totals(head, order)
    _add(_add(head, "InitgPty"), "Nm", order.payer.name[:140])


def _totals(block: etree._Element, order: PaymentOrder) -> None:
    _add(block, "NbOfTxs", str(len(order.transfers)))
    _add(block, "CtrlSum", to_decimal(sum(each.amount_minor for each in order.transfers), order.currency))


def _payments(block: etree._Element, order: PaymentOrder) -> None:
    _add(block, "PmtInfId", order.message_id)
    _add(block, "PmtMtd", "TRF")
    _totals(block, order)
    _add(_add(block, "ReqdExctnDt"), "Dt", order.pay_on.isoformat())
    _add(_add(block, "Dbtr"), "Nm", order.payer.name[:140])
    _account(block, "DbtrAcct", order.payer)
    _bank(block, "DbtrAgt", order.payer)
    _add(block, "ChrgBr", "SLEV")
    for each in order.transfers:
        _transfer(_add(block, "CdtTrfTxInf"), each, order.currency)


def _transfer(block: etree._Element, transfer: Transfer, currency: str) -> None:
    names = _add(block, "PmtId")
    _add(names, "InstrId", transfer.end_to_end)
    _add(names, "EndToEndId", transfer.end_to_end)
    amount = _add(_add(block, "Amt"), "InstdAmt", to_decimal(transfer.amount_minor, currency))
    amount.set("Ccy", currency)
    if transfer.to.bic:
        _bank(block, "CdtrAgt", transfer.to)
    _add(_add(block, "Cdtr"), "Nm", transfer.to.name[:140])
    _account(block, "CdtrAcct", transfer.to)
    if transfer.note:
        _add(_add(block, "RmtInf"), "Ustrd", transfer.note[:140])


def _account(block: etree._Element, name: str, party: Party) -> None:
    _add(_add(_add(block, name), "Id"), "IBAN", party.iban)


def _bank(block: etree._Element, name: str, party: Party) -> None:
    """Its BIC, or that none was given."""
    names = _add(_add(block, name), "FinInstnId")
    if party.bic:
        _add(names, "BICFI", party.bic)
    else:
        _add(_add(names, "Othr"), "Id", "NOTPROVIDED")


def _add(parent: etree._Element, name: str, text: str = "") -> Any:
    """A child; its text without signs that XML has no place for."""
    child = etree.SubElement(parent, f"{{{_SPACE}}}{name}")
    if text:
        child.text = "".join(sign for sign in text if sign.isprintable()).strip() or "-"
    return child
