"""A commit: the question whether a transaction is in a block, and its answer."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import transaction_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import codes
from fairledger.gateway.errors import GatewayRefused
from fairledger.gateway.signing import digest_of

VALID = transaction_pb2.TxValidationCode.VALID


@dataclass(frozen=True)
class CommitStatus:
    """Where a transaction was committed and how the peers judged it. ``code`` is Fabric's ``TxValidationCode``."""

    tx_id: str
    code: int
    block_number: int

    @property
    def successful(self) -> bool:
        """Whether the transaction took effect."""
        return bool(self.code == VALID)

    @property
    def name(self) -> str:
        """The code by its name in Fabric: VALID, MVCC_READ_CONFLICT, ..."""
        return validation_code_name(self.code)


@dataclass(frozen=True)
class Commit:
    """Asks for the status of a transaction, as often as need be. Offline signing goes as with ``Proposal``."""

    tx_id: str
    channel: str
    creator: bytes = field(repr=False)
    request: bytes = field(repr=False)  # gateway.CommitStatusRequest
    signature: bytes = field(default=b"", repr=False)

    @property
    def digest(self) -> bytes:
        """What to sign: SHA-256, 32 bytes."""
        return digest_of(self.request)

    def to_bytes(self) -> bytes:
        """The question as ``gateway.SignedCommitStatusRequest``, with its signature if it has one."""
        return bytes(self.signed().SerializeToString())

    def signed(self) -> Any:
        """The ``gateway.SignedCommitStatusRequest`` that goes to a peer."""
        return gateway_pb2.SignedCommitStatusRequest(request=self.request, signature=self.signature)

    def with_signature(self, signature: bytes) -> Self:
        """This question, signed: ``signature`` is DER with low S, over ``digest``."""
        return replace(self, signature=signature)

    @classmethod
    def of(cls, *, tx_id: str, channel: str, creator: bytes) -> Self:
        """The question that ``creator`` asks; it need not be the transaction's own creator."""
        request = gateway_pb2.CommitStatusRequest(transaction_id=tx_id, channel_id=channel, identity=creator)
        return cls(tx_id=tx_id, channel=channel, creator=creator, request=request.SerializeToString())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The question that ``to_bytes`` gave. Raises ``GatewayRefused`` (GATEWAY_MALFORMED)."""
        try:
            signed = gateway_pb2.SignedCommitStatusRequest.FromString(data)
            request = gateway_pb2.CommitStatusRequest.FromString(signed.request)
        except DecodeError as error:
            raise GatewayRefused(codes.MALFORMED, "not a commit status request") from error
        if not request.transaction_id:
            raise GatewayRefused(codes.MALFORMED, "a commit status request without a transaction id")
        return cls(
            tx_id=request.transaction_id,
            channel=request.channel_id,
            creator=request.identity,
            request=signed.request,
            signature=signed.signature,
        )


def validation_code_name(code: int) -> str:
    """Fabric's name for a ``TxValidationCode``; codes that are newer than this client are named by number."""
    try:
        return str(transaction_pb2.TxValidationCode.Name(code))
    except ValueError:
        return f"CODE_{code}"
