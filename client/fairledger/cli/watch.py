"""``fairledger watch``: compare all nodes and platforms, and record what is out of line, each once."""

import asyncio
import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from fairledger.cli.call import submit
from fairledger.cli.errors import CommandError
from fairledger.cli.model import reading
from fairledger.cli.options import Name, Organization
from fairledger.cli.state import UP, State

if TYPE_CHECKING:
    from fairledger.watch.findings import Found, Key, Sighting

# Another watcher was first, or has to clear it.
ELSEWHERE = ("SUPERVISION_ANOMALY_OPEN", "SUPERVISION_ANOMALY_UNKNOWN", "SUPERVISION_ANOMALY_DENIED")
watch = typer.Typer(help="Watch nodes and platforms.", invoke_without_command=True)


@watch.callback()
def run(
    *,
    name: Name,
    every_s: Annotated[int, typer.Option("--every", help="Seconds between rounds; 0 for one round.", min=0)] = 0,
    organization: Organization = None,
) -> None:
    """Record what is out of line of heights, blocks, availability, lateness and complaints; clear what is over.

    What services answered is kept among the organisation's documents, by the hashes that are recorded as evidence.
    """
    state = State.find()
    home = state.home_of(name, organization)
    while True:
        _round(state, home, name, goes_on=every_s > 0)
        if not every_s:
            return
        time.sleep(every_s)


def _round(state: State, home: str, name: str, *, goes_on: bool) -> None:
    """One round; where another follows, one that fails is told and made up for then: nodes fail when it matters."""
    from fairledger.gateway.errors import GatewayError  # noqa: PLC0415  only this command pays for it

    try:
        found, over = _look(state, home)
        recorded, cleared = asyncio.run(_write(state, home, name, found, over))
    except GatewayError as error:
        if not goes_on:
            raise
        typer.echo(f"this round failed: {error.code}", err=True)
    else:
        typer.echo(f"{recorded} recorded, {cleared} cleared")


def _look(state: State, home: str) -> "tuple[list[Found], list[Key]]":
    """What is found and not on record, and what is on record and over."""
    from datetime import UTC, datetime  # noqa: PLC0415  only this command pays for these

    from fairledger.readmodel.complaint_figures import complaint_figures  # noqa: PLC0415
    from fairledger.readmodel.late_disclosures import late_disclosures  # noqa: PLC0415
    from fairledger.readmodel.records import all_records  # noqa: PLC0415
    from fairledger.watch.findings import of_nodes, of_platforms, over  # noqa: PLC0415
    from fairledger_contracts.records.monitoring import STANDARD, Anomaly  # noqa: PLC0415
    from fairledger_contracts.records.standard import Standard, in_force  # noqa: PLC0415

    now = datetime.now(UTC)
    with reading(home) as connection:
        standard = in_force(all_records(connection, Standard, [("name", STANDARD)]), now)
        late = [each.msp_id for each in late_disclosures(connection, now)]
        open_ones = {(each.subject, str(each.name)) for each in all_records(connection, Anomaly, [("open", "true")])}
        figures = complaint_figures(connection, now)
    if standard is None:
        remedy = "propose standards/supervision.json by `fairledger standard propose`"
        raise CommandError("DISCLOSURE_STANDARD_UNKNOWN", "no standard says what is out of line", remedy)
    numbers = standard.parameters
    sightings = asyncio.run(_sightings(state, home, numbers["unavailable_rounds"]))
    found = [*of_nodes(sightings, numbers), *of_platforms(late, figures, numbers)]
    return [each for each in found if each.key not in open_ones], over(open_ones, found, sightings)


async def _sightings(state: State, home: str, rounds: int) -> "list[Sighting]":
    import httpx  # noqa: PLC0415  only this command pays for these

    from fairledger.documents import open_store  # noqa: PLC0415
    from fairledger.watch.nodes import sight  # noqa: PLC0415

    if not state.services.is_file():
        raise CommandError("CLI_STATE_MISSING", "the services' addresses are not known", UP)
    services: dict[str, str] = json.loads(state.services.read_text("utf-8"))
    store = open_store(state.api(home))
    async with httpx.AsyncClient() as client:
        return await sight(services, rounds, client, store.put)


async def _write(state: State, home: str, name: str, new: "Iterable[Found]", over: "Iterable[Key]") -> tuple[int, int]:
    """Record and clear; how many. What another watcher recorded or cleared meanwhile is left as it is."""
    recorded = cleared = 0
    for each in new:
        told = {"subject": each.subject, "name": each.name, "observed": each.observed, "evidence": each.evidence}
        recorded += await _submit(state, home, name, "supervision:observe", json.dumps(told))
    for subject, kind in over:
        cleared += await _submit(state, home, name, "supervision:clear", subject, f'"{kind}"')
    return recorded, cleared


async def _submit(state: State, home: str, name: str, function: str, *arguments: str) -> bool:
    """Whether the call took effect, and no other watcher's did before."""
    from fairledger.gateway.errors import GatewayError  # noqa: PLC0415  only this command pays for it

    try:
        await submit(state, home, name, function, *arguments)
    except GatewayError as error:
        if error.code not in ELSEWHERE:
            raise
        return False
    return True
