"""Finding in a block that a private value was purged."""

import hashlib

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from fairledger.privacy.purge_proof import carries_purge
from tests.support.blocks import Chain, envelope

COLLECTION, KEY = "personal-PlatformAMSP", "\0privacy-personal\0o-1\x000001\0"


def block(*, is_purge: bool = True, code: int = 0) -> common_pb2.Block:
    written = kv_rwset_pb2.KVWriteHash(
        key_hash=hashlib.sha256(KEY.encode()).digest(), is_delete=True, is_purge=is_purge
    )
    return Chain().add([envelope("tx-1", private={COLLECTION: [written]}), envelope("tx-2")], [code, 0])


def test_the_order_to_purge_is_found_in_its_transaction() -> None:
    assert carries_purge(block(), "tx-1", COLLECTION, KEY)


@pytest.mark.parametrize(
    ("tx_id", "collection", "key"),
    [("tx-2", COLLECTION, KEY), ("tx-1", "personal-PlatformBMSP", KEY), ("tx-1", COLLECTION, KEY + "x")],
)
def test_another_transaction_collection_or_key_purges_nothing(tx_id: str, collection: str, key: str) -> None:
    assert not carries_purge(block(), tx_id, collection, key)


def test_neither_a_mere_deletion_nor_an_invalid_transaction_purges() -> None:
    assert not carries_purge(block(is_purge=False), "tx-1", COLLECTION, KEY)
    assert not carries_purge(block(code=11), "tx-1", COLLECTION, KEY)
