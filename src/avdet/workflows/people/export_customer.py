"""All that a store knows of a customer, as a file for people and a file for programs, in one archive."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any

from django.db import transaction

from avdet.ports.jobs import Payload, defer, job
from avdet.records.cases.forgetting import claims_with_evidence, evidence_without_case
from avdet.records.cases.models import Case, Evidence
from avdet.records.orders.models import Order
from avdet.records.orders.owners import whole_history
from avdet.records.outbox.forgetting import notices_about
from avdet.records.people.bank_accounts import bank_accounts_of
from avdet.records.people.book import addresses_of
from avdet.records.people.exports import advance, ask_for_export, export_by_id, keep
from avdet.records.people.models import Customer
from avdet.words.phrases import catalogue, phrase


@transaction.atomic
def export_customer(customer: Customer, *, now: datetime) -> None:
    """Asks for a customer's data; a job puts them together."""
    export = ask_for_export(customer, now=now)
    defer("export_customer", {"export": export.pk}, key=f"export:{customer.pk}")


@job("export_customer")
def put_together(payload: Payload, now: datetime) -> None:
    """Gathers, step by step so that the page can say how far it is, and keeps the archive sealed."""
    export = export_by_id(int(payload["export"]))
    if export is None or export.ready_at is not None:
        return
    customer = export.customer
    data: dict[str, Any] = {"person": _person(customer)}
    advance(export, 1)
    orders = whole_history(customer)
    apart = evidence_without_case(customer)
    data["orders"] = [_order(order, [each for each in apart if each.order_id == order.pk]) for order in orders]
    data["claims"] = [
        {"filed_at": each.filed_at, "words": each.words, "cases": [_case(case) for case in each.cases.all()]}
        for each in claims_with_evidence(customer)
    ]
    advance(export, 2)
    data["messages"] = _messages(customer, orders)
    advance(export, 3)
    keep(export, _archive(data, customer), now=now)


def _person(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name, "email": customer.email, "phone": customer.phone, "language": customer.language,
        "birth_year": customer.birth_year, "since": customer.created_at, "order_news": customer.order_news,
        "addresses": [{"label": each.label, **each.details} for each in addresses_of(customer)],
        "accounts": [
            {"kind": each.kind, "number": each.number, "holder": each.holder, "holder_name": each.holder_name,
             "bank": each.bank, "consent": each.consent_text, "consent_at": each.consent_at}
            for each in bank_accounts_of(customer)
        ],
    }  # fmt: skip


def _order(order: Order, evidence: Iterable[Evidence]) -> dict[str, Any]:
    return {
        "number": order.number, "placed_at": order.placed_at, "state": order.state, "currency": order.currency,
        "total_minor": order.total_minor, "contact": order.contact, "address": order.address,
        "lines": [
            {"name": each.name, "quantity": each.quantity, "total_minor": each.total_minor} for each in order.lines.all()
        ],
        "events": [{"kind": each.kind, "at": each.at} for each in order.events.all()],
        "evidence": _handed_in(evidence),
    }  # fmt: skip


def _case(case: Case) -> dict[str, Any]:
    return {
        "number": case.number, "reason": case.reason, "quantity": case.quantity, "state": case.state, "answers": case.answers,
        "evidence": _handed_in(each for each in case.evidence.all() if each.removed_at is None),
        "told": [{"text": each.text, "at": each.at} for each in case.notes.all() if each.is_told],
    }  # fmt: skip


def _handed_in(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [{"kind": each.kind, "at": each.uploaded_at} for each in evidence]


def _messages(customer: Customer, orders: list[Order]) -> list[dict[str, Any]]:
    told = notices_about(customer.store, [order.number for order in orders])
    return [{"kind": each.kind, "channel": each.channel, "to": each.to, "at": each.sent_at or each.created_at} for each in told]


def _archive(data: dict[str, Any], customer: Customer) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("my-data.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
        archive.writestr("my-data.html", "".join(_page(data, customer)))
    return kept.getvalue()


def _page(data: dict[str, Any], customer: Customer) -> Iterator[str]:
    language = customer.language
    title = escape(phrase(language, "accounts.export.title", store=customer.store.name_in(language)))
    yield f'<!doctype html><html lang="{language}" dir="{"rtl" if language == "fa" else "ltr"}"><meta charset="utf-8">'
    yield f"<title>{title}</title><style>body{{font:1rem/1.6 sans-serif;max-width:48rem;margin:2rem auto}}</style>"
    yield f"<h1>{title}</h1>"
    yield from _shown(data, language)


def _shown(value: Any, language: str) -> Iterator[str]:
    """A value as nested lists; each name in the reader's language where it has one."""
    if isinstance(value, dict):
        yield "<ul>"
        for name, inner in value.items():
            if inner not in (None, "", [], {}):
                yield f"<li><strong>{escape(_called(name, language))}</strong> "
                yield from _shown(inner, language)
                yield "</li>"
        yield "</ul>"
    elif isinstance(value, list):
        yield "<ol>"
        for inner in value:
            yield "<li>"
            yield from _shown(inner, language)
            yield "</li>"
        yield "</ol>"
    else:
        yield f"<bdi>{escape(str(value))}</bdi>"


def _called(name: str, language: str) -> str:
    return catalogue(language).get(f"accounts.export.{name}", name)
