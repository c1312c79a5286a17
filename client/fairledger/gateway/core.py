"""What the nouns of an open gateway share: who signs, the peers, the limits, and the places in flight."""

from dataclasses import dataclass

from fairledger.gateway.commit import Commit, CommitStatus
from fairledger.gateway.discovery import Discovery
from fairledger.gateway.flight import Flight
from fairledger.gateway.limits import Limits
from fairledger.gateway.peers import Peers
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.signing import SigningIdentity
from fairledger.gateway.stages import Stages
from fairledger.gateway.transaction import Transaction


@dataclass(frozen=True)
class Core:
    """The stages, each with a place in flight of its own, and what else contracts and networks need."""

    signing: SigningIdentity
    limits: Limits
    peers: Peers
    flight: Flight
    stages: Stages
    discovery: Discovery
    tls_certificate_hash: bytes

    async def evaluate(self, proposal: Proposal) -> bytes:
        """See ``Stages.evaluate``."""
        async with self.flight:
            return await self.stages.evaluate(proposal)

    async def endorse(self, proposal: Proposal) -> Transaction:
        """See ``Stages.endorse``."""
        async with self.flight:
            return await self.stages.endorse(proposal)

    async def submit(self, transaction: Transaction) -> Commit:
        """See ``Stages.submit``."""
        async with self.flight:
            return await self.stages.submit(transaction)

    async def commit_status(self, commit: Commit, deadline_s: float | None = None) -> CommitStatus:
        """See ``Stages.commit_status``."""
        async with self.flight:
            return await self.stages.commit_status(commit, deadline_s)
