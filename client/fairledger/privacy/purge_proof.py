"""Finding in a block the order to purge a private value: what every holder's peer obeys.

Source: Hyperledger Fabric's message kvrwset.KVWriteHash, whose key is hashed (SHA-256), and whose ``is_purge`` is set.
"""

import hashlib

from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_pb2, proposal_response_pb2, transaction_pb2

VALID = int(transaction_pb2.TxValidationCode.VALID)
FILTER = int(common_pb2.BlockMetadataIndex.TRANSACTIONS_FILTER)


def carries_purge(block: common_pb2.Block, tx_id: str, collection: str, key: str) -> bool:
    """Whether the block's valid transaction ``tx_id`` purges ``key`` of ``collection``, in any chaincode's namespace.

    Raises ``google.protobuf.message.DecodeError`` for a block that no peer committed.
    """
    wanted = hashlib.sha256(key.encode()).digest()
    verdicts = block.metadata.metadata[FILTER]
    return any(
        verdict == VALID and _id_of(payload) == tx_id and _purges(payload.data, collection, wanted)
        for envelope, verdict in zip(block.data.data, verdicts, strict=True)
        for payload in (common_pb2.Payload.FromString(common_pb2.Envelope.FromString(envelope).payload),)
    )


def _id_of(payload: common_pb2.Payload) -> str:
    return str(common_pb2.ChannelHeader.FromString(payload.header.channel_header).tx_id)


def _purges(transaction: bytes, collection: str, key_hash: bytes) -> bool:
    for action in transaction_pb2.Transaction.FromString(transaction).actions:
        endorsed = transaction_pb2.ChaincodeActionPayload.FromString(action.payload).action
        response = proposal_response_pb2.ProposalResponsePayload.FromString(endorsed.proposal_response_payload)
        results = proposal_pb2.ChaincodeAction.FromString(response.extension).results
        for namespace in rwset_pb2.TxReadWriteSet.FromString(results).ns_rwset:
            for private in namespace.collection_hashed_rwset:
                written = kv_rwset_pb2.HashedRWSet.FromString(private.hashed_rwset).hashed_writes
                if private.collection_name == collection and any(
                    each.is_purge and each.key_hash == key_hash for each in written
                ):
                    return True
    return False
