"""Blocks: hashes as Fabric computes them, and the checks on what a peer delivers."""

from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from fabric_protos.common import common_pb2
from hypothesis import given
from hypothesis import strategies as st

from fairledger.gateway.block import block_hash, check_block, data_hash, transactions
from fairledger.gateway.errors import BlockBroken
from tests.unit.client.gateway.fake_peer import chain, envelope_of


def der_integer(number: int) -> bytes:
    content = number.to_bytes(8, "big").lstrip(b"\x00") or b"\x00"
    content = b"\x00" + content if content[0] & 0x80 else content
    return bytes([2, len(content)]) + content


@given(number=st.integers(0, 2**64 - 1), previous=st.binary(min_size=32, max_size=32))
def test_a_block_hash_is_over_the_der_sequence_of_its_header(number: int, previous: bytes) -> None:
    data = sha256(b"data").digest()
    fields = der_integer(number) + b"\x04\x20" + previous + b"\x04\x20" + data
    expected = sha256(bytes([0x30, len(fields)]) + fields).digest()

    assert block_hash(common_pb2.BlockHeader(number=number, previous_hash=previous, data_hash=data)) == expected


def test_the_first_block_has_no_previous_hash() -> None:
    header = common_pb2.BlockHeader(number=0, previous_hash=b"", data_hash=b"\x01")
    assert block_hash(header) == sha256(bytes.fromhex("3008020100040004 0101".replace(" ", ""))).digest()


def test_a_data_hash_is_flat_over_the_envelopes() -> None:
    block = common_pb2.Block(data=common_pb2.BlockData(data=[b"one", b"two"]))
    assert data_hash(block) == sha256(b"onetwo").digest()


def test_a_chain_that_holds_is_accepted() -> None:
    blocks = chain(3)
    previous = None
    for number, block in enumerate(blocks):
        check_block(block, number, previous)
        previous = block_hash(block.header)


def renumbered(block: Any) -> None:
    block.header.number = 5


def relinked(block: Any) -> None:
    block.header.previous_hash = bytes(32)


def rewritten(block: Any) -> None:
    block.data.data[0] = envelope_of("forged")


@pytest.mark.parametrize(
    ("change", "said"),
    [(renumbered, "block 1 was due"), (relinked, "does not follow"), (rewritten, "does not hold what its header says")],
)
def test_a_block_that_was_changed_is_found(change: Any, said: str) -> None:
    first, second = chain(2)
    change(second)
    with pytest.raises(BlockBroken, match=said) as broken:
        check_block(second, 1, block_hash(first.header))
    assert broken.value.code == "GATEWAY_BLOCK_BROKEN"


def test_each_transaction_has_its_verdict() -> None:
    block = common_pb2.Block(
        data=common_pb2.BlockData(data=[envelope_of("t1"), envelope_of("t2")]),
        metadata=common_pb2.BlockMetadata(metadata=[b"", b"", b"\x00\x0b"]),
    )
    assert [(one.tx_id, one.code_name, one.valid) for one in transactions(block)] == [
        ("t1", "VALID", True),
        ("t2", "MVCC_READ_CONFLICT", False),
    ]


@given(number=st.integers(0, 2**63 - 1), previous=st.binary(max_size=200), data=st.binary(max_size=200))
def test_headers_of_any_length_are_encoded_by_der(number: int, previous: bytes, data: bytes) -> None:
    pair = encode_dss_signature(number, 0)  # DER of (INTEGER number, INTEGER 0), by an independent encoder
    integer = pair[2:-3]

    def octets(value: bytes) -> bytes:
        length = bytes([len(value)]) if len(value) < 128 else bytes([0x81, len(value)])
        return b"\x04" + length + value

    body = integer + octets(previous) + octets(data)
    length = bytes([len(body)]) if len(body) < 128 else b"\x81" + bytes([len(body)])
    if len(body) > 255:
        length = b"\x82" + len(body).to_bytes(2, "big")
    header = common_pb2.BlockHeader(number=number, previous_hash=previous, data_hash=data)
    assert block_hash(header) == sha256(b"\x30" + length + body).digest()
