"""``fairledger proof``: evidence of an item, an event or a transaction as a file."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from fairledger.cli.state import State
from fairledger.deployment import CHAINCODE, CHANNEL

if TYPE_CHECKING:
    from fairledger.proof import Bundle

_TX_ID: Final = re.compile(r"[0-9a-f]{64}")
_UNKNOWN: Final = "TRACE_EVENT_UNKNOWN"

proof = typer.Typer(help="Export a proof that anybody can verify without asking anybody.")


@proof.command()
def export(
    *,
    subject: Annotated[str, typer.Argument(help="EPC, event id or transaction id.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    organization: Annotated[str | None, typer.Option(help="Whose peer is asked; else the first one's.")] = None,
    name: Annotated[str, typer.Option("--as", help="Whose key asks.")] = "service",
    from_genesis: Annotated[
        bool, typer.Option("--from-genesis", help="Lead back to the channel's first block: 32 bytes a block more.")
    ] = False,
) -> None:
    """Write a bundle with all that `fairledger verify` needs, from what an organisation's own peer has."""
    state = State.find()
    home = organization or state.home_of(name, next(iter(state.organizations), None))
    bundle = asyncio.run(_export(state, home, name, subject, from_genesis=from_genesis))
    output.write_bytes(bundle.to_bytes())
    typer.echo(f"{output}: {bundle.kind} {subject}, {len(bundle.evidence)} record(s) in {len(bundle.blocks)} block(s)")


async def _export(state: State, home: str, name: str, subject: str, *, from_genesis: bool) -> "Bundle":
    from fairledger.gateway import Gateway  # noqa: PLC0415  only this command pays for these
    from fairledger.gateway.errors import EvaluateError  # noqa: PLC0415
    from fairledger.profile import ConnectionProfile  # noqa: PLC0415
    from fairledger.proof.export import prove_events, prove_transaction  # noqa: PLC0415
    from fairledger.trace import TraceClient  # noqa: PLC0415
    from fairledger.wallet import Wallet  # noqa: PLC0415

    entry = Wallet(state.wallet(home)).get(name)
    connected = Gateway.connect(ConnectionProfile.load(state.profile(home)), entry.identity, entry.signer)
    async with connected as gateway:
        network = gateway.network(CHANNEL)
        if _TX_ID.fullmatch(subject):
            return await prove_transaction(network, subject, from_genesis=from_genesis)
        client = TraceClient(network.contract(CHAINCODE, "trace"))
        try:
            event = await client.event(subject)
            return await prove_events(network, "event", subject, [event], from_genesis=from_genesis)
        except EvaluateError as error:
            if error.code != _UNKNOWN:
                raise
        events = [event async for event in client.item_events(subject)]
        return await prove_events(network, "item", subject, events, from_genesis=from_genesis)
