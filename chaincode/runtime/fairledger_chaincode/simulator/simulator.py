"""A whole channel in memory: peers, gateway, orderer and ledger, for tests of contracts in milliseconds."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType

from fabric_protos.common.policies_pb2 import SignaturePolicyEnvelope
from fabric_protos.peer.proposal_pb2 import SignedProposal

from fairledger_chaincode.limits import Limits
from fairledger_chaincode.simulator.chaincode import Connect, Contracts, MemoryReplicas, SimulatedChaincode
from fairledger_chaincode.simulator.clock import SimulatorClock
from fairledger_chaincode.simulator.collection import Collection
from fairledger_chaincode.simulator.definition import ChaincodeDefinition, Definitions
from fairledger_chaincode.simulator.endorsement import Endorsement
from fairledger_chaincode.simulator.errors import CommitInvalid, PolicyUnsatisfiable
from fairledger_chaincode.simulator.gateway import check_agreement, plan
from fairledger_chaincode.simulator.identity import CertificateAuthority, SimulatedIdentity
from fairledger_chaincode.simulator.ledger import Ledger
from fairledger_chaincode.simulator.ledger_lock import LedgerLock
from fairledger_chaincode.simulator.peer import Channel, SimulatedPeer
from fairledger_chaincode.simulator.policy import Signer, parse_policy, signed_by_majority
from fairledger_chaincode.simulator.proposal import UnpackedProposal, make_proposal, unpack_proposal
from fairledger_chaincode.simulator.transaction import Block, ChaincodeEvent, Committed, Endorsed

EXECUTE_MAX_S = 30.0  # Fabric's default of chaincode.executetimeout


class LedgerSimulator:
    """A channel with the semantics of Fabric 2.5, driven as a client drives a gateway.

    ``contracts`` are served by the real chaincode handler, a replica for every peer: copies of the objects given, or
    what the function given makes. ``connect`` takes their place to reach chaincode that runs elsewhere. ``policy`` is
    an endorsement policy in Fabric's words; by default most of the ``organizations`` have to endorse. Each
    transaction is simulated by at least ``replicas`` peers and their results compared, so that a contract that is
    not deterministic is found out even where the policy asks for one endorsement; where it asks for fewer
    organisations than that, one answers with several peers.

    All state is in the object; it is used within one event loop, and ``close`` ends its tasks.
    """

    def __init__(
        self,
        contracts: Contracts = (),
        organizations: Sequence[str] = ("Org1MSP", "Org2MSP"),
        *,
        policy: str | None = None,
        collections: Sequence[Collection] = (),
        replicas: int = 2,
        channel_id: str = "channel",
        chaincode: str = "chaincode",
        limits: Limits | None = None,
        connect: Connect | None = None,
        execute_max_s: float = EXECUTE_MAX_S,
    ) -> None:
        self.clock = SimulatorClock()
        self.organizations = tuple(organizations)
        self._replicas = replicas
        self._chaincode = chaincode
        self._limits = limits or Limits()
        self._authorities = {msp_id: CertificateAuthority(msp_id) for msp_id in self.organizations}
        self._chaincodes: dict[str, SimulatedChaincode] = {}
        self._definitions = Definitions(())
        peers = {msp_id: Signer(msp_id, "peer", f"peer0.{msp_id}") for msp_id in self.organizations}
        self.ledger = Ledger(self._definitions, peers)
        self._channel = Channel(
            channel_id, self.ledger, LedgerLock(), self.clock, self._authorities, self._chaincodes, execute_max_s
        )
        self._peers: dict[Signer, SimulatedPeer] = {}
        self._committed = asyncio.Condition()
        self.add_chaincode(chaincode, contracts, policy=policy, collections=collections, connect=connect)

    async def __aenter__(self) -> "LedgerSimulator":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Drop all streams between peers and chaincode, which ends the replicas."""
        for peer in self._peers.values():
            await peer.close()

    def add_chaincode(
        self,
        name: str,
        contracts: Contracts = (),
        *,
        policy: str | None = None,
        collections: Sequence[Collection] = (),
        connect: Connect | None = None,
    ) -> None:
        """Define another chaincode on the channel, which contracts may invoke; parameters as in the constructor."""
        if connect is None:
            replicas = MemoryReplicas(contracts, f"{name}:simulated", limits=self._limits, clock=self.clock.now_s)
            connect = replicas.connect
        definition = ChaincodeDefinition(name, self._policy(policy), tuple(collections))
        self._definitions.add(definition)
        self._chaincodes[name] = SimulatedChaincode(definition, connect)

    # Who is there

    def identity(self, msp_id: str, name: str, *, unit: str = "client", **attributes: str) -> SimulatedIdentity:
        """Enrol ``name`` at an organisation's CA; ``attributes`` (such as ``role``, ``gln``) go into the certificate.

        ``unit`` is the role that policies see: ``client``, ``admin``, ``peer`` or ``orderer``. Raises ``KeyError``
        for an organisation that the channel does not have.
        """
        return self._authorities[msp_id].issue(name, unit=unit, attributes=attributes)

    def authority(self, msp_id: str) -> CertificateAuthority:
        """Return an organisation's CA, to issue unusual certificates."""
        return self._authorities[msp_id]

    def peer(self, msp_id: str, number: int = 0) -> SimulatedPeer:
        """Return a peer of an organisation, to inject faults or to stop it."""
        signer = Signer(msp_id, "peer", f"peer{number}.{msp_id}")
        if signer not in self._peers:
            self._peers[signer] = SimulatedPeer(signer, self._channel)
        return self._peers[signer]

    # What a client does

    async def evaluate(
        self,
        identity: SimulatedIdentity,
        function: str,
        *args: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        at: datetime | None = None,
        organization: str | None = None,
        chaincode: str | None = None,
    ) -> bytes:
        """Call a function at one peer, of the caller's organisation or of ``organization``, and return its result.

        ``at`` is the proposal's time; the clock's by default. Raises ``ProposalRefused`` and ``ChaincodeFailed``.
        """
        proposal = self._propose(identity, function, args, transient=transient, at=at, chaincode=chaincode)
        peer = self.peer(organization or identity.msp_id)
        return (await self._process(peer, proposal, "evaluate")).payload

    async def endorse(
        self,
        identity: SimulatedIdentity,
        function: str,
        *args: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        at: datetime | None = None,
        organizations: Sequence[str] | None = None,
        chaincode: str | None = None,
    ) -> Endorsed:
        """Let peers endorse a call: of ``organizations`` when given, else of as many as the policies want.

        Raises ``ProposalRefused``, ``ChaincodeFailed``, ``PolicyUnsatisfiable`` and ``EndorsementMismatch``. Named
        organisations are not held against the policies here; that is done at commit.
        """
        proposal = self._propose(identity, function, args, transient=transient, at=at, chaincode=chaincode)
        return await self._endorsed(proposal, organizations)

    async def endorse_signed(self, signed: SignedProposal) -> Endorsed:
        """Let as many peers as the policies want endorse a proposal that a client made and signed. See ``endorse``."""
        return await self._endorsed(unpack_proposal(signed), None)

    async def _endorsed(self, proposal: UnpackedProposal, organizations: Sequence[str] | None) -> Endorsed:
        endorsements: list[Endorsement] = []
        if organizations is None:
            first = await self._process(self.peer(proposal.creator.mspid), proposal, "endorse")
            endorsements.append(first)
            chosen = self._plan(first, proposal)
        else:
            chosen = tuple(self.peer(msp_id).signer for msp_id in organizations)
        chosen += self._further_replicas(chosen)
        others = [self.peer(signer.msp_id, _number(signer)) for signer in chosen[len(endorsements) :]]
        endorsements += await asyncio.gather(*(self._process(peer, proposal, "endorse") for peer in others))
        check_agreement(endorsements)
        return Endorsed(proposal.tx_id, proposal.chaincode, proposal.time, tuple(endorsements))

    async def commit(self, transactions: Sequence[Endorsed]) -> list[Committed]:
        """Commit endorsed transactions in one block, in this order; what each came to is in its validation code."""
        async with self._channel.lock.committing():
            block = self.ledger.commit(transactions)
        async with self._committed:
            self._committed.notify_all()
        return list(block.transactions)

    async def submit(
        self,
        identity: SimulatedIdentity,
        function: str,
        *args: str | bytes,
        transient: Mapping[str, bytes] | None = None,
        at: datetime | None = None,
        organizations: Sequence[str] | None = None,
        chaincode: str | None = None,
    ) -> Committed:
        """Endorse a call and commit it in a block of its own.

        Raises as ``endorse`` does, and ``CommitInvalid`` when the transaction is invalid in its block.
        """
        endorsed = await self.endorse(
            identity,
            function,
            *args,
            transient=transient,
            at=at,
            organizations=organizations,
            chaincode=chaincode,
        )
        (committed,) = await self.commit([endorsed])
        if not committed.is_valid:
            raise CommitInvalid(committed.tx_id, committed.block_number, committed.validation_code)
        return committed

    # What came of it

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks so far, beginning with the channel's configuration as block 0."""
        return tuple(self.ledger.blocks)

    @property
    def events(self) -> tuple[ChaincodeEvent, ...]:
        """The events of valid transactions so far, in order."""
        return tuple(event for block in self.ledger.blocks for tx in block.transactions for event in tx.events)

    async def chaincode_events(self, start_block: int = 0) -> AsyncIterator[ChaincodeEvent]:
        """Give the events of valid transactions from ``start_block`` on, and wait for more; never ends by itself."""
        number = start_block
        while True:
            async with self._committed:
                await self._committed.wait_for(lambda: number < self.ledger.height)  # noqa: B023 - awaited at once
            for transaction in self.ledger.blocks[number].transactions:
                for event in transaction.events:
                    yield event
            number += 1

    def state(self, key: str, chaincode: str | None = None) -> bytes | None:
        """Return the committed public value of ``key``, past all contracts."""
        held = self.ledger.world.public(chaincode or self._chaincode).get(key)
        return None if held is None else held.value

    def private_copies(self, msp_id: str, collection: str, key: str, chaincode: str | None = None) -> list[bytes]:
        """Return every value of a private key that is still on an organisation's disks, oldest first."""
        return self.ledger.private[msp_id].copies(chaincode or self._chaincode, collection, key)

    def _policy(self, policy: str | None) -> SignaturePolicyEnvelope:
        return signed_by_majority(self.organizations) if policy is None else parse_policy(policy)

    def _propose(
        self,
        identity: SimulatedIdentity,
        function: str,
        args: Sequence[str | bytes],
        *,
        transient: Mapping[str, bytes] | None,
        at: datetime | None,
        chaincode: str | None,
    ) -> UnpackedProposal:
        return make_proposal(
            identity,
            self._channel.channel_id,
            chaincode or self._chaincode,
            [arg.encode() if isinstance(arg, str) else arg for arg in (function, *args)],
            time=at or self.clock.now(),
            transient=transient or {},
        )

    async def _process(self, peer: SimulatedPeer, proposal: UnpackedProposal, stage: str) -> Endorsement:
        if not peer.is_running:
            raise PolicyUnsatisfiable(f"no peers available of {peer.signer.msp_id}: {peer.signer.name} is stopped")
        return await peer.process(proposal, stage)

    def _plan(self, first: Endorsement, proposal: UnpackedProposal) -> tuple[Signer, ...]:
        peers = [self.peer(msp_id) for msp_id in self.organizations]
        return plan(
            first,
            proposal.chaincode,
            [peer.signer for peer in peers if peer.is_running],
            self._definitions,
            self.ledger.world,
            has_transient=proposal.has_transient,
        )

    def _further_replicas(self, chosen: Sequence[Signer]) -> tuple[Signer, ...]:
        """Return further peers of the ``chosen`` organisations, so that enough replicas simulate the transaction."""
        further = []
        for index in range(self._replicas - len(chosen)):
            signer = chosen[index % len(chosen)]
            number = 1 + index // len(chosen)
            further.append(self.peer(signer.msp_id, number).signer)
        return tuple(further)


def _number(signer: Signer) -> int:
    return int(signer.name.removeprefix("peer").partition(".")[0])
