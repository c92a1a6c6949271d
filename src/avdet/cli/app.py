"""The tree of commands: their names, options and help. Each one's body is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

CODES: Final = "Exit codes: 0 fine, 1 findings or differences, 2 bad input, 3 an extra is not installed."

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Trace = Annotated[bool, typer.Option("--trace", help="Say of every clause why it did or did not apply.")]
Lang = Annotated[str | None, typer.Option("--lang", help="The reader's language: tr, fa or en.")]
Store = Annotated[str, typer.Argument(help="A shipped store's name, or a policy file.")]


def decide(
    file: Annotated[str, typer.Argument(help="The question: a JSON or YAML file, or - for standard input.")],
    json: Json = False,
    trace: Trace = False,
    lang: Lang = None,
) -> int:
    """Answer one question: what is owed, and by which clause."""
    from avdet.cli.deciding import Options, run

    return run(Options(file, json, trace, lang))


def ask(
    store: Store,
    order: Annotated[str | None, typer.Option(help="A file with the order, as in a question.")] = None,
    at: Annotated[str, typer.Option(help="The decision point: claim, cancellation or inspection.")] = "claim",
    now: Annotated[str | None, typer.Option(help="The moment to decide at, with an offset; default: now.")] = None,
    json: Json = False,
    trace: Trace = False,
    lang: Lang = None,
) -> int:
    """Interview the customer: ask only what can still change the answer, then decide."""
    from avdet.cli.asking import run

    return run(store, order=order, at=at, now=now, json=json, trace=trace, language=lang)


def replay(
    old: Annotated[str, typer.Argument(help="The policy in force: a store or a file.")],
    new: Annotated[str, typer.Argument(help="The draft: a store or a file.")],
    claims: Annotated[str, typer.Argument(help="Past claims: a CSV or Parquet file.")],
    engine: Annotated[str, typer.Option(help="numpy or duckdb.")] = "numpy",
    html: Annotated[str | None, typer.Option(help="Also write a report with charts to this file, in --lang.")] = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """Replay past claims under two policies: who would have fared otherwise, by which clause, at what cost."""
    from avdet.cli.replaying import run

    return run(old, new, claims, engine=engine, html=html, json=json, language=lang)


def facts(
    about: Annotated[str | None, typer.Argument(help="Only the facts in whose name or question this word occurs.")] = None,
    json: Json = False,
    lang: Lang = None,
) -> int:
    """List the facts that a policy may turn on."""
    from avdet.cli.listing import run

    return run(about, json=json, language=lang)


def schema(document: Annotated[str, typer.Argument(help="question, answer or policy.")]) -> int:
    """Print the JSON Schema of a document of the decision contract."""
    from avdet.cli.listing import schema as run

    return run(document)


ROOT: Final[tuple[Callable[..., int], ...]] = (decide, ask, replay, facts, schema)


def command(arguments: list[str]) -> Callable[..., Any]:
    """The assembled command; only the part that `arguments` name, since each part takes a while to assemble."""
    app = typer.Typer(name="avdet", add_completion=False, pretty_exceptions_enable=False, epilog=CODES)
    app.callback()(_root)
    named = arguments[0] if arguments else ""
    from avdet.cli.server_app import SERVICE

    chosen = [each for each in (*ROOT, *SERVICE) if each.__name__ == named]
    for each in chosen or (*ROOT, *SERVICE):
        app.command()(each)
    if not chosen and named != "case":
        from avdet.cli.policy_app import policy_app

        app.add_typer(policy_app(arguments[1:2]), name="policy")
    if not chosen and named != "policy":
        from avdet.cli.case_app import case_app

        app.add_typer(case_app(), name="case")
    return typer.main.get_command(app)


def _root() -> None:
    """After-sales for online stores: the policy is written once, then put to every use."""
