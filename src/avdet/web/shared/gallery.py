"""Every component on one page, in the reader's language, with invented content: for builders of pages, tests and pictures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from avdet.contract.answer import settle_question
from avdet.contract.question import read_question
from avdet.web.shared.access import open_to
from avdet.web.shared.answers import Shown, shown
from avdet.words import money, number
from avdet.words.phrases import phrase

KEYBOARD: Final = {
    "store": "fetrashop",
    "at": "claim",
    "order": {
        "number": "F-1405-001", "placed_at": "2026-03-17T10:00:00+03:30", "paid_at": "2026-03-17T10:05:00+03:30",
        "handed_to_carrier_at": "2026-03-19T09:00:00+03:30", "delivered_at": "2026-03-26T14:00:00+03:30",
        "destination": {"country": "IR", "province": "Tehran", "city": "Tehran"},
        "lines": [{"sku": "KB", "name": "keyboard", "quantity": 1, "unit_price": 45_000_000, "currency": "IRR",
                   "traits": ["serial_number"]}],
    },
    "claim": {
        "sku": "KB", "quantity": 1, "reason": "withdrawal", "reported_at": "2026-04-04T11:30:00+03:30",
        "return_cost": 1_800_000,
        "answers": {"sealed": True, "used": False, "box_kept": True, "box_marked": False, "accessories_complete": True},
    },
}  # fmt: skip
"""A sealed keyboard that is sent back over the new year: days that do not count, two payers, several clauses."""

SELLER: Final = {
    "store": "ofiskutum",
    "at": "claim",
    "order": {
        "number": "OK-2026-118", "placed_at": "2026-03-02T10:00:00+03:00", "delivered_at": "2026-03-04T11:20:00+03:00",
        "destination": {"country": "TR", "province": "Ankara"},
        "lines": [{"sku": "A4", "name": "A4", "quantity": 5, "unit_price": 62_500, "currency": "TRY"}],
    },
    "claim": {
        "sku": "A4", "quantity": 2, "reason": "withdrawal", "reported_at": "2026-04-30T15:00:00+03:00",
        "answers": {"sealed": False, "used": True},
    },
}  # fmt: skip
"""A change of mind that comes too late."""

PLACED: Final = datetime(2026, 3, 17, 6, 30, tzinfo=UTC)
SENT: Final = datetime(2026, 3, 19, 5, 30, tzinfo=UTC)
DELIVERED: Final = datetime(2026, 3, 26, 10, 30, tzinfo=UTC)
DAYS: Final = (12, 18, 9, 22, 31, 28, 19, 14, 25, 37, 33, 21, 16, 29)


class Address(forms.Form):
    """A form with a field of every kind, two of them answered wrongly."""

    def __init__(self, language: str) -> None:
        super().__init__({"name": "", "phone": "12", "way": "post", "about": ""})
        for name in ("name", "phone", "way", "about", "agree", "photo"):
            self.fields[name].label = phrase(language, f"shared.gallery.{name}")
            self.fields[name].error_messages["required"] = phrase(language, "shared.gallery.missing")
        self.fields["phone"].help_text = phrase(language, "shared.gallery.phone_hint")
        ways = [(way, phrase(language, f"shared.gallery.{way}")) for way in ("post", "courier", "shop")]
        for name in ("way", "where"):
            self.fields[name].choices = ways  # type: ignore[attr-defined]
        self.fields["where"].label = phrase(language, "shared.gallery.where")
        self.add_error("phone", phrase(language, "shared.gallery.wrong_phone"))

    name = forms.CharField(max_length=80)
    phone = forms.CharField(widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}))
    way = forms.ChoiceField(widget=forms.RadioSelect)
    where = forms.ChoiceField(required=False)
    about = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photo = forms.FileField(required=False)
    agree = forms.BooleanField()


def _answer(question: dict[str, Any], language: str) -> Shown:
    read = read_question(json.dumps(question).encode())
    return shown(settle_question(read), read, language)


def _say(language: str, key: str, **values: object) -> str:
    return phrase(language, f"shared.gallery.{key}", **values)


def _orders(language: str) -> list[dict[str, Any]]:
    states = (("good", "delivered"), ("wait", "waiting"), ("bad", "refused"), ("news", "on_its_way"), ("quiet", "cancelled"))
    return [
        {"number": f"F-1405-{n:03}", "name": _say(language, f"person.{n % 3}"), "placed_at": PLACED, "tone": tone,
         "state": _say(language, state), "total_minor": 4_500_000 * n + 125_000}
        for n, (tone, state) in enumerate(states, 1)
    ]  # fmt: skip


def _steps(language: str) -> list[dict[str, str]]:
    named = (("ordered", "done"), ("prepared", "done"), ("on_its_way", "current"), ("delivered", "todo"))
    return [{"label": _say(language, key), "state": state, "note": ""} for key, state in named]


def _rows(language: str) -> list[dict[str, Any]]:
    counts = (("withdrawal", 42, ""), ("defect", 27, "wait"), ("damage", 11, "bad"), ("missing", 4, ""))
    return [{"label": _say(language, key), "value": n, "shown": number(n, language), "tone": tone} for key, n, tone in counts]


def _points(language: str) -> list[dict[str, Any]]:
    return [
        {"label": _say(language, "day", n=n), "value": count, "shown": number(count, language)}
        for n, count in enumerate(DAYS, 1)
    ]  # fmt: skip


def _rooms(language: str) -> list[dict[str, Any]]:
    links = (
        ("waiting", "clock", 12), ("on_its_way", "truck", 1_204), ("refused", "package-x", 3),
        ("delivered", "package-check", None),
    )  # fmt: skip
    first = [{"url": f"#{key}", "icon": icon, "label": _say(language, key), "count": count, "current": key == "waiting"}
             for key, icon, count in links]  # fmt: skip
    return [{"title": "", "links": first}, {"title": _say(language, "orders"), "links": [
        {"url": "#all", "icon": "list-checks", "label": _say(language, "all"), "count": None, "current": False}]}]  # fmt: skip


@open_to("anyone")
def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery; `?desk` shows the desk's layout, `?plain` the narrow one."""
    language: str = request.language  # type: ignore[attr-defined]
    layout = next((each for each in ("desk", "plain") if each in request.GET), "base")
    context = {
        "layout": f"{layout}.html", "form": Address(language), "orders": _orders(language), "steps": _steps(language),
        "rows": _rows(language), "points": _points(language), "rooms": _rooms(language), "none": [],
        "placed_at": PLACED, "sent_at": SENT, "delivered_at": DELIVERED, "now": datetime.now(UTC),
        "keyboard": _answer(KEYBOARD, language), "late": _answer(SELLER, language),
        "tabs": [{"label": _say(language, key), "url": f"#{key}", "count": n, "current": n == 12}
                 for key, n in (("waiting", 12), ("delivered", 3), ("cancelled", None))],
        "ways": [(way, _say(language, way)) for way in ("post", "courier", "shop")],
        "way_hints": {"courier": _say(language, "courier_hint")},
        "amount": money(4_500_000, "IRR", language), "iban": "IR06 2960 0000 0010 0324 2000 01",
    }  # fmt: skip
    return render(request, "shared/gallery.html", context)
