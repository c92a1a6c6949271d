"""A shop's document read field by field: what is asked for is typed, and what nobody asked for is told in the report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final

from avdet.core.errors import AvdetError
from avdet.ports.amounts import to_minor
from avdet.ports.shops import FieldNote

_SAID: Final = 120
_LONGEST_TEXT: Final = 20_000
_LARGEST_COUNT: Final = 1_000_000_000


class Fields:
    """One JSON object at `path`. Every note goes to the list given, which its children share."""

    def __init__(self, document: Any, path: str, notes: list[FieldNote]) -> None:
        if not isinstance(document, Mapping):
            raise AvdetError("an object is expected here", where=path, cure="send the shop's document unchanged")
        self._document = document
        self._asked: set[str] = set()
        self.path = path
        self.notes = notes

    def raw(self, name: str) -> Any:
        """The value as it stands, None where there is none."""
        self._asked.add(name)
        return self._document.get(name)

    def text(self, name: str) -> str:
        """A text, with HTML's entities resolved; numbers are taken as texts."""
        said = self.raw(name)
        if isinstance(said, bool) or not isinstance(said, str | int | float):
            return ""
        text = unescape(str(said)).replace("\x00", "").strip()
        if len(text) > _LONGEST_TEXT:
            self.note(name, said, f"{_LONGEST_TEXT} letters", "longer texts are cut")
        return text[:_LONGEST_TEXT]

    def whole(self, name: str) -> int:
        """A count from 0 to 10⁹; what is missing counts 0."""
        said = self.raw(name)
        if said is None or said == "":
            return 0
        count = int(said) if isinstance(said, float) and said.is_integer() else said
        if isinstance(count, str) and count.isascii() and count.isdigit() and len(count) <= 10:
            count = int(count)
        if type(count) is not int or not 0 <= count <= _LARGEST_COUNT:
            raise self.error(name, f"{str(said)[:_SAID]!r} is no count", "give a whole number that is not negative")
        return count

    def money(self, unit: str, *names: str) -> int:
        """The sum of some amounts in minor units: exact, and rounded once, with a note, where it is finer than they are."""
        try:
            total = sum((Decimal(str(said)) for name in names if (said := self.raw(name)) not in (None, "")), Decimal(0))
            amount, exact = to_minor(str(total), unit)
        except (AvdetError, ArithmeticError):
            shown = str([self.raw(name) for name in names])[:_SAID]
            raise self.error(names[0], f"{shown} is no amount", "write it as 1234.56") from None
        if not exact:
            self.note(names[0], total, amount, "finer than the currency's smallest unit: rounded")
        return amount

    def moment(self, name: str, zone: tzinfo = UTC) -> datetime | None:
        """An aware time; one without an offset is read in `zone`."""
        said = self.raw(name)
        if not said:
            return None
        try:
            moment = datetime.fromisoformat(str(said))
        except ValueError:
            raise self.error(name, f"{str(said)[:_SAID]!r} is no time", "write it as 2026-03-18T20:00:00+03:30") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    def child(self, name: str) -> Fields:
        """An object within; an empty one where there is none."""
        return Fields(self.raw(name) or {}, f"{self.path}.{name}", self.notes)

    def children(self, name: str) -> Iterator[Fields]:
        """The objects of a list within."""
        said = self.raw(name) or []
        if not isinstance(said, list):
            raise self.error(name, "a list is expected here", "send the shop's document unchanged")
        for index, each in enumerate(said):
            yield Fields(each, f"{self.path}.{name}[{index}]", self.notes)

    def ignore(self, *names: str) -> None:
        """Fields that are known and of no use here: they are not told."""
        self._asked.update(names)

    def note(self, name: str, said: Any, became: Any, why: str) -> None:
        """Tell what became of a field."""
        self.notes.append(FieldNote(f"{self.path}.{name}", _shown(said), str(became), why))

    def tell_the_rest(self) -> None:
        """Note every field that holds something and was never asked for."""
        for name, said in self._document.items():
            if name not in self._asked and said not in (None, "", [], {}, False, 0):
                self.notes.append(FieldNote(f"{self.path}.{str(name)[:_SAID]}", _shown(said), "", "not used"))

    def error(self, name: str, what: str, cure: str) -> AvdetError:
        """An error at a field."""
        return AvdetError(what, where=f"{self.path}.{name}", cure=cure)


def _shown(said: Any) -> str:
    text = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False, default=str)
    return text if len(text) <= _SAID else f"{text[:_SAID]}…"


class _Texts(HTMLParser):
    """The texts of a page, without its scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the parser calls it
        """A block begins a line."""
        self._mute += tag in {"script", "style"}
        self.texts.append("\n" if tag in {"p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4"} else "")

    def handle_endtag(self, tag: str) -> None:
        """A script ends."""
        self._mute -= tag in {"script", "style"} and self._mute > 0

    def handle_data(self, data: str) -> None:
        """A text."""
        self.texts.append("" if self._mute else data)


def plain(markup: str) -> str:
    """The text of some HTML, a line for each block.

    >>> plain("<p>Boya &amp; fırça</p><script>x()</script><ul><li>mavi</li></ul>")
    'Boya & fırça\\nmavi'
    """
    reader = _Texts()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.texts).splitlines())
    return "\n".join(line for line in lines if line)
