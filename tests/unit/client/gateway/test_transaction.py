"""Transactions: what comes back from the endorsers, and is signed only if it is what was proposed."""

from hashlib import sha256

import pytest
from fabric_protos.gateway import gateway_pb2

from fairledger.gateway.errors import EndorseError, GatewayRefused
from fairledger.gateway.proposal import Proposal, propose
from fairledger.gateway.transaction import Transaction
from tests.unit.client.gateway.fake_peer import endorsed


def proposal() -> Proposal:
    return propose(creator=b"alice", channel="credit-channel", chaincode="credit", function="pay", arguments=("1",))


def payload_for(asked: Proposal, **changes: bytes) -> bytes:
    request = gateway_pb2.EndorseRequest(proposed_transaction=asked.signed())
    response = endorsed(request, b"receipt", ["AssociationMSP", "PlatformAMSP"], **changes)
    return bytes(response.prepared_transaction.payload)


def test_a_transaction_has_the_result_and_says_who_endorsed_it() -> None:
    asked = proposal()

    made = Transaction.endorsed(asked, payload_for(asked))

    assert (made.tx_id, made.channel, made.creator) == (asked.tx_id, "credit-channel", b"alice")
    assert made.result == b"receipt"
    assert made.endorsed_by == ("AssociationMSP", "PlatformAMSP")
    assert made.signature == b""


def test_the_digest_is_over_the_payload_and_the_signature_beside_it() -> None:
    asked = proposal()
    made = Transaction.endorsed(asked, payload_for(asked)).with_signature(b"signature")

    assert made.digest == sha256(made.payload).digest()
    assert (made.envelope().payload, made.envelope().signature) == (made.payload, b"signature")


def test_a_transaction_crosses_processes_unchanged() -> None:
    asked = proposal()
    made = Transaction.endorsed(asked, payload_for(asked)).with_signature(b"signature")
    assert Transaction.from_bytes(made.to_bytes()) == made


def test_an_answer_for_another_proposal_is_not_signed() -> None:
    asked, other = proposal(), proposal()
    for payload in (payload_for(other), payload_for(asked, invocation=b"pay 1000"), b"", b"\xff\xff"):
        with pytest.raises(EndorseError) as refusal:
            Transaction.endorsed(asked, payload)
        assert (refusal.value.code, refusal.value.tx_id) == ("GATEWAY_TRANSACTION_ALTERED", asked.tx_id)


@pytest.mark.parametrize("data", [b"", b"\xff\xff"])
def test_bytes_that_are_no_transaction_are_refused(data: bytes) -> None:
    with pytest.raises(GatewayRefused) as refusal:
        Transaction.from_bytes(data)
    assert refusal.value.code == "GATEWAY_MALFORMED"
