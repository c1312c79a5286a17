"""What chaincodes tell of their valid transactions, by the gateway service's event stream."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fabric_protos.gateway import gateway_pb2
from fabric_protos.orderer import ab_pb2

from fairledger.gateway.checkpointer import Position
from fairledger.gateway.core import Core
from fairledger.gateway.errors import NodeDetail
from fairledger.gateway.resume import Resume
from fairledger.gateway.signing import digest_of
from fairledger.gateway.start import Start
from fairledger.gateway.transport import TransportError

_ENDED = "end of stream"


@dataclass(frozen=True)
class ChaincodeEvent:
    """An event that a transaction set. A transaction has at most one."""

    block_number: int
    tx_id: str
    chaincode: str
    name: str
    payload: bytes


async def chaincode_events(
    core: Core, channel: str, chaincode: str, start: Start
) -> AsyncGenerator[ChaincodeEvent, None]:
    """See ``Network.chaincode_events``."""
    position = await start.position()
    resume = Resume(core.limits)
    while True:
        peers = core.peers.own()
        peer = peers[resume.failures % len(peers)]
        try:
            async with aclosing(peer.chaincode_events(_request(core, channel, chaincode, position))) as responses:
                async for response in responses:
                    resume.received()
                    for event in response.events:
                        position = Position(response.block_number, event.tx_id)
                        yield _event(response.block_number, event)
        except TransportError as error:
            await resume.after(error)
        else:
            await resume.after_status(
                "end of stream", NodeDetail(peer.node.endpoint, peer.node.msp_id, "end of stream")
            )


def _request(core: Core, channel: str, chaincode: str, position: Position) -> Any:
    creator = core.signing.creator
    start = ab_pb2.SeekPosition(specified=ab_pb2.SeekSpecified(number=position.block_number))
    request = gateway_pb2.ChaincodeEventsRequest(
        channel_id=channel,
        chaincode_id=chaincode,
        identity=creator,
        start_position=start,
        after_transaction_id=position.tx_id,
    ).SerializeToString()
    signature = core.signing.sign(creator, digest_of(request))
    return gateway_pb2.SignedChaincodeEventsRequest(request=request, signature=signature)


def _event(block_number: int, event: Any) -> ChaincodeEvent:
    return ChaincodeEvent(
        block_number=block_number,
        tx_id=event.tx_id,
        chaincode=event.chaincode_id,
        name=event.event_name,
        payload=event.payload,
    )
