"""What the client signed: the proposal behind a transaction, read when somebody asks."""

import hashlib
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType

from fabric_protos.common.common_pb2 import ChannelHeader, Header, HeaderType, SignatureHeader
from fabric_protos.peer.proposal_pb2 import ChaincodeProposalPayload, Proposal, SignedProposal
from google.protobuf.message import DecodeError

from fairledger_chaincode.errors import ArgumentsRefused, ClockRefused

NANOSECONDS_PER_MICROSECOND = 1_000


class TransactionProposal:
    """The signed proposal of one transaction. Raises ``ArgumentsRefused`` when it can't be read."""

    def __init__(self, signed: SignedProposal) -> None:
        self.signed = signed
        try:
            self._proposal = Proposal.FromString(signed.proposal_bytes)
            header = Header.FromString(self._proposal.header)
            self._channel_header = ChannelHeader.FromString(header.channel_header)
            self._signature_header = header.signature_header
        except DecodeError as error:
            raise ArgumentsRefused("the proposal can't be read") from error
        if self._channel_header.type not in (HeaderType.ENDORSER_TRANSACTION, HeaderType.CONFIG):
            raise ArgumentsRefused("the proposal is of no type that a chaincode answers")

    @property
    def timestamp_s(self) -> float:
        """The client's time, in seconds since 1970 UTC. Raises ``ClockRefused`` when there is none."""
        if not self._channel_header.HasField("timestamp"):
            raise ClockRefused("the proposal has no timestamp")
        timestamp = self._channel_header.timestamp
        return float(timestamp.seconds + timestamp.nanos / 1e9)

    @cached_property
    def time(self) -> datetime:
        """The client's time in UTC, cut to the microsecond. Raises ``ClockRefused`` when there is none."""
        if not self._channel_header.HasField("timestamp"):
            raise ClockRefused("the proposal has no timestamp")
        timestamp = self._channel_header.timestamp
        try:
            whole = datetime.fromtimestamp(timestamp.seconds, tz=UTC)
            return whole.replace(microsecond=timestamp.nanos // NANOSECONDS_PER_MICROSECOND)
        except (OverflowError, ValueError, OSError) as error:
            raise ClockRefused("the proposal's timestamp is no time") from error

    @cached_property
    def _creator_and_nonce(self) -> tuple[bytes, bytes]:
        try:
            header = SignatureHeader.FromString(self._signature_header)
        except DecodeError as error:
            raise ArgumentsRefused("the proposal's signature header can't be read") from error
        return header.creator, header.nonce

    @property
    def creator(self) -> bytes:
        """The client's serialised identity (``msp.SerializedIdentity``)."""
        return self._creator_and_nonce[0]

    @property
    def binding(self) -> bytes:
        """SHA-256 of nonce, creator and epoch, which ties what is signed elsewhere to this very proposal."""
        creator, nonce = self._creator_and_nonce
        return hashlib.sha256(nonce + creator + struct.pack("<Q", self._channel_header.epoch)).digest()

    @cached_property
    def transient(self) -> Mapping[str, bytes]:
        """Data sent to the endorsers only, which never reach a block."""
        try:
            payload = ChaincodeProposalPayload.FromString(self._proposal.payload)
        except DecodeError as error:
            raise ArgumentsRefused("the proposal's payload can't be read") from error
        return MappingProxyType(dict(payload.TransientMap))
