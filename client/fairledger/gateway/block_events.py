"""The channel's blocks as they come, from any block on, by the peers' deliver service."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2

from fairledger.gateway.block import block_hash, check_block
from fairledger.gateway.core import Core
from fairledger.gateway.errors import NodeDetail
from fairledger.gateway.proposal import new_nonce
from fairledger.gateway.resume import Resume
from fairledger.gateway.signing import digest_of
from fairledger.gateway.start import Start
from fairledger.gateway.transport import TransportError

BLOCK_MAX = 2**64 - 1  # Fabric's block numbers are unsigned 64-bit: asking up to the largest is asking for ever


async def block_events(core: Core, channel: str, start: Start, stop_block: int | None) -> AsyncGenerator[Any, None]:
    """See ``Network.block_events``."""
    number = (await start.position()).block_number
    previous_hash: bytes | None = None
    resume = Resume(core.limits)
    while stop_block is None or number <= stop_block:
        peers = core.peers.own()
        peer = peers[resume.failures % len(peers)]
        status = ""
        try:
            async with aclosing(peer.deliver(_seek(core, channel, number, stop_block))) as responses:
                async for response in responses:
                    if response.WhichOneof("Type") == "status":
                        status = common_pb2.Status.Name(response.status)
                        break
                    check_block(response.block, number, previous_hash)
                    resume.received()
                    previous_hash = block_hash(response.block.header)
                    number += 1
                    yield response.block
        except TransportError as error:
            await resume.after(error)
        else:
            if stop_block is None or number <= stop_block:
                await resume.after_status(status, NodeDetail(peer.node.endpoint, peer.node.msp_id, status))


def _seek(core: Core, channel: str, start: int, stop: int | None) -> Any:
    """A signed request for the blocks from ``start`` to ``stop``, waiting for those that don't exist yet."""
    creator = core.signing.creator
    channel_header = common_pb2.ChannelHeader(
        type=common_pb2.HeaderType.DELIVER_SEEK_INFO, channel_id=channel, tls_cert_hash=core.tls_certificate_hash
    )
    channel_header.timestamp.GetCurrentTime()
    signature_header = common_pb2.SignatureHeader(creator=creator, nonce=new_nonce())
    header = common_pb2.Header(
        channel_header=channel_header.SerializeToString(), signature_header=signature_header.SerializeToString()
    )
    seek = ab_pb2.SeekInfo(
        start=_at(start),
        stop=_at(BLOCK_MAX if stop is None else stop),
        behavior=ab_pb2.SeekInfo.SeekBehavior.BLOCK_UNTIL_READY,
    )
    payload = common_pb2.Payload(header=header, data=seek.SerializeToString()).SerializeToString()
    return common_pb2.Envelope(payload=payload, signature=core.signing.sign(creator, digest_of(payload)))


def _at(number: int) -> Any:
    return ab_pb2.SeekPosition(specified=ab_pb2.SeekSpecified(number=number))
