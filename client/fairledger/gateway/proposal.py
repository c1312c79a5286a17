"""A proposal: what a transaction function is asked to do, before anybody has endorsed it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import codes
from fairledger.gateway.errors import GatewayRefused
from fairledger.gateway.signing import digest_of

NONCE_BYTES = 24  # as Fabric's own clients: unique for each transaction of a creator

_SPEC_TYPE = chaincode_pb2.ChaincodeSpec.Type.GOLANG  # peers ignore it; every official client says so


@dataclass(frozen=True)
class Proposal:
    """A proposal with its transaction id, and its signature once it has one.

    Offline signing: send ``to_bytes()`` to where the key is, sign ``digest`` there, and go on with
    ``Proposal.from_bytes(data).with_signature(signature)``. Careful: that holds the transient data too.
    """

    tx_id: str
    channel: str
    creator: bytes = field(repr=False)
    content: bytes = field(repr=False)  # protos.Proposal
    invocation: bytes = field(repr=False)  # the part of it that becomes public: chaincode, function, arguments
    has_transient: bool
    endorsing_organizations: tuple[str, ...] = ()
    signature: bytes = field(default=b"", repr=False)

    @property
    def digest(self) -> bytes:
        """What to sign: SHA-256, 32 bytes."""
        return digest_of(self.content)

    def to_bytes(self) -> bytes:
        """The proposal as ``gateway.ProposedTransaction``, with its signature if it has one."""
        return bytes(
            gateway_pb2.ProposedTransaction(
                transaction_id=self.tx_id, proposal=self.signed(), endorsing_organizations=self.endorsing_organizations
            ).SerializeToString()
        )

    def signed(self) -> Any:
        """The ``protos.SignedProposal`` that goes to a peer."""
        return proposal_pb2.SignedProposal(proposal_bytes=self.content, signature=self.signature)

    def with_signature(self, signature: bytes) -> Self:
        """This proposal, signed: ``signature`` is DER with low S, over ``digest``."""
        return replace(self, signature=signature)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The proposal that ``to_bytes`` gave. Raises ``GatewayRefused`` (GATEWAY_MALFORMED)."""
        try:
            proposed = gateway_pb2.ProposedTransaction.FromString(data)
        except DecodeError as error:
            raise GatewayRefused(codes.MALFORMED, "not a proposal") from error
        signed = proposed.proposal
        read = cls.of(signed.proposal_bytes, signed.signature, tuple(proposed.endorsing_organizations))
        if read.tx_id != proposed.transaction_id:
            raise GatewayRefused(codes.MALFORMED, "not a proposal: another transaction id is told with it")
        return read

    @classmethod
    def of(cls, content: bytes, signature: bytes = b"", endorsing_organizations: tuple[str, ...] = ()) -> Self:
        """The proposal in a ``protos.Proposal``. Raises ``GatewayRefused`` (GATEWAY_MALFORMED)."""
        try:
            proposal = proposal_pb2.Proposal.FromString(content)
            header = common_pb2.Header.FromString(proposal.header)
            channel_header = common_pb2.ChannelHeader.FromString(header.channel_header)
            signature_header = common_pb2.SignatureHeader.FromString(header.signature_header)
            payload = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload)
        except DecodeError as error:
            raise GatewayRefused(codes.MALFORMED, "not a proposal") from error
        tx_id = transaction_id(signature_header.nonce, signature_header.creator)
        if tx_id != channel_header.tx_id:
            raise GatewayRefused(
                codes.MALFORMED, "not a proposal: its transaction id is not that of its creator and nonce"
            )
        return cls(
            tx_id=tx_id,
            channel=channel_header.channel_id,
            creator=signature_header.creator,
            content=content,
            invocation=payload.input,
            has_transient=bool(payload.TransientMap),
            endorsing_organizations=endorsing_organizations,
            signature=signature,
        )


def transaction_id(nonce: bytes, creator: bytes) -> str:
    """Fabric's rule: hexadecimal SHA-256 of nonce and serialised creator."""
    return sha256(nonce + creator).hexdigest()


def new_nonce() -> bytes:
    """Random bytes that make a creator's request unique."""
    return os.urandom(NONCE_BYTES)


def propose(
    *,
    creator: bytes,
    channel: str,
    chaincode: str,
    function: str,
    arguments: Sequence[str | bytes] = (),
    transient: Mapping[str, bytes] | None = None,
    endorsing_organizations: Sequence[str] = (),
    at: datetime | None = None,
    tls_certificate_hash: bytes = b"",
) -> Proposal:
    """A new, unsigned proposal, dated ``at`` (an aware time; now by default).

    Raises ``GatewayRefused`` (GATEWAY_TRANSIENT_WITHOUT_ORGANIZATIONS) for transient data without organisations: every
    peer that a proposal passes sees its transient data in clear, so it is named beforehand who may.
    """
    if transient and not endorsing_organizations:
        raise GatewayRefused(
            codes.TRANSIENT_WITHOUT_ORGANIZATIONS, "name the organisations that may see the transient data"
        )
    if at is not None and at.tzinfo is None:
        raise ValueError("the time of a proposal needs a time zone")
    nonce = new_nonce()
    tx_id = transaction_id(nonce, creator)
    chaincode_id = chaincode_pb2.ChaincodeID(name=chaincode)
    channel_header = common_pb2.ChannelHeader(
        type=common_pb2.HeaderType.ENDORSER_TRANSACTION,
        tx_id=tx_id,
        channel_id=channel,
        extension=proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode_id).SerializeToString(),
        tls_cert_hash=tls_certificate_hash,
    )
    channel_header.timestamp.FromDatetime(at or datetime.now(UTC))
    header = common_pb2.Header(
        channel_header=channel_header.SerializeToString(),
        signature_header=common_pb2.SignatureHeader(creator=creator, nonce=nonce).SerializeToString(),
    )
    called = chaincode_pb2.ChaincodeInput(args=[_utf8(function), *(_utf8(argument) for argument in arguments)])
    spec = chaincode_pb2.ChaincodeSpec(type=_SPEC_TYPE, chaincode_id=chaincode_id, input=called)
    invocation = chaincode_pb2.ChaincodeInvocationSpec(chaincode_spec=spec).SerializeToString()
    payload = proposal_pb2.ChaincodeProposalPayload(input=invocation, TransientMap=transient or {})
    content = proposal_pb2.Proposal(header=header.SerializeToString(), payload=payload.SerializeToString())
    return Proposal(
        tx_id=tx_id,
        channel=channel,
        creator=creator,
        content=content.SerializeToString(),
        invocation=invocation,
        has_transient=bool(transient),
        endorsing_organizations=tuple(endorsing_organizations),
    )


def _utf8(argument: str | bytes) -> bytes:
    return argument.encode() if isinstance(argument, str) else argument
