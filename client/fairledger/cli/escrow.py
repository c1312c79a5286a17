"""``fairledger escrow``: money, goods on offer, orders, and the keeper who has decided what is due."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from fairledger.cli.escrow_goods import goods
from fairledger.cli.escrow_listing import listing
from fairledger.cli.escrow_note import note
from fairledger.cli.escrow_order import order
from fairledger.cli.escrow_payout import payout
from fairledger.cli.model import calling, reading
from fairledger.cli.options import Name, Organization
from fairledger.cli.state import State

EVERY_S: Final = 60

escrow = typer.Typer(help="Money, goods on offer, and orders that settle themselves.", no_args_is_help=True)
for _name, _group in {"listing": listing, "order": order, "note": note, "payout": payout, "goods": goods}.items():
    escrow.add_typer(_group, name=_name)


@escrow.command()
def keeper(
    *,
    name: Name,
    organization: Organization = None,
    every: Annotated[int, typer.Option(help="Seconds between two rounds.", min=1)] = EVERY_S,
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
) -> None:
    """Call what is due: settle orders and give payouts back whose deadline has passed. Anybody's key will do."""
    state = State.find()
    home = state.home_of(name, organization)
    asyncio.run(_keep(state, home, name, None if once else every))


async def _keep(state: State, home: str, name: str, every_s: int | None) -> None:
    from fairledger.escrow import EscrowClient  # noqa: PLC0415  only this command pays for these
    from fairledger.escrow.keeper import find_due, keep  # noqa: PLC0415

    async with calling(state, home, name, "escrow") as contract:
        client = EscrowClient(contract)
        while True:
            with reading(home) as connection:
                due = find_due(connection, datetime.now(UTC))
            done = await keep(client, due, typer.echo)
            if every_s is None:
                typer.echo(f"{done} decided")
                return
            await asyncio.sleep(every_s)
