"""A network: one channel, seen through the gateway's peers."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from fairledger.gateway.block_events import block_events
from fairledger.gateway.chaincode_events import ChaincodeEvent, chaincode_events
from fairledger.gateway.checkpointer import Checkpointer
from fairledger.gateway.contract import Contract
from fairledger.gateway.core import Core
from fairledger.gateway.discovery import DiscoveredPeer, EndorsementPlan
from fairledger.gateway.ledger_query import ChainInfo, LedgerQuery
from fairledger.gateway.start import Start


class Network:
    """The channel ``name``."""

    def __init__(self, core: Core, name: str) -> None:
        self._core = core
        self._ledger = LedgerQuery(core, name)
        self.name = name

    def contract(self, chaincode: str, name: str | None = None) -> Contract:
        """The contract ``name`` of ``chaincode``; without a name, its default contract."""
        return Contract(self._core, self.name, chaincode, name)

    def block_events(
        self,
        start_block: int | None = None,
        *,
        stop_block: int | None = None,
        checkpoint: Checkpointer | None = None,
    ) -> AsyncGenerator[Any, None]:
        """The channel's blocks (``common.Block``) in order, each exactly once, from ``start_block`` on.

        Without a start, from the next block that is committed; a position in ``checkpoint`` goes first.
        It ends after ``stop_block``, or never. When the peer goes away, the stream is resumed where it was, at any
        own peer. Each block's number, previous hash and data hash are checked.

        Raises ``EventsError`` when resuming fails for good, ``BlockBroken``, and ``CheckpointBroken``.
        """
        return block_events(self._core, self.name, Start(start_block, checkpoint, self.chain_info), stop_block)

    def chaincode_events(
        self, chaincode: str, start_block: int | None = None, *, checkpoint: Checkpointer | None = None
    ) -> AsyncGenerator[ChaincodeEvent, None]:
        """The events of ``chaincode`` in valid transactions, in order, each exactly once, from ``start_block`` on.

        Start, checkpoint and resuming are as with ``block_events``; a checkpoint's transaction counts as seen.
        Raises ``EventsError`` and ``CheckpointBroken``.
        """
        return chaincode_events(self._core, self.name, chaincode, Start(start_block, checkpoint, self.chain_info))

    async def chain_info(self) -> ChainInfo:
        """Height and newest hashes of the own peer's ledger. Raises ``EvaluateError``, as do the next three."""
        return await self._ledger.chain_info()

    async def block_by_number(self, number: int) -> Any:
        """The ``common.Block`` of that number; ``EvaluateError`` (GATEWAY_NOT_FOUND) beyond the height."""
        return await self._ledger.block_by_number(number)

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """The ``common.Block`` that holds the transaction; ``EvaluateError`` (GATEWAY_NOT_FOUND) if none does."""
        return await self._ledger.block_by_tx_id(tx_id)

    async def transaction_by_id(self, tx_id: str) -> Any:
        """The ``protos.ProcessedTransaction``: envelope and validation code. Raises as ``block_by_tx_id``."""
        return await self._ledger.transaction_by_id(tx_id)

    async def discover_peers(self) -> tuple[DiscoveredPeer, ...]:
        """The channel's peers that are up, as the own peer sees them. Raises ``DiscoveryError``."""
        return await self._core.discovery.peers(self.name)

    async def endorsement_plan(self, chaincode: str, collections: Sequence[str] = ()) -> EndorsementPlan:
        """Whose endorsements ``chaincode`` needs to write, to ``collections`` if named. Raises ``DiscoveryError``."""
        return await self._core.discovery.endorsement_plan(self.name, chaincode, collections)
