"""A safe, small subset of YAML, read with the line of every value: no tags, no anchors, no aliases, no repeated keys.

Plain scalars are whole numbers, true, false, null or text; a date stays text. So nothing in a file can expand, build an
object or mean something other than what it looks like.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from avdet.core.errors import PolicyError
from avdet.policies.yaml_words import in_words

Path = tuple[str | int, ...]

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 100_000
_INT: Final = re.compile(r"[-+]?(?=.{1,19}$)[0-9]+(_[0-9]+)*")
_DIRECTIVE: Final = re.compile(r"^%", re.MULTILINE)
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_Parser: Any = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader


class _Builder:
    """Builds plain data from parser events; `lines` maps a path to its 1-based line.

    `named` keeps, where aliases are allowed, what each stands for and how many values that is: written out, the whole
    still has no more than `MAX_VALUES`.
    """

    def __init__(self, text: str, file: str, *, aliases: bool = False) -> None:
        self.parser, self.file = _Parser(text), file
        self.named: dict[str, tuple[Any, int]] | None = {} if aliases else None
        self.lines: dict[Path, int] = {}
        self.values = 0

    def fault(self, line: int, what: str, cure: str, code: str, **values: object) -> PolicyError:
        return PolicyError(what, where=f"{self.file}:{line}", cure=cure, code=f"policy.{code}", values=values)

    def next(self) -> Any:
        return self.parser.get_event()

    def document(self) -> Any:
        self.next()
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            raise self.fault(1, "the file is empty", "start one with: avdet policy new", "empty", command="avdet policy new")
        value = self.node(self.next(), (), 0)
        self.next()
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.fault(event.start_mark.line + 1, "a second document follows", "keep one policy a file", "second")
        return value

    def node(self, event: Any, path: Path, depth: int) -> Any:
        line = event.start_mark.line + 1
        self.lines[path] = line
        before = self.values
        self.count(1, line)
        if depth > MAX_DEPTH:
            raise self.fault(line, f"nested more than {MAX_DEPTH} deep", "flatten it", "deep", most=MAX_DEPTH)
        if isinstance(event, yaml.AliasEvent):
            return self.again(str(event.anchor), line)
        if event.anchor is not None and self.named is None:
            raise self.fault(line, "an anchor (&name)", "write the value out where it is needed", "marks", said="&")
        if event.tag is not None:
            raise self.fault(line, f"a tag ({event.tag})", "leave tags out", "marks", said="!")
        found = self.value(event, path, depth, line)
        if event.anchor is not None and self.named is not None:
            self.named[event.anchor] = found, self.values - before
        return found

    def value(self, event: Any, path: Path, depth: int, line: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, line)
        return self.mapping(path, depth) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path, depth)

    def count(self, more: int, line: int) -> None:
        self.values += more
        if self.values > MAX_VALUES:
            raise self.fault(line, f"more than {MAX_VALUES} values", "split the file", "many", most=MAX_VALUES)

    def again(self, name: str, line: int) -> Any:
        """What an alias stands for."""
        if self.named is None:
            raise self.fault(line, "an alias (*name)", "write the value out", "marks", said="*")
        if name not in self.named:
            cure = f"write &{name} before the value that it stands for"
            raise self.fault(line, f"*{name} stands for nothing above", cure, "alias", name=name)
        value, size = self.named[name]
        self.count(size, line)
        return value

    def scalar(self, event: Any, line: int) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text):
            return int(text)
        if len(text) > 19 and text.replace("_", "").isdigit():
            raise self.fault(line, "a figure of more than 19 digits", "write a smaller one", "figure", most=19)
        return text

    def mapping(self, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise self.fault(line, "a key that is no plain word", "write a plain word before the colon", "key")
            key = str(event.value)
            if key in found:
                raise self.fault(line, f"{key!r} stands twice", "keep one of them", "twice", key=key)
            if key == "<<" and self.named is None:
                raise self.fault(line, "a merge key (<<)", "write the values out", "marks", said="<<")
            value = self.node(self.next(), (*path, key), depth + 1)
            if key == "<<":
                merged |= self.merged(value, line)
            else:
                found[key] = value
        return merged | found

    def merged(self, value: Any, line: int) -> dict[str, Any]:
        """The keys that a merge key brings in; of several mappings, the first that has a key gives it."""
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in parts):
            raise self.fault(line, "a merge key (<<) of what is no mapping", "write <<: *name of a mapping", "marks", said="<<")
        return {key: item for part in reversed(parts) for key, item in part.items()}

    def sequence(self, path: Path, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found)), depth + 1))
        return found


def decode(raw: bytes, file: str) -> str:
    """The text of a file: UTF-8, of bounded size, without NUL or other control characters."""
    if len(raw) > MAX_BYTES:
        raise PolicyError(
            f"larger than {MAX_BYTES:,} bytes", where=file, cure="split it", code="policy.large", values={"most": MAX_BYTES}
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PolicyError(
            f"byte {fault.start} is not UTF-8", where=file, cure="save the file as UTF-8", code="policy.letters",
            values={"byte": fault.start},
        ) from None  # fmt: skip
    control = next((i for i, letter in enumerate(text) if letter < " " and letter not in "\n\r\t"), None)
    if control is not None:
        line = text.count("\n", 0, control) + 1
        sign = f"U+{ord(text[control]):04X}"
        raise PolicyError(
            f"control character {sign}", where=f"{file}:{line}", cure="remove it", code="policy.control", values={"sign": sign}
        )
    if directive := _DIRECTIVE.search(text):  # thousands of them take the parser minutes
        line = text.count("\n", 0, directive.start()) + 1
        cure = "indent it, or leave it out"
        raise PolicyError("a line that begins with %", where=f"{file}:{line}", cure=cure, code="policy.percent")
    return text


def read_yaml(raw: bytes, file: str, *, aliases: bool = False) -> tuple[Any, dict[Path, int]]:
    """(data, path → line) of a YAML file; `PolicyError` with the line for whatever is not in the subset.

    `aliases` lets in anchors, aliases and merge keys, as case files have them, whose questions repeat an order.
    """
    builder = _Builder(decode(raw, file), file, aliases=aliases)
    try:
        return builder.document(), builder.lines
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        what, cure, code, values = in_words(fault)
        where = f"{file}:{mark.line + 1 if mark else 1}"
        raise PolicyError(what, where=where, cure=cure, code=code, values=values) from None
