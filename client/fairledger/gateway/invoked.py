"""What a proposal or transaction asks for, as peers will read it: whoever signs one should look at this first."""

from dataclasses import dataclass, field
from typing import Any, Self

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from google.protobuf.message import DecodeError

from fairledger.gateway import codes
from fairledger.gateway.errors import GatewayRefused
from fairledger.gateway.proposal import Proposal
from fairledger.gateway.transaction import Transaction


@dataclass(frozen=True)
class Invoked:
    """A function of a chaincode on a channel, called in the name of ``creator`` (``msp.SerializedIdentity``)."""

    channel: str
    chaincode: str
    function: str
    arguments: tuple[bytes, ...]
    creator: bytes = field(repr=False)

    @classmethod
    def by(cls, asking: Proposal | Transaction) -> Self:
        """Read it. Raises ``GatewayRefused`` (GATEWAY_MALFORMED), also for what is no call of a chaincode's function.

        A header names the chaincode that peers call and the payload names one too, which they don't look at: both have
        to be the same here.
        """
        try:
            header = common_pb2.ChannelHeader.FromString(_header(asking).channel_header)
            called = proposal_pb2.ChaincodeHeaderExtension.FromString(header.extension).chaincode_id.name
            spec = chaincode_pb2.ChaincodeInvocationSpec.FromString(asking.invocation).chaincode_spec
        except DecodeError as error:
            raise GatewayRefused(codes.MALFORMED, "not a call of a chaincode") from error
        is_call = header.type == common_pb2.HeaderType.ENDORSER_TRANSACTION and spec.input.args
        if not is_call or called != spec.chaincode_id.name:
            raise GatewayRefused(codes.MALFORMED, "not a call of one chaincode's function", tx_id=asking.tx_id)
        function, *arguments = spec.input.args
        return cls(header.channel_id, called, function.decode("utf-8", "replace"), tuple(arguments), asking.creator)


def _header(asking: Proposal | Transaction) -> Any:
    if isinstance(asking, Proposal):
        return common_pb2.Header.FromString(proposal_pb2.Proposal.FromString(asking.content).header)
    return common_pb2.Payload.FromString(asking.payload).header
