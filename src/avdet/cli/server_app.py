"""The commands that run the service. Each one's body is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import typer

from avdet.cli.server import run

Slug = Annotated[str, typer.Argument(help="The store's name in its addresses, such as fetrashop.")]
Address = Annotated[str, typer.Option(help="The address to listen at.")]
Port = Annotated[int, typer.Option(help="The port to listen at.", min=1, max=65535)]
Threads = Annotated[int, typer.Option(help="How many things are done at the same time.", min=1, max=256)]


def serve(
    address: Address = "127.0.0.1",
    port: Port = 8000,
    processes: Annotated[int, typer.Option(help="Server processes.", min=1, max=64)] = 1,
    threads: Annotated[int, typer.Option(help="Requests answered at once; 0: what suits this machine.", min=0, max=256)] = 0,
    work: Annotated[bool, typer.Option("--work/--no-work", help="Also do jobs, in threads of the server.")] = True,
) -> int:
    """Serve pages and API, and do jobs beside it."""
    return run("serve", address=address, port=port, processes=processes, threads=threads, work=work)


def worker(threads: Threads = 4) -> int:
    """Do jobs, on this machine or another one: as many workers as you like."""
    return run("worker", threads=threads)


def migrate() -> int:
    """Make the database's tables those of this version."""
    return run("migrate", verbosity=1)


def createstore(
    slug: Slug,
    name: Annotated[str, typer.Option(help="The store's name.")],
    owner: Annotated[str, typer.Option(help="The owner's e-mail; they are told how to sign in.")],
    country: Annotated[str, typer.Option(help="TR, IR or another country's two letters.")] = "TR",
    currency: Annotated[str, typer.Option(help="TRY, IRR, EUR, USD or GBP.")] = "",
    languages: Annotated[str, typer.Option(help="Its own language first: tr,en")] = "",
    policy: Annotated[str, typer.Option(help="A policy file, or a shipped store's name, to begin with.")] = "",
) -> int:
    """Open a store."""
    return run(
        "createstore", slug, name=name, owner=owner, country=country, currency=currency, languages=languages, policy=policy
    )


def doctor(
    rotate_keys: Annotated[
        bool, typer.Option("--rotate-keys", help="Seal everything anew with the newest of AVDET_DATA_KEYS.")
    ] = False,
) -> int:
    """Examine the installation, and say what is wrong and what to do."""
    return run("doctor", rotate_keys=rotate_keys)


def backup(file: Annotated[str, typer.Argument(help="The tar file to write.")]) -> int:
    """Write database and uploads to one file, while the service goes on. Secrets are not in it."""
    return run("backup", file)


def restore(file: Annotated[str, typer.Argument(help="A file that `avdet backup` wrote.")]) -> int:
    """Put a backup in the place of what is there now. Stop the service first."""
    return run("restore", file)


def demo(
    port: Port = 8000,
    slips: Annotated[bool, typer.Option("--slips", help="Only decide one claim of each store and print the slips.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --slips: print JSON, for programs.")] = False,
) -> int:
    """Fill five stores with goods, customers and orders, serve them, and print where to look."""
    if slips or json:
        from avdet.cli.demo import run as print_slips

        return print_slips(json=json)
    from avdet.cli.demo import settle

    settle(port)
    return run("demo", port=port)


def simulate(
    kind: Annotated[str, typer.Argument(help="payments, shops, messages or bank.")],
    port: Annotated[
        int | None, typer.Option("--port", "--http-port", help="8811, 8812, 8813 or 8814; 0: any.", min=0, max=65535)
    ] = None,
    smtp_port: Annotated[int, typer.Option(help="The mail server's port, of messages; 0: any.", min=0, max=65535)] = 8825,
    orders: Annotated[int, typer.Option(help="How many orders shops makes up.", min=0, max=100_000)] = 250,
    state: Annotated[str | None, typer.Option(help="A file in which the simulator keeps its books.")] = None,
) -> int:
    """Stand in for payment gateways, shops, carriers of mail and SMS, or a bank, with faults on demand."""
    from avdet.cli.simulating import run as stand_in

    return stand_in(kind, port=port, smtp_port=smtp_port, orders=orders, state=state)


def import_(
    kind: Annotated[str, typer.Argument(help="orders, or online-retail for the data set of that name.")],
    file: Annotated[str, typer.Argument(help="A CSV or JSON file; .xz is unpacked.")],
    store: Annotated[str, typer.Option(help="The store's name in its addresses.")],
    unit: Annotated[str, typer.Option(help="The file's currency, where it is not the store's: IRT for toman.")] = "",
) -> int:
    """Take a file of orders in. Broken off at any moment, the same command goes on."""
    return run("import_orders", kind, file, store=store, unit=unit)


import_.__name__ = "import"  # a name that Python keeps for itself
SERVICE: Final[tuple[Callable[..., int], ...]] = (
    serve, worker, migrate, createstore, doctor, backup, restore, demo, simulate, import_,
)  # fmt: skip
