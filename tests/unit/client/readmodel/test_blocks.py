"""Blocks are read as the peer commits them; garbage is no fault while it is marked invalid."""

from datetime import UTC, datetime

import pytest
from fabric_protos.common import common_pb2
from hypothesis import given
from hypothesis import strategies as st

from fairledger.readmodel.blocks import ChaincodeEvent, Write, decode
from fairledger.readmodel.errors import BlockError
from tests.support.blocks import MVCC_READ_CONFLICT, NOON, Chain, envelope
from tests.support.captures import chain_of, document, event

BAD_PAYLOAD = 2


def test_a_transaction_is_read_with_who_sent_it_when_and_what_it_writes() -> None:
    chain = Chain()
    block = chain.add([envelope("ab" * 32, {"k": b"v", "gone": None}, event=("done", b"{}"))])

    (transaction,) = decode(block).transactions

    assert transaction.tx_id == "ab" * 32
    assert (transaction.kind, transaction.channel) == ("ENDORSER_TRANSACTION", "credit-channel")
    assert (transaction.creator_msp, transaction.creator_certificate) == ("PlatformAMSP", b"cert")
    assert (transaction.proposed_at, transaction.chaincode) == (NOON, "credit")
    assert (transaction.valid, transaction.verdict) == (True, "VALID")
    assert transaction.writes == (Write("credit", "gone", None), Write("credit", "k", b"v"))
    assert transaction.event == ChaincodeEvent("credit", "done", b"{}")


def test_an_empty_value_is_a_delete_as_the_peers_take_it() -> None:
    (transaction,) = decode(Chain().add([envelope("ab" * 32, {"k": b""})])).transactions
    assert transaction.writes == (Write("credit", "k", None),)


def test_an_invalid_transaction_is_listed_without_effects() -> None:
    sent = envelope("ab" * 32, {"k": b"v"}, event=("done", b"{}"))

    (transaction,) = decode(Chain().add([sent], [MVCC_READ_CONFLICT])).transactions

    assert (transaction.tx_id, transaction.verdict) == ("ab" * 32, "MVCC_READ_CONFLICT")
    assert (transaction.valid, transaction.writes, transaction.event) == (False, (), None)


def test_a_verdict_that_is_newer_than_this_program_is_named_by_its_number() -> None:
    (transaction,) = decode(Chain().add([envelope("ab" * 32)], [77])).transactions
    assert transaction.verdict == "CODE_77"


def test_configuration_has_no_writes() -> None:
    genesis = decode(Chain().blocks[0])
    (transaction,) = genesis.transactions
    assert (genesis.number, transaction.kind, transaction.valid, transaction.writes) == (0, "CONFIG", True, ())


@given(garbage=st.binary(max_size=200), verdict=st.integers(1, 255))
def test_garbage_that_is_marked_invalid_is_listed_with_what_could_be_read(garbage: bytes, verdict: int) -> None:
    decoded = decode(Chain().add([envelope("ab" * 32), garbage], [0, verdict]))

    first, second = decoded.transactions
    assert (first.tx_id, first.valid) == ("ab" * 32, True)
    assert (second.position, second.valid, second.writes) == (1, False, ())


@pytest.mark.parametrize(
    "broken", [b"\xff", envelope("ab" * 32, kind=99), envelope("ab" * 32)[:-20], b"\x0a\x05\x0a\x03\x0a\x01\xff"]
)
def test_a_valid_transaction_that_cannot_be_read_is_an_error(broken: bytes) -> None:
    with pytest.raises(BlockError) as refusal:
        decode(Chain().add([broken]))
    assert refusal.value.code == "BLOCK_TRANSACTION"
    assert "block 1, transaction 0" in str(refusal.value)


def test_every_transaction_needs_a_verdict() -> None:
    with pytest.raises(BlockError) as refusal:
        decode(Chain().add([envelope("ab" * 32), envelope("cd" * 32)], [0]))
    assert refusal.value.code == "BLOCK_MALFORMED"
    assert str(refusal.value).endswith("block 1 has 2 transactions and 1 verdicts")


def test_only_the_genesis_block_may_come_without_verdicts() -> None:
    with pytest.raises(BlockError) as refusal:
        decode(Chain().add([envelope("ab" * 32)], verdicts=None))
    assert refusal.value.code == "BLOCK_MALFORMED"


def test_an_empty_message_is_no_block() -> None:
    with pytest.raises(BlockError) as refusal:
        decode(common_pb2.Block())
    assert refusal.value.code == "BLOCK_MALFORMED"


async def test_what_the_contract_writes_is_read_from_its_block() -> None:
    chain = await chain_of([[document(event(1))]])

    (transaction,) = decode(chain.blocks[1]).transactions

    kinds = [write.key.split("\x00")[1] for write in transaction.writes]
    assert kinds == ["capture-segment", "trace-capture", "trace-event", "trace-item"]
    assert transaction.event is not None
    assert transaction.event.name == "trace.captured"
    assert transaction.proposed_at is not None
    assert transaction.proposed_at < datetime.now(UTC)
