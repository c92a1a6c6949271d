"""A condition in plain words, for people who read terms and not policy files."""

from __future__ import annotations

from typing import Final

from avdet.analysis.publish.words import phrase
from avdet.core import conditions as c
from avdet.core.facts import BY_NAME, Fact, Value
from avdet.words.dates import span
from avdet.words.digits import money
from avdet.words.trace import value_words

_SIGNS: Final = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}


def spoken_condition(condition: c.Condition, language: str, currency: str = "") -> str:
    """The condition in words, with the figures of its parameters; amounts in `currency`.

    >>> spoken_condition(c.parse("days_since_delivery <= 7 and not sealed"), "en")
    "no more than 7 days after delivery; “Is the product's first packaging, seal and film still unbroken?” no"
    """
    if isinstance(condition, c.Atom):
        return _atom(condition, language, currency)
    if isinstance(condition, c.Not):
        part = condition.part
        if isinstance(part, c.Atom) and BY_NAME[part.fact].kind == "bool" and isinstance(part.value, bool):
            return _atom(c.Atom(part.fact, part.op, not part.value), language, currency)
        return phrase("if.not", language, part=spoken_condition(part, language, currency))
    if not condition.parts:
        return phrase("if.always" if isinstance(condition, c.All) else "if.never", language)
    joint = phrase("joint" if isinstance(condition, c.All) else "if.or", language)
    return joint.join(_nested(part, language, currency) for part in condition.parts)


def _nested(condition: c.Condition, language: str, currency: str) -> str:
    said = spoken_condition(condition, language, currency)
    return f"({said})" if isinstance(condition, c.All | c.Any) and len(condition.parts) > 1 else said


def _atom(atom: c.Atom, language: str, currency: str) -> str:
    fact = BY_NAME[atom.fact]
    values = [_value(fact, operand, language, currency) for operand in c.operands(atom)]
    if fact.event:
        return _time(fact, atom, language)
    label = phrase("if.label", language, label=fact.asked(language))
    if atom.op == "known":
        return phrase("if.known", language, label=label)
    if atom.op == "between":
        return f"{label} {values[0]} – {values[1]}"
    if atom.op == "in":
        return f"{label} " + phrase("if.or", language).join(values)
    if fact.kind == "int":
        return f"{label} {_SIGNS[atom.op]} {values[0]}"
    return f"{label} " + (phrase("if.not", language, part=values[0]) if atom.op == "!=" else values[0])


def _value(fact: Fact, operand: c.Operand, language: str, currency: str) -> str:
    if isinstance(operand, c.FactRef):
        return phrase("if.label", language, label=BY_NAME[operand.name].asked(language))
    value: Value = operand.value if isinstance(operand, c.Parameter) else operand
    if currency and fact.unit == "minor units":
        return money(int(value), currency, language)
    return value_words(fact, value, language)


def _time(fact: Fact, atom: c.Atom, language: str) -> str:
    ends = [o.value if isinstance(o, c.Parameter) else o for o in c.operands(atom)]
    event = phrase(f"after.{fact.event}", language)
    counts = [span(int(end), fact.unit, language) for end in ends if isinstance(end, int) and not isinstance(end, bool)]
    key = {"<=": "if.within", ">": "if.later"}.get(atom.op)
    if key and counts:
        return phrase(key, language, span=counts[0], event=event)
    return f"{phrase('period', language, span='', event=event).strip()} {_SIGNS.get(atom.op, '–')} {' – '.join(counts)}"
