"""What is wrong with a file that is no YAML, or has another shape than a policy, said for a shopkeeper.

The parsers speak of tokens, mappings and block ends, the type check of arrays and objects.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

_COLON: Final = {"example": '"…"'}
_WORDS: Final[tuple[tuple[str, str, str, str, Mapping[str, str]], ...]] = (
    ("mapping values", "a second colon on the line, or a line that stands too far in",
     'put a text that has a colon in quotes: "…"', "colon", _COLON),
    ("end of stream", "a quote that is opened and never closed", "add the closing quote", "quote", {}),
    ("',' or ']'", "a list in [ ] that is not closed, or lacks a comma", "separate its entries by commas and close it",
     "brackets", {"signs": "[ ]"}),
    ("',' or '}'", "a { } that is not closed, or lacks a comma", "separate its entries by commas and close it",
     "brackets", {"signs": "{ }"}),
    ("start any token", "a tab, or a value that begins with a sign such as @ ` or %",
     'indent with spaces; put the text in quotes: "…"', "tab", {"signs": "@ ` %", "example": '"…"'}),
    ("sequence entries", "a dash where no list can begin", "begin the list on a line of its own", "dash", {}),
    ("expected ':'", "a line without a colon", "write it as `key: value`, or indent it under the text that it continues",
     "no_colon", {"example": "key: value"}),
    ("'-' indicator", "the line fits neither the entry above it nor the list", "line it up with the keys of its entry",
     "level", {}),
    ("block collection", "the line fits neither the entry above it nor the list", "line it up with the keys of its entry",
     "level", {}),
    ("block mapping", "the line does not fit the ones above it",
     "line its key up with theirs; within “ ” quotes, write no others of the same kind", "level", {}),
)  # fmt: skip
"""Part of what a parser says → what that means, the cure, and its code. Both of PyYAML's parsers are covered."""


class Told(NamedTuple):
    """What is wrong, the cure, and the code with its values by which it is said in other languages."""

    what: str
    cure: str
    code: str
    values: Mapping[str, str]


def in_words(fault: Any) -> Told:
    """What a `yaml.YAMLError` means."""
    said = f"{getattr(fault, 'problem', None) or ''}; {getattr(fault, 'context', None) or ''}"
    for part, what, cure, code, values in _WORDS:
        if part in said:
            return Told(what, cure, f"policy.{code}", values)
    return Told(str(getattr(fault, "problem", None) or "not YAML"), "check indentation and quotes", "policy.not_yaml", {})


# ---- shapes ----------------------------------------------------------------------------------------------------------

_EXPECTED: Final = re.compile(r"Expected '([a-z| ]+)', got '([a-z]+)'")
_MISSING: Final = re.compile(r"Object missing required field '(\w+)'")
_KINDS: Final = {"array": "a list", "object": "keys with values", "str": "text", "int": "a whole number",
                 "float": "a fraction", "bool": "true or false", "null": "nothing"}  # fmt: skip


def shape_in_words(what: str, value: Any) -> tuple[str, str]:
    """(what is wrong, the cure) of a value with another shape than it should have; `what` is the type check's complaint.

    >>> shape_in_words("Expected 'array', got 'str'", "refund")
    ('a list is wanted here, not text', 'put it in brackets: [refund]')
    >>> shape_in_words("Expected 'str', got 'int'", 1)
    ('text is wanted here, not a whole number', 'put it in quotes: "1"')
    """
    if missing := _MISSING.fullmatch(what):
        return f"{missing[1]!r} is missing", f"add `{missing[1]}:`"
    found = _EXPECTED.fullmatch(what)
    if found is None:
        return what, "see the language reference, or the schema: avdet policy schema"
    wanted = [kind for kind in found[1].split(" | ") if kind != "null"]
    named = " or ".join(_KINDS.get(kind, kind) for kind in wanted)
    are = "are" if wanted[-1:] == ["object"] else "is"
    return f"{named} {are} wanted here, not {_KINDS.get(found[2], found[2])}", _mended(wanted, found[2], value)


def code_of_shape(what: str, place: str) -> tuple[str, dict[str, str]]:
    """(code, its values) of the type check's complaint about the value at a place.

    >>> code_of_shape("Object missing required field `id`".replace("`", "'"), "clauses[0]")
    ('policy.missing', {'place': 'clauses[0]', 'field': 'id', 'example': 'id:'})
    """
    if missing := _MISSING.fullmatch(what):
        return "policy.missing", {"place": place, "field": missing[1], "example": f"{missing[1]}:"}
    return "policy.other_kind", {"place": place, "command": "avdet policy schema"}


def _mended(wanted: Sequence[str], got: str, value: Any) -> str:
    if got == "null":
        return "give it a value, or leave the key out"
    if "array" in wanted and got in ("str", "int"):
        return f"put it in brackets: [{str(value)[:40]}]"
    if "str" in wanted and got in ("int", "bool"):
        return f'put it in quotes: "{str(value).lower()[:40]}"'
    if "object" in wanted:
        return "write `key: value` under it, or in { }"
    return "see the language reference, or the schema: avdet policy schema"
