"""A transaction: an endorsed proposal, ready to be signed and ordered."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import codes
from fairledger.gateway.errors import EndorseError, GatewayRefused
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.signing import digest_of


@dataclass(frozen=True)
class Transaction:
    """An endorsed transaction with its ``result``, and its signature once it has one.

    Sending the same signed transaction again has no second effect. Offline signing goes as with ``Proposal``.
    """

    tx_id: str
    channel: str
    creator: bytes = field(repr=False)
    payload: bytes = field(repr=False)  # common.Payload: what the signature is over
    invocation: bytes = field(repr=False)  # as the proposal's
    result: bytes = field(repr=False)
    endorsed_by: tuple[str, ...]  # MSP ids
    signature: bytes = field(default=b"", repr=False)

    @property
    def digest(self) -> bytes:
        """What to sign: SHA-256, 32 bytes."""
        return digest_of(self.payload)

    def to_bytes(self) -> bytes:
        """The transaction as ``gateway.PreparedTransaction``, with its signature if it has one."""
        return bytes(
            gateway_pb2.PreparedTransaction(transaction_id=self.tx_id, envelope=self.envelope()).SerializeToString()
        )

    def envelope(self) -> Any:
        """The ``common.Envelope`` that goes to the orderers."""
        return common_pb2.Envelope(payload=self.payload, signature=self.signature)

    def with_signature(self, signature: bytes) -> Self:
        """This transaction, signed: ``signature`` is DER with low S, over ``digest``."""
        return replace(self, signature=signature)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The transaction that ``to_bytes`` gave. Raises ``GatewayRefused`` (GATEWAY_MALFORMED)."""
        try:
            envelope = gateway_pb2.PreparedTransaction.FromString(data).envelope
        except DecodeError as error:
            raise GatewayRefused(codes.MALFORMED, "not an endorsed transaction") from error
        return cls.of(envelope.payload, envelope.signature)

    @classmethod
    def of(cls, payload: bytes, signature: bytes = b"") -> Self:
        """The transaction in a ``common.Payload``. Raises ``GatewayRefused`` (GATEWAY_MALFORMED)."""
        try:
            parts = _Parts.read(payload)
        except (DecodeError, IndexError) as error:
            raise GatewayRefused(codes.MALFORMED, "not an endorsed transaction") from error
        return cls._of(parts, payload, signature)

    @classmethod
    def endorsed(cls, proposal: Proposal, payload: bytes) -> Self:
        """The transaction that a gateway peer made of ``proposal`` and its endorsements.

        Raises ``EndorseError`` (GATEWAY_TRANSACTION_ALTERED) unless it is for this very proposal: whoever signs it
        unseen signs what the peer chose.
        """
        try:
            parts = _Parts.read(payload)
        except (DecodeError, IndexError) as error:
            raise EndorseError(
                codes.TRANSACTION_ALTERED, "the peer's answer is no transaction", tx_id=proposal.tx_id
            ) from error
        header = proposal_pb2.Proposal.FromString(proposal.content).header
        if parts.header != common_pb2.Header.FromString(header) or parts.invocation != proposal.invocation:
            raise EndorseError(
                codes.TRANSACTION_ALTERED, "the peer's answer is for another proposal", tx_id=proposal.tx_id
            )
        return cls._of(parts, payload, b"")

    @classmethod
    def _of(cls, parts: "_Parts", payload: bytes, signature: bytes) -> Self:
        channel_header = common_pb2.ChannelHeader.FromString(parts.header.channel_header)
        return cls(
            tx_id=channel_header.tx_id,
            channel=channel_header.channel_id,
            creator=common_pb2.SignatureHeader.FromString(parts.header.signature_header).creator,
            payload=payload,
            invocation=parts.invocation,
            result=parts.result,
            endorsed_by=parts.endorsed_by,
            signature=signature,
        )


@dataclass(frozen=True)
class _Parts:
    """A transaction's payload taken apart."""

    header: Any
    invocation: bytes
    result: bytes
    endorsed_by: tuple[str, ...]

    @classmethod
    def read(cls, data: bytes) -> Self:
        payload = common_pb2.Payload.FromString(data)
        action = transaction_pb2.ChaincodeActionPayload.FromString(
            transaction_pb2.Transaction.FromString(payload.data).actions[0].payload
        )
        proposed = proposal_pb2.ChaincodeProposalPayload.FromString(action.chaincode_proposal_payload)
        responded = proposal_response_pb2.ProposalResponsePayload.FromString(action.action.proposal_response_payload)
        return cls(
            header=payload.header,
            invocation=proposed.input,
            result=proposal_pb2.ChaincodeAction.FromString(responded.extension).response.payload,
            endorsed_by=tuple(
                identities_pb2.SerializedIdentity.FromString(endorsement.endorser).mspid
                for endorsement in action.action.endorsements
            ),
        )
