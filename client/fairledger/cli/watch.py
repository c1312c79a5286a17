"""``fairledger watch``: compare all nodes and platforms, and record what is out of line, each once."""

import asyncio
import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.call import submit
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.options import Name, Organization
from fairledger.cli.state import UP, State

if TYPE_CHECKING:
    from fairledger.watch.findings import Found, Sighting

RECORDS_MAX = 1_000
watch = typer.Typer(help="Watch nodes and platforms.", invoke_without_command=True)


@watch.callback()
def run(
    *,
    name: Name,
    every_s: Annotated[int, typer.Option("--every", help="Seconds between rounds; 0 for one round.", min=0)] = 0,
    organization: Organization = None,
) -> None:
    """Record what is out of line of heights, blocks, availability, lateness and complaints; clear what is over."""
    state = State.find()
    home = state.home_of(name, organization)
    while True:
        recorded, cleared = _round(state, home, name)
        typer.echo(f"{recorded} recorded, {cleared} cleared")
        if not every_s:
            return
        time.sleep(every_s)


def _round(state: State, home: str, name: str) -> tuple[int, int]:
    found, still_open = _look(state, home)
    new = [each for each in found if each.key not in still_open]
    over = sorted(still_open - {each.key for each in found})
    return asyncio.run(_write(state, home, name, new, over))


def _look(state: State, home: str) -> "tuple[list[Found], set[tuple[str, str]]]":
    """What is found now, and the anomalies that are open on the ledger."""
    from datetime import UTC, datetime  # noqa: PLC0415  only this command pays for these

    from fairledger.readmodel.complaint_figures import complaint_figures  # noqa: PLC0415
    from fairledger.readmodel.records import list_records  # noqa: PLC0415
    from fairledger.watch.findings import of_nodes, of_platforms  # noqa: PLC0415
    from fairledger_contracts.records.disclosure import Disclosure  # noqa: PLC0415
    from fairledger_contracts.records.monitoring import STANDARD, Anomaly  # noqa: PLC0415
    from fairledger_contracts.records.standard import Standard, in_force  # noqa: PLC0415

    with reading(home) as connection:
        versions = [each for each, _ in list_records(connection, Standard, [("name", STANDARD)], limit=RECORDS_MAX)]
        missing = list_records(connection, Disclosure, [("state", "missing")], limit=RECORDS_MAX)
        open_ones = list_records(connection, Anomaly, [("open", "true")], limit=RECORDS_MAX)
        figures = complaint_figures(connection, datetime.now(UTC))
    standard = in_force(versions, datetime.now(UTC))
    if standard is None:
        remedy = "propose standards/supervision.json by `fairledger standard propose`"
        raise CommandError("DISCLOSURE_STANDARD_UNKNOWN", "no standard says what is out of line", remedy)
    numbers = standard.parameters
    nodes = of_nodes(asyncio.run(_sightings(state, numbers["unavailable_rounds"])), numbers)
    platforms = of_platforms([each.msp_id for each, _ in missing], figures, numbers)
    return [*nodes, *platforms], {(each.subject, each.name) for each, _ in open_ones}


async def _sightings(state: State, rounds: int) -> "list[Sighting]":
    import httpx  # noqa: PLC0415  only this command pays for these

    from fairledger.watch.nodes import sight  # noqa: PLC0415

    if not state.services.is_file():
        raise CommandError("CLI_STATE_MISSING", "the services' addresses are not known", UP)
    services: dict[str, str] = json.loads(state.services.read_text("utf-8"))
    async with httpx.AsyncClient() as client:
        return await sight(services, rounds, client)


async def _write(
    state: State, home: str, name: str, new: "list[Found]", over: list[tuple[str, str]]
) -> tuple[int, int]:
    """Record and clear. What another watcher recorded meanwhile, or has to clear, is left as it is."""
    from fairledger.gateway.errors import GatewayError  # noqa: PLC0415  only this command pays for it

    recorded = cleared = 0
    for each in new:
        told = {"subject": each.subject, "name": each.name, "observed": each.observed, "evidence": each.evidence}
        try:
            await submit(state, home, name, "supervision:observe", json.dumps(told))
            recorded += 1
        except GatewayError as error:
            if error.code != "SUPERVISION_ANOMALY_OPEN":
                raise
    for subject, kind in over:
        try:
            await submit(state, home, name, "supervision:clear", subject, f'"{kind}"')
            cleared += 1
        except GatewayError as error:
            if error.code != "SUPERVISION_ANOMALY_DENIED":
                raise
    return recorded, cleared
