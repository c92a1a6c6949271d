"""The commands under `avdet case`. Each one's body is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import typer

from avdet.cli.app import CODES
from avdet.cli.server import run

Some = Annotated[str, typer.Argument(help="The store's name in its addresses; all stores where it is left out.")]
Slug = Annotated[str, typer.Argument(help="The store's name in its addresses, such as fetrashop.")]


def verify(
    store: Some = "", number: Annotated[str, typer.Argument(help="One case's number, such as 1042-R1.")] = ""
) -> int:  # fmt: skip
    """Go through the histories of cases: an event that was edited, put in or removed is named, and the exit code is 1."""
    return run("verify_cases", store, number)


def export(store: Slug, file: Annotated[str, typer.Argument(help="The CSV file to write.")]) -> int:
    """Write a store's cases as a file of claims, which `avdet replay` reads. Nothing personal is in it."""
    return run("export_cases", store, file)


COMMANDS: Final[dict[str, Callable[..., int]]] = {"verify": verify, "export": export}


def case_app() -> typer.Typer:
    """The commands under `case`."""
    app = typer.Typer(no_args_is_help=False, epilog=CODES, help="Verify and export what stores have decided.")
    for name, body in COMMANDS.items():
        app.command(name)(body)
    return app
