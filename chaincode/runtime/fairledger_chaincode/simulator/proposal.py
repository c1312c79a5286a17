"""Signed proposals, as a client sends them to a peer."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from fabric_protos.common.common_pb2 import ChannelHeader, Header, HeaderType, SignatureHeader
from fabric_protos.msp.identities_pb2 import SerializedIdentity
from fabric_protos.peer.chaincode_pb2 import ChaincodeID, ChaincodeInput, ChaincodeInvocationSpec, ChaincodeSpec
from fabric_protos.peer.proposal_pb2 import (
    ChaincodeHeaderExtension,
    ChaincodeProposalPayload,
    Proposal,
    SignedProposal,
)

from fairledger_chaincode.simulator.identity import SimulatedIdentity

NONCE_BYTES = 24


@dataclass(frozen=True, slots=True)
class UnpackedProposal:
    """A signed proposal and what a peer reads out of it."""

    signed: SignedProposal
    tx_id: str
    channel_id: str
    chaincode: str
    args: tuple[bytes, ...]
    time: datetime
    creator: SerializedIdentity
    has_transient: bool


def make_proposal(
    identity: SimulatedIdentity,
    channel_id: str,
    chaincode: str,
    args: Sequence[bytes],
    *,
    time: datetime,
    transient: Mapping[str, bytes],
    tx_id: str | None = None,
) -> UnpackedProposal:
    """Make and sign a proposal. ``tx_id`` replaces the id that follows from nonce and creator, to test refusals."""
    creator = identity.serialized
    nonce = os.urandom(NONCE_BYTES)
    tx_id = tx_id if tx_id is not None else sha256(nonce + creator).hexdigest()
    chaincode_id = ChaincodeID(name=chaincode)
    channel_header = ChannelHeader(
        type=HeaderType.ENDORSER_TRANSACTION,
        channel_id=channel_id,
        tx_id=tx_id,
        extension=ChaincodeHeaderExtension(chaincode_id=chaincode_id).SerializeToString(),
    )
    channel_header.timestamp.FromDatetime(time)
    header = Header(
        channel_header=channel_header.SerializeToString(),
        signature_header=SignatureHeader(creator=creator, nonce=nonce).SerializeToString(),
    )
    spec = ChaincodeSpec(chaincode_id=chaincode_id, input=ChaincodeInput(args=args))
    payload = ChaincodeProposalPayload(
        input=ChaincodeInvocationSpec(chaincode_spec=spec).SerializeToString(), TransientMap=transient
    )
    proposal = Proposal(header=header.SerializeToString(), payload=payload.SerializeToString()).SerializeToString()
    return unpack_proposal(SignedProposal(proposal_bytes=proposal, signature=identity.sign(proposal)))


def unpack_proposal(signed: SignedProposal) -> UnpackedProposal:
    """Read a signed proposal as a peer does: the header says which chaincode is called."""
    proposal = Proposal.FromString(signed.proposal_bytes)
    header = Header.FromString(proposal.header)
    channel_header = ChannelHeader.FromString(header.channel_header)
    payload = ChaincodeProposalPayload.FromString(proposal.payload)
    return UnpackedProposal(
        signed,
        channel_header.tx_id,
        channel_header.channel_id,
        ChaincodeHeaderExtension.FromString(channel_header.extension).chaincode_id.name,
        tuple(ChaincodeInvocationSpec.FromString(payload.input).chaincode_spec.input.args),
        channel_header.timestamp.ToDatetime(tzinfo=UTC),
        SerializedIdentity.FromString(SignatureHeader.FromString(header.signature_header).creator),
        bool(payload.TransientMap),
    )


def id_matches(proposal: UnpackedProposal) -> bool:
    """Tell whether the transaction id is the hash of nonce and creator that it has to be."""
    header = Header.FromString(Proposal.FromString(proposal.signed.proposal_bytes).header)
    signature_header = SignatureHeader.FromString(header.signature_header)
    return proposal.tx_id == sha256(signature_header.nonce + signature_header.creator).hexdigest()
