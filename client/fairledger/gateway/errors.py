"""What can go wrong between a client and the ledger, one type a stage.

GatewayError
├── GatewayRefused       refused here, before anything left this process
├── GatewayUnreachable   no peer answers
├── GatewayBusy          more is in flight than the client or the peer allows; nothing was done
├── EvaluateError        a query failed; nothing is written
├── EndorseError         a transaction was not endorsed; nothing is written
├── SubmitError          the orderers did not accept an endorsed transaction; nothing is written
├── CommitStatusError    whether it was committed is unknown: ask again
│   └── SubmitUnknown    whether the orderers have it is unknown: ask again, or send the same envelope again
├── CommitError          committed as invalid: it is in a block and has no effect
├── EventsError          a stream of blocks or events ended and could not be resumed
├── DiscoveryError       the peer did not say who can endorse
├── BlockBroken          a block does not follow from its predecessor, or its content is not what its header says
└── CheckpointBroken     a stored position can't be read

``code`` is the chaincode's own stable code when the chaincode refused, else one of the GATEWAY_ codes of ``codes.py``.
Callers match codes and types, never the prose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairledger.gateway.commit import Commit, CommitStatus
    from fairledger.gateway.transaction import Transaction


@dataclass(frozen=True)
class NodeDetail:
    """What one node said: its address (``host:port``), its organisation's MSP id, and its message."""

    address: str
    msp_id: str
    message: str


class GatewayError(Exception):
    """Base of all. ``tx_id`` is empty where no transaction is concerned; ``details`` has what each node said."""

    def __init__(self, code: str, message: str, *, tx_id: str = "", details: tuple[NodeDetail, ...] = ()) -> None:
        said = "".join(f"\n  {node.address} ({node.msp_id}): {node.message}" for node in details)
        about = f" (transaction {tx_id})" if tx_id else ""
        super().__init__(f"{code}: {message}{about}{said}")
        self.code = code
        self.message = message
        self.tx_id = tx_id
        self.details = details


class GatewayRefused(GatewayError):
    """Refused by this client before anything was sent."""


class GatewayUnreachable(GatewayError):
    """No peer answered; ``details`` says why, node by node."""


class GatewayBusy(GatewayError):
    """The bound on what may be in flight is reached, here or at the peer. Nothing was done; try later."""


class EvaluateError(GatewayError):
    """A query failed."""


class EndorseError(GatewayError):
    """A proposal was not endorsed as its policy demands.

    ``missing_organizations`` names the MSP ids whose endorsement could not be had, where that is the reason.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        tx_id: str = "",
        details: tuple[NodeDetail, ...] = (),
        missing_organizations: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, message, tx_id=tx_id, details=details)
        self.missing_organizations = missing_organizations


class SubmitError(GatewayError):
    """The ordering service did not take the transaction: it will not be committed unless submitted again."""


class CommitStatusError(GatewayError):
    """Nobody could say whether the transaction is committed. ``gateway.commit_status(error.commit)`` asks again."""

    def __init__(
        self, code: str, message: str, *, commit: Commit, tx_id: str = "", details: tuple[NodeDetail, ...] = ()
    ) -> None:
        super().__init__(code, message, tx_id=tx_id, details=details)
        self.commit = commit


class SubmitUnknown(CommitStatusError):
    """The answer to a submission was lost, so the transaction may or may not be ordered.

    ``gateway.commit_status(error.commit)`` asks again; ``gateway.submit(error.transaction)`` sends the same envelope
    again, which has at most one effect: a second copy is committed as DUPLICATE_TXID.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        commit: Commit,
        transaction: Transaction,
        tx_id: str = "",
        details: tuple[NodeDetail, ...] = (),
    ) -> None:
        super().__init__(code, message, commit=commit, tx_id=tx_id, details=details)
        self.transaction = transaction


class CommitError(GatewayError):
    """The transaction is in block ``status.block_number`` and invalid, by ``validation_code`` (Fabric's name of it)."""

    def __init__(self, code: str, message: str, *, status: CommitStatus) -> None:
        super().__init__(code, message, tx_id=status.tx_id)
        self.status = status

    @property
    def validation_code(self) -> str:
        """Fabric's ``TxValidationCode`` by name: MVCC_READ_CONFLICT, ENDORSEMENT_POLICY_FAILURE, ..."""
        return self.status.name


class EventsError(GatewayError):
    """A stream ended, and resuming it failed for good or as often as the limits allow."""


class DiscoveryError(GatewayError):
    """The discovery service refused or failed."""


class BlockBroken(GatewayError):
    """A block's number, previous hash or data hash is wrong: the node that served it is faulty or tampered with."""


class CheckpointBroken(GatewayError):
    """A checkpoint exists and is unreadable. Missing is not broken: that is a start from the beginning."""
