"""Runs a terminal transcript: `$ command` lines with what they print. `…` stands for anything; `# exit 1` for the exit code.

In an interview, a line `> reply` is what the reader types. A command is `avdet …`, which runs inside this process, or one of
a few that every computer has. `<` and `>` take a file in place of the terminal.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from avdet.cli import main

PLAIN = ("cp", "cat", "mkdir", "ls")
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_UNSEEN = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c"))


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a transcript; `line` counts from the transcript's first."""

    words: str
    exit: int
    expected: tuple[str, ...]
    line: int

    @property
    def replies(self) -> str:
        return "".join(f"{line[2:]}\n" for line in self.expected if line.startswith("> "))


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, both streams as they came, and its exit code."""

    output: tuple[str, ...]
    exit: int


def commands(lines: tuple[str, ...]) -> Iterator[Command]:
    """The commands of a transcript."""
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], "a transcript begins with a command: $ avdet …"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        words = lines[start][2:]
        code = _EXIT.search(words)
        yield Command(words, int(code[1]) if code else 0, lines[start + 1 : end], start)


class _Typed(io.TextIOWrapper):
    """Standard input as a terminal shows it: what is read appears on the screen."""

    def readline(self, size: int = -1, /) -> str:
        found = super().readline(size)
        sys.stderr.write(found)
        return found


def run(command: Command, folder: Path) -> Ran:
    """Run one command in a folder."""
    words = shlex.split(command.words, comments=True)
    source, words = _taken("<", words)
    target, words = _taken(">", words)
    stdin = (folder / source).read_bytes() if source else command.replies.encode()
    assert words[0] in ("avdet", "python", *PLAIN), f"{words[0]} is no command that a page may run"
    assert "|" not in words, "a page joins no commands"
    out, err, code = _avdet(words[1:], stdin) if words[0] == "avdet" else _plain(words, folder)
    if target:
        (folder / target).write_bytes(out)
    shown = err if target else out
    return Ran(tuple(shown.decode().translate(_UNSEEN).rstrip().splitlines()), code)


def _taken(sign: str, words: list[str]) -> tuple[str, list[str]]:
    if sign not in words:
        return "", words
    at = words.index(sign)
    return words[at + 1], [*words[:at], *words[at + 2 :]]


def _plain(words: list[str], folder: Path) -> tuple[bytes, bytes, int]:
    program = [sys.executable] if words[0] == "python" else [words[0]]
    done = subprocess.run([*program, *words[1:]], cwd=folder, capture_output=True, timeout=60, check=False)
    return done.stdout + done.stderr, done.stderr, done.returncode


def _avdet(arguments: list[str], stdin: bytes) -> tuple[bytes, bytes, int]:
    """Both streams on one screen, and standard error alone."""
    screen, errors = io.BytesIO(), io.BytesIO()
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdout = io.TextIOWrapper(screen, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(_Both(screen, errors), encoding="utf-8", write_through=True)
    sys.stdin = _Typed(io.BytesIO(stdin), encoding="utf-8")
    try:
        main(arguments)
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0
    finally:
        streams = sys.stdout, sys.stderr
        for stream in streams:
            stream.flush()
        sys.stdin, sys.stdout, sys.stderr = before
        found = screen.getvalue(), errors.getvalue()
    return *found, code


class _Both(io.BytesIO):
    """What is written here is written to two places."""

    def __init__(self, *targets: io.BytesIO) -> None:
        super().__init__()
        self.targets = targets

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        for target in self.targets:
            target.write(data)
        return len(data)


def agrees(expected: tuple[str, ...], output: tuple[str, ...]) -> bool:
    """Whether an output is the one expected: `…` alone on a line is any lines, within a line any words.

    >>> agrees(("one", "…", "a … c"), ("one", "two", "three", "a b c"))
    True
    >>> agrees(("one",), ("one", "two"))
    False
    """
    pattern = "".join(_line(line) for line in _trimmed(expected))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _trimmed(output))) is not None


def _line(line: str) -> str:
    return r"(?:.*\n)*?" if line.strip() == "…" else r".*?".join(re.escape(part) for part in line.split("…")) + r"\n"


def _trimmed(lines: tuple[str, ...]) -> list[str]:
    kept = [line.translate(_UNSEEN).rstrip() for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def terminal() -> None:
    """The terminal that every page is written for: 80 columns, no colour."""
    os.environ |= {"COLUMNS": "80", "NO_COLOR": "1"}
