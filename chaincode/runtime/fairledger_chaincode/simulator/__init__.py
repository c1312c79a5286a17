"""A ledger in memory to test contracts with: Fabric's semantics behind the protocol that a real peer speaks.

    ledger = LedgerSimulator([Trace()], ("PlatformAMSP", "AssociationMSP"), policy="AND('PlatformAMSP.peer', ...)")
    alice = ledger.identity("PlatformAMSP", "alice", role="producer", gln="4012345000009")
    committed = await ledger.submit(alice, "trace:capture", document)
    result = await ledger.evaluate(alice, "trace:event", event_id)

It is a test tool; nothing of it runs where real transactions are endorsed.
"""

from fairledger_chaincode.simulator.clock import SimulatorClock
from fairledger_chaincode.simulator.collection import Collection
from fairledger_chaincode.simulator.endorsement import Endorsement, Event
from fairledger_chaincode.simulator.errors import (
    ChaincodeFailed,
    ChannelHalted,
    CommitInvalid,
    EndorsementMismatch,
    PolicyMalformed,
    PolicyUnsatisfiable,
    ProposalRefused,
    SimulatorError,
)
from fairledger_chaincode.simulator.identity import CertificateAuthority, SimulatedIdentity
from fairledger_chaincode.simulator.policy import Signer, is_satisfied, parse_policy
from fairledger_chaincode.simulator.simulator import LedgerSimulator
from fairledger_chaincode.simulator.transaction import Block, ChaincodeEvent, Committed, Endorsed

__all__ = [
    "Block",
    "CertificateAuthority",
    "ChaincodeEvent",
    "ChaincodeFailed",
    "ChannelHalted",
    "Collection",
    "CommitInvalid",
    "Committed",
    "Endorsed",
    "Endorsement",
    "EndorsementMismatch",
    "Event",
    "LedgerSimulator",
    "PolicyMalformed",
    "PolicyUnsatisfiable",
    "ProposalRefused",
    "Signer",
    "SimulatedIdentity",
    "SimulatorClock",
    "SimulatorError",
    "is_satisfied",
    "parse_policy",
]
