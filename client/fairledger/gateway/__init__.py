"""The gateway client: evaluate, endorse, submit, wait for the commit, and follow blocks and events. Asynchronous.

    async with Gateway.connect(profile, identity, signer) as gateway:
        contract = gateway.network("credit-channel").contract("credit", "trace")
        receipt = await contract.submit("capture", document)

Errors are in ``fairledger.gateway.errors``, their codes in ``fairledger.gateway.codes``.
"""

from fairledger.gateway.block import BlockTransaction, block_hash, check_block, data_hash, transactions
from fairledger.gateway.chaincode_events import ChaincodeEvent
from fairledger.gateway.checkpointer import Checkpointer, FileCheckpointer, InMemoryCheckpointer, Position
from fairledger.gateway.commit import Commit, CommitStatus
from fairledger.gateway.contract import Contract
from fairledger.gateway.discovery import DiscoveredPeer, EndorsementPlan
from fairledger.gateway.gateway import Gateway
from fairledger.gateway.ledger_query import ChainInfo
from fairledger.gateway.limits import Limits
from fairledger.gateway.network import Network
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.retry import ConflictRetry
from fairledger.gateway.submission import SubmittedTransaction
from fairledger.gateway.transaction import Transaction
from fairledger.gateway.transport import ClientTls

__all__ = [
    "BlockTransaction",
    "ChainInfo",
    "ChaincodeEvent",
    "Checkpointer",
    "ClientTls",
    "Commit",
    "CommitStatus",
    "ConflictRetry",
    "Contract",
    "DiscoveredPeer",
    "EndorsementPlan",
    "FileCheckpointer",
    "Gateway",
    "InMemoryCheckpointer",
    "Limits",
    "Network",
    "Position",
    "Proposal",
    "SubmittedTransaction",
    "Transaction",
    "block_hash",
    "check_block",
    "data_hash",
    "transactions",
]
