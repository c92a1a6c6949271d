"""What the components compute: a form's control, a chart's lengths, a slip laid out. Built in everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django import template
from django.forms import BaseForm, CheckboxInput, RadioSelect, Select, Textarea
from django.forms.boundfield import BoundField
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from avdet.web.shared import charts, slips
from avdet.web.shared.templatetags.avdet import language
from avdet.words.slip import Slip
from avdet.words.strip import Strip

register = template.Library()

POINTING: Final = frozenset({
    "arrow-left", "arrow-right", "chevron-left", "chevron-right", "external-link", "list-checks", "log-in", "log-out",
    "message-square", "route", "send", "truck", "undo-2",
})  # fmt: skip
"""Icons that point or read along the line: they are mirrored where text runs from the right. The others are not."""

ICONS: Final = {
    "info": "info", "success": "circle-check", "warn": "triangle-alert", "error": "circle-alert",
    "good": "circle-check", "bad": "circle-x", "wait": "clock", "news": "info", "quiet": "circle-dashed",
    "approve": "circle-check", "deny": "circle-x", "evidence": "paperclip", "review": "user", "ask": "circle-question-mark",
}  # fmt: skip
"""Tone, kind of notice or outcome → the icon that says it beside the colour."""


@register.filter
def points(name: str) -> bool:
    """Whether an icon is mirrored in right-to-left text."""
    return name in POINTING


@register.filter
def icon_of(tone: str) -> str:
    """The icon of a tone, a kind of notice or an outcome."""
    return ICONS.get(tone, "info")


@register.filter
def same(one: object, other: object) -> bool:
    """Whether two values of a form are the same, one of them perhaps as text."""
    return str(one) == ("" if other is None else str(other))


@register.filter
def of(table: Mapping[Any, Any], key: object) -> Any:
    """The value of a key held in a variable, or nothing."""
    return table.get(key, "") if isinstance(table, Mapping) else ""


@register.filter
def unlocal(value: object) -> str:
    """A number as machines read it."""
    return "" if value is None else str(value)


# ---- forms -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def control(field: BoundField, attributes: Any, **said: Any) -> SafeString:
    """A Django form's field with its label, hint and error; what the component was given stands before the form's own words."""
    kept = attributes.attrs_dict() if hasattr(attributes, "attrs_dict") else dict(attributes)
    kind = _kind(field)
    given = {name: value for name, value in kept.items() if value not in (None, False)}
    context = {
        "field": field, "kind": kind, "big": said.get("big"), "short": said.get("short"),
        "label": said.get("label") or field.label, "hint": said.get("hint") or field.help_text,
        "optional": bool(said.get("optional")) or (not field.field.required and kind not in ("tick", "choices")),
        "before": said.get("before"), "after": said.get("after"),
        "widget": field.as_widget(attrs=given) if kind != "choices" else "",
    }  # fmt: skip
    return mark_safe(get_template("shared/control.html").render(context))


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, RadioSelect):  # CheckboxSelectMultiple is one too
        return "choices"
    return "select" if isinstance(widget, Select) else "textarea" if isinstance(widget, Textarea) else "input"


@register.simple_tag
def form_errors(form: BaseForm) -> list[tuple[str, str]]:
    """(id of the control, message) of every error of a form, its own first."""
    return [("", str(error)) for error in form.non_field_errors()] + list(_field_errors(form))


def _field_errors(form: BaseForm) -> Iterator[tuple[str, str]]:
    for field in form:
        target = f"{field.auto_id}_0" if _kind(field) == "choices" else field.id_for_label
        needed = any(error.code == "required" for error in field.errors.as_data())  # which says nothing of what is needed
        yield from ((target, f"{field.label}: {error}" if needed else str(error)) for error in field.errors)


# ---- drawings --------------------------------------------------------------------------------------------------------


@register.simple_tag
def bar_lengths(rows: Sequence[charts.Row], most: int | str = 0) -> list[charts.Length]:
    """The bars of a chart."""
    return charts.lengths(rows, int(most or 0))


@register.simple_tag
def line_points(points: Sequence[charts.Row]) -> charts.Curve:
    """The line of a chart."""
    return charts.curve(points)


@register.simple_tag
def drawn_slip(slip: Slip, texts: Mapping[str, str], trace: Iterable[tuple[str, str]], name: str) -> slips.DrawnSlip:
    """A decision slip laid out for a page."""
    return slips.drawn_slip(slip, texts or {}, trace or (), name)


@register.simple_tag
def strip_weeks(strip: Strip) -> slips.DrawnStrip:
    """A calendar strip laid out in weeks of the reader's calendar."""
    return slips.drawn_strip(strip, language())
