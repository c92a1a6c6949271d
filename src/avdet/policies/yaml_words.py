"""What is wrong with a file that is no YAML, said for a shopkeeper: the parsers speak of tokens, mappings and block ends."""

from __future__ import annotations

from typing import Any, Final

_WORDS: Final = (
    ("mapping values", "a second colon on the line, or a line that stands too far in",
     'put a text that has a colon in quotes: "…"'),
    ("end of stream", "a quote that is opened and never closed", "add the closing quote"),
    ("',' or ']'", "a list in [ ] that is not closed, or lacks a comma", "separate its entries by commas and close it"),
    ("',' or '}'", "a { } that is not closed, or lacks a comma", "separate its entries by commas and close it"),
    ("start any token", "a tab, or a value that begins with a sign such as @ ` or %",
     'indent with spaces; put the text in quotes: "…"'),
    ("sequence entries", "a dash where no list can begin", "begin the list on a line of its own"),
    ("expected ':'", "a line without a colon", "write it as `key: value`, or indent it under the text that it continues"),
    ("'-' indicator", "the line fits neither the entry above it nor the list", "line it up with the keys of its entry"),
    ("block collection", "the line fits neither the entry above it nor the list", "line it up with the keys of its entry"),
    ("block mapping", "the line does not fit the ones above it",
     "line its key up with theirs; within “ ” quotes, write no others of the same kind"),
)  # fmt: skip
"""Part of what a parser says → what that means, and the cure. Both of PyYAML's parsers are covered."""


def in_words(fault: Any) -> tuple[str, str]:
    """(what is wrong, the cure) of a `yaml.YAMLError`."""
    said = f"{getattr(fault, 'problem', None) or ''}; {getattr(fault, 'context', None) or ''}"
    for part, what, cure in _WORDS:
        if part in said:
            return what, cure
    return str(getattr(fault, "problem", None) or "not YAML"), "check indentation and quotes"
