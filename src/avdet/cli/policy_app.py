"""The commands under `avdet policy`. Each one's body is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import typer

from avdet.cli.app import CODES, Json, Store
from avdet.cli.terminal import Delivery

Out = Annotated[str | None, typer.Option("-o", "--output", help="Write to this file instead of the terminal.")]


def check(
    store: Store,
    law: Annotated[bool, typer.Option("--law", help="Also exit with 1 where the terms fall below the law.")] = False,
    save_witness: Annotated[str | None, typer.Option(help="Save each finding's witness claim in this folder.")] = None,
    json: Json = False,
) -> int:
    """Prove what can go wrong with a policy: gaps, conflicts, dead clauses, figures the text gets wrong, the law."""
    from avdet.cli.checking import check as run

    return run(store, law=law, folder=save_witness, json=json)


def diff(
    old: Annotated[str, typer.Argument(help="The policy in force: a store or a file.")],
    new: Annotated[str, typer.Argument(help="The draft: a store or a file.")],
    save_witness: Annotated[str | None, typer.Option(help="Save each finding's witness claim in this folder.")] = None,
    json: Json = False,
) -> int:
    """Find claims that fare worse or better under another policy; one name twice compares its last two versions."""
    from avdet.cli.comparing import run

    return run(old, new, folder=save_witness, json=json)


def publish(
    store: Store,
    lang: Annotated[str | None, typer.Option(help="tr, fa or en; default: the store's own.")] = None,
    to: Annotated[str, typer.Option(help="html or markdown.")] = "html",
    since: Annotated[str | None, typer.Option(help="Publish what changed since this policy instead.")] = None,
    output: Out = None,
    json: Json = False,
) -> int:
    """Write the terms page."""
    from avdet.cli.publishing import publish as run

    return run(store, language=lang, to=to, since=since, out=Delivery(output, json))


def cases(
    store: Store,
    files: Annotated[list[str], typer.Argument(help="Files of scenarios, or folders of them.")],
    propose: Annotated[bool, typer.Option("--propose", help="Propose boundary claims found by proof.")] = False,
    json: Json = False,
) -> int:
    """Run scenario files, and report which clauses and conditions they exercise."""
    from avdet.cli.testing import run

    return run(store, files, propose=propose, json=json)


def export(
    store: Store,
    to: Annotated[str, typer.Option(help="jdm (GoRules), jsonlogic or sql.")],
    at: Annotated[str, typer.Option(help="The decision point.")] = "claim",
    output: Out = None,
    json: Json = False,
) -> int:
    """Hand a policy to another engine."""
    from avdet.cli.publishing import export as run

    return run(store, to=to, point=at, out=Delivery(output, json))


def new(file: Annotated[str, typer.Argument(help="The file to start; it must not exist yet.")], json: Json = False) -> int:
    """Start a policy file, with comments to follow."""
    from avdet.cli.publishing import new as run

    return run(file, json=json)


def schema() -> int:
    """Print the JSON Schema of a policy file."""
    from avdet.cli.listing import schema as run

    return run("policy")


COMMANDS: Final[dict[str, Callable[..., int]]] = {
    "check": check, "diff": diff, "publish": publish, "test": cases, "export": export, "new": new, "schema": schema,
}  # fmt: skip


def policy_app(arguments: list[str]) -> typer.Typer:
    """The commands under `policy`, or only the one that is named."""
    app = typer.Typer(no_args_is_help=False, epilog=CODES, help="Check, compare, publish, test and export policies.")
    named = {name: body for name, body in COMMANDS.items() if [name] == arguments}
    for name, body in (named or COMMANDS).items():
        app.command(name)(body)
    return app
