"""Writes docs/reference/cli.md from the commands; with `--check` it only says whether it is current."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from avdet.cli.app import command

TARGET = Path(__file__).resolve().parent.parent / "docs/reference/cli.md"
INTRODUCTION = """\
<!-- Made by tools/cli_reference.py from the commands; change them and run it again. -->

# The command line

Where a command asks for a *store*, give the name of a shipped one (`ofiskutum`, `offykala`, `hepsiburada`, `persianpetshop`,
`fetrashop`) or the path of a policy file ending in `.yaml`.

| exit code | |
| --- | --- |
| 0 | fine, whatever the answer: a refusal is an answer |
| 1 | findings, cases that do not hold, or differences |
| 2 | bad input: one line on standard error says where, what, and what to do |
| 3 | an optional part is not installed; the line says which (`prove` for proofs, `replay` for replay) |
| 70 | a fault in Avdet itself; `AVDET_TRACEBACK=1` shows where |
| 130 | interrupted |
| 141 | nobody reads the output any more |

What is asked for goes to standard output, all else to standard error. Colour is left out where the output is no terminal,
or `NO_COLOR` is set; `COLUMNS` sets the width.
"""


def commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Every command under a group, with its words."""
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, (*path, name))
        else:
            yield " ".join((*path, name)), each


def section(words: str, each: Any) -> Iterator[str]:
    """A command: how it is typed, what it does, what it takes."""
    arguments = [p for p in each.params if p.param_type_name == "argument"]
    options = [p for p in each.params if p.param_type_name == "option"]
    typed = " ".join([words, *("[OPTIONS]" for _ in options[:1]), *map(_metavar, arguments)])
    yield f"\n## {words}\n\n`{typed}`\n\n{each.help}\n"
    if arguments or options:
        yield "\n| | | |\n| --- | --- | --- |\n"
    for part in arguments:
        yield f"| `{part.name.upper()}` | {_needed(part)} | {part.help or ''} |\n"
    for part in options:
        yield f"| {', '.join(f'`{name}`' for name in part.opts)} | {_taken(part)} | {part.help or ''} |\n"


def _metavar(argument: Any) -> str:
    name = argument.name.upper() + ("…" if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _needed(argument: Any) -> str:
    return ("needed" if argument.required else "optional") + (", one or more" if argument.nargs == -1 else "")


def _taken(option: Any) -> str:
    if option.is_flag:
        return "on or off"
    return "a value" + (", needed" if option.required else f", else `{option.default}`" if option.default is not None else "")


def page() -> str:
    """The whole page."""
    found = commands(command([]), ("avdet",))
    return INTRODUCTION + "".join(part for words, each in found for part in section(words, each))


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` compare it."""
    text = page()
    if arguments == ["--check"]:
        current = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        print("" if current else f"{TARGET.name} is not current: python tools/cli_reference.py", end="" if current else "\n")
        return int(not current)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
