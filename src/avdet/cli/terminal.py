"""The terminal: what is read from it, and what is written to it, made safe to show."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from avdet.core.errors import AvdetError

if TYPE_CHECKING:
    from rich.console import Console

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST: Final = 300


def prepare() -> None:
    """Let any character be written, whatever the terminal's encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace" if stream is sys.stderr else "replace")


def printable(text: str) -> str:
    """One line that cannot steer a terminal: control and direction characters are written out.

    >>> printable("a" + chr(27) + "b")
    'a\\\\x1bb'
    """
    flat = " ".join(text.split())
    shown = "".join(letter if _harmless(letter) else letter.encode("unicode_escape").decode() for letter in flat)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _harmless(letter: str) -> bool:
    return letter not in _BIDI and unicodedata.category(letter) not in ("Cc", "Cs", "Co")


def complain(where: str, what: str, cure: str) -> int:
    """One error on standard error: place, what, cure. Returns the exit code for bad input."""
    place = f"{printable(where)}: " if where else ""
    print(f"avdet: {place}{printable(what)}" + (f" → {printable(cure)}" if cure else ""), file=sys.stderr)
    return 2


def read(file: str, limit: int) -> bytes:
    """The bytes of a file, or of standard input for `-`; at most `limit` and one more."""
    if file == "-":
        return sys.stdin.buffer.read(limit + 1)
    if "\0" in file:
        raise AvdetError("a NUL in the file's name", where=printable(file), cure="check the path")
    try:
        with Path(file).open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as fault:
        what = (fault.strerror or "cannot be read").lower()
        raise AvdetError(what, where=file, cure="check the path and its permissions") from None


def write(data: bytes) -> None:
    """Bytes and a line's end to standard output."""
    sys.stdout.flush()
    out: IO[bytes] = sys.stdout.buffer
    out.write(data + b"\n")
    out.flush()


def write_json(value: Any) -> None:
    """A value as JSON, for programs."""
    import msgspec

    write(msgspec.json.format(msgspec.json.encode(value), indent=2))


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a written document goes: a file or standard output; as it is, or inside JSON with what it is."""

    file: str | None
    json: bool

    def deliver(self, text: str, **about: str) -> int:
        """Write it; the exit code."""
        if self.json:
            import msgspec

            text = msgspec.json.format(msgspec.json.encode({**about, "document": text}), indent=2).decode()
        if self.file is None:
            write(text.rstrip("\n").encode())
        else:
            Path(self.file).write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        return 0


def console(*, errors: bool = False) -> Console:
    """Rich's console on standard output or standard error; NO_COLOR and the terminal's width are heeded."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=False, emoji=False, markup=False)


def discard_output() -> None:
    """Nobody reads any more: let nothing complain of it while Python shuts down."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
