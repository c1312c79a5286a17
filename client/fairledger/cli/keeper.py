"""``fairledger keeper``: have everything done whose deadline has passed."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Final

import typer

from fairledger.cli.call import connected
from fairledger.cli.model import reading
from fairledger.cli.options import Name, Organization
from fairledger.cli.state import State

EVERY_S: Final = 60

keeper = typer.Typer(help="Have done what is due.", invoke_without_command=True)


@keeper.callback()
def run(
    *,
    name: Name,
    organization: Organization = None,
    every: Annotated[int, typer.Option(help="Seconds between two rounds.", min=1)] = EVERY_S,
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
) -> None:
    """Call what is due of orders, payouts, complaints, inspections, sanctions, ballots and disclosures.

    Anybody's key will do: whatever has passed its deadline, anybody may have done.
    """
    state = State.find()
    home = state.home_of(name, organization)
    failed = asyncio.run(_keep(state, home, name, None if once else every))
    raise typer.Exit(1 if failed else 0)


async def _keep(state: State, home: str, name: str, every_s: int | None) -> int:
    """Rounds without end, or one; the calls of it that failed."""
    from fairledger.keeper.due import find_due  # noqa: PLC0415  only this command pays for these
    from fairledger.keeper.keeper import keep  # noqa: PLC0415
    from fairledger.trace.client import RETRY  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    entry = Wallet(state.wallet(home)).get(name)
    async with connected(state.profile(home), entry) as chaincode:
        while True:
            with reading(home) as connection:
                due = find_due(connection, datetime.now(UTC))
            kept = await keep(partial(chaincode.submit, retry=RETRY), due, typer.echo)
            if every_s is None:
                typer.echo(f"{kept.done} decided")
                return kept.failed
            await asyncio.sleep(every_s)
