"""What can go wrong between a caller and the simulated ledger, by stage.

SimulatorError             anything the simulator tells a caller; ``stage`` says at which step
├── PolicyMalformed        setup     an endorsement or membership policy makes no sense
├── ProposalRefused        proposal  the peer refused the proposal before it called the chaincode
├── ChaincodeFailed        evaluate, endorse  the chaincode refused, or the peer could not get an answer of it
├── PolicyUnsatisfiable    endorse   no set of the organisations' peers satisfies the policies
├── EndorsementMismatch    endorse   endorsers came to different results
├── CommitInvalid          commit    ``submit`` wrote a transaction into a block that is invalid there
└── ChannelHalted          commit    a peer would stop at this block and never go on

LedgerRefusal              inside the peer: a ledger call answered with ERROR; never leaves the simulator
"""

import re

STABLE_CODE = re.compile(r"([A-Z][A-Z0-9_]*): ")


class SimulatorError(Exception):
    """Base of what the simulator tells a caller."""

    stage = "setup"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PolicyMalformed(SimulatorError):
    """A policy expression makes no sense."""


class ProposalRefused(SimulatorError):
    """The peer refused the proposal before it called the chaincode: creator, signature or transaction id."""

    stage = "proposal"


class ChaincodeFailed(SimulatorError):
    """The chaincode refused a call, or the peer got no answer.

    ``status`` and ``message`` are the response's own; ``code`` is the stable code at the message's beginning, or
    empty when the peer itself answered. ``peer`` names the endorser.
    """

    def __init__(self, stage: str, status: int, message: str, peer: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.status = status
        self.peer = peer
        found = STABLE_CODE.match(message)
        self.code = found[1] if found else ""


class PolicyUnsatisfiable(SimulatorError):
    """No set of the organisations' running peers satisfies the policies that the transaction's writes fall under."""

    stage = "endorse"


class EndorsementMismatch(SimulatorError):
    """Endorsers came to different results; ``differences`` says in what, one line each."""

    stage = "endorse"

    def __init__(self, first: str, other: str, differences: tuple[str, ...]) -> None:
        super().__init__(f"{other} differs from {first}: " + "; ".join(differences))
        self.differences = differences


class CommitInvalid(SimulatorError):
    """A submitted transaction is in a block but invalid; ``code`` is Fabric's name of the reason."""

    stage = "commit"

    def __init__(self, tx_id: str, block_number: int, code: str) -> None:
        super().__init__(f"transaction {tx_id} is invalid in block {block_number}: {code}")
        self.tx_id = tx_id
        self.block_number = block_number
        self.code = code


class ChannelHalted(SimulatorError):
    """The block makes Fabric's peers stop: a key-level endorsement policy that is none."""

    stage = "commit"


class LedgerRefusal(Exception):
    """A ledger call that the peer answers with ERROR; the message is the peer's text."""
