"""A transaction in a block, taken apart: who proposed it, who endorsed it, and what it writes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, Self

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

from fairledger.deployment import CHAINCODE
from fairledger.proof.configuration import ENDORSEMENT_POLICY, Configuration
from fairledger.proof.errors import ProofError
from fairledger.proof.organization import Member, member_of
from fairledger.proof.policy import satisfied

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_OK: Final = 200
ENDORSING_ORGANIZATIONS_MIN: Final = 2  # an organisation by itself proves nothing


@dataclass(frozen=True)
class ProvedTransaction:
    """``proposed_at`` is the client's claim; ``action`` is Fabric's ``ChaincodeActionPayload``."""

    tx_id: str
    channel: str
    proposed_at: datetime
    creator: bytes
    envelope: Any
    header: Any
    action: Any

    @classmethod
    def find(cls, block: Any, tx_id: str) -> Self:
        """The one transaction of that id in ``block``. Raises ``ProofError`` (PROOF_TRANSACTION)."""
        found = [each for each in map(_payload, block.data.data) if each is not None and each[1].tx_id == tx_id]
        if len(found) != 1:
            raise ProofError(
                "PROOF_TRANSACTION", f"block {block.header.number} holds {len(found)} transactions {tx_id}"
            )
        ((payload, channel, envelope),) = found
        signature = common_pb2.SignatureHeader.FromString(payload.header.signature_header)
        if hashlib.sha256(signature.nonce + signature.creator).hexdigest() != tx_id:
            raise ProofError("PROOF_TRANSACTION", f"the id {tx_id} does not follow from nonce and creator")
        actions = transaction_pb2.Transaction.FromString(payload.data).actions
        if channel.type != common_pb2.HeaderType.ENDORSER_TRANSACTION or len(actions) != 1:
            raise ProofError("PROOF_TRANSACTION", f"{tx_id} is no call of a chaincode")
        return cls(
            tx_id=tx_id,
            channel=channel.channel_id,
            proposed_at=_EPOCH
            + timedelta(seconds=channel.timestamp.seconds, microseconds=channel.timestamp.nanos // 1000),
            creator=signature.creator,
            envelope=envelope,
            header=payload.header,
            action=transaction_pb2.ChaincodeActionPayload.FromString(actions[0].payload),
        )

    def check_creator(self, configuration: Configuration) -> Member:
        """A member of the channel signed, with a certificate that was valid then. Raises ``ProofError``."""
        if self.channel != configuration.channel:
            raise ProofError("PROOF_CREATOR", f"the transaction is for the channel {self.channel}")
        creator = member_of(configuration.organizations, self.creator, self.proposed_at)
        creator.check_signature(self.envelope.signature, self.envelope.payload)
        return creator

    def check_endorsements(self, configuration: Configuration) -> list[Member]:
        """All endorsements fit this proposal and its result, and fulfil the policy. Raises ``ProofError``.

        Whatever the policy in the bundle says, peers of two organisations must have endorsed: one alone could make a
        configuration of its own, but not another's signature.
        """
        signed = self.action.action.proposal_response_payload
        endorsers = []
        for endorsement in self.action.action.endorsements:
            endorser = member_of(configuration.organizations, endorsement.endorser)
            endorser.check_signature(endorsement.signature, signed + endorsement.endorser)
            endorsers.append(endorser)
        peers_of = {endorser.msp_id for endorser in endorsers if endorser.role == "peer"}
        if not satisfied(configuration.endorsement, endorsers) or len(peers_of) < ENDORSING_ORGANIZATIONS_MIN:
            names = ", ".join(endorser.msp_id for endorser in endorsers) or "nobody"
            raise ProofError("PROOF_ENDORSEMENTS", f"endorsed by {names}: not what {ENDORSEMENT_POLICY} demands")
        proposal = self.header.channel_header + self.header.signature_header + self.action.chaincode_proposal_payload
        response = proposal_response_pb2.ProposalResponsePayload.FromString(signed)
        if response.proposal_hash != hashlib.sha256(proposal).digest():
            raise ProofError("PROOF_ENDORSEMENTS", "the endorsements are for another proposal")
        return endorsers

    @cached_property
    def writes(self) -> Mapping[str, bytes | None]:
        """What the chaincode ``credit`` wrote, by key; None where it deleted. Raises ``ProofError`` (PROOF_RECORD)."""
        return {write.key: None if write.is_delete else write.value for each in self._public for write in each.writes}

    @cached_property
    def found(self) -> frozenset[str]:
        """The keys that the chaincode looked up and found something under. Raises ``ProofError`` (PROOF_RECORD)."""
        return frozenset(read.key for each in self._public for read in each.reads if read.HasField("version"))

    @cached_property
    def purged(self) -> frozenset[tuple[str, bytes]]:
        """What it orders all holders' peers to purge: collection, and SHA-256 of the key.

        Source: Fabric's message kvrwset.KVWriteHash. Raises ``ProofError`` (PROOF_RECORD).
        """
        return frozenset(
            (private.collection_name, write.key_hash)
            for each in self._rwsets
            for private in each.collection_hashed_rwset
            for write in kv_rwset_pb2.HashedRWSet.FromString(private.hashed_rwset).hashed_writes
            if write.is_purge
        )

    @cached_property
    def _public(self) -> list[Any]:
        return [kv_rwset_pb2.KVRWSet.FromString(each.rwset) for each in self._rwsets]

    @cached_property
    def _rwsets(self) -> list[Any]:
        response = proposal_response_pb2.ProposalResponsePayload.FromString(
            self.action.action.proposal_response_payload
        )
        result = proposal_pb2.ChaincodeAction.FromString(response.extension)
        if result.chaincode_id.name != CHAINCODE or result.response.status != _OK:
            raise ProofError("PROOF_RECORD", f"the result is not one of the chaincode {CHAINCODE}")
        rwset = rwset_pb2.TxReadWriteSet.FromString(result.results)
        return [each for each in rwset.ns_rwset if each.namespace == CHAINCODE]


def _payload(content: bytes) -> tuple[Any, Any, Any] | None:
    """Payload, channel header and envelope; None for garbage, which a channel orders as it orders all else."""
    try:
        envelope = common_pb2.Envelope.FromString(content)
        payload = common_pb2.Payload.FromString(envelope.payload)
        return payload, common_pb2.ChannelHeader.FromString(payload.header.channel_header), envelope
    except DecodeError:
        return None
