"""Forgers of different power: each changes a part of a bundle, and makes what is above fit as far as its keys go."""

import hashlib
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2

from fairledger.gateway.block import data_hash, header_bytes
from fairledger.proof import Bundle
from fairledger.proof.blocks import bare
from fairledger.proof.bundle import pack, unpack
from tests.support.proofs import ProvedChannel, signature


class Power(IntEnum):
    """What a forger can do; each can do what those before can."""

    FILE = 0  # pack and seal the file again
    HASHES = 1  # compute the block's data hash again
    ORDERER = 2  # sign blocks
    CREATOR = 3  # sign transactions
    ENDORSERS = 4  # endorse


class Opened:
    """The block of a bundle's first record, taken apart; what is changed in a part is in the bundle afterwards.

    ``writes`` are the states that the transaction writes. What is changed in a whole must not be changed in its parts.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._evidence = bundle.evidence[0]
        self.block: Any = common_pb2.Block.FromString(unpack(bundle.blocks[self._evidence.block].block))
        self.metadata: Any = common_pb2.Metadata.FromString(self.block.metadata.metadata[0])
        tx_id = self._evidence.tx_id.encode()
        self._position = next(i for i, each in enumerate(self.block.data.data) if tx_id in each)
        self.envelope: Any = common_pb2.Envelope.FromString(self.block.data.data[self._position])
        self.payload: Any = common_pb2.Payload.FromString(self.envelope.payload)
        self.channel_header: Any = common_pb2.ChannelHeader.FromString(self.payload.header.channel_header)
        self.signature_header: Any = common_pb2.SignatureHeader.FromString(self.payload.header.signature_header)
        self.transaction: Any = transaction_pb2.Transaction.FromString(self.payload.data)
        self.action: Any = transaction_pb2.ChaincodeActionPayload.FromString(self.transaction.actions[0].payload)
        self.response: Any = proposal_response_pb2.ProposalResponsePayload.FromString(
            self.action.action.proposal_response_payload
        )
        self.result: Any = proposal_pb2.ChaincodeAction.FromString(self.response.extension)
        self.rwset: Any = rwset_pb2.TxReadWriteSet.FromString(self.result.results)
        self.writes: Any = kv_rwset_pb2.KVRWSet.FromString(self.rwset.ns_rwset[0].rwset).writes

    def closed(self, channel: ProvedChannel, power: Power) -> Bundle:
        """The bundle with what was changed, as a forger of that power can make it."""
        self._close_result(channel, power)
        self.transaction.actions[0].payload = self.action.SerializeToString()
        self.payload.header.channel_header = self.channel_header.SerializeToString()
        self.payload.header.signature_header = self.signature_header.SerializeToString()
        self.payload.data = self.transaction.SerializeToString()
        self.envelope.payload = self.payload.SerializeToString()
        if power >= Power.CREATOR:
            self.envelope.signature = signature(channel.producer, self.envelope.payload)
        self.block.data.data[self._position] = self.envelope.SerializeToString()
        if power >= Power.HASHES:
            self.block.header.data_hash = data_hash(self.block)
        if power >= Power.ORDERER:
            (each,) = self.metadata.signatures
            message = self.metadata.value + each.signature_header + header_bytes(self.block.header)
            each.signature = signature(channel.orderer, message)
        self.block.metadata.metadata[0] = self.metadata.SerializeToString()
        blocks = list(self._bundle.blocks)
        packed = pack(bare(self.block, signed=True))
        blocks[self._evidence.block] = blocks[self._evidence.block].model_copy(update={"block": packed})
        return self._bundle.model_copy(update={"blocks": blocks})

    def _close_result(self, channel: ProvedChannel, power: Power) -> None:
        self.rwset.ns_rwset[0].rwset = kv_rwset_pb2.KVRWSet(writes=self.writes).SerializeToString()
        self.result.results = self.rwset.SerializeToString()
        self.response.extension = self.result.SerializeToString()
        if power >= Power.ENDORSERS:
            headers = self.channel_header.SerializeToString() + self.signature_header.SerializeToString()
            self.response.proposal_hash = hashlib.sha256(headers + self.action.chaincode_proposal_payload).digest()
        self.action.action.proposal_response_payload = signed = self.response.SerializeToString()
        if power >= Power.ENDORSERS:
            peers = {peer.serialized: peer for peer in channel.peers.values()}
            for each in self.action.action.endorsements:
                each.signature = signature(peers[each.endorser], signed + each.endorser)


def forged(bundle: Bundle, channel: ProvedChannel, power: Power, edit: Callable[[Opened], None]) -> Bundle:
    """The bundle with ``edit`` made in it by a forger of that power."""
    opened = Opened(bundle)
    edit(opened)
    return opened.closed(channel, power)
