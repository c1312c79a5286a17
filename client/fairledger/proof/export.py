"""Making a bundle from what a peer of the own organisation has."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Literal, Protocol

from fairledger.proof.blocks import bare, last_config
from fairledger.proof.bundle import FORMAT, Bundle, Chain, Claim, Evidence, SignedBlock, pack
from fairledger.proof.errors import ProofError
from fairledger.readmodel.blocks import decode
from fairledger_contracts.records import RecordedEvent


class Ledger(Protocol):
    """What this needs of a gateway's network; ``fairledger.gateway.Network`` has it."""

    async def block_by_number(self, number: int) -> Any:
        """See ``fairledger.gateway.Network``."""
        ...

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """See ``fairledger.gateway.Network``."""
        ...


async def prove_transaction(ledger: Ledger, tx_id: str) -> Bundle:
    """A bundle for a transaction. Raises ``ProofError`` (PROOF_NOT_VALID) and ``GatewayError``."""
    return await _bundle(ledger, "transaction", tx_id, [(tx_id, None)])


async def prove_events(
    ledger: Ledger, kind: Literal["item", "event"], subject: str, events: Sequence[RecordedEvent]
) -> Bundle:
    """A bundle for ``events``. Raises ``ProofError`` (PROOF_NOT_VALID, PROOF_SUBJECT) and ``GatewayError``."""
    if not events:
        raise ProofError("PROOF_SUBJECT", f"nothing is recorded of {subject}")
    claims = [(each.capture_id, _claim(each)) for each in events]
    return await _bundle(ledger, kind, subject, claims)


def _claim(event: RecordedEvent) -> Claim:
    return Claim(event_id=_event_id(event), digest=event.digest, event=event.event, context=event.context)


def _event_id(event: RecordedEvent) -> str:
    return str(json.loads(event.event)["eventID"])


async def _bundle(
    ledger: Ledger,
    kind: Literal["item", "event", "transaction"],
    subject: str,
    claims: Sequence[tuple[str, Claim | None]],
) -> Bundle:
    found = {tx_id: await _block_of(ledger, tx_id) for tx_id in dict.fromkeys(tx_id for tx_id, _ in claims)}
    blocks = {block.header.number: block for block in found.values()}
    numbers = sorted(blocks)
    configs = sorted({last_config(block) for block in blocks.values()})
    chains = []
    for config in configs:
        last = max(number for number in numbers if last_config(blocks[number]) == config)
        chains.append(await _chain(ledger, config, last))
    return Bundle(
        format=FORMAT,
        kind=kind,
        subject=subject,
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


async def _block_of(ledger: Ledger, tx_id: str) -> Any:
    block = await ledger.block_by_tx_id(tx_id)
    if not any(each.valid for each in decode(block).transactions if each.tx_id == tx_id):
        raise ProofError("PROOF_NOT_VALID", f"the peer says that the transaction {tx_id} had no effect")
    return block


async def _chain(ledger: Ledger, config: int, last: int) -> Chain:
    """From the config block to the last block to be proved, which itself is not among the data hashes."""
    config_block = await ledger.block_by_number(config)
    hashes = [(await ledger.block_by_number(number)).header.data_hash for number in range(config + 1, last)]
    return Chain(config=pack(bare(config_block, signed=False)), data_hashes=base64.b64encode(b"".join(hashes)).decode())
