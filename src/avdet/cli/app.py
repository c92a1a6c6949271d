"""The tree of commands. Each body is imported when its command is run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

app: Final = typer.Typer(
    name="avdet", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="After-sales policies: written once, then put to every use.",
    epilog="Exit codes: 0 fine, 1 findings or differences, 2 bad input, 3 an extra is not installed.",
)  # fmt: skip

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Lang = Annotated[str | None, typer.Option("--lang", help="Language of the reader: tr, fa or en.")]


def command() -> Callable[..., Any]:
    """The assembled command."""
    return typer.main.get_command(app)


@app.command()
def decide(
    file: Annotated[str, typer.Argument(help="The question: a JSON or YAML file, or - for standard input.")],
    json: Json = False,
    trace: Annotated[bool, typer.Option("--trace", help="Say of every clause why it did or did not apply.")] = False,
    lang: Lang = None,
) -> int:
    """Answer one question: what is owed, and by which clause."""
    from avdet.cli.deciding import run

    return run(file, json=json, trace=trace, language=lang)


@app.callback()
def root() -> None:
    """After-sales policies: written once, then put to every use."""
