"""Words, figures and dates in templates: built in everywhere, in the language and time zone that are active for the request."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import template
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from avdet.core.vocabulary import LANGUAGES
from avdet.words import dates
from avdet.words import digits as in_digits
from avdet.words import money as priced
from avdet.words import number as grouped
from avdet.words.digits import currency_name
from avdet.words.phrases import pattern, phrase, spoken
from avdet.words.typed_dates import typed_day

register = template.Library()

FSI, PDI = "\u2068", "\u2069"
_NUMBER: Final = re.compile(r"[A-Z]{1,6}(-[A-Z0-9]{1,8}){1,3}")
"""An order's or a request's number, such as FT-10079-R1, which stays on one line."""
_FAR: Final = timedelta(days=30)
_SPANS: Final = (("minutes", 60, 60), ("hours", 3_600, 24), ("days", 86_400, 31))
"""(name, seconds, how many of them at most): the unit in which a distance in time is told."""


def language() -> str:
    """The reader's language: the one that Django has active."""
    code = (get_language() or "en")[:2]
    return code if code in LANGUAGES else "en"


@register.simple_tag
def speaking() -> str:
    """The reader's language, for pages that are drawn without a request: `{% speaking as language %}`."""
    return language()


def _key(parts: tuple[object, ...]) -> str:
    return ".".join(str(part) for part in parts if part != "")


@register.simple_tag
def say(*parts: object, **values: object) -> SafeString:
    """A phrase as HTML: `{% say "shared.slip.clause" clause=clause %}`.

    Several parts are one name: `{% say "shared.step" step.state %}`. Text put into a phrase is escaped and isolated, so that
    it cannot turn the line's direction.
    """
    speaks = language()
    text = escape(pattern(speaks, _key(parts), values.get("count")))
    put = {name: _isolated(value, speaks) for name, value in values.items()}
    return format_html(text, **put) if put else mark_safe(text)


def _isolated(value: object, speaks: str) -> str:
    if isinstance(value, SafeString):
        return value
    shown = _written(value, speaks)
    if isinstance(value, int):
        return shown
    return format_html('<bdi class="nowrap">{}</bdi>' if _NUMBER.fullmatch(shown) else "<bdi>{}</bdi>", shown)


def _written(value: object, speaks: str) -> str:
    if isinstance(value, date):
        return jdate(value)
    return spoken("" if value is None else value, speaks)


@register.simple_tag
def plain(*parts: object, **values: object) -> str:
    """A phrase without markup, for an attribute or a title; text put into it is isolated by invisible marks."""
    speaks = language()
    kept = {name: value if isinstance(value, int) else f"{FSI}{_written(value, speaks)}{PDI}" for name, value in values.items()}
    return phrase(speaks, _key(parts), **kept)


@register.filter
def num(value: Any) -> str:
    """A whole number in the reader's digits, grouped; anything else has only its digits changed; nothing for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return grouped(value, language())
    return in_digits(str(value), language())


@register.filter
def money(minor: int | None, currency: str) -> str:
    """An amount in minor units with its currency: `{{ order.total_minor|money:order.currency }}`."""
    return "" if minor is None or not currency else priced(int(minor), currency, language())


def _local(moment: date) -> date:
    """An instant on the active time zone's clock; a day is the same everywhere."""
    return timezone.localtime(moment) if isinstance(moment, datetime) and timezone.is_aware(moment) else moment


@register.filter
def jdate(moment: date | None) -> str:
    """A day in the reader's calendar, without its weekday; an instant is seen on the active time zone's clock."""
    if not moment:
        return ""
    local = _local(moment)
    return dates.plain_day(local.date() if isinstance(local, datetime) else local, language())


@register.filter
def jday(moment: date | None) -> str:
    """A day in the reader's calendar with its weekday."""
    if not moment:
        return ""
    local = _local(moment)
    return dates.day(local.date() if isinstance(local, datetime) else local, language())


@register.filter
def jdatetime(moment: datetime | None) -> str:
    """A day and the time of day in the reader's calendar."""
    if not moment:
        return ""
    local = _local(moment)
    comma = "، " if language() == "fa" else ", "
    return f"{jdate(moment)}{comma}{in_digits(f'{local:%H:%M}', language())}"


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, or how far ahead, an instant is; beyond a month its date."""
    return "" if not moment else distance(moment, timezone.now())


def distance(moment: datetime, now: datetime) -> str:
    """How far `moment` lies from `now`, both aware, in the reader's words."""
    away = abs(now - moment)
    if away > _FAR:
        return jdate(moment)
    if away < timedelta(minutes=1):
        return phrase(language(), "shared.ago.now")
    way = "shared.ago" if moment <= now else "shared.ahead"
    passed = int(away.total_seconds())
    unit, seconds = next((unit, seconds) for unit, seconds, most in _SPANS if passed < seconds * most)
    return phrase(language(), f"{way}.{unit}", count=passed // seconds)


@register.filter
def iso(moment: date | None) -> str:
    """The machine's form of a day or an instant, for `<time datetime>`."""
    return _local(moment).isoformat() if moment else ""


@register.filter
def typed(day: date | None) -> str:
    """A day as the reader would type it."""
    return typed_day(day, language()) if day else ""


@register.filter
def code(text: object) -> SafeString:
    """A number, tracking code or IBAN: Latin, left to right wherever it stands."""
    if text in (None, ""):
        return mark_safe("")
    return format_html('<bdi class="code{}" dir="ltr">{}</bdi>', " nowrap" if _NUMBER.fullmatch(str(text)) else "", text)


@register.filter
def iban(number: str) -> SafeString:
    """An IBAN in groups of four, to be compared by eye."""
    return code(" ".join(number[at : at + 4] for at in range(0, len(number), 4)))


@register.filter
def coin(currency: str) -> str:
    """What a currency is called beside a box for an amount."""
    return currency_name(currency, language())


@register.filter
def rest(attributes: Any) -> SafeString:
    """A component's remaining attributes, escaped; those that are false or none are left out."""
    return flatatt(attributes.attrs_dict() if hasattr(attributes, "attrs_dict") else attributes)
