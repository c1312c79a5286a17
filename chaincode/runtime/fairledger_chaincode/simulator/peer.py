"""One organisation's peer: checks proposals, simulates them with its own replica of the chaincode, and endorses."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from fabric_protos.peer.chaincode_pb2 import ChaincodeInput, ChaincodeSpec
from fabric_protos.peer.chaincode_shim_pb2 import ChaincodeMessage
from fabric_protos.peer.proposal_response_pb2 import Response
from google.protobuf.message import DecodeError

from fairledger_chaincode.simulator.access import CollectionAccess
from fairledger_chaincode.simulator.chaincode import SimulatedChaincode
from fairledger_chaincode.simulator.chaincode_connection import ChaincodeConnection, RunningTransaction
from fairledger_chaincode.simulator.clock import SimulatorClock
from fairledger_chaincode.simulator.endorsement import STATUS_ENDORSED_BELOW, Endorsement, Event
from fairledger_chaincode.simulator.errors import ChaincodeFailed, LedgerRefusal, ProposalRefused
from fairledger_chaincode.simulator.faults import Faults
from fairledger_chaincode.simulator.identity import CertificateAuthority
from fairledger_chaincode.simulator.ledger import Ledger
from fairledger_chaincode.simulator.ledger_calls import LedgerCalls
from fairledger_chaincode.simulator.ledger_lock import LedgerLock
from fairledger_chaincode.simulator.policy import Signer
from fairledger_chaincode.simulator.proposal import UnpackedProposal, id_matches
from fairledger_chaincode.simulator.simulation import Simulation

STATUS_PEER_FAILED = 500
STATUS_SUCCESS_MIN = 200


@dataclass(frozen=True, slots=True)
class Channel:
    """What all peers of a channel share."""

    channel_id: str
    ledger: Ledger
    lock: LedgerLock
    clock: SimulatorClock
    authorities: Mapping[str, CertificateAuthority]
    chaincodes: Mapping[str, SimulatedChaincode]
    execute_max_s: float


class SimulatedPeer:
    """A peer; ``faults`` are what tests ask it to do wrong. A stopped peer answers nothing."""

    def __init__(self, signer: Signer, channel: Channel) -> None:
        self.signer = signer
        self.faults = Faults()
        self.is_running = True
        self._channel = channel
        self._connections: dict[str, ChaincodeConnection] = {}
        self._connecting = asyncio.Lock()

    async def connection(self, chaincode: str) -> ChaincodeConnection:
        """Return the stream to this peer's replica of ``chaincode``, opened anew when it was lost.

        Raises ``LedgerRefusal`` when it can't be reached or does not register, and ``KeyError`` for a chaincode that
        the channel does not have.
        """
        found = self._channel.chaincodes[chaincode]
        async with self._connecting:
            connection = self._connections.get(chaincode)
            if connection is None or connection.is_lost:
                try:
                    stream = await found.connect()
                except OSError as error:
                    raise LedgerRefusal(f"could not launch chaincode {chaincode}: {error}") from error
                connection = ChaincodeConnection(stream, self.faults, execute_max_s=self._channel.execute_max_s)
                self._connections[chaincode] = connection
        await connection.registered()
        return connection

    async def close(self) -> None:
        """Drop all streams."""
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()

    async def process(self, proposal: UnpackedProposal, stage: str) -> Endorsement:
        """Check and simulate ``proposal``.

        Raises ``ProposalRefused`` before the chaincode is called, and ``ChaincodeFailed`` (for ``stage``) when it
        refuses or does not answer.
        """
        creator = self._check(proposal)
        if proposal.chaincode not in self._channel.chaincodes:
            raise self._failed(
                stage,
                f"make sure the chaincode {proposal.chaincode} has been successfully defined on channel "
                f"{proposal.channel_id} and try again: chaincode {proposal.chaincode} not found",
            )
        async with self._channel.lock.simulating():
            ledger = self._channel.ledger
            private = ledger.private[self.signer.msp_id]
            simulation = Simulation(proposal.tx_id, ledger.world, private, ledger.definitions)
            call = ChaincodeInput(args=proposal.args)
            try:
                answer, calls = await self._execute(proposal, proposal.chaincode, call, simulation, creator)
            except LedgerRefusal as refusal:
                reason = f"error in simulation: failed to execute transaction {proposal.tx_id}: {refusal}"
                raise self._failed(stage, reason) from refusal
            return self._endorse(answer, calls, simulation, proposal, stage)

    def _check(self, proposal: UnpackedProposal) -> Signer:
        """Return who made the proposal; steps as the peer takes them: channel, creator, signature, id, repetition."""
        if proposal.channel_id != self._channel.channel_id:
            raise ProposalRefused(f"channel '{proposal.channel_id}' not found")
        authority = self._channel.authorities.get(proposal.creator.mspid)
        creator = None
        if authority is not None:
            signed = proposal.signed
            creator = authority.signer(
                proposal.creator.id_bytes, signed.proposal_bytes, signed.signature, self._channel.clock.now()
            )
        if creator is None:
            raise ProposalRefused(
                "error validating proposal: access denied: "
                f"channel [{proposal.channel_id}] creator org [{proposal.creator.mspid}]"
            )
        if not id_matches(proposal):
            raise ProposalRefused("error validating proposal: incorrectly computed txid")
        if self._channel.ledger.knows(proposal.tx_id):
            raise ProposalRefused(f"duplicate transaction found [{proposal.tx_id}]")
        return creator

    async def _execute(
        self,
        proposal: UnpackedProposal,
        chaincode: str,
        call: ChaincodeInput,
        simulation: Simulation,
        creator: Signer,
    ) -> tuple[ChaincodeMessage, LedgerCalls]:
        definitions = self._channel.ledger.definitions
        access = CollectionAccess(self._channel.channel_id, chaincode, definitions, creator)
        calls = LedgerCalls(chaincode, simulation, access)

        async def invoke(spec: ChaincodeSpec) -> ChaincodeMessage:
            return await self._invoke(spec, proposal, simulation, creator)

        connection = await self.connection(chaincode)
        finished: asyncio.Future[ChaincodeMessage] = asyncio.get_running_loop().create_future()
        running = RunningTransaction(proposal.tx_id, proposal.channel_id, calls, invoke, finished)
        answer = await connection.execute(running, call.SerializeToString(), proposal.signed)
        return answer, calls

    async def _invoke(
        self, spec: ChaincodeSpec, proposal: UnpackedProposal, simulation: Simulation, creator: Signer
    ) -> ChaincodeMessage:
        """Run another chaincode of this channel in the same simulation, for a chaincode that asked for it."""
        name, _, channel_id = spec.chaincode_id.name.partition("/")
        name = name.partition(":")[0]
        if channel_id and channel_id != proposal.channel_id:
            raise LedgerRefusal(f"failed to find ledger for channel: {channel_id}")
        if name not in self._channel.chaincodes:
            raise LedgerRefusal(
                "execute failed: invalid invocation: "
                f"[channel {proposal.channel_id}] failed to get chaincode container info for {name}: "
                f"chaincode {name} not found"
            )
        try:
            answer, _ = await self._execute(proposal, name, spec.input, simulation, creator)
        except LedgerRefusal as refusal:
            raise LedgerRefusal(f"execute failed: {refusal}") from refusal
        return answer

    def _failed(self, stage: str, reason: str) -> ChaincodeFailed:
        return ChaincodeFailed(stage, STATUS_PEER_FAILED, reason, self.signer.name)

    def _endorse(
        self,
        answer: ChaincodeMessage,
        calls: LedgerCalls,
        simulation: Simulation,
        proposal: UnpackedProposal,
        stage: str,
    ) -> Endorsement:
        if answer.type != ChaincodeMessage.COMPLETED:
            reason = answer.payload.decode(errors="replace")
            raise self._failed(stage, f"error in simulation: transaction returned with failure: {reason}")
        try:
            response = Response.FromString(answer.payload)
        except DecodeError as error:
            reason = f"failed to unmarshal response for transaction {proposal.tx_id}"
            raise self._failed(stage, f"error in simulation: {reason}") from error
        if not STATUS_SUCCESS_MIN <= response.status < STATUS_ENDORSED_BELOW:
            raise ChaincodeFailed(stage, response.status, response.message, self.signer.name)
        result = simulation.result()
        event = answer.chaincode_event if answer.HasField("chaincode_event") else None
        return Endorsement(
            peer=self.signer,
            status=response.status,
            message=response.message,
            payload=response.payload,
            event=None if event is None else Event(event.event_name, event.payload),
            rwset=result.rwset,
            private_changes=result.private_changes,
            private_reads=result.private_reads,
            queries_left_open=len(calls.queries),
        )
