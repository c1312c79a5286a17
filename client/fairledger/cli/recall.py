"""``fairledger recall``: goods that have to come back, how far that reaches, and who is concerned."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from fairledger.cli.errors import CommandError
from fairledger.cli.history_view import recalls
from fairledger.cli.model import reading, signing
from fairledger.cli.options import Epcs, Json, Name, Organization
from fairledger.cli.plain import plain
from fairledger.cli.recall_view import recall_parts, write_csv
from fairledger.cli.state import State
from fairledger.cli.terminal import output_console

if TYPE_CHECKING:
    from fairledger_contracts.records.recall import Recall

Measure = Literal["return", "destroy", "repair", "stop_sale"]
RECALLS_SHOWN_MAX: Final = 200
_ID: Final = re.compile(r"[0-9a-f]{64}")

recall = typer.Typer(help="Recall goods, and see how far recalls reach.", no_args_is_help=True)
RecallId = Annotated[str, typer.Argument(help="The recall's id, as `fairledger recall list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why; everybody can read it.")]


@recall.command()
def issue(
    *,
    epcs: Epcs,
    name: Name,
    measure: Annotated[Measure, typer.Option(help="What is to be done with the goods.")],
    reason: Reason,
    organization: Organization = None,
) -> None:
    """Recall goods and all that was made of them, as the holder of their licence or an authority."""
    check_reason(reason)
    state = State.find()
    home = state.home_of(name, organization)
    issued = asyncio.run(_issue(state, home, name, epcs=epcs, measure=measure, reason=reason))
    typer.echo(f"recall {issued.id}: {', '.join(map(plain, issued.items))}")
    typer.echo(f"see how far it reaches: fairledger recall show {issued.id}")


@recall.command()
def end(*, recall_id: RecallId, name: Name, reason: Reason, organization: Organization = None) -> None:
    """End a recall, as who recalled or as an authority; it is still told."""
    check_reason(reason)
    check_id(recall_id)
    state = State.find()
    home = state.home_of(name, organization)
    asyncio.run(_end(state, home, name, recall_id, reason))
    typer.echo(f"recall {recall_id} has ended")


@recall.command("list")
def show_all(
    *,
    in_force: Annotated[bool, typer.Option("--in-force", help="Only those that did not end.")] = False,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """List recalls, the latest first."""
    from fairledger.readmodel import registers  # noqa: PLC0415  only this command pays for it

    with reading(organization) as connection:
        found = registers.recalls_before(connection, RECALLS_SHOWN_MAX + 1, None, in_force=in_force or None)
    page = found[:RECALLS_SHOWN_MAX]
    if as_json:
        typer.echo(f"[{','.join(each.model_dump_json() for each in page)}]")
    else:
        output_console().print(recalls(page))
    if len(found) > RECALLS_SHOWN_MAX:
        typer.echo("… and earlier ones; /trace/recalls has them all", err=True)


@recall.command()
def show(
    *,
    recall_id: RecallId,
    csv: Annotated[Path | None, typer.Option(help="File to write the goods to, one a line.")] = None,
    organization: Organization = None,
    as_json: Json = False,
) -> None:
    """Show the goods that a recall reaches, where they were last and with whom, and the parties liable.

    With --json all goods are on one page.
    """
    from fairledger.api.reaches import summary_of  # noqa: PLC0415  only this command pays for these
    from fairledger.api.recall_routes import ToldRecall  # noqa: PLC0415
    from fairledger.readmodel import lineage, registers  # noqa: PLC0415

    check_id(recall_id)
    with reading(organization) as connection:
        found = registers.find_recall(connection, recall_id)
        if found is None:
            raise CommandError("TRACE_RECALL_UNKNOWN", "no recall has this id", "see `fairledger recall list`")
        scope = lineage.scope_of(connection, found)
    if csv is not None:
        write_csv(csv, scope)
        typer.echo(f"{csv}: {len(scope.affected)} lines", err=as_json)
    if as_json:
        told = ToldRecall(recall=found, scope=summary_of(scope), affected=scope.affected)
        typer.echo(told.model_dump_json(indent=2))
        return
    console = output_console()
    for part in recall_parts(found, scope):
        console.print(part)
        console.print()


def check_id(recall_id: str) -> None:
    """Raise ``CommandError`` (TRACE_RECALL_UNKNOWN) for what can't be a recall's id."""
    if not _ID.fullmatch(recall_id):
        raise CommandError("TRACE_RECALL_UNKNOWN", "a recall's id has 64 hexadecimal digits", "copy it whole")


def check_reason(reason: str) -> None:
    """Raise ``CommandError`` (RECALL_REASON) for a reason that the ledger does not take."""
    from fairledger_contracts.records.recall import REASON_LENGTH_MAX  # noqa: PLC0415  only these commands pay for it

    if not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise CommandError("RECALL_REASON", f"a reason has between 1 and {REASON_LENGTH_MAX} characters")


async def _issue(state: State, home: str, name: str, *, epcs: list[str], measure: Measure, reason: str) -> "Recall":
    from fairledger_contracts.records import recall as records  # noqa: PLC0415  only this command pays for it

    async with signing(state, home, name) as client:
        return await client.recall(epcs, records.Measure(measure), reason)


async def _end(state: State, home: str, name: str, recall_id: str, reason: str) -> "Recall":
    async with signing(state, home, name) as client:
        return await client.end_recall(recall_id, reason)
