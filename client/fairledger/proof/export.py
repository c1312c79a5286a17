"""Making a bundle from what a peer of the own organisation has."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Any, Final, Literal, Protocol

from fairledger.proof.blocks import bare, last_config
from fairledger.proof.bundle import FORMAT, Bundle, Chain, Claim, Evidence, SignedBlock, encoded, pack
from fairledger.proof.errors import ProofError
from fairledger.readmodel.blocks import decode
from fairledger_contracts.records import RecordedEvent

IN_FLIGHT_MAX: Final = 16  # blocks asked for by transaction at once; a peer's gateway serves some hundred requests


class Ledger(Protocol):
    """What this needs of a gateway's network; ``fairledger.gateway.Network`` has it."""

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """See ``fairledger.gateway.Network``."""
        ...

    def block_events(self, start_block: int, *, stop_block: int) -> AsyncGenerator[Any, None]:
        """See ``fairledger.gateway.Network``."""
        ...


async def prove_transaction(ledger: Ledger, tx_id: str, *, from_genesis: bool = False) -> Bundle:
    """A bundle for a transaction. Raises ``ProofError`` (PROOF_NOT_VALID) and ``GatewayError``."""
    return await _bundle(ledger, "transaction", tx_id, [(tx_id, None)], from_genesis=from_genesis)


async def prove_events(
    ledger: Ledger,
    kind: Literal["item", "event"],
    subject: str,
    events: Sequence[RecordedEvent],
    *,
    from_genesis: bool = False,
) -> Bundle:
    """A bundle for ``events``. Raises ``ProofError`` (PROOF_NOT_VALID, PROOF_SUBJECT) and ``GatewayError``."""
    if not events:
        raise ProofError("PROOF_SUBJECT", f"nothing is recorded of {subject}")
    claims = [(each.capture_id, _claim(each)) for each in events]
    return await _bundle(ledger, kind, subject, claims, from_genesis=from_genesis)


def _claim(event: RecordedEvent) -> Claim:
    return Claim(event_id=_event_id(event), digest=event.digest, event=event.event, context=event.context)


def _event_id(event: RecordedEvent) -> str:
    return str(json.loads(event.event)["eventID"])


async def _bundle(
    ledger: Ledger,
    kind: Literal["item", "event", "transaction"],
    subject: str,
    claims: Sequence[tuple[str, Claim | None]],
    *,
    from_genesis: bool,
) -> Bundle:
    found = await _blocks_of(ledger, dict.fromkeys(tx_id for tx_id, _ in claims))
    blocks = {block.header.number: block for block in found.values()}
    numbers = sorted(blocks)
    configs = sorted({last_config(block) for block in blocks.values()})
    from_genesis = from_genesis or configs == [0]  # which costs nothing
    chains, end = [], 0
    for config in configs:
        proved = [number for number in numbers if last_config(blocks[number]) == config]
        chains.append(await _chain(ledger, end if from_genesis else config, config, proved))
        end = proved[-1] + 1
    return Bundle(
        format=FORMAT,
        kind=kind,
        subject=subject,
        from_genesis=from_genesis,
        chains=chains,
        blocks=[
            SignedBlock(block=pack(bare(blocks[each], signed=True)), chain=configs.index(last_config(blocks[each])))
            for each in numbers
        ],
        evidence=[
            Evidence(tx_id=tx_id, block=numbers.index(found[tx_id].header.number), claim=claim)
            for tx_id, claim in claims
        ],
    )


async def _blocks_of(ledger: Ledger, tx_ids: Iterable[str]) -> dict[str, Any]:
    places = asyncio.Semaphore(IN_FLIGHT_MAX)

    async def find(tx_id: str) -> tuple[str, Any]:
        async with places:
            return tx_id, await _block_of(ledger, tx_id)

    return dict(await asyncio.gather(*map(find, tx_ids)))


async def _block_of(ledger: Ledger, tx_id: str) -> Any:
    block = await ledger.block_by_tx_id(tx_id)
    if not any(each.valid for each in decode(block).transactions if each.tx_id == tx_id):
        raise ProofError("PROOF_NOT_VALID", f"the peer says that the transaction {tx_id} had no effect")
    return block


async def _chain(ledger: Ledger, start: int, config: int, proved: Sequence[int]) -> Chain:
    """The blocks from ``start`` to the last of ``proved`` come as one stream; of most only the data hash is kept."""
    config_block: Any = None
    before, between = bytearray(), bytearray()
    async with aclosing(ledger.block_events(start, stop_block=proved[-1] - 1)) as stream:
        async for block in stream:
            number = block.header.number
            if number == config:
                config_block = block
            elif number not in proved:
                hashes = before if number < config else between
                hashes += block.header.data_hash
    return Chain(before=encoded(before), config=pack(bare(config_block, signed=False)), between=encoded(between))
