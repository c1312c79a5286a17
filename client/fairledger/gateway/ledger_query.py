"""Blocks and transactions by number and id, by the peers' system chaincode ``qscc``."""

from dataclasses import dataclass
from typing import Any

from fabric_protos.common import common_pb2, ledger_pb2
from fabric_protos.peer import transaction_pb2

from fairledger.gateway import codes
from fairledger.gateway.core import Core
from fairledger.gateway.errors import EvaluateError
from fairledger.gateway.proposal import propose

_QSCC = "qscc"
_NOT_FOUND = ("no such block number", "no such transaction ID", "Entry not found in index")


@dataclass(frozen=True)
class ChainInfo:
    """A ledger's ``height`` (number of blocks; the newest is ``height - 1``) and the two newest block hashes."""

    height: int
    current_block_hash: bytes
    previous_block_hash: bytes


class LedgerQuery:
    """Asks the own organisation's peers only: nobody else's word is taken for the ledger."""

    def __init__(self, core: Core, channel: str) -> None:
        self._core = core
        self._channel = channel

    async def chain_info(self) -> ChainInfo:
        """See ``Network.chain_info``."""
        info = ledger_pb2.BlockchainInfo.FromString(await self._query("GetChainInfo"))
        return ChainInfo(info.height, info.currentBlockHash, info.previousBlockHash)

    async def block_by_number(self, number: int) -> Any:
        """See ``Network.block_by_number``."""
        return common_pb2.Block.FromString(await self._query("GetBlockByNumber", str(number)))

    async def block_by_tx_id(self, tx_id: str) -> Any:
        """See ``Network.block_by_tx_id``."""
        return common_pb2.Block.FromString(await self._query("GetBlockByTxID", tx_id))

    async def transaction_by_id(self, tx_id: str) -> Any:
        """See ``Network.transaction_by_id``."""
        return transaction_pb2.ProcessedTransaction.FromString(await self._query("GetTransactionByID", tx_id))

    async def _query(self, function: str, *arguments: str) -> bytes:
        proposal = propose(
            creator=self._core.signing.creator,
            channel=self._channel,
            chaincode=_QSCC,
            function=function,
            arguments=(self._channel, *arguments),
            endorsing_organizations=self._core.peers.own_organizations(),
            tls_certificate_hash=self._core.tls_certificate_hash,
        )
        try:
            return await self._core.evaluate(proposal)
        except EvaluateError as error:
            if any(phrase in str(error) for phrase in _NOT_FOUND):
                raise EvaluateError(
                    codes.NOT_FOUND, f"the ledger has no such record: {' '.join(arguments)}", details=error.details
                ) from error
            raise
