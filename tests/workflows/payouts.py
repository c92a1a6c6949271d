"""Refunds that go to an IBAN, batches of them, and what a bank answers."""

from __future__ import annotations

import json
from itertools import count

from lxml import etree

from avdet.records.outbox.models import WebhookMessage
from avdet.records.payouts.models import PayoutBatch
from avdet.records.payouts.queries import lines_in_file
from avdet.records.people.bank_accounts import Registration, register
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.workflows.money.export_batch import export_batch
from avdet.workflows.money.make_batch import make_batch
from avdet.workflows.money.read_bank_file import read_bank_file
from avdet.workflows.money.release_batch import approve_batch, release_batch
from avdet.workflows.money.send_refund import send_refund
from tests.factories import NOW, make_staff, make_store
from tests.workflows.money import MACHINE, grant, order_of, pay

OWN_IBAN = "IR820540102680020817909002"
SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"
_serial = count(1)


def iban(number: int | None = None) -> str:
    """An IBAN of Iran that could exist."""
    account = f"017{(number or next(_serial)):019d}"
    left = int("".join(str(int(sign, 36)) for sign in f"{account}IR00")) % 97
    return f"IR{98 - left:02d}{account}"


def paying_store(slug="fetrashop", **fields):
    """A store that pays refunds from an account of its own."""
    return make_store(slug, payout_account={"iban": OWN_IBAN, "holder": "فتراشاپ", "bic": ""}, **fields)


def account_of(customer, number=None):
    wish = Registration(number or iban(), "self", str(customer.name), "yes", False)
    return register(customer, wish, now=NOW)


def due_refund(store, amount=100_000, *, number=None, **fields):
    """A refund that waits for a batch."""
    order = order_of(store, amount)
    pay(order)
    account_of(order.customer, number)
    refund = grant(order, amount, **fields)[0]
    send_refund(refund.pk, now=NOW)
    return Refund.objects.get(pk=refund.pk)


def two_people(store):
    return make_staff(store, "accountant"), make_staff(store, "owner")


def released(store, refunds, people=None):
    """A batch that two people have let go."""
    first, second = people or two_people(store)
    batch = make_batch(store, [each.pk for each in refunds], pay_on=NOW.date(), user=first, now=NOW, actor=MACHINE)
    approved = approve_batch(batch, user=first, now=NOW, actor=Actor.of(first, "staff"))
    return release_batch(approved, user=second, now=NOW, actor=Actor.of(second, "staff"))


def exported(store, refunds, people=None):
    batch = released(store, refunds, people)
    export_batch(batch, "xml", now=NOW, actor=MACHINE)
    return PayoutBatch.objects.get(pk=batch.pk)


def answer(message, rows=(), *, group="", space=SPACE):
    """A pain.002; `rows`: (end to end, status, code, amount with its currency or nothing)."""
    root = etree.Element(f"{{{space}}}Document", nsmap={None: space})

    def add(parent, name, text=None, **attributes):
        child = etree.SubElement(parent, f"{{{space}}}{name}", **attributes)
        child.text = text
        return child

    body = add(root, "CstmrPmtStsRpt")
    head = add(body, "GrpHdr")
    add(head, "MsgId", f"BANK-{next(_serial)}")
    add(head, "CreDtTm", "2026-11-23T10:00:00")
    about = add(body, "OrgnlGrpInfAndSts")
    add(about, "OrgnlMsgId", message)
    add(about, "OrgnlMsgNmId", "pain.001.001.09")
    if group:
        add(about, "GrpSts", group)
    if rows:
        block = add(body, "OrgnlPmtInfAndSts")
        add(block, "OrgnlPmtInfId", message)
        for name, status, code, amount in rows:
            row = add(block, "TxInfAndSts")
            add(row, "OrgnlEndToEndId", name)
            add(row, "TxSts", status)
            if code:
                add(add(add(row, "StsRsnInf"), "Rsn"), "Cd", code)
            if amount:
                add(add(add(row, "OrgnlTxRef"), "Amt"), "InstdAmt", str(amount[0]), Ccy=amount[1])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def told(batch, *statuses, amounts=True):
    """An answer with one status for each line, in their order; ("RJCT", "AC04") for one with its code."""
    rows = []
    for line, said in zip(lines_in_file(batch), statuses, strict=False):
        status, code = said if isinstance(said, tuple) else (said, "")
        rows.append((line.end_to_end, status, code, (line.amount_minor, line.currency) if amounts else None))
    return answer(batch.message_id, rows)


def read(store, raw, now=NOW):
    return read_bank_file(store, raw, now=now, actor=MACHINE)


def heard():
    """What programs were told, in turn: (type, data)."""
    events = (json.loads(each.body) for each in WebhookMessage.objects.order_by("pk"))
    return [(each["type"], each["data"]) for each in events]
