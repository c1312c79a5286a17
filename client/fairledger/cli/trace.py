"""``fairledger trace``: EPCIS documents to the ledger; an item's events, history and lineage from the read model."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from fairledger.cli.errors import CommandError
from fairledger.cli.history_view import history_parts
from fairledger.cli.lineage_tree import lineage_tree
from fairledger.cli.model import known_item, reading, signing
from fairledger.cli.options import Epc, Json, Organization
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger.readmodel.item_history import ItemEvent
    from fairledger.trace import DocumentFile, TraceClient
    from fairledger_contracts.lineage.walk import Heading

EVENTS_SHOWN_MAX: Final = 1_000

trace = typer.Typer(help="Capture EPCIS documents and look at items' histories.", no_args_is_help=True)


@trace.command()
def capture(
    paths: Annotated[list[Path], typer.Argument(help="Documents, or folders of *.json and *.jsonld.")],
    name: Annotated[
        str | None, typer.Option("--as", help="Who records them; left out, the files' names say it (see the examples).")
    ] = None,
    organization: Organization = None,
) -> None:
    """Capture EPCIS 2.0 documents on the ledger, signed with a person's key from the wallet.

    Events that the ledger has already are left as they are, so a capture can be repeated at will.
    """
    from fairledger.trace import document_files  # noqa: PLC0415  only this command pays for it

    state = State.find()
    files = document_files(paths)
    homes = {person: state.home_of(person, organization) for person in {name or file.recorder for file in files}}
    asyncio.run(_capture(state, files, name, homes))


@trace.command()
def show(epc: Epc, organization: Organization = None) -> None:
    """Show an item's events, oldest first, from an organisation's read model."""
    from fairledger.readmodel.item_history import item_history  # noqa: PLC0415  only this command pays for it

    with reading(organization) as connection:
        events = item_history(connection, epc, EVENTS_SHOWN_MAX + 1)
    if not events:
        raise CommandError("TRACE_ITEM_UNKNOWN", f"no event names {epc}", "check the EPC's spelling")
    output_console().print(_table(epc, events[:EVENTS_SHOWN_MAX]))
    if len(events) > EVENTS_SHOWN_MAX:
        typer.echo(f"… and more; /epcis/events?MATCH_anyEPC={epc} has them all")


@trace.command()
def history(*, epc: Epc, organization: Organization = None, as_json: Json = False) -> None:
    """Show an item's journey, holders and papers, and how far all that can be believed: a grade, with reasons."""
    from fairledger.readmodel import lineage  # noqa: PLC0415  only this command pays for it

    with reading(organization) as connection:
        told = lineage.history(connection, known_item(connection, epc))
    if as_json:
        typer.echo(told.model_dump_json(indent=2))
        return
    console = output_console()
    for part in history_parts(told):
        console.print(part)
        console.print()


@trace.command()
def upstream(*, epc: Epc, organization: Organization = None, as_json: Json = False) -> None:
    """Show what an item was made of, back to raw materials."""
    _walk(epc, organization, "upstream", as_json=as_json)


@trace.command()
def downstream(*, epc: Epc, organization: Organization = None, as_json: Json = False) -> None:
    """Show what became of an item, to all products and the containers that carried them."""
    _walk(epc, organization, "downstream", as_json=as_json)


def _walk(epc: str, organization: str | None, heading: "Heading", *, as_json: bool) -> None:
    from fairledger.api.trace_routes import Walked  # noqa: PLC0415  only these commands pay for these
    from fairledger.readmodel import lineage  # noqa: PLC0415
    from fairledger_contracts.lineage.history import told_links  # noqa: PLC0415

    with reading(organization) as connection:
        walked = lineage.walked(connection, heading, known_item(connection, epc))
    links = told_links(walked)
    if as_json:
        told = Walked(item=walked.start, items=walked.items, links=links, complete=walked.complete)
        typer.echo(told.model_dump_json(indent=2))
        return
    tree, cut = lineage_tree(walked.start, links, heading)
    output_console().print(tree)
    if cut or not walked.complete:
        typer.echo(f"… and more: {cut} branches are left out{'' if walked.complete else ', and not all is looked at'}")


async def _capture(state: State, files: Sequence["DocumentFile"], name: str | None, homes: dict[str, str]) -> None:
    from contextlib import AsyncExitStack  # noqa: PLC0415

    from fairledger.trace import prepare  # noqa: PLC0415  only this command pays for it

    async with AsyncExitStack() as gateways:
        clients: dict[str, TraceClient] = {}
        for person, home in homes.items():
            clients[person] = await gateways.enter_async_context(signing(state, home, person))
        for file in files:
            person = name or file.recorder
            captured = await clients[person].capture(prepare(file.read()))
            known = f", {len(captured.repeated)} known already" if captured.repeated else ""
            transactions = ", ".join(f"{tx_id[:12]}…" for tx_id in captured.tx_ids)
            typer.echo(f"{file.path}: {captured.accepted} events by {person}{known} (transaction {transactions})")


def _table(epc: str, events: Sequence["ItemEvent"]) -> Table:
    table = Table(title=epc, title_justify="left", show_edge=False, pad_edge=False)
    for heading in ("happened (UTC)", "what", "as", "step", "disposition", "where", "recorded by"):
        table.add_column(heading, overflow="fold")
    for event in events:
        what = f"{event.type.removesuffix('Event')} {event.action or ''}".strip()
        table.add_row(
            event.event_time[:19].replace("T", " "),
            f"{what} (declared erroneous)" if event.is_declaration else what,
            event.role,
            event.biz_step or "",
            event.disposition or "",
            event.read_point or event.biz_location or "",
            event.recorder_msp.removesuffix("MSP"),
        )
    return table
