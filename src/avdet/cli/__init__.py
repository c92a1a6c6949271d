"""The command line: `avdet decide | ask | policy … | replay | schema | facts`, and the service's own commands.

Exit codes: 0 fine · 1 findings, failed cases or differences · 2 bad input · 3 an optional extra is not installed ·
70 a fault in Avdet itself · 130 interrupted · 141 the reader of the output has gone.

Nothing is imported before it is needed: a plain decision loads no command framework, no solver and no table engine.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from avdet.core.errors import AvdetError

FINE, FOUND, BAD, LACKING, FAULT, INTERRUPTED, UNREAD = 0, 1, 2, 3, 70, 130, 141
EXTRAS: Final = {
    "z3": "prove", "numpy": "replay", "duckdb": "replay", "ibis": "replay", "pyarrow": "replay",
    "django": "server", "granian": "server",
}  # fmt: skip
"""Library → the optional extra of the package that brings it."""


def main(arguments: list[str] | None = None) -> None:
    """The entry point: runs one command and exits with its code."""
    from avdet.cli.terminal import prepare

    _open_closed_streams()
    prepare()
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _open_closed_streams() -> None:
    """Started with a stream closed (`<&-`, `>&-`): such an input is empty, and such an output goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _run(arguments: list[str]) -> int:
    """One command; whatever goes wrong is one line on standard error."""
    from avdet.cli.terminal import complain, discard_output

    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # the latter is how the command framework takes a closed pipe
        discard_output()
        return UNREAD
    except KeyboardInterrupt:
        return INTERRUPTED
    except AvdetError as error:
        return complain(error.where, error.what, error.cure)
    except (RecursionError, MemoryError):
        return complain("", "the input is nested too deeply or too large to be read", "flatten it, or split it")
    except OSError as error:
        return complain(str(error.filename or ""), error.strerror or "cannot be read", "check the path and its permissions")
    except Exception as fault:
        return _unexpected(fault)
    return code


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["decide"]:
        from avdet.cli.deciding import plain, run

        options = plain(arguments[1:])
        if options is not None:
            return run(options)
    return _typer(arguments)


def _typer(arguments: list[str]) -> int:
    import typer

    from avdet.cli.app import command
    from avdet.cli.terminal import complain

    try:
        alone = arguments in ([], ["policy"])
        code = command(arguments)(args=[*arguments, *(["--help"] if alone else [])], prog_name="avdet", standalone_mode=False)
    except typer.Abort:
        return INTERRUPTED
    except Exception as fault:
        words = getattr(fault, "format_message", None)
        if words is None:
            raise
        context = getattr(fault, "ctx", None)
        return complain("", words().rstrip("."), f"see {context.command_path if context else 'avdet'} --help")
    return code if isinstance(code, int) else FINE


def _unexpected(fault: Exception) -> int:
    from avdet.cli.terminal import complain

    if os.environ.get("AVDET_TRACEBACK"):
        raise fault
    extra = EXTRAS.get((fault.name or "").split(".")[0]) if isinstance(fault, ModuleNotFoundError) else None
    if extra:
        complain("", f"this needs the extra “{extra}”, which is not installed", f"pip install 'avdet[{extra}]'")
        return LACKING
    complain("", f"a fault in avdet itself ({type(fault).__name__}: {fault})", "report it with what AVDET_TRACEBACK=1 shows")
    return FAULT
