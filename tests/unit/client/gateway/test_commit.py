"""Commits: the question for a transaction's fate, and its answer."""

from hashlib import sha256

import pytest
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import transaction_pb2

from fairledger.gateway.commit import Commit, CommitStatus
from fairledger.gateway.errors import GatewayRefused

CODES = transaction_pb2.TxValidationCode


def test_the_question_names_transaction_channel_and_who_asks() -> None:
    commit = Commit.of(tx_id="t1", channel="credit-channel", creator=b"alice")

    request = gateway_pb2.CommitStatusRequest.FromString(commit.request)
    assert (request.transaction_id, request.channel_id, request.identity) == ("t1", "credit-channel", b"alice")
    assert commit.digest == sha256(commit.request).digest()


def test_a_question_crosses_processes_unchanged() -> None:
    commit = Commit.of(tx_id="t1", channel="credit-channel", creator=b"alice").with_signature(b"signature")
    assert Commit.from_bytes(commit.to_bytes()) == commit


@pytest.mark.parametrize("data", [b"\xff\xff", b""])
def test_bytes_that_are_no_question_are_refused(data: bytes) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        Commit.from_bytes(data)
    assert refusal.value.code == "GATEWAY_MALFORMED"


@pytest.mark.parametrize(
    ("code", "name", "successful"),
    [(CODES.VALID, "VALID", True), (CODES.MVCC_READ_CONFLICT, "MVCC_READ_CONFLICT", False), (9999, "CODE_9999", False)],
)
def test_only_valid_took_effect(code: int, name: str, successful: bool) -> None:
    status = CommitStatus(tx_id="t1", code=code, block_number=3)
    assert (status.name, status.successful) == (name, successful)
